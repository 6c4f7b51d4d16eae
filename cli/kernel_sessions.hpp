#pragma once
// What the commands `kernels ...` share: where programs are, and what they measured.

#include <filesystem>
#include <string>
#include <vector>

#include "cli/command.hpp"
#include "harness/kernels/benchmark_programs.hpp"

namespace genrebench::cli {

/// The arguments that choose programs.
struct KernelPrograms {
  std::vector<std::string> names;  ///< empty: all
  std::filesystem::path folder;    ///< empty: beside this program and in its build tree

  void declare(Arguments& arguments);
  /// @throws ConfigError  if there is no program, or none of a name
  std::vector<BenchmarkProgram> find() const;
};

/// The arguments that say what was built, where the programs do not say so themselves.
struct KernelFacts {
  std::string commit, commit_time, compiler, flags;

  void declare(Arguments& arguments);
  /// Replaces what is given, and completes the commit by the repository of `checkout`.
  void put(KernelSetting& setting, const std::filesystem::path& checkout) const;
};

/// The folder of this program.
std::filesystem::path own_folder();

/// All recorded sessions.
/// @throws DataError  naming the store, if it has none
std::vector<KernelSession> recorded_sessions(const Context& context);

/// Records a session, and prints the benchmarks with their medians.
void record_session(const Context& context, const KernelSession& session);

}  // namespace genrebench::cli
