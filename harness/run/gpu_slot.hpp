#pragma once
// Shares the GPUs of a machine among the processes of one user.

#include <optional>

#include "harness/experiment/run_spec.hpp"

namespace genrebench {

/// True if the run would compute on a GPU: its method has an option `device`, which is not `cpu`,
/// and there is a GPU.
bool may_use_gpu(const RunSpec& spec);

/// A place on a GPU. It is held until the object is destroyed or the process ends in any way.
class GpuSlot {
 public:
  /// Takes a free place on one of the visible GPUs, and makes that GPU the only visible one. Call
  /// it before LibTorch looks for GPUs. The locks are in the user_folder(): each user has places of
  /// their own, and nobody can take those of others away. In a job of Slurm, which shares out GPUs
  /// itself, nothing is locked.
  /// @param workers_per_gpu  number of places per GPU
  /// @return  nothing if all places are taken
  /// @throws DataError  if the locks cannot be made
  static std::optional<GpuSlot> take(int workers_per_gpu);

  GpuSlot(GpuSlot&& other) noexcept;
  GpuSlot& operator=(GpuSlot&& other) noexcept;
  ~GpuSlot();

 private:
  explicit GpuSlot(int descriptor) : descriptor_(descriptor) {}
  int descriptor_ = -1;  ///< of the locked file; -1: nothing is locked
};

}  // namespace genrebench
