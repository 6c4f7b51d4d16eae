#include "signal/fingerprint/fingerprint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

#include "base/error.hpp"
#include "signal/audio/resampler.hpp"
#include "signal/spectrum/decibels.hpp"
#include "signal/spectrum/framing.hpp"
#include "signal/spectrum/lane_fft.hpp"

namespace genrebench {

using namespace lanes;

namespace {

constexpr double kRateHz = 11025.0;
constexpr StftOptions kStft{
    .n_fft = 2048, .hop_length = 256, .centred = true, .pad_mode = PadMode::constant};
constexpr double kFrameS = kStft.hop_length / kRateHz;
constexpr int kBandsPerOctave = 24;
constexpr int kBands = 128;
static_assert(FingerprintScale::octaves * kBandsPerOctave == kBands);
constexpr float kSemitonesPerBand = 12.0f / kBandsPerOctave;

constexpr int kTimeReach = 9;   // frames in which a peak is the largest, on either side: 0.2 s
constexpr int kPitchReach = 6;  // bands, likewise: 3 semitones

constexpr float kFullScaleDb = 54.2f;  // of a full-scale sine under the Hann window: (n_fft / 4)^2
constexpr float kFloorDb = kFullScaleDb - 90.0f;

/// Triangles on a logarithmic axis, at least a bin of the transform to either side.
class Bands {
 public:
  Bands() {
    const double bin_hz = kRateHz / kStft.n_fft;
    const double step = std::exp2(1.0 / kBandsPerOctave);
    for (int band = 0; band < kBands; ++band) {
      const double centre = FingerprintScale::lowest_hz *
                            std::exp2(static_cast<double>(band) / kBandsPerOctave) / bin_hz;
      const double below = std::max(1.0, centre - centre / step);
      const double above = std::max(1.0, centre * step - centre);
      const int first = static_cast<int>(std::floor(centre - below)) + 1;
      starts_.push_back({first, weights_.size()});
      double sum = 0.0;
      for (int bin = first; bin < centre + above; ++bin) {
        const double weight =
            1.0 - (bin < centre ? (centre - bin) / below : (bin - centre) / above);
        weights_.push_back(static_cast<float>(weight));
        sum += weight;
      }
      for (std::size_t i = starts_.back().weight; i < weights_.size(); ++i)
        weights_[i] /= static_cast<float>(sum);
    }
    starts_.push_back({0, weights_.size()});
  }

  /// @param levels  kBands vectors, dB
  void operator()(const Vector* power, Vector* levels) const {
    const Vector least = simd::fill(1e-12f);
    for (std::size_t band = 0; band < kBands; ++band) {
      const Vector* from = power + starts_[band].bin;
      Vector sum{};
      for (std::size_t i = starts_[band].weight; i < starts_[band + 1].weight; ++i)
        sum += weights_[i] * *from++;
      levels[band] = decibels(simd::at_least(sum, least));
    }
  }

 private:
  struct Start {
    int bin;
    std::size_t weight;
  };
  std::vector<Start> starts_;
  std::vector<float> weights_;
};

/// Tables that all fingerprinters share.
struct Spectrum {
  LaneFft fft{kStft.n_fft};
  Bands bands;
};

const Spectrum& spectrum() {
  static const Spectrum kSpectrum;
  return kSpectrum;
}

/// The position of the vertex of the parabola through three neighbours, relative to the middle one,
/// which is at least as high as the others.
float vertex(float before, float middle, float after) {
  const float curvature = before - 2.0f * middle + after;
  return curvature < 0.0f ? std::clamp(0.5f * (before - after) / curvature, -0.5f, 0.5f) : 0.0f;
}

/// Finds peaks among the last frames, which it keeps in a ring.
class PeakPicker {
 public:
  /// Adds a frame of kBands levels.
  void push(const float* levels) {
    std::copy_n(levels, kBands, frame(n_frames_));
    ++n_frames_;
    if (n_frames_ > kTimeReach) pick(n_frames_ - 1 - kTimeReach);
  }

  std::vector<SpectralPeak> finish() {
    for (std::int64_t t = std::max<std::int64_t>(0, n_frames_ - kTimeReach); t < n_frames_; ++t)
      pick(t);
    return std::move(peaks_);
  }

 private:
  static constexpr std::int64_t kFrames = 32;
  static_assert(kFrames >= 2 * kTimeReach + 1);

  float* frame(std::int64_t t) { return levels_.data() + (t % kFrames) * kBands; }

