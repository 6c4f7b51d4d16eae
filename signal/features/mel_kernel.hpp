#pragma once
// Internal. Mel bands of kLanes frames at a time, for MelSpectrogram, LogMel and Mfcc.

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "signal/features/mel.hpp"
#include "signal/spectrum/framing.hpp"
#include "signal/spectrum/lane_fft.hpp"

namespace genrebench::lanes {

/// Immutable.
class MelKernel {
 public:
  /// @throws ConfigError  if an option is out of range
  MelKernel(const MelOptions& options, double sample_rate_hz);

  const MelOptions& options() const { return options_; }

  struct Workspace {
    explicit Workspace(const MelKernel& kernel);
    LaneFft::Workspace fft;
    simd::Array<float> power;  // n_bins vectors
    simd::Array<float> bands;  // n_mels vectors
  };

  /// @return  n_mels vectors of band powers, in workspace.bands
  Vector* bands(const FrameBatch& batch, Workspace& workspace) const;

 private:
  /// A filter's nonzero weights: bins first_bin .. first_bin + count - 1.
  struct Filter {
    int first_bin;
    int count;
    std::size_t first_weight;
  };
  MelOptions options_;
  LaneFft fft_;
  std::vector<Filter> filters_;
  std::vector<float> weights_;
};

/// What MelSpectrogram and LogMel compute.
struct MelPlan {
  MelKernel kernel;
  std::optional<DbOptions> db;  ///< absent: powers; present: levels
};

/// A stream of band powers or levels.
class MelStream final : public FrameStream {
 public:
  MelStream(std::shared_ptr<const MelPlan> plan, std::int64_t expected_samples);
  void push(std::span<const float> samples) override;
  Eigen::MatrixXf finish() override;

 private:
  void use(const FrameBatch& batch);

  std::shared_ptr<const MelPlan> plan_;
  MelKernel::Workspace workspace_;
  Framer framer_;
  GrowingMatrix result_;
  Vector amin_;
  Vector largest_;  // level so far
};

}  // namespace genrebench::lanes
