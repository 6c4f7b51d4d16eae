#include "signal/features/descriptors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cfloat>
#include <cmath>

#include "base/error.hpp"
#include "signal/spectrum/framing.hpp"
#include "signal/spectrum/lane_fft.hpp"

namespace genrebench {

using namespace lanes;

namespace {

/// The bins of one contrast band and how many of them make its peak and its valley.
struct ContrastBand {
  int first_bin;
  int count;
  int quantile_count;
};

/// librosa's rule: octave edges, each band but the first takes one bin more at its lower end, each
/// but the last gives one away at its upper end after the quantile is counted.
std::vector<ContrastBand> contrast_bands(const DescriptorOptions& options, double sample_rate_hz) {
  const std::vector<double> bins_hz = fft_frequencies_hz(options.n_fft, sample_rate_hz);
  const int n_bins = static_cast<int>(bins_hz.size());
  std::vector<ContrastBand> bands;
  for (int band = 0; band <= options.contrast_bands; ++band) {
    const double low_hz = band == 0 ? 0.0 : options.contrast_fmin_hz * std::exp2(band - 1);
    const double high_hz = options.contrast_fmin_hz * std::exp2(band);
    const bool last = band == options.contrast_bands;
    if (low_hz >= sample_rate_hz / 2.0) {
      throw ConfigError(
          fmt::format("contrast_bands: expected bands that begin below half the sample rate, {} "
                      "Hz, got band {} at {} Hz",
                      sample_rate_hz / 2.0, band, low_hz));
    }
    int first = static_cast<int>(std::lower_bound(bins_hz.begin(), bins_hz.end(), low_hz) -
                                 bins_hz.begin());
    int end = last ? n_bins
                   : static_cast<int>(std::upper_bound(bins_hz.begin(), bins_hz.end(), high_hz) -
                                      bins_hz.begin());
    const bool empty = first >= end;
    if (band > 0) --first;
    const int quantile_count =
        std::max(1, static_cast<int>(std::nearbyint(options.contrast_quantile * (end - first))));
    if (!last) --end;
    if (empty || end <= first) {
      throw ConfigError(
          fmt::format("n_fft: expected enough for a bin in contrast band {}, {} to {} Hz, got {}",
                      band, low_hz, high_hz, options.n_fft));
    }
    bands.push_back({first, end - first, std::min(quantile_count, end - first)});
  }
  return bands;
}

/// n_chroma x (1 + n_fft / 2), row-major. Source: librosa.filters.chroma (octave centre 5, width 2,
/// first row C), after Ellis 2007.
std::vector<float> chroma_filters(const DescriptorOptions& options, double sample_rate_hz) {
  const int n = options.n_chroma;
  const int n_bins = options.n_fft / 2 + 1;
  const double a0_hz = 440.0 * std::exp2(options.tuning / n) / 16.0;
  // One position more than the bins, for the widths.
  std::vector<double> position;  // in chroma bins above A0
  for (int k = 0; k <= n_bins; ++k)
    position.push_back(n * std::log2(std::max(k, 1) * sample_rate_hz / options.n_fft / a0_hz));
  position[0] = position[1] - 1.5 * n;
  const double half = std::nearbyint(n / 2.0);
  std::vector<float> filters(static_cast<std::size_t>(n) * static_cast<std::size_t>(n_bins));
  std::vector<double> column(static_cast<std::size_t>(n));
  for (int k = 0; k < n_bins; ++k) {
    const auto bin = static_cast<std::size_t>(k);
    const double width = std::max(position[bin + 1] - position[bin], 1.0);
    double energy = 0.0;
    for (int c = 0; c < n; ++c) {
      const double turned = position[bin] - c + half + 10.0 * n;
      const double distance = turned - n * std::floor(turned / n) - half;
      const double weight = std::exp(-0.5 * std::pow(2.0 * distance / width, 2));
      column[static_cast<std::size_t>(c)] = weight;
      energy += weight * weight;
    }
    const double octave = std::exp(-0.5 * std::pow((position[bin] / n - 5.0) / 2.0, 2));
    for (int c = 0; c < n; ++c) {
      const int row = ((c - 3 * (n / 12)) % n + n) % n;
      filters[static_cast<std::size_t>(row) * static_cast<std::size_t>(n_bins) + bin] =
          static_cast<float>(column[static_cast<std::size_t>(c)] / std::sqrt(energy) * octave);
    }
  }
  return filters;
}

void check(const DescriptorOptions& options, double sample_rate_hz) {
  validate(options);
  if (!(sample_rate_hz > 0.0) || !std::isfinite(sample_rate_hz)) {
    throw ConfigError(
        fmt::format("sample_rate_hz: expected a positive number, got {}", sample_rate_hz));
  }
  if (descriptor_names(options).empty())
    throw ConfigError("descriptors: expected at least one, got none");
  if (!(options.roll_off_fraction > 0.0 && options.roll_off_fraction < 1.0)) {
    throw ConfigError(fmt::format("roll_off_fraction: expected between 0 and 1, got {}",
                                  options.roll_off_fraction));
  }
  if (options.contrast_bands < 1 || options.contrast_bands > 12) {
    throw ConfigError(
        fmt::format("contrast_bands: expected 1 to 12, got {}", options.contrast_bands));
  }
  if (!(options.contrast_fmin_hz > 0.0)) {
    throw ConfigError(
        fmt::format("contrast_fmin_hz: expected above 0, got {}", options.contrast_fmin_hz));
  }
  if (!(options.contrast_quantile > 0.0 && options.contrast_quantile < 1.0)) {
    throw ConfigError(fmt::format("contrast_quantile: expected between 0 and 1, got {}",
                                  options.contrast_quantile));
  }
  if (options.n_chroma < 1 || options.n_chroma > 96) {
    throw ConfigError(fmt::format("n_chroma: expected 1 to 96, got {}", options.n_chroma));
  }
  if (!(std::abs(options.tuning) <= 0.5)) {
    throw ConfigError(fmt::format("tuning: expected -0.5 to 0.5, got {}", options.tuning));
  }
}

/// sqrt of n vectors.
void square_roots(const Vector* in, int n, Vector* out) {
  using Values = Eigen::Array<float, Eigen::Dynamic, 1>;
  const Eigen::Index size = static_cast<Eigen::Index>(n) * kLanes;
  Eigen::Map<Values>(reinterpret_cast<float*>(out), size) =
      Eigen::Map<const Values>(reinterpret_cast<const float*>(in), size).sqrt();
}

/// librosa.zero_crossings: what is within 1e-10 of 0 counts as 0, and 0 as positive.
int count_crossings(const float* samples, std::int64_t count) {
  int crossings = 0;
  for (std::int64_t n = 1; n < count; ++n)
    crossings += (samples[n - 1] < -1e-10f) != (samples[n] < -1e-10f) ? 1 : 0;
  return crossings;
}

}  // namespace

std::vector<std::string> descriptor_names(const DescriptorOptions& options) {
  std::vector<std::string> names;
  if (options.centroid) names.emplace_back("centroid");
  if (options.bandwidth) names.emplace_back("bandwidth");
  for (int b = 0; options.contrast && b <= options.contrast_bands; ++b)
    names.push_back(fmt::format("contrast_{}", b));
  if (options.roll_off) names.emplace_back("roll_off");
  for (int c = 0; options.chroma && c < options.n_chroma; ++c)
    names.push_back(fmt::format("chroma_{}", c));
  if (options.zero_crossing_rate) names.emplace_back("zero_crossing_rate");
  if (options.rms) names.emplace_back("rms");
  return names;
}

struct Descriptors::Impl {
  DescriptorOptions options;
  LaneFft fft;
  std::vector<float> bins_hz;
  std::vector<ContrastBand> bands;
  std::vector<float> chroma;
  int rows;
  int contrast_row;  // of the first contrast row

