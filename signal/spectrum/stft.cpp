#include "signal/spectrum/stft.hpp"

#include "signal/spectrum/framing.hpp"
#include "signal/spectrum/lane_fft.hpp"

namespace genrebench {

using namespace lanes;

Eigen::MatrixXcf stft(std::span<const float> clip, const StftOptions& options) {
  validate(options);
  const LaneFft fft(options.n_fft);
  LaneFft::Workspace workspace(fft);
  simd::Array<float> spectrum(2 * static_cast<std::size_t>(fft.n_bins()));
  // A column of complex values is a column of twice as many floats, and so is a lane.
  Eigen::MatrixXcf result(fft.n_bins(),
                          frame_count(static_cast<std::int64_t>(clip.size()), options));
  const auto use = [&](const FrameBatch& batch) {
    fft.spectrum(batch.frames, workspace, spectrum.data());
    store_columns(spectrum.data(), 2 * fft.n_bins(), batch.count,
                  reinterpret_cast<float*>(result.col(batch.first).data()));
  };
  Framer framer(options);
  framer.push(clip, use);
  framer.finish(use);
  return result;
}

Eigen::MatrixXf power_spectrogram(std::span<const float> clip, const StftOptions& options) {
  validate(options);
  const LaneFft fft(options.n_fft);
  LaneFft::Workspace workspace(fft);
  simd::Array<float> power(static_cast<std::size_t>(fft.n_bins()));
  Eigen::MatrixXf result(fft.n_bins(),
                         frame_count(static_cast<std::int64_t>(clip.size()), options));
  const auto use = [&](const FrameBatch& batch) {
    fft.power(batch.frames, workspace, power.data());
    store_columns(power.data(), fft.n_bins(), batch.count, result.col(batch.first).data());
  };
  Framer framer(options);
  framer.push(clip, use);
  framer.finish(use);
  return result;
}

}  // namespace genrebench
