#include "harness/data/track_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace genrebench {
namespace {

constexpr double kRounding_s = 0.5;
constexpr std::size_t kSkippedBlock = 1 << 16;  // samples decoded at a time

}  // namespace

TrackSamples samples_of(const Track& track, double sample_rate_hz, std::int64_t n_samples) {
  if (track.is_whole_file()) return {.begin = 0, .end = kEndOfTrack};
  const double duration_s = static_cast<double>(n_samples) / sample_rate_hz;
  const auto refuse = [&](const char* what, double at_s) {
    throw DataError(fmt::format("{}: the track '{}' {} at {:g} s, but the file has {:.2f} s",
                                track.audio.string(), track.id, what, at_s, duration_s));
  };
  const std::int64_t begin = std::llround(track.start_s * sample_rate_hz);
  if (begin >= n_samples) refuse("begins", track.start_s);
  if (track.end_s == 0.0) return {.begin = begin, .end = kEndOfTrack};
  if (track.end_s > duration_s + kRounding_s) refuse("ends", track.end_s);
  const std::int64_t end = std::llround(track.end_s * sample_rate_hz);
  return {.begin = begin, .end = end >= n_samples ? kEndOfTrack : std::max(end, begin + 1)};
}

TrackAudio track_audio(const Track& track, double sample_rate_hz, std::int64_t n_samples) {
  const TrackSamples range = samples_of(track, sample_rate_hz, n_samples);
  return {.file = track.audio,
          .sample_rate_hz = sample_rate_hz,
          .n_samples = std::min(range.end, n_samples) - range.begin};
}

std::string span_text(const Track& track) {
  if (track.is_whole_file()) return {};
  return track.end_s == 0.0 ? fmt::format("\nspan from {} s", track.start_s)
                            : fmt::format("\nspan {} to {} s", track.start_s, track.end_s);
}

TrackReader::TrackReader(const Track& track, double sample_rate_hz)
    : reader_(track.audio, sample_rate_hz),
      range_(samples_of(track, reader_.sample_rate_hz(), reader_.expected_samples())) {}

std::int64_t TrackReader::expected_samples() const {
  return std::min(range_.end, reader_.expected_samples()) - range_.begin;
}

std::size_t TrackReader::read(std::span<float> out) {
  std::vector<float> skipped;
  while (at_ < range_.begin) {
    skipped.resize(kSkippedBlock);
    const auto wanted =
        std::min<std::int64_t>(static_cast<std::int64_t>(kSkippedBlock), range_.begin - at_);
    const std::size_t n = reader_.read(std::span(skipped).first(static_cast<std::size_t>(wanted)));
    if (n == 0) return 0;
    at_ += static_cast<std::int64_t>(n);
  }
  const auto wanted = std::min(static_cast<std::int64_t>(out.size()), range_.end - at_);
  const std::size_t n = wanted <= 0 ? 0 : reader_.read(out.first(static_cast<std::size_t>(wanted)));
  at_ += static_cast<std::int64_t>(n);
  return n;
}

std::size_t TrackDecoding::add_rate(double rate_hz, bool whole) {
  const std::size_t rate = reader_.add_rate(rate_hz);
  if (rate >= taps_.size()) taps_.resize(rate + 1);
  if (taps_[rate].range.end == 0)  // nothing of it is wanted so far
    taps_[rate].range =
        samples_of(track_, reader_.sample_rate_hz(rate), reader_.expected_samples(rate));
  taps_[rate].keep = taps_[rate].keep || whole;
  return rate;
}

TrackAudio TrackDecoding::audio(std::size_t rate) const {
  return track_audio(track_, reader_.sample_rate_hz(rate), reader_.expected_samples(rate));
}

bool TrackDecoding::next() {
  if (std::ranges::all_of(taps_, &Tap::complete)) return false;
  const SteadyClock::time_point begin = SteadyClock::now();
  const bool more = reader_.next();
  if (more)
    for (std::size_t rate = 0; rate < taps_.size(); ++rate) taps_[rate].take(reader_.samples(rate));
  seconds_ += seconds_since(begin);
  return more;
}

void TrackDecoding::Tap::take(std::span<const float> decoded) {
  const std::int64_t from = std::clamp<std::int64_t>(range.begin - at, 0, std::ssize(decoded)),
                     to = std::clamp<std::int64_t>(range.end - at, from, std::ssize(decoded));
  now = decoded.subspan(static_cast<std::size_t>(from), static_cast<std::size_t>(to - from));
  at += std::ssize(decoded);
  if (keep) all.insert(all.end(), now.begin(), now.end());
}

}  // namespace genrebench
