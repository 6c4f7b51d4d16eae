#include "signal/audio/audio.hpp"

#include <algorithm>
#include <cassert>
#include <utility>

#include "signal/audio/decoder.hpp"
#include "signal/audio/external_decoder.hpp"
#include "signal/audio/multi_rate_reader.hpp"

namespace genrebench {
struct AudioReader::Impl {
  MultiRateReader reader;
  std::vector<float> pending = {};  // decoded, mixed and resampled
  std::size_t pending_begin = 0;

  /// Appends the next block to `pending`. @return  false: there is none
  bool fill() {
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(pending_begin));
    pending_begin = 0;
    if (!reader.next()) return false;
    const std::span<const float> samples = reader.samples(0);
    pending.insert(pending.end(), samples.begin(), samples.end());
    return true;
  }
};

AudioReader::AudioReader(std::filesystem::path file, double sample_rate_hz) {
  require_sample_rate(sample_rate_hz);
  impl_ = std::make_unique<Impl>(Impl{MultiRateReader(std::move(file))});
  impl_->reader.add_rate(sample_rate_hz);
}

AudioReader::~AudioReader() = default;
AudioReader::AudioReader(AudioReader&&) noexcept = default;
AudioReader& AudioReader::operator=(AudioReader&&) noexcept = default;

const AudioInfo& AudioReader::info() const { return impl_->reader.info(); }
double AudioReader::sample_rate_hz() const { return impl_->reader.sample_rate_hz(0); }
std::int64_t AudioReader::expected_samples() const { return impl_->reader.expected_samples(0); }

std::size_t AudioReader::read(std::span<float> out) {
  std::size_t written = 0;
  while (written < out.size()) {
    const std::size_t ready = impl_->pending.size() - impl_->pending_begin;
    if (ready == 0) {
      if (!impl_->fill()) break;
      continue;
    }
    const std::size_t n = std::min(ready, out.size() - written);
    std::copy_n(impl_->pending.data() + impl_->pending_begin, n, out.data() + written);
    impl_->pending_begin += n;
    written += n;
  }
  return written;
}

void AudioReader::measure(LevelMeter& meter) { impl_->reader.measure(meter); }

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
