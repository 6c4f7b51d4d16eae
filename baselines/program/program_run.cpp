#include "baselines/program/program_run.hpp"

#include <fmt/format.h>

#include <csignal>
#include <cstring>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/process_tree.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "baselines/program/curve_lines.hpp"
#include "baselines/program/program_log.hpp"

namespace genrebench {
namespace {

constexpr int kWait_ms = 50;  // until an interruption is asked for again

/// "exit code 3", "exit code 137 (Killed)"
std::string end_text(int exit_code) {
  constexpr int kBySignal = 128;
  if (exit_code <= kBySignal || exit_code >= kBySignal + NSIG)
    return fmt::format("exit code {}", exit_code);
  return fmt::format("exit code {} ({})", exit_code, ::strsignal(exit_code - kBySignal));
}

/// "; its last line: …", or nothing.
std::string last_words(const ProgramLog& log) {
  const std::string line = log.last_line();
  return line.empty() ? "; it printed nothing" : fmt::format("; its last line: {}", line);
}

}  // namespace

void run_method_program(const ProgramRun& run, FitContext* context) {
  ProgramLog log(run.log_file, shell_text(run.command));
  CurveLines lines(run.method, context);
  const SteadyClock::time_point begin = SteadyClock::now();
  const std::string name = single_line(run.command.front());
  // Its destructor kills what still runs, whatever is thrown below.
  ProcessTree program = [&] {
    try {
      return ProcessTree(run.command, run.environment);
    } catch (const DataError& error) {
      throw DataError(fmt::format("{}: {}", run.method, error.what()));
    }
  }();
  while (!program.ended()) {
    if (context != nullptr && context->interrupted()) throw Interrupted();
    if (seconds_since(begin) > run.timeout_s) {
      program.kill_all();
      throw DataError(fmt::format("{}: {} did not end within {:g} s (timeout_s) and was ended{}",
                                  run.method, name, run.timeout_s, last_words(log)));
    }
    const ProcessTree::Output output = program.read(kWait_ms);
    log.add(output.err);
    log.add(lines.take(output.out));
  }
  log.add(lines.finish());
  const std::size_t n_left = program.kill_all();
  if (program.exit_code() != 0)
    throw DataError(fmt::format("{}: {} ended with {}{}", run.method, name,
                                end_text(program.exit_code()), last_words(log)));
  if (context == nullptr) return;
  if (n_left > 0)
    context->warn(fmt::format("{}: {} left {} other process{} running, ended here", run.method,
                              name, n_left, n_left == 1 ? "" : "es"));
  if (log.failed())
    context->warn(fmt::format("{}: what {} printed could not be kept", run.method, name));
}

}  // namespace genrebench
