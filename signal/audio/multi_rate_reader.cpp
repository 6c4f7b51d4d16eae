#include "signal/audio/multi_rate_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/profile.hpp"
#include "signal/audio/decoder.hpp"
#include "signal/audio/level_meter.hpp"
#include "signal/audio/resampler.hpp"

namespace genrebench {
namespace {

constexpr double kLowestRateHz = 1000.0;
constexpr double kHighestRateHz = 768000.0;
constexpr std::int64_t kBlock = 16384;  // frames per read: decoding and resampling always
                                        // see the same blocks

std::atomic<std::size_t> decoded_files = 0;

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

/// The samples of a file at one rate.
class RateOutput {
 public:
  RateOutput(double rate_hz, const AudioInfo& info)
      : rate_hz_(rate_hz), file_rate_hz_(info.sample_rate_hz) {
    if (rate_hz != file_rate_hz_) resampler_.emplace(file_rate_hz_, rate_hz);
  }

  double rate_hz() const { return rate_hz_; }
  bool resamples() const { return resampler_.has_value(); }
  std::int64_t length(std::int64_t n_frames) const {
    return resampler_ ? resampled_length(n_frames, file_rate_hz_, rate_hz_) : n_frames;
  }
  /// Those of the last block.
  std::span<const float> samples() const { return resampler_ ? std::span(resampled_) : block_; }

  void push(std::span<const float> block) {
    block_ = block;
    if (!resampler_) return;
    resampled_.clear();
    resampler_->push(block, resampled_);
    n_given_ += std::ssize(resampled_);
  }

  /// Adds the filter's tail to what the last push() gave.
  void finish(std::int64_t n_frames) {
    if (!resampler_) return;
    n_given_ -= std::ssize(resampled_);
    resampler_->finish(resampled_);
    // The filter's own rounding may give a sample more or less than the rule.
    const std::int64_t rest = length(n_frames) - n_given_;
    resampled_.resize(static_cast<std::size_t>(std::max<std::int64_t>(0, rest)), 0.0f);
    n_given_ += std::ssize(resampled_);
  }

 private:
  double rate_hz_;
  double file_rate_hz_;
  std::optional<Resampler> resampler_;
  std::vector<float> resampled_;  ///< of the last block
  std::span<const float> block_;  ///< the last one, not resampled
  std::int64_t n_given_ = 0;
};

}  // namespace

struct MultiRateReader::Impl {
  std::filesystem::path file;
  AudioInfo info;
  std::unique_ptr<Decoder> decoder;
  LevelMeter* meter = nullptr;
  std::int64_t frames_read = 0;
  bool begun = false;
  bool ended = false;
  std::vector<float> interleaved;
  std::vector<float> mono;
  std::vector<RateOutput> outputs;

  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("{}: {}", file.string(), what));
  }

  void open() {
    const ProfileSpan span("decoding");
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

  void read_block() {
    if (!begun) ++decoded_files;
    begun = true;
    const std::int64_t wanted = std::min(kBlock, info.n_frames - frames_read);
    const std::int64_t got = decode(wanted);
    const std::span<const float> block = mix(got);
    frames_read += got;
    resample(block);
    if (got == kBlock) return;
    ended = true;
    if (frames_read == 0) fail("expected at least one sample, found none");
    if (frames_read < info.n_frames) {
      fail(fmt::format("cut short or damaged: expected {} samples, the decoder stopped after {}",
                       info.n_frames, frames_read));
    }
    for (RateOutput& output : outputs) output.finish(frames_read);
  }

  void resample(std::span<const float> block) {
    for (RateOutput& output : outputs) {
      std::optional<ProfileSpan> span;
      if (output.resamples()) span.emplace("resampling");
      output.push(block);
    }
  }

  std::int64_t decode(std::int64_t wanted) {
    const ProfileSpan span("decoding");
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

MultiRateReader::MultiRateReader(std::filesystem::path file) : impl_(std::make_unique<Impl>()) {
  impl_->file = std::move(file);
  impl_->open();
}

MultiRateReader::~MultiRateReader() = default;
MultiRateReader::MultiRateReader(MultiRateReader&&) noexcept = default;
MultiRateReader& MultiRateReader::operator=(MultiRateReader&&) noexcept = default;

const AudioInfo& MultiRateReader::info() const { return impl_->info; }

std::size_t MultiRateReader::add_rate(double sample_rate_hz) {
  require_sample_rate(sample_rate_hz);
  if (sample_rate_hz == 0.0) sample_rate_hz = impl_->info.sample_rate_hz;
  std::vector<RateOutput>& outputs = impl_->outputs;
  const auto found = std::ranges::find(outputs, sample_rate_hz, &RateOutput::rate_hz);
  const auto number = static_cast<std::size_t>(found - outputs.begin());
  if (found == outputs.end()) outputs.emplace_back(sample_rate_hz, impl_->info);
  return number;
}

double MultiRateReader::sample_rate_hz(std::size_t rate) const {
  return impl_->outputs[rate].rate_hz();
}

std::int64_t MultiRateReader::expected_samples(std::size_t rate) const {
  return impl_->outputs[rate].length(impl_->info.n_frames);
}

void MultiRateReader::measure(LevelMeter& meter) { impl_->meter = &meter; }

bool MultiRateReader::next() {
  if (impl_->ended) return false;
  impl_->read_block();
  return true;
}

std::span<const float> MultiRateReader::samples(std::size_t rate) const {
  return impl_->outputs[rate].samples();
}

void require_sample_rate(double sample_rate_hz) {
  if (sample_rate_hz != 0.0 && !is_rate(sample_rate_hz)) {
    throw ConfigError(fmt::format("sample_rate_hz: expected 0 (the file's own) or {} to {}, got {}",
                                  kLowestRateHz, kHighestRateHz, sample_rate_hz));
  }
}

std::size_t n_decoded_files() { return decoded_files; }

}  // namespace genrebench
