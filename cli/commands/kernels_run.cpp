// `genrebench kernels run`: runs benchmark programs and records what they measured.

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/process_identity.hpp"
#include "cli/console.hpp"
#include "cli/kernel_sessions.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/kernels/instruction_counts.hpp"
#include "harness/run/environment.hpp"

namespace genrebench::cli {
namespace {

class KernelsRunCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    programs_.declare(arguments);
    arguments.add({.name = "--filter",
                   .value = "REGEX",
                   .help = "Only benchmarks whose name matches (a regular expression of Google "
                           "Benchmark)"},
                  options_.filter);
    arguments.add({.name = "--rounds",
                   .value = "N",
                   .help = "How often each program is started; programs take turns",
                   .minimum = 1,
                   .maximum = 1000},
                  options_.rounds);
    arguments.add({.name = "--repetitions",
                   .value = "N",
                   .help = "Repetitions of each benchmark in one process, in random order",
                   .minimum = 1,
                   .maximum = 1000},
                  options_.repetitions);
    arguments.add({.name = "--min-time",
                   .value = "SECONDS",
                   .help = "Least time of one repetition",
                   .minimum = 1e-6,
                   .maximum = 3600},
                  options_.min_time_s);
    arguments.add_flag({.name = "--instructions",
                        .help = "Also count the instructions of each benchmark, by Valgrind; takes "
                                "long, so name a --filter"},
                       options_.instructions);
    facts_.declare(arguments);
    add_database(arguments, context);
    add_json(arguments, context);
    add_quiet(arguments, context);
  }

  int run(Context& context) override {
    const std::vector<BenchmarkProgram> programs = programs_.find();
    if (options_.instructions && !can_count_instructions())
      throw ConfigError(
          "--instructions: the program valgrind cannot be started; install it, or leave the option "
          "out");
    stop_requested();  // from here Ctrl-C ends in order
    KernelSession session;
    session.recorded_at = utc_now();
    const double load = load_of_last_minute();
    BenchmarkMeasurements measured;
    try {
      measured = run_benchmark_programs(
          programs, options_, [&](const BenchmarkProgram& program, int n, int total) {
            context.progress().note(fmt::format("{} of {}: {}", n + 1, total, program.name));
            return !stop_requested();
          });
    } catch (const DataError&) {
      if (stop_requested()) return kInterrupted;  // it ended the program as well
      throw;
    }
    if (measured.values.empty()) return kInterrupted;
    for (const std::string& error : measured.errors) context.progress().note(error);
    session.setting = setting_of(measured.context);
    const auto environment = describe_environment(context.threads);
    session.setting.host = host_name();
    if (const auto cpu = environment.find("cpu"); cpu != environment.end())
      session.setting.processor = cpu->second;
    session.setting.cpus = context.threads;
    session.setting.governor = frequency_governor();
    session.setting.load = load;
    facts_.put(session.setting, programs.front().path.parent_path());
    session.values = std::move(measured.values);
    record_session(context, session);
    return kDone;
  }

 private:
  KernelPrograms programs_;
  KernelFacts facts_;
  BenchmarkRunOptions options_;
};

}  // namespace

void command_kernels_run(CommandList& commands) {
  commands.add<KernelsRunCommand>(
      {.name = "kernels run",
       .group = CommandGroup::data,
       .position = 52,
       .summary = "Run benchmark programs and record every repetition",
       .details =
           "Records every repetition of every benchmark with the commit, compiler, processor "
           "and load. Stopped by Ctrl-C, it records nothing."});
}

}  // namespace genrebench::cli
