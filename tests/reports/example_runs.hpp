#pragma once
// Runs as the runner would record them, for tests of reports.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/plugin/registry.hpp"
#include "reports/memory_store.hpp"

namespace genrebench {

/// What a test varies; the rest is what an experiment on GTZAN has.
struct ExampleRun {
  std::string experiment = "table2";
  std::string method = "svm";
  std::string excerpt = "full";
  std::uint64_t seed = 0;
  std::optional<double> accuracy = {};  ///< of the test part; a run that is done has it
  bool leaky = false;
  std::string groups = "artist";
  RunStatus status = RunStatus::done;
  std::string message = {};
  std::map<std::string, std::string> parameters = {};  ///< on top of the usual ones
  std::map<std::string, std::string> facts = {};       ///< likewise
  std::optional<double> train_accuracy = {};
  std::optional<double> valid_accuracy = {};
  std::vector<MetricRecord> metrics = {};  ///< besides those
  std::vector<PredictionRecord> predictions = {};
  std::string division = {};  ///< the fact "split.division"; empty: not recorded, so the seed and
                              ///< the options of the split tell
  std::vector<BadTrackRecord> bad_tracks = {};
  std::string commit = "abc";
  std::map<std::string, std::string> environment = {};  ///< besides the commit
};

/// Answers of one genre: of so many tracks the first so many are right, the others are said to be
/// of the next genre.
struct GenreAnswers {
  int genre = 0, n_right = 0, n_tracks = 100;
};

/// Predictions of a part.
/// @param per_artist  successive tracks of an artist; 0: no artist is known
inline std::vector<PredictionRecord> answers(const std::string& split,
                                             const std::vector<GenreAnswers>& genres,
                                             int per_artist = 0) {
  std::vector<PredictionRecord> result;
  for (const GenreAnswers& of : genres)
    for (int i = 0; i < of.n_tracks; ++i) {
      PredictionRecord record{.split = split,
                              .track = fmt::format("{}.{}", of.genre, i),
                              .truth = of.genre,
                              .predicted = i < of.n_right ? of.genre : of.genre + 1,
                              .probabilities = {}};
      if (per_artist > 0) record.cluster = fmt::format("artist {}.{}", of.genre, i / per_artist);
      result.push_back(std::move(record));
    }
  return result;
}

/// @return  the run's id
inline std::string add_run(MemoryStore& store, const ExampleRun& example) {
  static int count = 0;
  MemoryStore::Entry entry;
  RunRecord& record = entry.record;
  record.id = fmt::format("{:08x}{:056x}", ++count, 0xabcdef);
  record.status = example.status;
  record.message = example.message;
  record.seed = example.seed;
  record.dataset_fingerprint = "f00dfeed00";
  record.wall_s = 2.0;
  record.parameters = {{"dataset.name", "gtzan"},
                       {"dataset.root", "/data/gtzan"},
                       {"split.kind", "stratified"},
                       {"split.train_fraction", "0.7"},
                       {"split.leaky", example.leaky ? "true" : "false"},
                       {"features.name", "mfcc_statistics"},
                       {"features.n_mfcc", "20"},
                       {"method.name", example.method},
                       {"excerpt.name", example.excerpt}};
  if (example.excerpt == "chunks") record.parameters["excerpt.duration_s"] = "3";
  for (const auto& [key, value] : example.parameters) record.parameters[key] = value;
  if (example.status == RunStatus::done) {
    const bool grouped = !example.leaky && !example.groups.empty();
    record.facts = {{"split.leaky", example.leaky ? "true" : "false"},
                    {"split.groups",
                     list_text(grouped ? std::vector{example.groups} : std::vector<std::string>())},
                    {"split.n_train", "700"},
                    {"split.n_valid", "300"},
                    {"split.n_test", "300"},
                    {"dataset.genres", list_text({"blues", "jazz"})},
                    {"dataset.n_tracks", "1000"}};
    if (!example.division.empty()) record.facts["split.division"] = example.division;
    for (const auto& [key, value] : example.facts) record.facts[key] = value;
  }
  if (example.accuracy) {
    entry.metrics.push_back({"test", "accuracy", -1, *example.accuracy});
    entry.metrics.push_back({"test", "macro_f1", -1, *example.accuracy - 0.01});
  }
  if (example.train_accuracy)
    entry.metrics.push_back({"train", "accuracy", -1, *example.train_accuracy});
  if (example.valid_accuracy)
    entry.metrics.push_back({"valid", "accuracy", -1, *example.valid_accuracy});
  entry.metrics.insert(entry.metrics.end(), example.metrics.begin(), example.metrics.end());
  entry.predictions = example.predictions;
  entry.bad_tracks = example.bad_tracks;
  entry.environment = example.environment;
  entry.environment["genrebench.commit"] = example.commit;
  const std::string id = record.id;
  store.add(example.experiment, std::move(entry));
  return id;
}

/// A run per accuracy, with seeds from 0.
inline void add_seeds(MemoryStore& store, ExampleRun run, const std::vector<double>& accuracies) {
  for (std::size_t i = 0; i < accuracies.size(); ++i) {
    run.seed = i;
    run.accuracy = accuracies[i];
    add_run(store, run);
  }
}

/// The metrics of a curve whose first epoch is 1, after those given.
inline std::vector<MetricRecord> with_curve(std::vector<MetricRecord> metrics,
                                            const std::string& split, const std::string& name,
                                            const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    metrics.push_back({split, name, static_cast<std::int64_t>(i) + 1, values[i]});
  return metrics;
}

/// What the only report that `add` registers says.
inline Document render_report(void (*add)(Registry&), const MemoryStore& store,
                              const ReportScope& scope = {}, const OptionValues& options = {}) {
  Registry registry;
  add(registry);
  const ReportPlugin& plugin = *registry.reports.begin();
  return plugin.make(plugin.options.resolve(options, "a test"))->render(store, scope);
}

/// The figure of a document with this id; none: nullptr.
inline const Figure* find_figure(const Document& document, const std::string& id) {
  for (const auto& part : document.body)
    if (const auto* figure = std::get_if<Figure>(&part); figure != nullptr && figure->id == id)
      return figure;
  return nullptr;
}

inline bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// The texts of a column.
inline std::vector<std::string> column(const Table& table, std::size_t c) {
  std::vector<std::string> result;
  for (const auto& row : table.rows) result.push_back(row[c].text);
  return result;
}

/// The table of a document with this id, shown or data; none: nullptr.
inline const Table* find_table(const Document& document, const std::string& id) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part); table != nullptr && table->id == id)
      return table;
  for (const Table& table : document.data)
    if (table.id == id) return &table;
  return nullptr;
}

/// The text of the cell in the row that starts with `row`, in the column called `column`.
inline std::string text_at(const Table& table, const std::string& row, const std::string& column) {
  for (const std::vector<Cell>& cells : table.rows)
    if (!cells.empty() && cells.front().text == row)
      for (std::size_t c = 0; c < cells.size(); ++c)
        if (table.columns[c] == column) return cells[c].text;
  return "(no such cell)";
}

/// True if a note of a table or figure has this part.
template <typename Noted>
bool has_note(const Noted& noted, const std::string& part) {
  for (const std::string& note : noted.notes)
    if (contains(note, part)) return true;
  return false;
}

}  // namespace genrebench
