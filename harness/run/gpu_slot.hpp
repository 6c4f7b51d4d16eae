#pragma once
// One GPU, one worker: whose turn it is, among all processes of this machine.

#include <optional>

#include "harness/experiment/run_spec.hpp"

namespace genrebench {

/// True if the run would compute on a GPU: its method has an option `device`, which is not `cpu`,
/// and there is a GPU.
bool may_use_gpu(const RunSpec& spec);

/// A place on a GPU, held until the object goes or the process ends, however it ends.
class GpuSlot {
 public:
  /// Takes a free place on one of the visible GPUs, and makes that one the only visible one. To be
  /// called before LibTorch looks for GPUs. Inside a Slurm job nothing is locked, because Slurm has
  /// done that.
  /// @param workers_per_gpu  how many places each has
  /// @return  nothing: all are taken
  static std::optional<GpuSlot> take(int workers_per_gpu);

  GpuSlot(GpuSlot&& other) noexcept;
  GpuSlot& operator=(GpuSlot&& other) noexcept;
  ~GpuSlot();

 private:
  explicit GpuSlot(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;  ///< of the locked file; -1: nothing is locked
};

}  // namespace genrebench
