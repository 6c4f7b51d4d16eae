#include "pipeline/excerpts/support/window_features.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "base/error.hpp"
#include "signal/features/mel_filters.hpp"
#include "signal/features/mfcc.hpp"
#include "signal/spectrum/stft.hpp"

namespace genrebench {
namespace {

using Eigen::Index;

constexpr Index kMostWindows = 3000;  // matrices of windows by windows stay under 72 MB
constexpr int kSemitones = 72;
constexpr double kLowestHz = 65.40639132514966;  // C2
constexpr StftOptions kSemitoneFrames = {.n_fft = 8192, .hop_length = 2048, .centred = false};

Eigen::MatrixXd rounded(const Eigen::MatrixXd& values) {
  return values.unaryExpr([](double value) { return std::round(value * 1e3) / 1e3; });
}

/// Triangles over the bins of a spectrum, each from one semitone below to one above.
/// @return  semitones x bins
Eigen::MatrixXf semitone_filters() {
  const std::vector<double> hz = fft_frequencies_hz(kSemitoneFrames.n_fft, kWindowFeatureRate);
  Eigen::MatrixXf filters = Eigen::MatrixXf::Zero(kSemitones, std::ssize(hz));
  for (std::size_t bin = 1; bin < hz.size(); ++bin) {
    const double semitone = 12.0 * std::log2(hz[bin] / kLowestHz);
    for (Index s = 0; s < kSemitones; ++s)
      filters(s, static_cast<Index>(bin)) =
          static_cast<float>(std::max(0.0, 1.0 - std::abs(semitone - static_cast<double>(s))));
  }
  return filters;
}

}  // namespace

SongWindows lay_song_windows(std::span<const float> samples, double window_s, Index least,
                             const std::string& what) {
  const double duration_s = static_cast<double>(samples.size()) / kWindowFeatureRate;
  SongWindows windows;
  windows.length_s = std::max(window_s, duration_s / static_cast<double>(kMostWindows));
  // Rounding makes the length of an equal part a little more or less.
  windows.count =
      std::min(kMostWindows, static_cast<Index>(std::floor(duration_s / windows.length_s + 1e-9)));
  if (windows.count < least)
    throw DataError(fmt::format(
        "{}: {:.2f} s long, {} windows of {:g} s; expected at least {}; use shorter windows or "
        "leave the track out",
        what, duration_s, windows.count, window_s, least));
  return windows;
}

Eigen::MatrixXd song_mfcc(std::span<const float> samples, int n_mfcc) {
  MfccOptions options;
  options.hop_length = 512;
  options.n_mfcc = n_mfcc;
  return Mfcc(options, kWindowFeatureRate)(samples).cast<double>();
}

Eigen::MatrixXd window_means(const Eigen::MatrixXd& frames, int hop, const SongWindows& windows,
                             bool deviations) {
  const Index dimensions = frames.rows();
  Eigen::MatrixXd result(deviations ? 2 * dimensions : dimensions, windows.count);
  const double frame_s = static_cast<double>(hop) / kWindowFeatureRate;
  for (Index w = 0; w < windows.count; ++w) {
    const auto frame_at = [&](Index window) {
      const double second = static_cast<double>(window) * windows.length_s;
      return std::clamp<Index>(static_cast<Index>(std::ceil(second / frame_s)), 0, frames.cols());
    };
    // A window between two frames has the one before it.
    const Index last = std::max<Index>(1, frame_at(w + 1));
    const Index first = std::min(frame_at(w), last - 1);
    const auto near = frames.middleCols(first, last - first);
    const Eigen::VectorXd mean = near.rowwise().mean();
    result.col(w).head(dimensions) = mean;
    if (deviations)
      result.col(w).tail(dimensions) =
          (near.colwise() - mean).array().square().rowwise().mean().sqrt().matrix();
  }
  return rounded(result);
}

Eigen::MatrixXd with_context(const Eigen::MatrixXd& features, Index reach) {
  Eigen::MatrixXd result(features.rows(), features.cols());
  for (Index w = 0; w < features.cols(); ++w) {
    const Index first = std::max<Index>(0, w - reach);
    const Index last = std::min(features.cols(), w + reach + 1);
    result.col(w) = features.middleCols(first, last - first).rowwise().mean();
  }
  return result;
}

Eigen::MatrixXd semitone_levels(std::span<const float> samples, const SongWindows& windows) {
  const Eigen::MatrixXf filters = semitone_filters();
  const std::int64_t n_fft = kSemitoneFrames.n_fft, hop = kSemitoneFrames.hop_length;
  // Frames centred at multiples of the hop, from zeros before and after the song.
  const auto n = static_cast<std::int64_t>(samples.size());
  const std::int64_t n_frames = 1 + n / hop;
  Eigen::MatrixXf power(kSemitones, n_frames);
  constexpr std::int64_t kFramesAtOnce = 256;  // their spectra take 4 MB
  for (std::int64_t first = 0; first < n_frames; first += kFramesAtOnce) {
    const std::int64_t count = std::min(kFramesAtOnce, n_frames - first);
    const std::int64_t begin = first * hop - n_fft / 2;
    std::vector<float> part(static_cast<std::size_t>((count - 1) * hop + n_fft), 0.0f);
    const std::int64_t from = std::max<std::int64_t>(0, begin);
    const std::int64_t to = std::min(n, begin + std::ssize(part));
    if (from < to)
      std::copy(samples.begin() + from, samples.begin() + to, part.begin() + (from - begin));
    power.middleCols(first, count) = filters * power_spectrogram(part, kSemitoneFrames);
  }
  power_to_db_in_place(power);
  return window_means(power.cast<double>(), static_cast<int>(hop), windows);
}

Eigen::MatrixXd standardised(const Eigen::MatrixXd& features) {
  Eigen::MatrixXd result = features.colwise() - features.rowwise().mean();
  for (Index row = 0; row < result.rows(); ++row) {
    const double deviation = std::sqrt(result.row(row).array().square().mean());
    // Less than the rounding of window_means(): not a difference.
    if (deviation < 1e-3)
      result.row(row).setZero();
    else
      result.row(row) /= deviation;
  }
  return result;
}

}  // namespace genrebench
