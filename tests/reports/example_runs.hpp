#pragma once
// Runs as the runner would record them, for tests of reports.

#include <fmt/format.h>

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "harness/document.hpp"
#include "harness/registry.hpp"
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
  std::vector<BadTrackRecord> bad_tracks = {};
  std::string commit = "abc";
};

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
  record.parameters = {{"dataset.name", "gtzan"},         {"dataset.root", "/data/gtzan"},
                       {"split.kind", "stratified"},      {"split.train_fraction", "0.7"},
                       {"split.leaky", example.leaky ? "true" : "false"},
                       {"features.name", "mfcc_statistics"}, {"features.n_mfcc", "20"},
                       {"method.name", example.method},   {"excerpt.name", example.excerpt}};
  if (example.excerpt == "chunks") record.parameters["excerpt.duration_s"] = "3";
  for (const auto& [key, value] : example.parameters) record.parameters[key] = value;
  if (example.status == RunStatus::done) {
    record.facts = {{"split.leaky", example.leaky ? "true" : "false"},
                    {"split.groups", example.leaky || example.groups.empty() ? "[]" : list_text({example.groups})},
                    {"dataset.genres", list_text({"blues", "jazz"})},
                    {"dataset.n_tracks", "1000"}};
    for (const auto& [key, value] : example.facts) record.facts[key] = value;
  }
  if (example.accuracy) {
    entry.metrics.push_back({"test", "accuracy", -1, *example.accuracy});
    entry.metrics.push_back({"test", "macro_f1", -1, *example.accuracy - 0.01});
  }
  if (example.train_accuracy) entry.metrics.push_back({"train", "accuracy", -1, *example.train_accuracy});
  if (example.valid_accuracy) entry.metrics.push_back({"valid", "accuracy", -1, *example.valid_accuracy});
  entry.metrics.insert(entry.metrics.end(), example.metrics.begin(), example.metrics.end());
  entry.predictions = example.predictions;
  entry.bad_tracks = example.bad_tracks;
  entry.environment = {{"genrebench.commit", example.commit}};
  const std::string id = record.id;
  store.add(example.experiment, std::move(entry));
  return id;
}

/// The metrics of a curve whose first epoch is 1, after those given.
inline std::vector<MetricRecord> with_curve(std::vector<MetricRecord> metrics, const std::string& split, const std::string& name,
                                            const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) metrics.push_back({split, name, static_cast<std::int64_t>(i) + 1, values[i]});
  return metrics;
}

/// What the only report that `add` registers says.
inline Document render_report(void (*add)(Registry&), const MemoryStore& store, const ReportScope& scope = {}, const OptionValues& options = {}) {
  Registry registry;
  add(registry);
  const ReportPlugin& plugin = *registry.reports.begin();
  return plugin.make(plugin.options.resolve(options, "a test"))->render(store, scope);
}

/// The figure of a document with this id; none: nullptr.
inline const Figure* find_figure(const Document& document, const std::string& id) {
  for (const auto& part : document.body)
    if (const auto* figure = std::get_if<Figure>(&part); figure != nullptr && figure->id == id) return figure;
  return nullptr;
}

inline bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

/// The texts of a column.
inline std::vector<std::string> column(const Table& table, std::size_t c) {
  std::vector<std::string> result;
  for (const auto& row : table.rows) result.push_back(row[c].text);
  return result;
}

/// The table of a document with this id, shown or data; none: nullptr.
inline const Table* find_table(const Document& document, const std::string& id) {
  for (const auto& part : document.body)
    if (const auto* table = std::get_if<Table>(&part); table != nullptr && table->id == id) return table;
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
