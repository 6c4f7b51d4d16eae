// `genrebench import`: scores predictions that were made elsewhere, and records them as runs.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/plan/dataset_records.hpp"
#include "harness/plan/divisions.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/imported_runs.hpp"
#include "harness/run/preparation.hpp"
#include "harness/run/run_data.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

double test_value(const RunResult& result, const std::string& metric) {
  for (const MetricRecord& one : result.metrics)
    if (one.split == "test" && one.name == metric && one.step == -1) return one.value;
  return 0.0;
}

class ImportCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add(
        {.name = "FILE",
         .value = "FILE [KEY=VALUE...] PREDICTIONS",
         .help = "The experiment file whose split was used, key=value words that override "
                 "its keys, and a CSV file of predictions: the columns id and predicted, "
                 "and a column of probabilities per genre if there are any",
         .required = true,
         .completes = Completion::experiment_file},
        words_);
    arguments.add({.name = "--as",
                   .value = "NAME",
                   .help = "What the predictions are by: the name of the method, and of the "
                           "experiment that holds the imported runs",
                   .required = true},
                  name_);
    add_database(arguments, context);
    add_work(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    try {
      return import_predictions(context);
    } catch (const Interrupted&) {
      return kInterrupted;
    }
  }

 private:
  int import_predictions(Context& context) const {
    if (tag_text(name_).empty() || single_line(name_) != name_)
      throw UsageError("import: expected a name of one line after --as");
    const auto [experiment, predictions] = files();
    std::vector<std::string> words = sort(words_).overrides;
    words.insert(words.begin(), experiment);
    const CsvTable table = read_csv(predictions);
    const Plan plan = std::move(make_plans(context, words).front());
    if (plan.experiment.name == name_)
      throw ConfigError(
          fmt::format("--as {}: is the name of the experiment in {}, which would take the place of "
                      "the imported runs; choose another name",
                      name_, experiment));
    for (const std::string& note : plan.notes) context.progress().note(note);

    const PredictionImport score(context.registry, experiment, [&](const PlannedRun& planned) {
      return unusable(planned, context);
    });
    std::vector<ImportedRun> runs = score(divisions_of(plan),
                                          {.table = table,
                                           .file_name = utf8_name(predictions.filename().native()),
                                           .sha256 = sha256_of_file(predictions)},
                                          name_);
    const auto environment = describe_environment(context.threads);
    for (ImportedRun& one : runs) one.environment = environment;
    const auto store = context.store_to_write();
    store->add_tracks(dataset_records(plan));
    const ImportSummary summary = store->add_imported(
        {.name = name_,
         .description = fmt::format("Predictions made elsewhere, for {}.", plan.experiment.name),
         .source_file = predictions.string(),
         .created_at = {},
         .run_ids = {}},
        runs);
    print(runs, summary, context);
    return kDone;
  }

  struct Files {
    std::string experiment;
    fs::path predictions;
  };

  /// Words that hold `=` override keys, unless a file is called that.
  static SortedWords sort(const std::vector<std::string>& words) {
    SortedWords sorted;
    for (const std::string& word : words) {
      std::error_code error;
      const bool is_override = word.find('=') != std::string::npos && !fs::exists(word, error);
      (is_override ? sorted.overrides : sorted.names).push_back(word);
    }
    return sorted;
  }

  Files files() const {
    const std::vector<std::string> names = sort(words_).names;
    if (names.size() != 2)
      throw UsageError(
          fmt::format("import: expected an experiment file and a file of predictions, found {}",
                      counted(names.size(), "file")));
    return {.experiment = names[0], .predictions = names[1]};
  }

  /// The tracks that a run of ours could not use either.
  static std::vector<BadTrackRecord> unusable(const PlannedRun& run, Context& context) {
    context.progress().note(
        "some tracks have no prediction: looking for tracks that the experiment cannot use");
    const ExtractedTracks tracks = extract_run(run, context.registry, context.hashes(),
                                               {.cache_folder = context.cache_folder,
                                                .threads = context.threads,
                                                .interrupted = stop_requested},
                                               context.progress());
    if (stop_requested()) throw Interrupted();
    return bad_tracks_of(run, tracks);
  }

  void print(const std::vector<ImportedRun>& runs, const ImportSummary& summary,
             const Context& context) const {
    nlohmann::ordered_json rows = nlohmann::ordered_json::array();
    Table table{.title = fmt::format("{}: imported runs", name_),
                .columns = {"run", "seed", "test tracks", "test accuracy", "test macro F1"}};
    for (const auto& [run, result, environment] : runs) {
      const double n_tracks = test_value(result, "n_tracks"),
                   accuracy = test_value(result, "accuracy"),
                   macro_f1 = test_value(result, "macro_f1");
      rows.push_back({{"id", run.id},
                      {"seed", run.seed},
                      {"test_tracks", n_tracks},
                      {"test_accuracy", accuracy},
                      {"test_macro_f1", macro_f1},
                      {"bad_tracks", result.bad_tracks.size()}});
      table.rows.push_back({{.text = short_id(run.id)},
                            {.text = std::to_string(run.seed), .numeric = true},
                            {.text = fmt::format("{}", n_tracks), .numeric = true},
                            {.text = fmt::format("{:.4f}", accuracy), .numeric = true},
                            {.text = fmt::format("{:.4f}", macro_f1), .numeric = true}});
      for (const BadTrackRecord& bad : result.bad_tracks)
        table.notes.push_back(
            fmt::format("run {} leaves out {}: {}", short_id(run.id), bad.track, bad.message));
    }
    table.notes.push_back(
        fmt::format("{} added, {} in the store already", summary.added, summary.present));
    if (summary.replaced > 0)
      table.notes.push_back(
          fmt::format("earlier predictions of '{}' for the same splits are replaced: {} in the "
                      "store, outside the experiment",
                      name_, counted(summary.replaced, "run")));
    if (context.json)
      print_json({{"name", name_},
                  {"added", summary.added},
                  {"present", summary.present},
                  {"replaced", summary.replaced},
                  {"runs", std::move(rows)}});
    else
      print_table(table);
  }

  std::vector<std::string> words_;
  std::string name_;
};

}  // namespace

void command_import(CommandList& commands) {
  commands.add<ImportCommand>(
      {.name = "import",
       .group = CommandGroup::experiments,
       .position = 7,
       .summary = "Score predictions that were made elsewhere, and record them as runs"});
}

}  // namespace genrebench::cli
