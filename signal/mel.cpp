#include "signal/mel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cfloat>
#include <cmath>

#include "signal/error.hpp"
#include "signal/mel_kernel.hpp"

namespace genrebench {

using namespace lanes;

namespace {

// Slaney's scale: 3 mel each 200 Hz up to 1 kHz (15 mel), then 27 mel for a factor of 6.4.
constexpr double kHzPerMel = 200.0 / 3.0;
constexpr double kLogStartHz = 1000.0;
constexpr double kLogStartMel = kLogStartHz / kHzPerMel;
const double kLogStep = std::log(6.4) / 27.0;

/// Powers are compared as normal floats: the logarithm takes no denormals.
float smallest_power(const DbOptions& options) { return std::max(static_cast<float>(options.amin), FLT_MIN); }

float decibels_of(float power) { return decibels(fill(power))[0]; }

float largest_of(Vector values) {
  float largest = values[0];
  for (int lane = 1; lane < kLanes; ++lane) largest = largest < values[lane] ? values[lane] : largest;
  return largest;
}

/// Levels relative to 1 become levels relative to the reference, limited to top_db. NaN stays NaN.
void finish_levels(Eigen::MatrixXf& levels, float largest, const DbOptions& options) {
  const float reference =
      options.reference ? decibels_of(std::max(static_cast<float>(*options.reference), smallest_power(options))) : largest;
  const float least = options.top_db ? (largest - reference) - static_cast<float>(*options.top_db) : -FLT_MAX;
  float* level = levels.data();
  const Eigen::Index n = levels.size();
  for (Eigen::Index i = 0; i < n; ++i) {
    const float relative = level[i] - reference;
    level[i] = relative < least ? least : relative;
  }
}

}  // namespace

void validate(const MelOptions& options, double sample_rate_hz) {
  validate(static_cast<const StftOptions&>(options));
  if (!(sample_rate_hz > 0.0) || !std::isfinite(sample_rate_hz)) {
    throw ConfigError(fmt::format("sample_rate_hz: expected a positive number, got {}", sample_rate_hz));
  }
  if (options.n_mels < 1 || options.n_mels > 4096) {
    throw ConfigError(fmt::format("n_mels: expected 1 to 4096, got {}", options.n_mels));
  }
  const double nyquist_hz = sample_rate_hz / 2.0;
  if (!(options.fmin_hz >= 0.0 && options.fmin_hz < nyquist_hz)) {
    throw ConfigError(fmt::format("fmin_hz: expected at least 0 and below half the sample rate, {}, got {}", nyquist_hz,
                                  options.fmin_hz));
  }
  if (options.fmax_hz && !(*options.fmax_hz > options.fmin_hz && *options.fmax_hz <= nyquist_hz)) {
    throw ConfigError(fmt::format("fmax_hz: expected above fmin_hz, {}, and at most half the sample rate, {}, got {}",
                                  options.fmin_hz, nyquist_hz, *options.fmax_hz));
  }
}

void validate(const DbOptions& options) {
  if (!(options.amin > 0.0) || !std::isfinite(options.amin)) {
    throw ConfigError(fmt::format("amin: expected above 0, got {}", options.amin));
  }
  if (options.reference && (!(*options.reference > 0.0) || !std::isfinite(*options.reference))) {
    throw ConfigError(fmt::format("reference: expected above 0 or absent, got {}", *options.reference));
  }
  if (options.top_db && !(*options.top_db >= 0.0)) {
    throw ConfigError(fmt::format("top_db: expected at least 0 or absent, got {}", *options.top_db));
  }
}

double hz_to_mel(double frequency_hz, MelScale scale) {
  if (scale == MelScale::htk) return 2595.0 * std::log10(1.0 + frequency_hz / 700.0);
  if (frequency_hz < kLogStartHz) return frequency_hz / kHzPerMel;
  return kLogStartMel + std::log(frequency_hz / kLogStartHz) / kLogStep;
}

double mel_to_hz(double mel, MelScale scale) {
  if (scale == MelScale::htk) return 700.0 * (std::pow(10.0, mel / 2595.0) - 1.0);
  if (mel < kLogStartMel) return mel * kHzPerMel;
  return kLogStartHz * std::exp(kLogStep * (mel - kLogStartMel));
}

Eigen::MatrixXf mel_filter_bank(const MelOptions& options, double sample_rate_hz) {
  validate(options, sample_rate_hz);
  const double lowest = hz_to_mel(options.fmin_hz, options.scale);
  const double highest = hz_to_mel(options.fmax_hz.value_or(sample_rate_hz / 2.0), options.scale);
  std::vector<double> edges_hz;
  for (int m = 0; m < options.n_mels + 2; ++m) {
    edges_hz.push_back(mel_to_hz(lowest + (highest - lowest) * m / (options.n_mels + 1), options.scale));
  }
  const std::vector<double> bins_hz = fft_frequencies_hz(options.n_fft, sample_rate_hz);
  Eigen::MatrixXf bank(options.n_mels, static_cast<Eigen::Index>(bins_hz.size()));
  for (int m = 0; m < options.n_mels; ++m) {
    const auto edge = edges_hz.begin() + m;
    const double height = options.norm == MelNorm::slaney ? 2.0 / (edge[2] - edge[0]) : 1.0;
    for (Eigen::Index k = 0; k < bank.cols(); ++k) {
      const double bin_hz = bins_hz[static_cast<std::size_t>(k)];
      const double rising = (bin_hz - edge[0]) / (edge[1] - edge[0]);
      const double falling = (edge[2] - bin_hz) / (edge[2] - edge[1]);
      bank(m, k) = static_cast<float>(height * std::max(0.0, std::min(rising, falling)));
    }
  }
  return bank;
}

void power_to_db_in_place(Eigen::MatrixXf& power, const DbOptions& options) {
  validate(options);
  const Vector amin = fill(smallest_power(options));
  float* values = power.data();
  const Eigen::Index n = power.size();
  if (n == 0) return;
  Vector largest = fill(-FLT_MAX);
  Eigen::Index i = 0;
  for (; i + kLanes <= n; i += kLanes) {
    const Vector level = decibels(at_least(load(values + i), amin));
    largest = at_least(largest, level);
    store(values + i, level);
  }
  for (; i < n; ++i) {
    const Vector level = decibels(at_least(fill(values[i]), amin));
    largest = at_least(largest, level);
    values[i] = level[0];
  }
  finish_levels(power, largest_of(largest), options);
}

Eigen::MatrixXf power_to_db(Eigen::MatrixXf power, const DbOptions& options) {
  power_to_db_in_place(power, options);
  return power;
}

namespace lanes {

MelKernel::MelKernel(const MelOptions& options, double sample_rate_hz)
    : options_((validate(options, sample_rate_hz), options)), fft_(options.n_fft) {
  const Eigen::MatrixXf bank = mel_filter_bank(options, sample_rate_hz);
  for (Eigen::Index m = 0; m < bank.rows(); ++m) {
    Filter filter{0, 0, weights_.size()};
    for (Eigen::Index k = 0; k < bank.cols(); ++k) {
      if (bank(m, k) == 0.0f) continue;
      if (filter.count == 0) filter.first_bin = static_cast<int>(k);
      filter.count = static_cast<int>(k) - filter.first_bin + 1;
    }
    for (int i = 0; i < filter.count; ++i) weights_.push_back(bank(m, filter.first_bin + i));
    filters_.push_back(filter);
  }
}

MelKernel::Workspace::Workspace(const MelKernel& kernel)
    : fft(kernel.fft_),
      power(static_cast<std::size_t>(kernel.fft_.n_bins())),
      bands(static_cast<std::size_t>(kernel.options_.n_mels)) {}

Vector* MelKernel::bands(const FrameBatch& batch, Workspace& workspace) const {
  const Vector* power = workspace.power.data();
  Vector* bands = workspace.bands.data();
  fft_.power(batch.frames, workspace.fft, workspace.power.data());
  for (std::size_t m = 0; m < filters_.size(); ++m) {
    const Filter& filter = filters_[m];
    const float* weights = weights_.data() + filter.first_weight;
    Vector even = zero();
    Vector odd = zero();
    int i = 0;
    for (; i + 1 < filter.count; i += 2) {
      even += weights[i] * power[filter.first_bin + i];
      odd += weights[i + 1] * power[filter.first_bin + i + 1];
    }
    if (i < filter.count) even += weights[i] * power[filter.first_bin + i];
    bands[m] = even + odd;
  }
  return bands;
}

MelStream::MelStream(std::shared_ptr<const void> owner, const MelKernel& kernel, const std::optional<DbOptions>& db,
                     std::int64_t expected_samples)
    : owner_(std::move(owner)),
      kernel_(kernel),
      db_(db),
      workspace_(kernel),
      framer_(kernel.options()),
      result_(kernel.options().n_mels, frame_count(expected_samples, kernel.options())),
      amin_(fill(db ? smallest_power(*db) : 0.0f)),
      largest_(fill(-FLT_MAX)) {}

void MelStream::push(std::span<const float> samples) {
  framer_.push(samples, [this](const FrameBatch& batch) { use(batch); });
}

Eigen::MatrixXf MelStream::finish() {
  framer_.finish([this](const FrameBatch& batch) { use(batch); });
  Eigen::MatrixXf result = result_.take();
  if (db_) finish_levels(result, largest_of(largest_), *db_);
  return result;
}

void MelStream::use(const FrameBatch& batch) {
  Vector* bands = kernel_.bands(batch, workspace_);
  const int n_mels = kernel_.options().n_mels;
  if (db_) {
    for (int m = 0; m < n_mels; ++m) {
      bands[m] = decibels(at_least(bands[m], amin_));
      largest_ = at_least(largest_, bands[m]);  // lanes not wanted repeat the first
    }
  }
  store_columns(bands, n_mels, batch.count, result_.columns(batch.first, batch.count));
}

}  // namespace lanes

struct MelSpectrogram::Impl {
  MelKernel kernel;
};

MelSpectrogram::MelSpectrogram(const MelOptions& options, double sample_rate_hz)
    : impl_(std::make_shared<const Impl>(Impl{MelKernel(options, sample_rate_hz)})) {}

int MelSpectrogram::rows() const { return impl_->kernel.options().n_mels; }

std::unique_ptr<FrameStream> MelSpectrogram::stream(std::int64_t expected_samples) const {
  return std::make_unique<MelStream>(impl_, impl_->kernel, std::nullopt, expected_samples);
}

Eigen::MatrixXf MelSpectrogram::operator()(std::span<const float> clip) const {
  MelStream stream(impl_, impl_->kernel, std::nullopt, static_cast<std::int64_t>(clip.size()));
  stream.push(clip);
  return stream.finish();
}

struct LogMel::Impl {
  MelKernel kernel;
  DbOptions db;
};

LogMel::LogMel(const LogMelOptions& options, double sample_rate_hz)
    : impl_(std::make_shared<const Impl>(
          Impl{MelKernel(options, sample_rate_hz), (validate(options.db), options.db)})) {}

int LogMel::rows() const { return impl_->kernel.options().n_mels; }

std::unique_ptr<FrameStream> LogMel::stream(std::int64_t expected_samples) const {
  return std::make_unique<MelStream>(impl_, impl_->kernel, impl_->db, expected_samples);
}

Eigen::MatrixXf LogMel::operator()(std::span<const float> clip) const {
  MelStream stream(impl_, impl_->kernel, impl_->db, static_cast<std::int64_t>(clip.size()));
  stream.push(clip);
  return stream.finish();
}

}  // namespace genrebench