  Impl(const DescriptorOptions& wanted, double sample_rate_hz)
      : options((check(wanted, sample_rate_hz), wanted)),
        fft(options.n_fft),
        rows(static_cast<int>(descriptor_names(options).size())),
        contrast_row((options.centroid ? 1 : 0) + (options.bandwidth ? 1 : 0)) {
    for (const double bin_hz : fft_frequencies_hz(options.n_fft, sample_rate_hz))
      bins_hz.push_back(static_cast<float>(bin_hz));
    if (options.contrast) bands = contrast_bands(options, sample_rate_hz);
    if (options.chroma) chroma = chroma_filters(options, sample_rate_hz);
  }
};

namespace {

/// Rows of the result, then the valleys of the contrast bands: only the whole clip tells what their
/// levels are limited to.
template <typename Plan>
class DescriptorStream final : public FrameStream {
 public:
  DescriptorStream(std::shared_ptr<const Plan> plan, std::int64_t expected_samples)
      : plan_(std::move(plan)),
        workspace_(plan_->fft),
        power_(static_cast<std::size_t>(plan_->fft.n_bins())),
        magnitude_(static_cast<std::size_t>(plan_->fft.n_bins())),
        out_(static_cast<std::size_t>(plan_->rows) + plan_->bands.size()),
        framer_(plan_->options),
        result_(plan_->rows + static_cast<int>(plan_->bands.size()),
                frame_count(expected_samples, plan_->options)) {}

