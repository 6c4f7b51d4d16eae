// The whole paper on one page: every table, figure and number, what it printed, what was measured
// here, and how.

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "harness/plugin/registry.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/paper_items.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

using paper::Item;
using paper::Line;
using paper::Shows;

constexpr const char* kRand = "adjusted_rand";

/// What tells a line from the others of its item beside the data: options and weights.
std::string variant_of(const Line& line, const std::vector<Line>& lines) {
  if (line.any() == nullptr) return {};
  std::vector<RunGroup> alike;
  for (const Line& other : lines)
    if (other.item == line.item && other.any() != nullptr) alike.push_back(*other.any());
  std::vector<std::string> keys = telling_keys(alike);
  std::erase_if(keys, [](const std::string& key) {
    return key.starts_with("method.weights") || key == "excerpt.preset" ||
           key.starts_with("features.") || key.starts_with("dataset.");
  });
  std::string text =
      with_segmentation(describe(line.any()->parameters, keys, "method."), line.any()->parameters);
  if (const std::string weights = weights_title(*line.any()->runs.front()); !weights.empty())
    text += (text.empty() ? "" : ", ") + weights;
  return text;
}

/// "GTZAN, 999 tracks, embeddings (mel spectrogram)"
std::string data_of(const RunGroup& group) {
  std::string text = dataset_title(group.parameters);
  for (const RunRecord* run : group.runs)
    if (const std::string n = facts::kTracks.text(*run); !n.empty()) {
      text += fmt::format(", {} tracks", n);
      break;
    }
  const std::string features = value_of(group.parameters, "features.name"),
                    encoder = value_of(group.parameters, "features.encoder");
  if (!features.empty()) text += ", " + features;
  if (!encoder.empty()) text += fmt::format(" ({})", encoder);
  return text;
}

/// "1a2b3c4d and 4 more"; all ids are in the data tables.
std::string ids_of(const Runs& runs) {
  if (runs.empty()) return {};
  const std::string first = short_id(runs.front()->id);
  return runs.size() == 1 ? first : fmt::format("{} and {} more", first, runs.size() - 1);
}

/// What runs of one dataset tell of its size.
struct DatasetSize {
  std::size_t n_tracks = 0, n_genres = 0;
  Runs runs;

  std::string text() const { return fmt::format("{} tracks, {} genres", n_tracks, n_genres); }
};

/// The sizes of an item's dataset, as often as they differ, those of most tracks first.
std::vector<DatasetSize> sizes_of(const Item& item, const std::vector<RunRecord>& runs) {
  std::map<std::pair<std::size_t, std::size_t>, Runs, std::greater<>> by_size;
  for (const RunRecord& run : runs)
    if (run.parameter("dataset.name") == item.dataset && facts::kTracks.recorded(run))
      by_size[{facts::kTracks.of(run), facts::kGenres.of(run).size()}].push_back(&run);
  std::vector<DatasetSize> sizes;
  for (auto& [size, of_size] : by_size)
    sizes.push_back({size.first, size.second, std::move(of_size)});
  return sizes;
}

/// The data, and what else tells the line from others.
std::string shown_variant(const Line& line, const std::vector<Line>& lines) {
  const std::string variant = variant_of(line, lines);
  return data_of(*line.any()) + (variant.empty() ? "" : "; " + variant);
}

class Paper final : public Report {
 public:
  explicit Paper(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<RunGroup> groups = group_runs(scope.runs);
    const std::vector<Line> lines = paper::make_lines(groups);

    Document document{.name = "paper", .title = "The paper, item by item", .body = {}, .data = {}};
    document.body.emplace_back(
        Paragraph{"Asgharivaskasi et al., Music Genre Recognition using Deep Learning. The paper's "
                  "accuracies are of one random split each, without intervals; those of networks "
                  "are of the validation part that also chose the epoch."});
    document.body.emplace_back(numbers(scores, lines, scope.runs));
    document.body.emplace_back(protocols(lines, scope.runs));
    if (const std::string others = not_shown(groups); !others.empty())
      document.body.emplace_back(
          Paragraph{"Runs in scope that the paper has no number for: " + others + "."});
    document.data = data_tables(data(scores, lines), size_data(scope.runs));
    return document;
  }

 private:
  /// Runs of no item, by method.
  static std::string not_shown(const std::vector<RunGroup>& groups) {
    std::map<std::string, std::size_t> counts;
    for (const RunGroup& group : groups) {
      const bool shown = std::any_of(paper::items().begin(), paper::items().end(), [&](auto& item) {
        return paper::is_about(item, group.parameters);
      });
      if (shown) continue;
      const std::string method = value_of(group.parameters, "method.name", "no method");
      counts[method + " on " + dataset_title(group.parameters)] += group.runs.size();
    }
    return counted_names(counts);
  }

