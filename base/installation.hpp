#pragma once
// Where the program is installed, and what lies beside it.

#include <filesystem>
#include <optional>

namespace genrebench {

struct Installation {
  /// The file that starts this program, on this machine and on others that see it. Where programs
  /// for several processors are installed, the one that chooses among them, because another machine
  /// may need another one.
  std::filesystem::path program;
  /// The folder of experiments and examples (share/genrebench); nothing where the program is not
  /// installed.
  std::optional<std::filesystem::path> data;
};

/// @param executable  the file that runs: PREFIX/bin/genrebench, or
///                    PREFIX/lib/genrebench/LEVEL/genrebench
Installation installation_of(const std::filesystem::path& executable);

/// That of this process. `program` is empty where the system does not tell.
const Installation& this_installation();

}  // namespace genrebench