  void push(std::span<const float> samples) override {
    framer_.push(samples, [this](const FrameBatch& batch) { use(batch); });
  }

  Eigen::MatrixXf finish() override {
    framer_.finish([this](const FrameBatch& batch) { use(batch); });
    const Eigen::MatrixXf all = result_.take();
    Eigen::MatrixXf result = all.topRows(plan_->rows);
    if (plan_->options.contrast) {
      const auto n_bands = static_cast<Eigen::Index>(plan_->bands.size());
      const double peak_floor_db = floor_db(all.middleRows(plan_->contrast_row, n_bands));
      const double valley_floor_db = floor_db(all.bottomRows(n_bands));
      for (Eigen::Index t = 0; t < all.cols(); ++t) {
        for (Eigen::Index b = 0; b < n_bands; ++b) {
          const double peak_db = level_db(all(plan_->contrast_row + b, t));
          const double valley_db = level_db(all(plan_->rows + b, t));
          result(plan_->contrast_row + b, t) = static_cast<float>(
              std::max(peak_db, peak_floor_db) - std::max(valley_db, valley_floor_db));
        }
      }
    }
    return result;
  }

 private:
  /// librosa.power_to_db of magnitudes, as its contrast has it; NaN stays NaN.
  static double level_db(float value) {
    return 10.0 * std::log10(value < 1e-10f ? 1e-10 : static_cast<double>(value));
  }

  static double floor_db(const Eigen::Ref<const Eigen::MatrixXf, 0, Eigen::OuterStride<>>& values) {
    float largest = 0.0f;
    for (Eigen::Index t = 0; t < values.cols(); ++t) {
      for (Eigen::Index b = 0; b < values.rows(); ++b)
        largest = largest < values(b, t) ? values(b, t) : largest;
    }
    return level_db(largest) - 80.0;
  }

  void use(const FrameBatch& batch) {
    const DescriptorOptions& options = plan_->options;
    const int n_bins = plan_->fft.n_bins();
    const Vector* power = power_.data();
    const Vector* magnitude = magnitude_.data();
    Vector* out = out_.data();
    plan_->fft.power(batch.frames, workspace_, power_.data());
    square_roots(power, n_bins, magnitude_.data());

    Vector total{};
    Vector moment{};
    for (int k = 0; k < n_bins; ++k) {
      total += magnitude[k];
      moment += plan_->bins_hz[static_cast<std::size_t>(k)] * magnitude[k];
    }
    const Vector divisor = total < FLT_MIN ? simd::fill(1.0f) : total;  // silence: 0 Hz
    const Vector centroid_hz = moment / divisor;
    if (options.centroid) *out++ = centroid_hz;
    if (options.bandwidth) {
      Vector spread{};
      for (int k = 0; k < n_bins; ++k) {
        const Vector distance = plan_->bins_hz[static_cast<std::size_t>(k)] - centroid_hz;
        spread += distance * distance * magnitude[k];
      }
      spread /= divisor;
      square_roots(&spread, 1, out++);
    }
    if (options.contrast) {
      contrast(total, out);
      out += plan_->bands.size();
    }
    if (options.roll_off) *out++ = roll_off(total);
    if (options.chroma) {
      chroma(out);
      out += options.n_chroma;
    }
    for (int lane = 0; lane < kLanes; ++lane) {
      if (lane >= batch.count) break;
      Vector* row = out;
      if (options.zero_crossing_rate) (*row++)[lane] = crossing_rate(batch, lane);
      if (options.rms) (*row++)[lane] = root_mean_square(batch.frames[lane]);
    }
    const int rows = plan_->rows + static_cast<int>(plan_->bands.size());
    store_columns(out_.data(), rows, batch.count, result_.columns(batch.first, batch.count));
  }

