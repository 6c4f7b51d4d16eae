#include "harness/run/gpu_slot.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include "base/error.hpp"
#include "base/gpus.hpp"
#include "base/private_folder.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// @throws DataError  if the file can be neither opened nor made
int open_lock(const fs::path& folder, const std::string& gpu, int place) {
  std::string name = gpu;
  std::replace(name.begin(), name.end(), '/', '_');
  const fs::path file = folder / fmt::format("gpu-{}-{}.lock", name, place);
  const int descriptor =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
  if (descriptor < 0)
    throw DataError(
        fmt::format("{}: cannot be opened to lock a GPU: {}", file.string(), std::strerror(errno)));
  return descriptor;
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
  if (gpus.empty()) return std::nullopt;
  const fs::path folder = user_folder();
  for (int place = 0; place < workers_per_gpu; ++place)
    for (const std::string& gpu : gpus) {
      const int descriptor = open_lock(folder, gpu, place);
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
