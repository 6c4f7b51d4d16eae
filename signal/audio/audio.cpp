#include "signal/audio/audio.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>

#include "base/error.hpp"
#include "signal/audio/decoder.hpp"
#include "signal/audio/external_decoder.hpp"
#include "signal/audio/level_meter.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

constexpr double kLowestRateHz = 1000.0;
constexpr double kHighestRateHz = 768000.0;
constexpr std::int64_t kBlock = 16384;  // frames per read: decoding and resampling always
                                        // see the same blocks

bool is_rate(double rate_hz) { return rate_hz >= kLowestRateHz && rate_hz <= kHighestRateHz; }

/// Index of the first sample that is NaN, infinite or larger than kLargestSample, or -1.
std::ptrdiff_t first_unusable(std::span<const float> samples) {
  const auto usable = [](float x) { return std::abs(x) <= kLargestSample; };  // false for NaN
  std::array<int, 16> bad{};
  std::size_t i = 0;
  for (; i + bad.size() <= samples.size(); i += bad.size()) {
    for (std::size_t lane = 0; lane < bad.size(); ++lane)
      bad[lane] |= static_cast<int>(!usable(samples[i + lane]));
  }
  bool all = std::ranges::all_of(bad, [](int lane) { return lane == 0; });
  for (; i < samples.size(); ++i) all = all && usable(samples[i]);
  if (all) return -1;
  return std::ranges::find_if_not(samples, usable) - samples.begin();
}

}  // namespace

struct AudioReader::Impl {
  std::filesystem::path file;
  AudioInfo info;
  double sample_rate_hz = 0.0;
  std::int64_t expected_samples = 0;

  std::unique_ptr<Decoder> decoder;
  LevelMeter* meter = nullptr;
  std::int64_t frames_read = 0;
  std::int64_t samples_given = 0;
  bool ended = false;
  std::optional<Resampler> resampler;
  std::vector<float> interleaved;
  std::vector<float> mono;
  std::vector<float> pending;  // decoded, mixed and resampled
  std::size_t pending_begin = 0;

  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("{}: {}", file.string(), what));
  }

  void open() {
    decoder = open_decoder(file);
    info = decoder->info();
    if (!is_rate(info.sample_rate_hz)) {
      fail(fmt::format("sample rate: expected {} to {} Hz, found {}", kLowestRateHz, kHighestRateHz,
                       info.sample_rate_hz));
    }
    if (info.channels < 1 || info.channels > 1024)
      fail(fmt::format("channels: expected 1 to 1024, found {}", info.channels));
    if (info.n_frames <= 0) fail("expected at least one sample, found none");
    info.duration_s = static_cast<double>(info.n_frames) / info.sample_rate_hz;
  }

  /// Appends the next block to `pending`.
  void fill() {
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(pending_begin));
    pending_begin = 0;
    const std::int64_t wanted = std::min(kBlock, info.n_frames - frames_read);
    const std::int64_t got = decode(wanted);
    const std::span<const float> block = mix(got);
    frames_read += got;
    if (resampler) {
      resampler->push(block, pending);
    } else {
      pending.insert(pending.end(), block.begin(), block.end());
    }
    if (got == kBlock) return;
    ended = true;
    if (frames_read == 0) fail("expected at least one sample, found none");
    if (frames_read < info.n_frames) {
      fail(fmt::format("cut short or damaged: expected {} samples, the decoder stopped after {}",
                       info.n_frames, frames_read));
    }
    if (!resampler) return;
    resampler->finish(pending);
    // The filter's own rounding may give a sample more or less than the rule.
    const std::int64_t all = resampled_length(frames_read, info.sample_rate_hz, sample_rate_hz);
    pending.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, all - samples_given)), 0.0f);
  }

  std::int64_t decode(std::int64_t wanted) {
    interleaved.resize(static_cast<std::size_t>(wanted * info.channels));
    return wanted == 0 ? 0 : decoder->read(interleaved);
  }

  std::span<const float> mix(std::int64_t got) {
    const auto channels = static_cast<std::size_t>(info.channels);
    const std::span<const float> samples(interleaved.data(),
                                         static_cast<std::size_t>(got) * channels);
    const std::ptrdiff_t bad = decoder->may_exceed_full_scale() ? first_unusable(samples) : -1;
    if (bad >= 0) {
      fail(
          fmt::format("expected finite samples of at most {:g} (full scale is 1), found {} at "
                      "sample {} of channel {}",
                      kLargestSample, samples[static_cast<std::size_t>(bad)],
                      frames_read + bad / info.channels, bad % info.channels));
    }
    if (meter != nullptr) meter->push(samples, info.channels);
    if (channels == 1) return samples;
    mono.resize(static_cast<std::size_t>(got));
    for (std::size_t i = 0; i < mono.size(); ++i) {
      float sum = 0.0f;
      for (std::size_t c = 0; c < channels; ++c) sum += samples[i * channels + c];
      mono[i] = sum / static_cast<float>(channels);
    }
    return mono;
  }
};

