#include "harness/run/gpu_slot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <utility>

#include "base/gpus.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// Shared by all users of the machine, so that anyone may lock it.
int open_lock(const std::string& gpu, int place) {
  std::string name = gpu;
  std::replace(name.begin(), name.end(), '/', '_');
  const fs::path file =
      fs::temp_directory_path() / fmt::format("genrebench-gpu-{}-{}.lock", name, place);
  return ::open(file.c_str(), O_RDONLY | O_CREAT | O_CLOEXEC, 0666);
}

}  // namespace

bool may_use_gpu(const RunSpec& spec) {
  const auto device = spec.method.options.find("device");
  return device != spec.method.options.end() && to_string(device->second) != "cpu" &&
         !visible_gpus().empty();
}

std::optional<GpuSlot> GpuSlot::take(int workers_per_gpu) {
  if (std::getenv("SLURM_JOB_ID") != nullptr) return GpuSlot(-1);
  const std::vector<std::string> gpus = visible_gpus();
  for (int place = 0; place < workers_per_gpu; ++place)
    for (const std::string& gpu : gpus) {
      const int descriptor = open_lock(gpu, place);
      if (descriptor < 0) continue;
      if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
        ::setenv("CUDA_VISIBLE_DEVICES", gpu.c_str(), 1);
        return GpuSlot(descriptor);
      }
      ::close(descriptor);
    }
  return std::nullopt;
}

GpuSlot::GpuSlot(GpuSlot&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

GpuSlot& GpuSlot::operator=(GpuSlot&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

GpuSlot::~GpuSlot() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace genrebench
