// `genrebench profile`: where the time of runs went that were done with --profile.

#include <fmt/format.h>

#include <filesystem>
#include <vector>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/run_profiles.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/short_id.hpp"
#include "harness/store/store_places.hpp"
#include "reports/render/render.hpp"
#include "reports/support/profile_tables.hpp"

namespace genrebench::cli {
namespace {

class ProfileCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "RUN",
                   .help = "A run's id, or the beginning of it; the times of several are added",
                   .required = true},
                  runs_);
    arguments.add({.name = "--files",
                   .value = "FOLDER",
                   .help = "Folder of the runs' files. Without it: the store's name with .files",
                   .completes = Completion::folder},
                  files_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Write tables and a flame graph to this folder",
                   .completes = Completion::folder},
                  out_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const auto store = context.store_to_read();
    const RunFiles files(files_.empty() ? files_folder_of(context.database) : files_);
    Profile profile;
    std::string of;
    for (const std::string& prefix : runs_) {
      const RunRecord run = find_run(*store, prefix);
      const auto own = profile_of(*store, files, run.id);
      if (!own)
        throw ConfigError(fmt::format(
            "profile: run {} was done without --profile, so nobody knows; `genrebench run FILE "
            "--profile --db profile.db` does its experiment again in a store of its own",
            short_id(run.id)));
      profile.add(*own);
      of = runs_.size() == 1 ? "run " + short_id(run.id) : counted(runs_.size(), "run");
    }
    profile.root.name = of;
    const Document document = profile_document(profile, of, runs_.size());
    if (context.json)
      write_text(render_json(document));
    else
      print_document(document);
    if (!out_.empty()) print_written(write_document(document, out_, all_formats()));
    return kDone;
  }

 private:
  std::vector<std::string> runs_;
  std::filesystem::path files_, out_;
};

}  // namespace

void command_profile(CommandList& commands) {
  commands.add<ProfileCommand>(
      {.name = "profile",
       .group = CommandGroup::results,
       .position = 5,
       .summary = "Show where the time of a run went: decoding, features, fit, store"});
}

}  // namespace genrebench::cli
