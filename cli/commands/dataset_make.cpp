// `genrebench dataset make`: writes a generated dataset to a folder.

#include <fmt/format.h>

#include <system_error>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/option_words.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

class DatasetMakeCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& /*context*/) override {
    arguments.add({.name = "NAME", .help = "The dataset", .required = true}, name_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Folder to write, new or empty",
                   .required = true,
                   .completes = Completion::folder},
                  out_);
    add_options(arguments, words_, "Options of the dataset");
  }

  int run(Context& context) override {
    const DatasetPlugin& plugin = context.registry.datasets.get(name_, "dataset");
    if (!plugin.write)
      throw ConfigError(fmt::format(
          "dataset {}: cannot be made, only obtained; `genrebench dataset describe {}` says where",
          name_, name_));
    std::error_code error;
    if (fs::exists(out_, error) && !fs::is_empty(out_, error))
      throw ConfigError(fmt::format("--out {}: expected a new or empty folder", out_.string()));
    const OptionValues options = parse_options(words_, plugin.options, "dataset " + name_);
    fs::create_directories(out_, error);
    if (error)
      throw DataError(
          fmt::format("{}: cannot make the folder: {}", out_.string(), error.message()));
    bool begun = false;
    std::size_t n = 0;
    plugin.write(options, context.registry, out_, [&](std::size_t done, std::size_t total) {
      if (!begun) context.progress().begin("making " + name_, total);
      begun = true;
      n = total;
      context.progress().advance(done);
    });
    context.progress().end();
    write_out("{}: {} in {}\n", name_, counted(n, "track"), out_.string());
    return kDone;
  }

 private:
  std::string name_;
  fs::path out_;
  std::vector<std::string> words_;
};

}  // namespace

void command_dataset_make(CommandList& commands) {
  commands.add<DatasetMakeCommand>({.name = "dataset make",
                                    .group = CommandGroup::data,
                                    .position = 1,
                                    .summary = "Write a generated dataset to a folder"});
}

}  // namespace genrebench::cli
