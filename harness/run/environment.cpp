#include "harness/run/environment.hpp"

#include <elf.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <link.h>
#include <sys/utsname.h>

#include <Eigen/Core>
#include <algorithm>
#include <cstring>
#include <fstream>
#include <vector>

#include "base/build_info.hpp"
#include "base/gpus.hpp"
#include "base/process_identity.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {
namespace {

/// The build id among the notes of a program's segment, in hex; empty: there is none.
std::string build_id_in(const char* notes, std::size_t size) {
  const auto padded = [](std::size_t n) { return (n + 3) / 4 * 4; };
  for (std::size_t at = 0; at + sizeof(ElfW(Nhdr)) <= size;) {
    ElfW(Nhdr) header;
    std::memcpy(&header, notes + at, sizeof header);
    const std::size_t name = at + sizeof header, content = name + padded(header.n_namesz);
    at = content + padded(header.n_descsz);
    if (at > size) break;
    if (header.n_type != NT_GNU_BUILD_ID || header.n_namesz != 4 ||
        std::memcmp(notes + name, "GNU", 4) != 0)
      continue;
    std::string hex;
    for (std::size_t i = 0; i < header.n_descsz; ++i)
      hex += fmt::format("{:02x}", static_cast<unsigned char>(notes[content + i]));
    return hex;
  }
  return {};
}

/// The hash of what the linker wrote, which tells builds of one commit apart; empty where the
/// linker left none.
std::string build_id() {
  std::string id;
  ::dl_iterate_phdr(
      [](dl_phdr_info* info, std::size_t, void* result) {
        for (int i = 0; i < info->dlpi_phnum; ++i) {
          const auto& segment = info->dlpi_phdr[i];
          if (segment.p_type != PT_NOTE) continue;
          auto& found = *static_cast<std::string*>(result);
          found = build_id_in(reinterpret_cast<const char*>(info->dlpi_addr + segment.p_vaddr),
                              segment.p_memsz);
          if (!found.empty()) break;
        }
        return 1;  // the first object is the program itself
      },
      &id);
  return id;
}

}  // namespace

std::string version_text() {
  return fmt::format("genrebench {} (commit {})", kVersion, build_commit());
}

std::map<std::string, std::string> describe_environment(int threads) {
  std::map<std::string, std::string> result;
  result["genrebench.version"] = kVersion;
  result["genrebench.commit"] = build_commit();
  result["genrebench.dirty"] = build_commit().ends_with("-dirty") ? "true" : "false";
  result["genrebench.build"] = kBuildDescription;
  if (const std::string id = build_id(); !id.empty()) result["genrebench.build_id"] = id;
  result["compiler"] = fmt::format("{} {}", kCompiler, __VERSION__);
  result["threads"] = std::to_string(threads);
  for (const auto& [library, version] : kLibraryVersions)
    result[fmt::format("library.{}", library)] = version;
  result["library.eigen"] =
      fmt::format("{}.{}.{}", EIGEN_WORLD_VERSION, EIGEN_MAJOR_VERSION, EIGEN_MINOR_VERSION);
  result["library.sqlite"] = sqlite_version();
  if (const std::string host = host_name(); !host.empty()) result["host"] = host;
  utsname system{};
  if (::uname(&system) == 0)
    result["system"] = fmt::format("{} {} {}", system.sysname, system.release, system.machine);
  if (const std::vector<std::string> gpus = gpu_models(); !gpus.empty())
    result["gpu"] = fmt::format("{}", fmt::join(gpus, ", "));
  std::ifstream cpu("/proc/cpuinfo");
  for (std::string line; std::getline(cpu, line);)
    if (line.starts_with("model name")) {
      result["cpu"] = line.substr(line.find(':') + 2);
      break;
    }
  return result;
}

}  // namespace genrebench
