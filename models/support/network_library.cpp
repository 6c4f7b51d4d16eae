#include "models/support/network_library.hpp"

#include <dlfcn.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>

#include "base/error.hpp"
#include "models/support/deep_method.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFile = "libgenrebench_networks.so";
constexpr const char* kEntry = "genrebench_network_library";

/// Looks beside the program (as in a build folder), then in an installation's folder of libraries,
/// then where the system looks.
void* load() {
  std::error_code ignored;
  const fs::path folder = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& file : {folder / kFile, folder.parent_path() / kFile,
                               folder.parent_path() / "lib" / kFile, fs::path(kFile)}) {
    if (file.has_parent_path() && !fs::exists(file, ignored)) continue;
    if (void* library = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL)) return library;
    if (file.has_parent_path()) break;  // the file exists but cannot be loaded
  }
  throw DataError(
      fmt::format("the deep methods cannot be loaded: {}; expected {} in {} or {}, or in a folder "
                  "that LD_LIBRARY_PATH names",
                  ::dlerror(), kFile, folder.string(), (folder.parent_path() / "lib").string()));
}

}  // namespace

const NetworkLibrary& network_library() {
  static const NetworkLibrary library = [] {
    NetworkLibrary result;
    void* entry = ::dlsym(load(), kEntry);
    if (entry == nullptr)
      throw DataError(
          fmt::format("{} is of another version of genrebench: it has no {}", kFile, kEntry));
    reinterpret_cast<void (*)(NetworkLibrary&)>(entry)(result);
    return result;
  }();
  return library;
}

std::unique_ptr<Method> make_deep_method(DeepMethodSpec spec, std::uint64_t seed) {
  return network_library().deep_method(std::move(spec), seed);
}

std::string recipe_of(const OptionSchema& schema, const OptionValues& values) {
  std::string text;
  for (const OptionInfo& option : schema.options())
    if (option.identity)
      text += fmt::format("{}={}\n", option.name, to_string(values.at(option.name)));
  return text;
}

}  // namespace genrebench