  void contrast(Vector total, Vector* peaks) {
    Vector* valleys = out_.data() + plan_->rows;
    for (std::size_t b = 0; b < plan_->bands.size(); ++b) {
      const ContrastBand& band = plan_->bands[b];
      const std::ptrdiff_t quantile = band.quantile_count;
      for (int lane = 0; lane < kLanes; ++lane) {
        if (!std::isfinite(total[lane])) {  // NaN cannot be sorted
          peaks[b][lane] = valleys[b][lane] = total[lane] - total[lane];
          continue;
        }
        sorted_.clear();
        for (int k = 0; k < band.count; ++k)
          sorted_.push_back(magnitude_.data()[band.first_bin + k][lane]);
        std::nth_element(sorted_.begin(), sorted_.begin() + (quantile - 1), sorted_.end());
        float low = 0.0f;
        for (std::ptrdiff_t i = 0; i < quantile; ++i) low += sorted_[static_cast<std::size_t>(i)];
        std::nth_element(sorted_.begin(), sorted_.end() - quantile, sorted_.end());
        float high = 0.0f;
        for (std::ptrdiff_t i = 1; i <= quantile; ++i)
          high += sorted_[sorted_.size() - static_cast<std::size_t>(i)];
        valleys[b][lane] = low / static_cast<float>(quantile);
        peaks[b][lane] = high / static_cast<float>(quantile);
      }
    }
  }

  Vector roll_off(Vector total) const {
    const int n_bins = plan_->fft.n_bins();
    const Vector* magnitude = magnitude_.data();
    const Vector threshold = static_cast<float>(plan_->options.roll_off_fraction) * total;
    Vector sum{};
    Vector bins_below{};
    for (int k = 0; k < n_bins; ++k) {
      sum += magnitude[k];
      bins_below += sum < threshold ? simd::fill(1.0f) : Vector{};
    }
    return bins_below * plan_->bins_hz[1] + (total - total);
  }

  void chroma(Vector* out) {
    const int n_bins = plan_->fft.n_bins();
    const Vector* power = power_.data();
    Vector largest{};
    for (int c = 0; c < plan_->options.n_chroma; ++c) {
      const float* weights =
          &plan_->chroma[static_cast<std::size_t>(c) * static_cast<std::size_t>(n_bins)];
      Vector sums[4] = {};
      for (int k = 0; k < n_bins; ++k) sums[k % 4] += weights[k] * power[k];
      out[c] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
      largest = simd::at_least(largest, out[c]);
    }
    const Vector scale = largest < FLT_MIN ? simd::fill(1.0f) : largest;
    for (int c = 0; c < plan_->options.n_chroma; ++c) out[c] = out[c] / scale;
  }

  /// The padding is taken to repeat the clip's first and last sample, so that it adds no crossing.
  float crossing_rate(const FrameBatch& batch, int lane) const {
    const std::int64_t begin = batch.position + std::int64_t{lane} * plan_->options.hop_length;
    const std::int64_t first = std::max<std::int64_t>(begin, 0);
    const std::int64_t end = std::min(begin + plan_->options.n_fft, framer_.n_samples());
    return static_cast<float>(count_crossings(batch.frames[lane] + (first - begin), end - first)) /
           static_cast<float>(plan_->options.n_fft);
  }

  float root_mean_square(const float* frame) const {
    std::array<float, 16> sums{};  // n_fft is even, at least 16
    const int n = plan_->options.n_fft;
    int i = 0;
    for (; i + 16 <= n; i += 16) {
      for (std::size_t lane = 0; lane < 16; ++lane) {
        const float x = frame[static_cast<std::size_t>(i) + lane];
        sums[lane] += x * x;
      }
    }
    double sum = 0.0;
    for (; i < n; ++i) sum += static_cast<double>(frame[i]) * static_cast<double>(frame[i]);
    for (const float part : sums) sum += static_cast<double>(part);
    return static_cast<float>(std::sqrt(sum / n));
  }

  std::shared_ptr<const Plan> plan_;
  LaneFft::Workspace workspace_;
  simd::Array<float> power_;
  simd::Array<float> magnitude_;
  simd::Array<float> out_;
  std::vector<float> sorted_;
  Framer framer_;
  GrowingMatrix result_;
};

}  // namespace

Descriptors::Descriptors(const DescriptorOptions& options, double sample_rate_hz)
    : impl_(std::make_shared<const Impl>(options, sample_rate_hz)) {}

int Descriptors::rows() const { return impl_->rows; }

std::unique_ptr<FrameStream> Descriptors::stream(std::int64_t expected_samples) const {
  return std::make_unique<DescriptorStream<Impl>>(impl_, expected_samples);
}

Eigen::MatrixXf Descriptors::operator()(std::span<const float> clip) const {
  return of_whole_clip(*this, clip);
}

}  // namespace genrebench