AudioReader::AudioReader(std::filesystem::path file, double sample_rate_hz)
    : impl_(std::make_unique<Impl>()) {
  if (sample_rate_hz != 0.0 && !is_rate(sample_rate_hz)) {
    throw ConfigError(fmt::format("sample_rate_hz: expected 0 (the file's own) or {} to {}, got {}",
                                  kLowestRateHz, kHighestRateHz, sample_rate_hz));
  }
  impl_->file = std::move(file);
  impl_->open();
  const AudioInfo& info = impl_->info;
  impl_->sample_rate_hz = sample_rate_hz == 0.0 ? info.sample_rate_hz : sample_rate_hz;
  impl_->expected_samples = info.n_frames;
  if (impl_->sample_rate_hz != info.sample_rate_hz) {
    impl_->resampler.emplace(info.sample_rate_hz, impl_->sample_rate_hz);
    impl_->expected_samples =
        resampled_length(info.n_frames, info.sample_rate_hz, impl_->sample_rate_hz);
  }
}

AudioReader::~AudioReader() = default;
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;

const AudioInfo& AudioReader::info() const { return impl_->info; }
double AudioReader::sample_rate_hz() const { return impl_->sample_rate_hz; }
std::int64_t AudioReader::expected_samples() const { return impl_->expected_samples; }

std::size_t AudioReader::read(std::span<float> out) {
  std::size_t written = 0;
  while (written < out.size()) {
    const std::size_t ready = impl_->pending.size() - impl_->pending_begin;
    if (ready == 0) {
      if (impl_->ended) break;
      impl_->fill();
      continue;
    }
    const std::size_t n = std::min(ready, out.size() - written);
    std::copy_n(impl_->pending.data() + impl_->pending_begin, n, out.data() + written);
    impl_->pending_begin += n;
    impl_->samples_given += static_cast<std::int64_t>(n);
    written += n;
  }
  return written;
}

void AudioReader::measure(LevelMeter& meter) { impl_->meter = &meter; }

AudioInfo probe_audio(const std::filesystem::path& file) {
  return AudioReader(file, /*sample_rate_hz=*/0.0).info();
}

std::vector<float> read_audio(const std::filesystem::path& file, double sample_rate_hz) {
  AudioReader reader(file, sample_rate_hz);
  // A header may announce any length: memory grows with what is read.
  constexpr std::int64_t kFirst = std::int64_t{1} << 20;
  const std::int64_t expected = reader.expected_samples();
  std::vector<float> samples(static_cast<std::size_t>(std::min(expected, kFirst)));
  std::size_t size = 0;
  while (const std::size_t n = reader.read(std::span(samples).subspan(size))) {
    size += n;
    if (size < samples.size()) continue;
    if (static_cast<std::int64_t>(size) >= expected) {
      float one_more = 0.0f;  // lets the reader reach the end and check it
      const std::size_t more = reader.read({&one_more, 1});
      assert(more == 0);
      (void)more;
      break;
    }
    samples.resize(
        static_cast<std::size_t>(std::min(expected, 2 * static_cast<std::int64_t>(size))));
  }
  samples.resize(size);
  return samples;
}

AudioTags read_tags(const std::filesystem::path& file) {
  return needs_external_decoder(file) ? read_external_tags(file) : open_decoder(file)->tags();
}

}  // namespace genrebench
