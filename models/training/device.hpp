#pragma once
// Where a network is computed, and how precisely.

#include <torch/torch.h>

#include <string>

#include "models/training/training_options.hpp"

namespace genrebench {

/// @throws ConfigError  if CUDA is asked for and this LibTorch has none, or there is no GPU
torch::Device choose_device(const TrainingOptions& options);

/// While it lives, products are computed in bfloat16 where that is asked for.
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

/// Runs `work`, turning LibTorch's complaints into one line of ours.
/// @param what   "method resnet34, training"
/// @throws DataError  out of memory, with what to lower; or LibTorch's own first line
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
