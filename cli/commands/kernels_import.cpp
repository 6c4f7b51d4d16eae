// `genrebench kernels import`: records what Google Benchmark wrote elsewhere.

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"
#include "cli/console.hpp"
#include "cli/kernel_sessions.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

class KernelsImportCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "FILE",
                   .value = "FILE...",
                   .help = "JSON of Google Benchmark (--benchmark_out=FILE "
                           "--benchmark_out_format=json); several files are one session",
                   .required = true,
                   .completes = Completion::file},
                  files_);
    facts_.declare(arguments);
    arguments.add(
        {.name = "--host", .value = "NAME", .help = "The machine, instead of the name in the file"},
        host_);
    arguments.add({.name = "--processor",
                   .value = "TEXT",
                   .help = "Its processor, which the file does not name"},
                  processor_);
    add_database(arguments, context);
    add_json(arguments, context);
    add_quiet(arguments, context);
  }

  int run(Context& context) override {
    KernelSession session;
    session.origin = KernelOrigin::imported;
    std::map<std::string, std::int64_t> repetitions;  // so far, by program
    for (const std::string& file : files_) {
      const BenchmarkOutput output = read_benchmark_json(read_text_file(file), utf8_name(file));
      for (const std::string& error : output.errors) context.progress().note(error);
      const std::string program = benchmark_program_name(
          output.executable.empty() ? utf8_name(fs::path(file).stem().native())
                                    : output.executable);
      add_values(session.values, output, program, repetitions[program]);
      repetitions[program] += output.repetitions;
      KernelSetting setting = setting_of(output.context);
      setting.host = output.host.empty() ? "unknown" : output.host;
      setting.processor =
          output.cpus > 0 ? fmt::format("unknown, {} cores", output.cpus) : std::string("unknown");
      setting.cpus = output.cpus;
      setting.load = session.setting.load;
      if (&file == &files_.front()) {
        setting.load = output.load;
        session.setting = setting;
        session.recorded_at = output.date.empty() ? utc_now() : output.date;
      } else if (!(setting == session.setting)) {
        throw DataError(fmt::format(
            "{}: was measured on another machine or of another build than {}; import it alone",
            utf8_name(file), utf8_name(files_.front())));
      }
    }
    if (session.values.empty())
      throw DataError(fmt::format("{}: every benchmark ended with an error", files_.front()));
    put("--host", host_, session.setting.host);
    put("--processor", processor_, session.setting.processor);
    facts_.put(session.setting, fs::current_path());
    record_session(context, session);
    return kDone;
  }

 private:
  static void put(const char* option, const std::string& given, std::string& target) {
    if (given.empty()) return;
    if (single_line(given) != given || given.size() > 1000)
      throw UsageError(fmt::format("{}: expected at most 1000 characters on one line", option));
    target = given;
  }

  std::vector<std::string> files_;
  KernelFacts facts_;
  std::string host_, processor_;
};

}  // namespace

void command_kernels_import(CommandList& commands) {
  commands.add<KernelsImportCommand>(
      {.name = "kernels import",
       .group = CommandGroup::data,
       .position = 53,
       .summary = "Record what Google Benchmark measured elsewhere"});
}

}  // namespace genrebench::cli
