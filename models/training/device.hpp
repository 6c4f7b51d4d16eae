#pragma once
// The device on which a network is computed, and the precision.

#include <torch/torch.h>

#include <string>

#include "models/training/training_options.hpp"

namespace genrebench {

/// If it is a GPU, GPUs compute in full precision and with repeatable sums from now on.
/// @throws ConfigError  CUDA is asked for, but this LibTorch sees no GPU
torch::Device choose_device(const TrainingOptions& options);

/// While an enabled object lives, products are computed in bfloat16.
class MixedPrecision {
 public:
  MixedPrecision(const torch::Device& device, bool enabled);
  ~MixedPrecision();
  MixedPrecision(const MixedPrecision&) = delete;
  MixedPrecision& operator=(const MixedPrecision&) = delete;

 private:
  torch::DeviceType device_;
  bool enabled_;
};

[[noreturn]] void throw_torch_error(const std::string& what, int batch_size,
                                    const std::exception& error);

/// Runs `work` and turns LibTorch's errors into a DataError of one line.
/// @param what   "method resnet34, training"
/// @throws DataError  out of memory, saying what to lower; or the first line of LibTorch's message
template <typename Work>
auto with_torch_errors(const std::string& what, int batch_size, const Work& work)
    -> decltype(work()) {
  try {
    return work();
  } catch (const c10::Error& error) {
    throw_torch_error(what, batch_size, error);
  } catch (const std::bad_alloc& error) {
    throw_torch_error(what, batch_size, error);
  }
}

}  // namespace genrebench
