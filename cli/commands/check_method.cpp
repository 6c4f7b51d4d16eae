// `genrebench check-method`: tries out on tiny data whether a program keeps what methods promise.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <system_error>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/method_checks.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {
namespace {

Table check_table(const std::vector<MethodCheck>& checks, const std::string& program) {
  Table table{.title = fmt::format("What methods promise, tried with {}", program),
              .columns = {"", "promise", "found"}};
  for (const MethodCheck& check : checks)
    table.rows.push_back({{.text = check.kept ? "kept" : "BROKEN", .caution = !check.kept},
                          {.text = check.promise},
                          {.text = check.message}});
  return table;
}

class CheckMethodCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "PROGRAM",
                   .value = "PROGRAM [ARGUMENT...]",
                   .help = "The program and its arguments, as argv of the method command; write -- "
                           "before them if arguments begin with a hyphen",
                   .required = true,
                   .any_words = true,
                   .completes = Completion::file},
                  argv_);
    arguments.add_flag(
        {.name = "--sequences", .help = "Give it sequences of frames instead of vectors"},
        sequences_);
    arguments.add({.name = "--parameter",
                   .value = "NAME=VALUE",
                   .help = "A word of the method's option parameters; may be repeated",
                   .one_per_use = true},
                  parameters_);
    arguments.add({.name = "--environment",
                   .value = "NAME[=VALUE]",
                   .help = "A variable that the program gets; may be repeated",
                   .one_per_use = true},
                  environment_);
    arguments.add({.name = "--timeout",
                   .value = "SECONDS",
                   .help = "Time after which one start of the program is ended",
                   .minimum = 0.01,
                   .maximum = 1e7},
                  timeout_s_);
    arguments.add({.name = "--log",
                   .value = "FILE",
                   .help = "Add what the program prints to this file",
                   .completes = Completion::file},
                  log_);
    add_threads(arguments, context, "Number of threads that the program is told to use");
    add_quiet(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    const MethodPlugin& plugin = context.registry.methods.get("command", "check-method");
    const OptionValues options = plugin.options.resolve({{"argv", argv_},
                                                         {"files", files_among(argv_)},
                                                         {"parameters", parameters_},
                                                         {"environment", environment_},
                                                         {"timeout_s", timeout_s_}},
                                                        "check-method");
    if (plugin.check) plugin.check(options);
    Progress& progress = context.progress();
    std::size_t n_done = 0;
    std::vector<MethodCheck> checks;
    try {
      checks = check_method({.make = [&](std::uint64_t seed) { return plugin.make(options, seed); },
                             .sequences = sequences_,
                             .threads = context.threads,
                             .log_file = log_,
                             .interrupted = stop_requested},
                            [&](const std::string& promise) {
                              progress.note(fmt::format("{}. {}", ++n_done, promise));
                            });
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return print(checks, context.json);
  }

 private:
  /// The words that name files: their content is no part of an id here.
  static std::vector<std::string> files_among(const std::vector<std::string>& words) {
    std::vector<std::string> files;
    std::error_code ignored;
    std::copy_if(
        words.begin(), words.end(), std::back_inserter(files),
        [&](const std::string& word) { return std::filesystem::is_regular_file(word, ignored); });
    return files;
  }

  int print(const std::vector<MethodCheck>& checks, bool json) const {
    const auto n_broken = static_cast<std::size_t>(std::count_if(
        checks.begin(), checks.end(), [](const MethodCheck& check) { return !check.kept; }));
    if (json) {
      auto rows = nlohmann::ordered_json::array();
      for (const MethodCheck& check : checks)
        rows.push_back(
            {{"promise", check.promise}, {"kept", check.kept}, {"message", check.message}});
      print_json({{"argv", argv_}, {"broken", n_broken}, {"checks", rows}});
    } else {
      print_table(check_table(checks, single_line(argv_.front())));
      if (n_broken == 0)
        write_out("kept: all of {}\n", counted(checks.size(), "promise"));
      else
        write_out("BROKEN: {} of {}\n", n_broken, counted(checks.size(), "promise"));
    }
    return n_broken == 0 ? kDone : kNotDone;
  }

  std::vector<std::string> argv_, parameters_, environment_;
  double timeout_s_ = 60.0;
  bool sequences_ = false;
  std::filesystem::path log_;
};

}  // namespace

void command_check_method(CommandList& commands) {
  commands.add<CheckMethodCommand>(
      {.name = "check-method",
       .group = CommandGroup::experiments,
       .summary = "Try out whether a program can be a method, on tiny data",
       .details = "Starts the program a dozen times as the method command does. Exit code 1 if it "
                  "breaks a promise."});
}

}  // namespace genrebench::cli