  Table numbers(const Scores& scores, const std::vector<Line>& lines,
                const std::vector<RunRecord>& runs) const {
    Table table{.id = "paper",
                .title = "What the paper printed, and what was measured here",
                .columns = {"in the paper", "what", "printed", "at random", "artists apart",
                            "our data and variant", "runs"}};
    Remarks remarks{.legend = IntervalLegend(level_)};
    std::vector<std::string> notes;
    const Item* last = nullptr;
    for (const Line& line : lines) {
      const Item& item = *line.item;
      const bool first = last != &item;
      last = &item;
      if (item.shows == Shows::counts) {
        for (std::vector<Cell>& row : size_rows(item, runs)) table.rows.push_back(std::move(row));
        continue;
      }
      std::vector<Cell> row = {shown(first ? std::string(item.where) : ""),
                               shown(first ? std::string(item.what) : ""),
                               shown(first ? std::string(item.printed) : "")};
      row.push_back(measured(scores, item, line.leaky, remarks));
      row.push_back(measured(scores, item, line.apart, remarks));
      row.push_back(shown(line.any() == nullptr ? not_measured(item) : shown_variant(line, lines)));
      std::string ids;
      for (const RunGroup* group : {line.leaky, line.apart})
        if (group != nullptr) ids += (ids.empty() ? "" : "; ") + ids_of(group->runs);
      row.push_back(shown(ids));
      table.rows.push_back(std::move(row));
      for (const RunGroup* group : {line.leaky, line.apart})
        if (group != nullptr) {
          remarks.protocols.insert(group->protocol);
          remarks.add_runs(std::string(item.what), group->runs);
          add_notes(notes, warning_notes(group->runs), std::string(item.what) + ". ");
        }
    }
    add_notes(table.notes, remarks.mark_notes());
    add_note(table.notes, remarks.partial_note());
    add_notes(table.notes, remarks.failures);
    add_notes(table.notes, notes);
    add_note(
        table.notes,
        "Accuracies are of tracks, after the vote over a track's excerpts. \"valid\" is of the "
        "part that chose the epoch, as the paper's numbers are; the test part had no say. "
        "\"at random\": songs of an artist may be in training and test.");
    add_notes(table.notes, remarks.legend.notes());
    if (!remarks.runs.empty()) add_data_notes(scores.store(), remarks.runs, table.notes);
    return table;
  }

  /// How large an item's dataset is here: a row for each size, or one that says what is needed.
  static std::vector<std::vector<Cell>> size_rows(const Item& item,
                                                  const std::vector<RunRecord>& runs) {
    std::vector<std::vector<Cell>> rows;
    const auto add = [&](const std::string& text, const std::string& ids) {
      const bool first = rows.empty();
      rows.push_back({shown(first ? std::string(item.where) : ""),
                      shown(first ? std::string(item.what) : ""),
                      shown(first ? std::string(item.printed) : ""), shown("–"), shown("–"),
                      shown(text), shown(ids)});
    };
    for (const DatasetSize& size : sizes_of(item, runs)) add(size.text(), ids_of(size.runs));
    if (rows.empty()) add(not_measured(item), "");
    return rows;
  }

  static std::string not_measured(const Item& item) {
    if (item.shows == Shows::nothing) return "no number to measure";
    return fmt::format("not measured here: needs {}", item.needs);
  }

  /// "valid 76.2 ± 3.1 % †, test 73.0 ± 4.0 % †"
  Cell measured(const Scores& scores, const Item& item, const RunGroup* group,
                Remarks& remarks) const {
    if (item.shows == Shows::nothing || group == nullptr) return shown("–");
    const Tally counts = tally(group->runs);
    if (item.shows == Shows::segmentation) {
      const Measured rand = measure_structure(scores, group->runs, kRand, level_);
      return shown(counts.done == 0 ? to_string(counts)
                                    : "adjusted Rand index " + format_score(rand));
    }
    Cell cell = shown("");
    for (const char* split : {"train", "valid", "test"}) {
      if (split == std::string_view("train") && item.shows != Shows::training) continue;
      const Measured accuracy = measure(scores, group->runs, split, "accuracy", level_);
      if (accuracy.values.empty() && split != std::string_view("test")) continue;
      Cell part = remarks.accuracy(accuracy, counts, group->protocol);
      cell.caution = cell.caution || part.caution;
      cell.text += fmt::format("{}{} {}", cell.text.empty() ? "" : ", ", split, part.text);
      const Measured segments = measure(scores, group->runs, split, "segment_accuracy", level_);
      if (!segments.values.empty())
        cell.text += fmt::format(" ({} per segment)", format_percent(segments.mean));
    }
    return cell;
  }

