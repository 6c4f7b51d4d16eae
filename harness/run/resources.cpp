#include "harness/run/resources.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/gpus.hpp"
#include "base/subprocess.hpp"
#include "signal/audio/multi_rate_reader.hpp"

namespace genrebench {
namespace {

double cpu_s() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + 1e-6 * static_cast<double>(t.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// "VmHWM: 1234 kB" of /proc/self/status.
long peak_memory_kib() {
  std::ifstream stream("/proc/self/status");
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with("VmHWM:")) return std::atol(line.c_str() + 6);
  return 0;
}

/// What the driver says that this process holds, MiB over all GPUs; 0 if there is no such driver.
long gpu_memory_mib() {
  if (visible_gpus().empty()) return 0;
  std::istringstream answer;
  try {
    answer.str(run_subprocess({"nvidia-smi", "--query-compute-apps=pid,used_gpu_memory",
                               "--format=csv,noheader,nounits"})
                   .out);
  } catch (const DataError&) {
    return 0;  // there is no nvidia-smi
  }
  long total = 0, process = 0, memory = 0;
  for (std::string line; std::getline(answer, line);)
    if (std::sscanf(line.c_str(), "%ld, %ld", &process, &memory) == 2 && process == ::getpid())
      total += memory;
  return total;
}

}  // namespace

ResourceMeter::ResourceMeter() : cpu_s_(cpu_s()) {
  std::ofstream stream("/proc/self/clear_refs");
  stream << '5';  // the peak begins at what is resident now
  peak_reset_ = static_cast<bool>(stream.flush());
}

std::map<std::string, std::string> ResourceMeter::since() const {
  std::map<std::string, std::string> result = {
      {"resources.cpu_s", fmt::format("{:.3f}", cpu_s() - cpu_s_)}};
  if (const long kib = peak_memory_kib(); peak_reset_ && kib > 0)
    result["resources.peak_memory_bytes"] = std::to_string(1024L * kib);
  if (const long mib = gpu_memory_mib(); mib > 0)
    result["resources.gpu_memory_bytes"] = std::to_string(1048576L * mib);
  return result;
}

DecodingMeter::DecodingMeter() : before_(n_decoded_files()) {}

std::map<std::string, std::string> DecodingMeter::next() {
  const std::size_t now = n_decoded_files();
  const std::size_t n = now - std::exchange(before_, now);
  if (n == 0) return {};
  return {{"resources.decoded_files", std::to_string(n)}};
}

}  // namespace genrebench
