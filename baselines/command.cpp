// A method in any language: another program, which gets examples and answers with probabilities
// through a folder. docs/how-to/methods-in-any-language.md describes the protocol.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "baselines/program/program_run.hpp"
#include "baselines/program/surroundings.hpp"
#include "baselines/program/task_folder.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kWho = "method command";

enum class Device { cpu, cuda };

struct CommandOptions {
  /// The program, looked for in PATH unless it has a slash, and its arguments.
  std::vector<std::string> argv;
  /// Code and weights, whose content is a part of the run's id.
  std::vector<std::string> files;
  /// What the program is told as task.json's "parameters", as name=value.
  std::vector<std::string> parameters;
  /// Variables that it gets besides the usual ones: NAME or NAME=VALUE.
  std::vector<std::string> environment;
  /// Wall-clock time after which it is ended, in seconds.
  double timeout_s = 3600.0;
  /// Where it is to compute.
  Device device = Device::cpu;
};

const OptionTable<CommandOptions>& command_options() {
  static const OptionTable<CommandOptions> table =
      OptionTable<CommandOptions>()
          .list("argv", &CommandOptions::argv, {},
                "The program, looked for in PATH unless it has a slash, and its arguments. It is "
                "started without a shell, in the current folder, and gets the folder of its task "
                "as its last argument. Files that the arguments name must be in `files`.")
          .content_files("files", &CommandOptions::files,
                         "Code and weights that the program reads. Their content is a part of the "
                         "run's id; name all that decide the result.")
          .list("parameters", &CommandOptions::parameters, {},
                "Words name=value that task.json gives to the program. Sweep over these.")
          .list("environment", &CommandOptions::environment, {},
                "Variables that the program gets: NAME as it is here, or NAME=VALUE. Without it "
                "the program gets those that programs need (PATH, HOME, TMPDIR, language, GPUs) "
                "and the number of threads; not PYTHONPATH.")
          .number("timeout_s", &CommandOptions::timeout_s, 0.01, 1e7,
                  "Wall-clock time after which the program and all that it started are ended and "
                  "the run fails, in seconds.")
          .without_identity()
          .enumeration("device", &CommandOptions::device, {"cpu", "cuda"},
                       "Where the program is to compute; task.json tells it. With cuda the run "
                       "takes one of the places of a GPU.")
          .without_identity();
  return table;
}

bool is_script(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  char begin[2] = {};
  return stream.read(begin, sizeof begin) && begin[0] == '#' && begin[1] == '!';
}

/// @throws ConfigError  if a word of the command is a file that is not among `files`, so that the
/// run's id would not tell its content. The interpreter itself is recorded, and no part of the id.
void require_named_files(const CommandOptions& options) {
  std::error_code ignored;
  for (std::size_t i = 0; i < options.argv.size(); ++i) {
    const std::string& word = options.argv[i];
    if (!fs::is_regular_file(word, ignored)) continue;
    if (i == 0 && (word.find('/') == std::string::npos || !is_script(word))) continue;
    const bool named =
        std::any_of(options.files.begin(), options.files.end(), [&](const std::string& file) {
          return file == word || fs::equivalent(file, word, ignored);
        });
    if (!named)
      throw ConfigError(
          fmt::format("{}: expected the file {} of argv in files too, so that its content is a "
                      "part of the run's id, found [{}]; add it to files",
                      kWho, single_line(word), fmt::join(options.files, ", ")));
  }
}

std::map<std::string, std::string> parameters_of(const CommandOptions& options) {
  std::map<std::string, std::string> result;
  for (const std::string& word : options.parameters) {
    const auto pair = split_key_value(word);
    if (!pair)
      throw ConfigError(
          fmt::format("{}: parameters: expected name=value, found '{}'", kWho, single_line(word)));
    if (!result.emplace(pair->key, pair->value).second)
      throw ConfigError(fmt::format("{}: parameters: expected each name once, found {} twice", kWho,
                                    single_line(pair->key)));
  }
  return result;
}

/// @throws ConfigError  if the options cannot work, whatever the data are
void check(const CommandOptions& options) {
  if (options.argv.empty() || options.argv.front().empty())
    throw ConfigError(
        fmt::format("{}: expected argv, the program and its arguments, found none; give it as "
                    "argv: [python3, method.py] with files: [method.py]",
                    kWho));
  for (const std::string& file : options.files)
    if (file.empty())
      throw ConfigError(fmt::format("{}: files: expected paths, found an empty word", kWho));
  require_named_files(options);
  parameters_of(options);
}

