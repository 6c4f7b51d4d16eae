// `genrebench kernels note`: what a person knows of a commit.

#include <fmt/format.h>

#include <set>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/store/kernel_tables.hpp"

namespace genrebench::cli {
namespace {

class KernelsNoteCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "COMMIT",
                   .value = "COMMIT",
                   .help = "The beginning of a measured commit's hash",
                   .required = true},
                  commit_);
    arguments.add({.name = "TEXT",
                   .value = "TEXT",
                   .help = "What is known, for check and history; left out: the note is removed"},
                  text_);
    add_database(arguments, context);
  }

  int run(Context& context) override {
    std::set<std::string> commits;
    for (const KernelSession& session : kernel_sessions(context.database))
      if (session.setting.commit.starts_with(commit_)) commits.insert(session.setting.commit);
    if (commit_.empty() || commits.size() != 1)
      throw ConfigError(fmt::format("'{}': expected the beginning of one measured commit, found {}",
                                    single_line(commit_.substr(0, 60)),
                                    counted(commits.size(), "commit")));
    if (single_line(text_) != text_ || text_.size() > 1000)
      throw UsageError("kernels note: expected a text of at most 1000 characters on one line");
    set_kernel_note(context.database, *commits.begin(), text_);
    return kDone;
  }

 private:
  std::string commit_, text_;
};

}  // namespace

void command_kernels_note(CommandList& commands) {
  commands.add<KernelsNoteCommand>({.name = "kernels note",
                                    .group = CommandGroup::data,
                                    .position = 57,
                                    .summary = "Write what is known of a commit"});
}

}  // namespace genrebench::cli
