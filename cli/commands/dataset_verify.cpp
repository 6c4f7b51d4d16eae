// `genrebench dataset verify`: looks for everything that can be wrong with a dataset.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/dataset_tables.hpp"

namespace genrebench::cli {
namespace {

bool is_error(const DatasetProblem& problem) {
  return problem.severity == DatasetProblem::Severity::error;
}

/// Errors first, then notes.
std::vector<DatasetProblem> find_problems(const ExaminedDataset& examined, Context& context) {
  const Dataset& dataset = *examined.data->dataset;
  Progress& progress = context.progress();
  if (has_audio(dataset)) progress.begin("comparing", examined.files.size());
  std::vector<DatasetProblem> problems =
      general_problems(dataset, examined.files, context.threads,
                       [&](std::size_t done, std::size_t) { progress.advance(done); });
  progress.end();
  for (DatasetProblem& problem : dataset.verify()) problems.push_back(std::move(problem));
  std::stable_partition(problems.begin(), problems.end(), is_error);
  return problems;
}

Table problem_table(const std::vector<DatasetProblem>& problems) {
  Table table{.title = "Findings", .columns = {"severity", "what", "where", "message"}};
  for (const DatasetProblem& problem : problems)
    table.rows.push_back(
        {{.text = is_error(problem) ? "error" : "note", .caution = is_error(problem)},
         {.text = problem.what},
         {.text = problem.where},
         {.text = problem.message}});
  return table;
}

nlohmann::ordered_json problem_json(const std::vector<DatasetProblem>& problems) {
  auto rows = nlohmann::ordered_json::array();
  for (const DatasetProblem& problem : problems)
    rows.push_back({{"severity", is_error(problem) ? "error" : "note"},
                    {"what", problem.what},
                    {"where", problem.where},
                    {"message", problem.message}});
  return rows;
}

class DatasetVerifyCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    dataset_.declare(arguments, context);
  }

  int run(Context& context) override {
    const ExaminedDataset examined = examine_dataset(context, dataset_, /*decode=*/true);
    const Dataset& dataset = *examined.data->dataset;
    const std::vector<DatasetProblem> problems = find_problems(examined, context);
    const auto n_errors =
        static_cast<std::size_t>(std::count_if(problems.begin(), problems.end(), is_error));
    if (context.json) {
      print_json({{"dataset", dataset_.name},
                  {"fingerprint", examined.data->fingerprint},
                  {"errors", n_errors},
                  {"genres", genre_json(dataset, examined.files)},
                  {"problems", problem_json(problems)},
                  {"files", files_json(dataset, examined.files)}});
    } else {
      Table genres = genre_table(dataset, examined.files);
      genres.notes = formats_of(examined.files);
      print_table(genres);
      if (!problems.empty()) print_table(problem_table(problems));
      write_out("{}: {}\n", dataset_.name,
                n_errors == 0 ? "no errors" : counted(n_errors, "error"));
    }
    return n_errors == 0 ? kDone : kNotDone;
  }

 private:
  DatasetArguments dataset_;
};

}  // namespace

void command_dataset_verify(CommandList& commands) {
  commands.add<DatasetVerifyCommand>(
      {.name = "dataset verify",
       .group = CommandGroup::data,
       .position = 2,
       .summary = "Decode every file and look for whatever is wrong with the dataset",
       .details = "Looks for damage, wrong formats, checksums and duplicates, and compares with "
                  "the paper's Table 1. Exit code 1 if there are errors."});
}

}  // namespace genrebench::cli
