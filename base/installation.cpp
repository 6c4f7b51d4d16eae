#include "base/installation.hpp"

namespace genrebench {

namespace fs = std::filesystem;

Installation installation_of(const fs::path& executable) {
  std::error_code ignored;
  const fs::path folder = executable.parent_path();
  Installation result{.program = executable, .data = {}};
  fs::path prefix = folder.parent_path();
  if (prefix.filename() == "genrebench" && prefix.parent_path().filename() == "lib") {
    const fs::path whole = prefix.parent_path().parent_path();
    if (const fs::path launcher = whole / "bin" / "genrebench"; fs::exists(launcher, ignored)) {
      result.program = launcher;
      prefix = whole;
    }
  }
  if (const fs::path data = prefix / "share" / "genrebench"; fs::is_directory(data, ignored))
    result.data = data;
  return result;
}

const Installation& this_installation() {
  static const Installation installation = [] {
    std::error_code error;
    const fs::path executable = fs::read_symlink("/proc/self/exe", error);
    return error ? Installation{} : installation_of(executable);
  }();
  return installation;
}

}  // namespace genrebench
