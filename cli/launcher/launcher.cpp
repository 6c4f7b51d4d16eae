// The program `genrebench` of an installation that has it for processors of several ages: starts
// the newest one that this processor runs. It needs nothing but the C++ library, and it is compiled
// for the oldest processor.

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <string>
#include <vector>

#include "base/processor_level.hpp"

namespace {

namespace fs = std::filesystem;

constexpr const char* kVariable = "GENREBENCH_LEVEL";

fs::path program_of(const fs::path& folder, const std::string& level) {
  return folder / level / "genrebench";
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text.empty() ? "none" : text;
}

int fail(const std::string& message) {
  std::fprintf(stderr, "genrebench: %s\n", message.c_str());
  return 1;
}

}  // namespace

int main(int, char** argv) {
  std::error_code error;
  const fs::path own = fs::read_symlink("/proc/self/exe", error);
  if (error) return fail("/proc/self/exe cannot be read: " + error.message());
  const fs::path folder = own.parent_path().parent_path() / "lib" / "genrebench";
  std::vector<std::string> usable;
  for (const std::string& level : genrebench::processor_levels())
    if (fs::exists(program_of(folder, level), error)) usable.push_back(level);
  std::string level = usable.empty() ? "" : usable.front();
  if (const char* const wanted = std::getenv(kVariable); wanted != nullptr && *wanted != '\0') {
    if (std::find(usable.begin(), usable.end(), wanted) == usable.end())
      return fail(std::string(kVariable) + ": expected a level that is installed and that this " +
                  "processor has (" + joined(usable) + "), found '" + wanted + "'");
    level = wanted;
  }
  if (level.empty())
    return fail(folder.string() + ": holds no program that this processor can run; it has " +
                joined(genrebench::processor_levels()));
  const fs::path program = program_of(folder, level);
  ::execv(program.c_str(), argv);
  return fail(program.string() + ": cannot be started: " + std::strerror(errno));
}
