#include "pipeline/deformations/support/wsola.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <utility>

namespace genrebench {
namespace {

constexpr double kWindow_s = 0.046;
constexpr double kSearch_s = 0.012;
constexpr std::int64_t kCoarse = 4;  // samples per step of the first search

using Map = Eigen::Map<const Eigen::VectorXf>;

/// A signal with silence before and behind it, whose windows can be compared.
class Signal {
 public:
  Signal(const std::vector<float>& samples, std::int64_t margin)
      : padded_(samples.size() + 2 * static_cast<std::size_t>(margin)), margin_(margin) {
    std::copy(samples.begin(), samples.end(), padded_.begin() + margin);
  }

  const float* at(std::int64_t i) const { return padded_.data() + margin_ + i; }

  /// How well n samples from `a` agree with those from `b`: their correlation, by the norm of the
  /// former; 0 if these are silent.
  float similarity(std::int64_t a, std::int64_t b, std::int64_t n) const {
    const Map x(at(a), n), y(at(b), n);
    const float norm = x.norm();
    return norm == 0.0f ? 0.0f : x.dot(y) / norm;
  }

 private:
  std::vector<float> padded_;
  std::int64_t margin_;
};

/// Means of kCoarse successive samples.
std::vector<float> coarse(const std::vector<float>& samples) {
  std::vector<float> result(samples.size() / kCoarse);
  for (std::size_t i = 0; i < result.size(); ++i)
    result[i] = Map(samples.data() + i * kCoarse, kCoarse).mean();
  return result;
}

/// The place in [low, high] where the similarity with `target` is greatest; the first of equals.
std::int64_t best_place(const Signal& signal, std::int64_t low, std::int64_t high,
                        std::int64_t target, std::int64_t n) {
  std::int64_t best = low;
  float most = signal.similarity(low, target, n);
  for (std::int64_t place = low + 1; place <= high; ++place)
    if (const float now = signal.similarity(place, target, n); now > most) {
      most = now;
      best = place;
    }
  return best;
}

}  // namespace

std::vector<float> at_tempo(const std::vector<float>& samples, double tempo,
                            double sample_rate_hz) {
  const auto length =
      static_cast<std::int64_t>(std::llround(static_cast<double>(samples.size()) / tempo));
  const std::int64_t hop =
      std::max<std::int64_t>(2 * kCoarse, std::llround(kWindow_s * sample_rate_hz / 2.0));
  const std::int64_t window = 2 * hop;
  const std::int64_t search =
      kCoarse * std::max<std::int64_t>(1, std::llround(kSearch_s * sample_rate_hz / kCoarse));
  const std::int64_t margin = 4 * (window + search);
  const Signal fine(samples, margin), rough(coarse(samples), margin);
  std::vector<float> hann(static_cast<std::size_t>(window));
  for (std::int64_t i = 0; i < window; ++i)
    hann[static_cast<std::size_t>(i)] =
        static_cast<float>(0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(i) /
                                                static_cast<double>(window)));
  std::vector<float> result(static_cast<std::size_t>(length));
  std::int64_t place = -hop;  // so that the first sample is in the middle of a window
  for (std::int64_t start = -hop; start < length; start += hop) {
    if (start > -hop) {
      const std::int64_t follows = place + hop;  // what would follow if nothing were moved
      const std::int64_t wanted = std::llround(static_cast<double>(start + hop) * tempo) - hop;
      const std::int64_t near =
          kCoarse * best_place(rough, (wanted - search) / kCoarse, (wanted + search) / kCoarse,
                               follows / kCoarse, window / kCoarse);
      place = best_place(fine, near - kCoarse, near + kCoarse, follows, window);
    }
    const std::int64_t from = std::max<std::int64_t>(0, -start),
                       to = std::min(window, length - start);
    for (std::int64_t i = from; i < to; ++i)
      result[static_cast<std::size_t>(start + i)] +=
          hann[static_cast<std::size_t>(i)] * fine.at(place)[i];
  }
  return result;
}

}  // namespace genrebench
