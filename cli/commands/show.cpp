// `genrebench show`: everything that the store holds of one run.

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "cli/stored_runs.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/evaluation.hpp"
#include "harness/run/failed_log.hpp"
#include "harness/run/predictions_table.hpp"
#include "harness/run/provenance.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench::cli {
namespace {

Table pair_table(const std::string& title, const std::map<std::string, std::string>& values) {
  Table table{.title = title, .columns = {"key", "value"}};
  for (const auto& [key, value] : values) table.rows.push_back({{.text = key}, {.text = value}});
  return table;
}

Table confusion_table(const std::vector<PredictionRecord>& predictions,
                      const std::vector<std::string>& genres) {
  std::vector<int> truth, predicted;
  for (const PredictionRecord& p : predictions) {
    truth.push_back(p.truth);
    predicted.push_back(p.predicted);
  }
  const Eigen::MatrixXi confusion =
      confusion_matrix(truth, predicted, static_cast<int>(genres.size()));
  Table table{.title = "Confusion matrix of the test part (rows: truth, columns: predicted)",
              .columns = {""}};
  table.columns.insert(table.columns.end(), genres.begin(), genres.end());
  for (std::size_t i = 0; i < genres.size(); ++i) {
    std::vector<Cell> row = {{.text = genres[i]}};
    for (std::size_t j = 0; j < genres.size(); ++j)
      row.push_back({.text = std::to_string(
                         confusion(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j))),
                     .numeric = true,
                     .strong = i == j});
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table metric_table(const std::vector<MetricRecord>& metrics) {
  Table table{.title = "Metrics", .columns = {"part", "metric", "value"}};
  std::size_t n_curve = 0;
  for (const MetricRecord& m : metrics)
    if (m.step == -1)
      table.rows.push_back({{.text = m.split},
                            {.text = m.name},
                            {.text = fmt::format("{:.4f}", m.value), .numeric = true}});
    else
      ++n_curve;
  if (n_curve > 0)
    table.notes.push_back(
        fmt::format("and {} of curves; --json prints them", counted(n_curve, "point")));
  return table;
}

Table bad_track_table(const std::vector<BadTrackRecord>& bad_tracks) {
  Table table{.title = "Tracks left out", .columns = {"track", "why"}};
  for (const BadTrackRecord& b : bad_tracks)
    table.rows.push_back({{.text = b.track}, {.text = b.message}});
  return table;
}

Table file_table(const std::vector<ArtifactRecord>& artifacts) {
  Table table{.title = "Files", .columns = {"file", "bytes", "SHA-256"}};
  for (const ArtifactRecord& a : artifacts)
    table.rows.push_back(
        {{.text = a.name}, {.text = std::to_string(a.bytes), .numeric = true}, {.text = a.sha256}});
  return table;
}

void print_if_filled(const Table& table) {
  if (!table.rows.empty()) print_table(table);
}

void print(const RunStore& store, const RunRecord& run) {
  const std::string older =
      run.identity_version == kIdentityVersion
          ? ""
          : fmt::format(
                " (an id of version {}, made by an earlier genrebench; the run is not reused)",
                run.identity_version);
  write_out("run {}{}\nstatus {}{}\nseed {}\n", run.id, older, to_string(run.status),
            run.message.empty() ? "" : ": " + run.message, run.seed);
  if (run.origin == RunOrigin::imported)
    write_out("imported {}: its predictions were made elsewhere\n\n", run.started_at);
  else
    write_out("started {}, {}\n\n", run.started_at.empty() ? "never" : run.started_at,
              duration_text(run.wall_s));
  print_table(pair_table("Configuration", run.parameters));
  print_if_filled(pair_table("What the run found", run.facts));
  print_if_filled(metric_table(store.metrics(run.id)));
  if (const auto predictions = store.predictions(run.id, "test"); !predictions.empty()) {
    const std::vector<std::string> genres = genres_of(run);
    if (genres.size() <= kMostShownGenres)
      print_table(confusion_table(predictions, genres));
    else
      write_out("{}: too many for a confusion matrix\n\n", counted(genres.size(), "genre"));
  }
  print_if_filled(bad_track_table(store.bad_tracks(run.id)));
  print_if_filled(file_table(store.artifacts(run.id)));
  print_table(pair_table("Environment", store.environment(run.id)));
}

nlohmann::ordered_json details_json(const RunStore& store, const RunRecord& run) {
  nlohmann::ordered_json document = run_json(store, run);
  for (const char* list : {"metrics", "predictions", "bad_tracks", "artifacts"})
    document[list] = nlohmann::ordered_json::array();
  for (const MetricRecord& m : store.metrics(run.id))
    document["metrics"].push_back(
        {{"split", m.split}, {"name", m.name}, {"step", m.step}, {"value", m.value}});
  for (const PredictionRecord& p : store.predictions(run.id, "test"))
    document["predictions"].push_back({{"track", p.track},
                                       {"truth", p.truth},
                                       {"predicted", p.predicted},
                                       {"probabilities", p.probabilities}});
  for (const BadTrackRecord& b : store.bad_tracks(run.id))
    document["bad_tracks"].push_back({{"track", b.track}, {"message", b.message}});
  for (const ArtifactRecord& a : store.artifacts(run.id))
    document["artifacts"].push_back({{"name", a.name}, {"bytes", a.bytes}, {"sha256", a.sha256}});
  return document;
}

/// Of the validation part, then of the test part. @throws ConfigError  if there are none
std::vector<PredictionRecord> predictions_of(const RunStore& store, const RunRecord& run) {
  std::vector<PredictionRecord> all = store.predictions(run.id, "valid");
  for (PredictionRecord& one : store.predictions(run.id, "test")) all.push_back(std::move(one));
  if (all.empty())
    throw ConfigError(fmt::format("run {} has no predictions", short_id(run.id, kLongerId)));
  return all;
}

void print_predictions(const RunRecord& run, const std::vector<PredictionRecord>& predictions) {
  if (::isatty(STDOUT_FILENO) == 0) return write_text(predictions_csv(run, predictions));
  const std::vector<std::string> genres = genres_of(run);
  Table table{.columns = {"part", "track", "genre", "predicted", "probability", ""}};
  std::size_t n_right = 0;
  for (const PredictionRecord& one : predictions) {
    const auto predicted = static_cast<std::size_t>(one.predicted);
    const bool right = one.predicted == one.truth;
    n_right += right ? 1 : 0;
    table.rows.push_back({{.text = one.split},
                          {.text = one.track},
                          {.text = genres.at(static_cast<std::size_t>(one.truth))},
                          {.text = genres.at(predicted)},
                          {.text = predicted < one.probabilities.size()
                                       ? fmt::format("{:.2f}", one.probabilities[predicted])
                                       : "",
                           .numeric = true},
                          {.text = right ? "" : "wrong", .caution = !right}});
  }
  table.notes.push_back(
      fmt::format("{} of {} right", n_right, counted(predictions.size(), "track")));
  print_table(table);
}

/// What the program of a run printed, also of one that failed.
/// @throws ConfigError  if it left no log
/// @throws DataError    if the log is not the one that it left
std::string log_of(const RunFiles& files, const RunStore& store, const RunRecord& run) {
  if (auto text = artifact_text(store, files, run.id, kLogName)) return *std::move(text);
  const std::filesystem::path failed = files.of_run(run.id) / kFailedLogName;
  std::error_code ignored;
  if (std::filesystem::is_regular_file(std::filesystem::symlink_status(failed, ignored)))
    return read_file_text(failed);
  throw ConfigError(fmt::format(
      "run {} ({}) left no log; only methods that are programs (method command) print one{}",
      short_id(run.id, kLongerId), to_string(run.status),
      run.message.empty() ? "" : "; its message: " + run.message));
}

class ShowCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_run(arguments, run_);
    arguments.add({.name = "--predictions",
                   .value = "FILE",
                   .help = "Also write its predictions as CSV, as `genrebench import` reads them; "
                           "-: print them and nothing else, on a terminal as a table",
                   .completes = Completion::file},
                  predictions_);
    arguments.add_flag({.name = "--log",
                        .help = "Print what its program printed and nothing else (method command)"},
                       log_);
    add_database(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const auto store = context.store_to_read();
    const bool only_predictions = predictions_ == "-";
    if ((log_ && (context.json || !predictions_.empty())) || (only_predictions && context.json))
      throw UsageError(
          "show: --log, --predictions - and --json each print something else; give "
          "one of them");
    const RunRecord run = find_run(*store, run_);
    if (log_) {
      const std::string log = log_of(RunFiles(files_folder_of(context.database)), *store, run);
      write_text(::isatty(STDOUT_FILENO) != 0 ? clean_text(log) : log);
      return kDone;
    }
    if (only_predictions) {
      print_predictions(run, predictions_of(*store, run));
      return kDone;
    }
    if (!predictions_.empty()) write_predictions(*store, run);
    if (context.json)
      print_json(details_json(*store, run));
    else
      print(*store, run);
    return kDone;
  }

 private:
  void write_predictions(const RunStore& store, const RunRecord& run) const {
    write_file_atomically(predictions_, predictions_csv(run, predictions_of(store, run)));
    print_written({predictions_});
  }

  std::string run_;
  std::filesystem::path predictions_;
  bool log_ = false;
};

}  // namespace

void command_show(CommandList& commands) {
  commands.add<ShowCommand>(
      {.name = "show",
       .group = CommandGroup::results,
       .position = 2,
       .summary = "Show one run: configuration, metrics, confusion matrix, environment"});
}

}  // namespace genrebench::cli