  void pick(std::int64_t t) {
    const std::int64_t first = std::max<std::int64_t>(0, t - kTimeReach),
                       last = std::min(n_frames_ - 1, t + kTimeReach);
    const float* now = frame(t);
    for (int band = 1; band + 1 < kBands; ++band) {
      const float level = now[band];
      if (level < kFloorDb || level <= now[band - 1] || level < now[band + 1]) continue;
      if (!largest(t, band, first, last)) continue;
      const float before = t > first ? frame(t - 1)[band] : level,
                  after = t < last ? frame(t + 1)[band] : level;
      peaks_.push_back({static_cast<float>((static_cast<double>(t) +
                                            static_cast<double>(vertex(before, level, after))) *
                                           kFrameS),
                        (static_cast<float>(band) + vertex(now[band - 1], level, now[band + 1])) *
                            kSemitonesPerBand});
    }
  }

  /// Of equals, the earliest is the largest.
  bool largest(std::int64_t t, int band, std::int64_t first, std::int64_t last) {
    const float level = frame(t)[band];
    const int low = std::max(0, band - kPitchReach),
              high = std::min(kBands - 1, band + kPitchReach);
    for (std::int64_t other = first; other <= last; ++other) {
      const float* levels = frame(other);
      for (int b = low; b <= high; ++b)
        if (levels[b] > level || (levels[b] == level && other < t)) return false;
    }
    return true;
  }

  std::vector<float> levels_ = std::vector<float>(kFrames * kBands);
  std::int64_t n_frames_ = 0;
  std::vector<SpectralPeak> peaks_;
};

}  // namespace

struct Fingerprinter::Impl {
  explicit Impl(double sample_rate_hz) : rate_hz(sample_rate_hz) {
    if (!(rate_hz > 0.0) || !std::isfinite(rate_hz))
      throw ConfigError(fmt::format("sample_rate_hz: expected a positive number, got {}", rate_hz));
    if (rate_hz != kRateHz) resampler.emplace(rate_hz, kRateHz);
  }

  void use(const FrameBatch& batch) {
    spectrum().fft.power(batch.frames, workspace, power.data());
    spectrum().bands(power.data(), levels.data());
    store_columns(levels.data(), kBands, batch.count, columns.data());
    for (int lane = 0; lane < batch.count; ++lane) picker.push(columns.data() + lane * kBands);
  }

  void analyse(std::span<const float> samples) {
    framer.push(samples, [this](const FrameBatch& batch) { use(batch); });
  }

  double rate_hz;
  std::int64_t n_samples = 0;
  std::optional<Resampler> resampler;
  std::vector<float> resampled;
  Framer framer{kStft};
  LaneFft::Workspace workspace{spectrum().fft};
  simd::Array<float> power{static_cast<std::size_t>(spectrum().fft.n_bins())};
  simd::Array<float> levels{kBands};
  std::array<float, static_cast<std::size_t>(kLanes) * kBands> columns{};
  PeakPicker picker;
};

Fingerprinter::Fingerprinter(double sample_rate_hz)
    : impl_(std::make_unique<Impl>(sample_rate_hz)) {}
Fingerprinter::~Fingerprinter() = default;
Fingerprinter::Fingerprinter(Fingerprinter&&) noexcept = default;
Fingerprinter& Fingerprinter::operator=(Fingerprinter&&) noexcept = default;

void Fingerprinter::push(std::span<const float> samples) {
  impl_->n_samples += static_cast<std::int64_t>(samples.size());
  if (!impl_->resampler) return impl_->analyse(samples);
  impl_->resampled.clear();
  impl_->resampler->push(samples, impl_->resampled);
  impl_->analyse(impl_->resampled);
}

Fingerprint Fingerprinter::finish() {
  Fingerprint result;
  result.duration_s = static_cast<double>(impl_->n_samples) / impl_->rate_hz;
  if (impl_->resampler) {
    impl_->resampled.clear();
    impl_->resampler->finish(impl_->resampled);
    impl_->analyse(impl_->resampled);
  }
  if (impl_->framer.n_samples() > 0)
    impl_->framer.finish([this](const FrameBatch& batch) { impl_->use(batch); });
  result.peaks = impl_->picker.finish();
  std::sort(result.peaks.begin(), result.peaks.end(),
            [](const SpectralPeak& a, const SpectralPeak& b) {
              return a.time_s != b.time_s ? a.time_s < b.time_s : a.pitch < b.pitch;
            });
  return result;
}

Fingerprint fingerprint(std::span<const float> samples, double sample_rate_hz) {
  Fingerprinter fingerprinter(sample_rate_hz);
  fingerprinter.push(samples);
  return fingerprinter.finish();
}

}  // namespace genrebench
