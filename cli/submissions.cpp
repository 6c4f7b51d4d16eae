#include "cli/submissions.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <system_error>

#include "base/error.hpp"
#include "cli/shared_arguments.hpp"

namespace genrebench::cli {

void add_submission(Arguments& arguments, std::string& which, Context& context) {
  arguments.add({.name = "SUBMISSION",
                 .value = "FOLDER|EXPERIMENT",
                 .help = "The folder of a submission, or an experiment; all of the store if left "
                         "out",
                 .completes = Completion::folder},
                which);
  add_database(arguments, context);
  add_json(arguments, context);
}

std::vector<Submission> find_submissions(const Context& context, const std::string& which) {
  std::error_code error;
  if (!which.empty() && std::filesystem::is_directory(which, error))
    return {read_submission(which)};
  auto found = submissions_of(context.database, which);
  if (found.empty())
    throw DataError(fmt::format("{}: no submissions{}; `genrebench submit slurm` makes them",
                                submissions_folder(context.database).string(),
                                which.empty() ? std::string() : fmt::format(" of {}", which)));
  return found;
}

}  // namespace genrebench::cli