/// A hash of features and files: equal for equal examples, in the same order.
std::string content_of(const Examples& examples) {
  ContentHasher hasher;
  for (std::size_t i = 0; i < examples.size(); ++i) {
    const FeatureMatrix& feature = *examples.features[i];
    hasher.add(fmt::format("{} {}\n", feature.rows(), feature.cols()));
    hasher.add({reinterpret_cast<const char*>(feature.data()),
                static_cast<std::size_t>(feature.size()) * sizeof(float)});
    if (!examples.files.empty()) hasher.add(fmt::format("{}\n", examples.files[i].string()));
  }
  return hasher.hash();
}

class CommandMethod final : public ProgramMethod {
 public:
  CommandMethod(CommandOptions options, std::uint64_t seed) : options_(std::move(options)) {
    check(options_);
    task_.seed = seed;
    task_.device = options_.device == Device::cuda ? "cuda" : "cpu";
    task_.parameters = parameters_of(options_);
  }

  void expect(const Examples& later) override {
    later_ = later;
    later_.labels.clear();
  }

  void fit(const Examples& train, const Examples& valid, FitContext& context) override {
    assert(train.labels.size() == train.size() && valid.labels.size() == valid.size());
    const Examples test = std::exchange(later_, {});
    folder_.emplace(kWho);
    folder_->write_learning(train, valid);
    n_classes_ = train.n_classes;
    describe_task(context);
    ProgramRun run = program_run(context.threads());
    run.log_file = context.log_file();
    folder_->write_task(test, task_);
    run_method_program(run, &context);
    answers_ = folder_->read_answers();
    known_ = {.train = content_of(train), .valid = content_of(valid), .test = content_of(test)};
    context.note("exit_code", 0);
  }

  /// What the fit has answered, or what the program answers when it is started again.
  Predictions predict(const Examples& examples) const override {
    assert(folder_ && "predict before fit");
    if (examples.size() == 0)
      return {.probabilities = Eigen::MatrixXd::Zero(0, n_classes_), .labels = {}};
    const std::string content = content_of(examples);
    if (content == known_.train) return answers_.train;
    if (content == known_.valid) return answers_.valid;
    if (content == known_.test) return answers_.test;
    folder_->write_task(examples, task_);
    run_method_program(program_run(task_.threads), nullptr);
    return folder_->read_answers().test;
  }

 private:
  struct Known {
    std::string train, valid, test;
  };

  void describe_task(const FitContext& context) {
    task_.genres = context.genres();
    // Who fits without an experiment has no names.
    if (std::ssize(task_.genres) != n_classes_) {
      task_.genres.clear();
      for (int c = 0; c < n_classes_; ++c) task_.genres.push_back(fmt::format("genre {}", c));
    }
    task_.threads = context.threads();
    task_.checkpoint_folder = context.checkpoint_folder();
    std::error_code ignored;  // the program will say what it cannot write
    if (!task_.checkpoint_folder.empty()) fs::create_directories(task_.checkpoint_folder, ignored);
  }

  ProgramRun program_run(int threads) const {
    ProgramRun run{.method = kWho,
                   .command = options_.argv,
                   .environment = program_environment(options_.environment, threads, kWho),
                   .timeout_s = options_.timeout_s};
    run.command.push_back(folder_->path().string());
    run.environment["GENREBENCH_TASK"] = folder_->path().string();
    return run;
  }

  CommandOptions options_;
  ProgramTask task_;
  Examples later_;
  int n_classes_ = 0;
  mutable std::optional<TaskFolder> folder_;  ///< predict() writes other examples into it
  ProgramAnswers answers_;
  Known known_;
};

}  // namespace

void register_command(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "command";
  plugin.summary =
      "A method in any language: a program that gets features and labels as .npy files and answers "
      "with probabilities; test labels never leave genrebench";
  plugin.options = command_options().schema();
  plugin.takes_sequences = true;
  plugin.takes_files = true;
  plugin.make = [](const OptionValues& values, std::uint64_t seed) {
    return std::make_unique<CommandMethod>(command_options().parse(values), seed);
  };
  plugin.check = [](const OptionValues& values) { check(command_options().parse(values)); };
  plugin.surroundings = [](const OptionValues& values) -> std::map<std::string, std::string> {
    const CommandOptions options = command_options().parse(values);
    try {
      check(options);
      return program_facts(options.argv.front(), program_environment(options.environment, 1, kWho));
    } catch (const ConfigError&) {
      return {};  // fit() will say so
    }
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
