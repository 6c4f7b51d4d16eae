#pragma once
// Runs another program as a part of a run: with a limit of time, a log, and an end to all that it
// started.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"

namespace genrebench {

struct ProgramRun {
  std::string method;  ///< for messages: "method command"
  std::vector<std::string> command;
  std::map<std::string, std::string> environment = {};  ///< all variables
  double timeout_s = 3600.0;
  std::filesystem::path log_file = {};  ///< empty: what it prints is not kept
};

/// Runs a program to its end. Points of curves that it prints go to the context, the rest to the
/// log. However this ends, no process that the program started is left: at the time-out, when the
/// context says that it is interrupted, and after an exception.
/// @param context  null: nobody waits for curves and nobody interrupts
/// @throws Interrupted  if the context says so
/// @throws Pruned       by the context
/// @throws NotFinite    by the context
/// @throws DataError    if it cannot be started, takes longer than the limit, prints points that
///                      cannot be used, or ends with another exit code than 0; with its last line
void run_method_program(const ProgramRun& run, FitContext* context);

}  // namespace genrebench
