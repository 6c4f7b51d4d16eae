#include "harness/environment.hpp"

#include <Eigen/Core>
#include <fmt/format.h>
#include <sched.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "harness/build_info.hpp"
#include "harness/store/library_version.hpp"

namespace genrebench {
namespace {

/// "NVIDIA H100 80GB HBM3, NVIDIA H100 80GB HBM3", in the order of their places on the bus, as the driver says; empty: there is none.
std::string gpu_models() {
  std::error_code error;
  std::vector<std::filesystem::path> folders;
  for (std::filesystem::directory_iterator entry("/proc/driver/nvidia/gpus", error), end; !error && entry != end; entry.increment(error))
    folders.push_back(entry->path());
  std::sort(folders.begin(), folders.end());
  std::string result;
  for (const std::filesystem::path& folder : folders) {
    std::ifstream information(folder / "information");
    for (std::string line; std::getline(information, line);)
      if (line.starts_with("Model:")) result += (result.empty() ? "" : ", ") + line.substr(std::min(line.find_first_not_of(" \t", 6), line.size()));
  }
  return result;
}

}  // namespace

std::string version_text() { return fmt::format("genrebench {} (commit {})", kVersion, build_commit()); }

int available_threads() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
  return static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
}

std::map<std::string, std::string> describe_environment(int threads) {
  std::map<std::string, std::string> result;
  result["genrebench.version"] = kVersion;
  result["genrebench.commit"] = build_commit();
  result["genrebench.dirty"] = build_commit().ends_with("-dirty") ? "true" : "false";
  result["genrebench.build"] = kBuildDescription;
  result["compiler"] = fmt::format("{} {}", kCompiler, __VERSION__);
  result["threads"] = std::to_string(threads);
  for (const auto& [library, version] : kLibraryVersions) result[fmt::format("library.{}", library)] = version;
  result["library.eigen"] = fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
  result["library.sqlite"] = sqlite_version();
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) == 0) result["host"] = host.data();
  utsname system{};
  if (::uname(&system) == 0) result["system"] = fmt::format("{} {} {}", system.sysname, system.release, system.machine);
  if (const std::string gpus = gpu_models(); !gpus.empty()) result["gpu"] = gpus;
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.starts_with("model name")) {
      result["cpu"] = line.substr(line.find(':') + 2);
      break;
    }
  return result;
}

}  // namespace genrebench