  static Table protocols(const std::vector<Line>& lines, const std::vector<RunRecord>& runs) {
    Table table{.id = "paper_protocols",
                .title = "How each was measured",
                .columns = {"in the paper", "what", "data", "difference in protocol", "command"},
                .notes = {"Data lie where they are put: add dataset.root=FOLDER (and weights, "
                          "features.root) to a command, as the experiment's file says."}};
    std::map<const Item*, std::set<std::string>> data;
    for (const Line& line : lines)
      if (line.any() != nullptr) data[line.item].insert(data_of(*line.any()));
    for (const Item& item : paper::items()) {
      std::string text;
      for (const std::string& one : data[&item]) text += (text.empty() ? "" : "; ") + one;
      if (item.shows == Shows::counts)
        for (const DatasetSize& size : sizes_of(item, runs))
          text += (text.empty() ? "" : "; ") + size.text();
      if (text.empty() && !item.needs.empty()) text = fmt::format("none (needs {})", item.needs);
      table.rows.push_back({shown(std::string(item.where)), shown(std::string(item.what)),
                            shown(text.empty() ? "–" : text),
                            shown(item.difference.empty() ? "–" : std::string(item.difference)),
                            shown(std::string(item.command))});
    }
    return table;
  }

  Table data(const Scores& scores, const std::vector<Line>& lines) const {
    Table table{.id = "paper_cells",
                .title = "Every number of the paper's page",
                .columns = column_names(column_names({"where", "what", "printed", "variant", "data",
                                                      "protocol", "leaky", "split", "metric"},
                                                     kMeasuredColumns),
                                        kTallyColumns, {"run_ids"}),
                .notes = {"Accuracies are fractions; ci_method made the interval, over ci_n "
                          "divisions, artists or tracks."}};
    for (const Line& line : lines)
      for (const RunGroup* group : {line.leaky, line.apart}) {
        if (group == nullptr) continue;
        const auto add = [&](const Measured& value, const char* split, const char* metric) {
          if (value.values.empty()) return;
          std::vector<Cell> row = place_cells(line, *group, variant_of(line, lines));
          append(row, {text_cell(split), text_cell(metric)});
          append(row, measured_cells(value, level_));
          append(row, tally_cells(tally(group->runs)));
          row.push_back(text_cell(run_ids(group->runs)));
          table.rows.push_back(std::move(row));
        };
        if (line.item->shows == Shows::segmentation) {
          add(measure_structure(scores, group->runs, kRand, level_), "structure", kRand);
          continue;
        }
        for (const char* split : {"train", "valid", "test"})
          for (const char* metric : {"accuracy", "segment_accuracy"})
            add(measure(scores, group->runs, split, metric, level_), split, metric);
      }
    return table;
  }

  static Table size_data(const std::vector<RunRecord>& runs) {
    Table table{.id = "paper_sizes",
                .title = "How large the paper's datasets are here",
                .columns = {"where", "what", "printed", "tracks", "genres", "run_ids"}};
    for (const Item& item : paper::items()) {
      if (item.shows != Shows::counts) continue;
      for (const DatasetSize& size : sizes_of(item, runs))
        table.rows.push_back({text_cell(std::string(item.where)), text_cell(std::string(item.what)),
                              text_cell(std::string(item.printed)), count_cell(size.n_tracks),
                              count_cell(size.n_genres), text_cell(run_ids(size.runs))});
    }
    return table;
  }

  static std::vector<Cell> place_cells(const Line& line, const RunGroup& group,
                                       const std::string& variant) {
    return {text_cell(std::string(line.item->where)),
            text_cell(std::string(line.item->what)),
            text_cell(std::string(line.item->printed)),
            text_cell(variant),
            text_cell(data_of(group)),
            text_cell(to_string(group.protocol)),
            flag_cell(group.protocol.is_leaky())};
  }

  double level_;
};

}  // namespace

void register_paper(Registry& registry) {
  registry.reports.add(
      {{.name = "paper",
        .summary = "The whole paper on one page: every table, figure and number, what was printed, "
                   "what was measured here, on which data, and with which command.",
        .source = "the paper",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Paper>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
