#include "models/training/device.hpp"

#include <ATen/Context.h>
#include <ATen/autocast_mode.h>
#include <fmt/format.h>
#include <torch/version.h>

#include "base/error.hpp"

namespace genrebench {
namespace {

#if TORCH_VERSION_MAJOR > 2 || (TORCH_VERSION_MAJOR == 2 && TORCH_VERSION_MINOR >= 4)
void set_autocast(torch::DeviceType device, bool enabled) {
  at::autocast::set_autocast_dtype(device, at::kBFloat16);
  at::autocast::set_autocast_enabled(device, enabled);
}
#else
void set_autocast(torch::DeviceType device, bool enabled) {
  if (device == torch::kCUDA) {
    at::autocast::set_autocast_gpu_dtype(at::kBFloat16);
    at::autocast::set_enabled(enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(at::kBFloat16);
    at::autocast::set_cpu_enabled(enabled);
  }
}
#endif

/// Products of float32 in full, not rounded to 10 bits (TF32), and cuDNN's algorithms that give the
/// same sums each time, not those that are fastest today.
void make_gpus_repeatable() {
  at::Context& context = at::globalContext();
  context.setAllowTF32CuBLAS(false);
  context.setAllowTF32CuDNN(false);
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(true);
}

}  // namespace

torch::Device choose_device(const TrainingOptions& options) {
  const bool available = torch::cuda::is_available();
  if (options.device == TrainingOptions::Device::cuda && !available)
    throw ConfigError("device: expected cpu or auto, found cuda: this LibTorch sees no GPU");
  const bool cuda = options.device ? *options.device == TrainingOptions::Device::cuda : available;
  if (!cuda) return torch::kCPU;
  make_gpus_repeatable();
  return {torch::kCUDA, 0};
}

MixedPrecision::MixedPrecision(const torch::Device& device, bool enabled)
    : device_(device.type()), enabled_(enabled) {
  if (enabled_) set_autocast(device_, true);
}

MixedPrecision::~MixedPrecision() {
  if (!enabled_) return;
  at::autocast::clear_cache();
  set_autocast(device_, false);
}

void throw_torch_error(const std::string& what, int batch_size, const std::exception& error) {
  const std::string text = error.what();
  const bool memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
                      text.find("out of memory") != std::string::npos ||
                      text.find("allocate memory") != std::string::npos;
  if (memory)
    throw DataError(fmt::format(
        "{}: out of memory; lower batch_size (now {}), the size of the images or the frames", what,
        batch_size));
  const auto* torch_error = dynamic_cast<const c10::Error*>(&error);
  const std::string message = torch_error != nullptr ? torch_error->what_without_backtrace() : text;
  throw DataError(fmt::format("{}: {}", what, message.substr(0, message.find('\n'))));
}

}  // namespace genrebench
