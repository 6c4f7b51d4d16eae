// What leaking adds: the same methods with pieces of a song, songs of an artist, or nothing on both sides of the split, and the
// differences with their intervals.

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "harness/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/confusion.hpp"
#include "reports/support/results.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {
namespace {

/// What a run said of its test tracks, by genre.
struct Answers {
  std::size_t n_right = 0;
  std::size_t n_tracks = 0;
};
using Tested = std::map<int, Answers>;

/// One accuracy of a run: over the test tracks of the genres that every protocol of its comparison tests.
struct Score {
  const RunRecord* run = nullptr;
  double accuracy = 0.0;
  std::size_t n_tracks = 0;
};

/// One configuration under every protocol.
struct Row {
  Parameters method = {};
  std::string title = {};
  std::map<Protocol, RunGroup> groups = {};
  std::map<Protocol, std::vector<Score>> scores = {};  ///< of the runs that are done
};

/// Rows whose runs differ in the method and in what the split keeps together, in nothing else.
struct Comparison {
  Parameters shared = {};
  std::string title = {};
  std::vector<Protocol> protocols = {};  ///< the leakiest first
  std::vector<Row> rows = {};
  std::set<int> genres = {};  ///< those that every protocol tests
};

/// From the leakiest: pieces of songs, songs, groups unknown, some groups, all groups.
int rank(const Protocol& protocol) {
  switch (protocol.kind) {
    case Protocol::Kind::pieces: return 0;
    case Protocol::Kind::leaky: return 1;
    case Protocol::Kind::ungrouped: return 2;
    case Protocol::Kind::partly: return 3;
    default: return 4;
  }
}

std::string column_title(const Protocol& protocol) {
  if (protocol.kind == Protocol::Kind::pieces) return "pieces apart ††";
  if (protocol.kind == Protocol::Kind::leaky) return "songs apart †";
  return to_string(protocol) + std::string(mark(protocol));
}

Tested tested_by(const StoreReader& store, const RunRecord& run) {
  Tested tested;
  for (const PredictionRecord& prediction : store.predictions(run.id, "test")) {
    if (prediction.truth < 0) continue;
    Answers& answers = tested[prediction.truth];
    ++answers.n_tracks;
    answers.n_right += prediction.predicted == prediction.truth;
  }
  return tested;
}

/// Genres with a test track in some run of every protocol.
std::set<int> common_genres(const Comparison& comparison, const std::map<const RunRecord*, Tested>& tested) {
  std::map<int, std::set<Protocol>> protocols_of;
  for (const Row& row : comparison.rows)
    for (const auto& [protocol, group] : row.groups)
      for (const RunRecord* run : group.runs)
        for (const auto& [genre, answers] : tested.at(run)) protocols_of[genre].insert(protocol);
  std::set<int> genres;
  for (const auto& [genre, protocols] : protocols_of)
    if (protocols.size() == comparison.protocols.size()) genres.insert(genre);
  return genres;
}

std::vector<Score> scores_of(const Runs& runs, const std::set<int>& genres, const std::map<const RunRecord*, Tested>& tested) {
  std::vector<Score> scores;
  for (const RunRecord* run : runs) {
    Score score{.run = run};
    std::size_t n_right = 0;
    for (const auto& [genre, answers] : tested.at(run))
      if (genres.contains(genre)) {
        score.n_tracks += answers.n_tracks;
        n_right += answers.n_right;
      }
    if (run->status != RunStatus::done || score.n_tracks == 0) continue;
    score.accuracy = static_cast<double>(n_right) / static_cast<double>(score.n_tracks);
    scores.push_back(score);
  }
  return scores;
}

/// Reads each run's predictions once.
void score(const StoreReader& store, Comparison& comparison) {
  std::map<const RunRecord*, Tested> tested;
  for (const Row& row : comparison.rows)
    for (const auto& [protocol, group] : row.groups)
      for (const RunRecord* run : group.runs) tested.emplace(run, tested_by(store, *run));
  comparison.genres = common_genres(comparison, tested);
  for (Row& row : comparison.rows)
    for (const auto& [protocol, group] : row.groups) row.scores[protocol] = scores_of(group.runs, comparison.genres, tested);
}

std::vector<Comparison> make_comparisons(const StoreReader& store, const std::vector<RunRecord>& runs) {
  std::vector<Comparison> comparisons;
  for (RunGroup& group : group_runs(runs)) {
    if (group.protocol.kind == Protocol::Kind::not_run) continue;
    const Parameters apart_from_rules = without_prefix(group.parameters, {"split.leaky", "split.unit", "split.group_by"});
    const Parameters method = with_prefix(apart_from_rules, {"method."}), shared = without_prefix(apart_from_rules, {"method."});
    auto comparison = std::find_if(comparisons.begin(), comparisons.end(), [&](const Comparison& c) { return c.shared == shared; });
    if (comparison == comparisons.end()) comparison = comparisons.insert(comparisons.end(), Comparison{.shared = shared});
    auto row = std::find_if(comparison->rows.begin(), comparison->rows.end(), [&](const Row& r) { return r.method == method; });
    if (row == comparison->rows.end()) row = comparison->rows.insert(comparison->rows.end(), Row{.method = method});
    if (std::find(comparison->protocols.begin(), comparison->protocols.end(), group.protocol) == comparison->protocols.end())
      comparison->protocols.push_back(group.protocol);
    const Protocol protocol = group.protocol;
    row->groups.emplace(protocol, std::move(group));
  }
  std::erase_if(comparisons, [](const Comparison& c) { return c.protocols.size() < 2; });

  std::vector<Parameters> shared;
  for (const Comparison& comparison : comparisons) shared.push_back(comparison.shared);
  for (Comparison& comparison : comparisons) {
    std::stable_sort(comparison.protocols.begin(), comparison.protocols.end(), [](const Protocol& a, const Protocol& b) { return rank(a) < rank(b); });
    const std::string variant = describe(comparison.shared, varying_keys(shared));
    comparison.title = dataset_title(comparison.shared) + (variant.empty() ? "" : "; " + variant);
    std::vector<Parameters> methods;
    for (const Row& row : comparison.rows) methods.push_back(row.method);
    const std::vector<std::string> keys = varying_keys(methods);
    for (Row& row : comparison.rows) {
      row.title = describe(row.method, keys, "method.");
      if (keys.size() <= 1 && row.method.contains("method.name")) row.title = row.method.at("method.name");
    }
    score(store, comparison);
  }
  return comparisons;
}

std::vector<double> accuracies(const std::vector<Score>& scores) {
  std::vector<double> values;
  for (const Score& score : scores) values.push_back(score.accuracy);
  return values;
}

class Leakage final : public Report {
 public:
  explicit Leakage(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const std::vector<Comparison> comparisons = make_comparisons(store, scope.runs);
    if (comparisons.empty())
      throw ConfigError("leakage: nothing to compare; expected done runs that differ in split.leaky, split.unit or split.group_by alone");
    Document document{.name = "leakage", .title = "What leaking adds", .body = {}, .data = {}};
    document.body.emplace_back(Paragraph{"The same methods on the same data, with songs recognised again (pieces of one song in training and test), artists "
                                         "recognised again (songs of one artist on both sides), and neither. Only the last measures genre."});
    Data data;
    std::set<std::string> slugs;
    for (const Comparison& comparison : comparisons) {
      const std::string id = "leakage-" + unique_slug(comparison.title, slugs);
      document.body.emplace_back(shown_table(store, comparison, id));
      add_figure(comparison, id, document);
      add_data(store, comparison, data);
    }
    document.data = {std::move(data.runs), std::move(data.differences)};
    return document;
  }

 private:
  struct Data {
    Table runs{.id = "leakage_runs",
               .title = "Every run of the comparison",
               .columns = {"data", "method", "protocol", "leaky", "seed", "fold", "run_id", "accuracy", "n_tracks", "accuracy_all_genres"},
               .rows = {},
               .notes = {"accuracy is over the n_tracks test tracks of the genres that every protocol tests; fractions."}};
    Table differences{.id = "leakage_differences",
                      .title = "Every difference",
                      .columns = {"data", "method", "protocol", "minus", "difference", "ci_low", "ci_high", "ci_level", "degrees_of_freedom", "run_ids",
                                  "minus_run_ids"},
                      .rows = {},
                      .notes = {"Differences of mean accuracies, fractions; ci is Welch's interval."}};
  };

  /// Neighbours in leakiness, and then the two ends.
  static std::vector<std::pair<Protocol, Protocol>> pairs(const Comparison& comparison) {
    std::vector<std::pair<Protocol, Protocol>> result;
    for (std::size_t p = 0; p + 1 < comparison.protocols.size(); ++p) result.emplace_back(comparison.protocols[p], comparison.protocols[p + 1]);
    if (result.size() > 1) result.emplace_back(comparison.protocols.front(), comparison.protocols.back());
    return result;
  }

  static const std::vector<Score>& scores_of(const Row& row, const Protocol& protocol) {
    static const std::vector<Score> none;
    const auto found = row.scores.find(protocol);
    return found == row.scores.end() ? none : found->second;
  }

  static const Runs& runs_of(const Row& row, const Protocol& protocol) {
    static const Runs none;
    const auto found = row.groups.find(protocol);
    return found == row.groups.end() ? none : found->second.runs;
  }

  std::optional<Difference> difference(const Row& row, const std::pair<Protocol, Protocol>& pair) const {
    const std::vector<double> first = accuracies(scores_of(row, pair.first)), second = accuracies(scores_of(row, pair.second));
    if (first.empty() || second.empty()) return std::nullopt;
    return welch_difference(first, second, level_);
  }

  Table shown_table(const StoreReader& store, const Comparison& comparison, const std::string& id) const {
    Table result{.id = id, .title = "Test accuracy by what is kept apart on " + comparison.title, .columns = {"Method"}, .rows = {}, .notes = {}};
    for (const Protocol& protocol : comparison.protocols) {
      result.columns.push_back(column_title(protocol));
      result.columns.emplace_back("runs");
    }
    for (const auto& [first, second] : pairs(comparison)) result.columns.push_back(column_title(first) + " − " + column_title(second));
    bool partial = false;
    Runs all;
    for (const Row& row : comparison.rows) {
      std::vector<Cell> cells = {shown(row.title)};
      for (const Protocol& protocol : comparison.protocols) {
        const Runs& runs = runs_of(row, protocol);
        const Tally counts = tally(runs);
        const Measured measured = summarise(accuracies(scores_of(row, protocol)), level_);
        partial = partial || is_partial(measured, counts);
        cells.push_back(accuracy_cell(counts, measured, protocol));
        cells.push_back(shown_number(to_string(counts), /*caution=*/!counts.complete()));
        for (std::string& note : failure_notes(row.title + ", " + to_string(protocol), runs)) add_note(result.notes, std::move(note));
        all.insert(all.end(), runs.begin(), runs.end());
      }
      for (const auto& pair : pairs(comparison)) {
        const std::optional<Difference> found = difference(row, pair);
        cells.push_back(shown_number(found ? format_points(*found) : "–"));
      }
      result.rows.push_back(std::move(cells));
    }
    for (const Protocol& protocol : comparison.protocols) add_note(result.notes, mark_note(protocol));
    if (partial) add_note(result.notes, "* Not all planned runs are done (done/planned beside it).");
    add_note(result.notes, genres_note(comparison, all));
    add_note(result.notes, fmt::format("Differences are of means, in percentage points, with Welch's {:g} % interval, not paired: equal seeds draw different "
                                       "test tracks under different rules.",
                                       100.0 * level_));
    add_note(result.notes, interval_note(level_, has_folds(all)));
    add_data_notes(store, all, result.notes);
    return result;
  }

  static std::string genres_note(const Comparison& comparison, const Runs& runs) {
    const std::size_t highest = comparison.genres.empty() ? 0 : static_cast<std::size_t>(*comparison.genres.rbegin()) + 1;
    const std::vector<std::string> names = genre_names(runs, highest);
    const std::string text = "Accuracies are over the test tracks of the genres that every one of these splits tests";
    if (comparison.genres.size() == names.size()) return text + ": all of them.";
    std::string listed;
    for (const int genre : comparison.genres) listed += (listed.empty() ? "" : ", ") + names[static_cast<std::size_t>(genre)];
    return text + fmt::format(" ({} of {}): {}. The methods choose among all genres.", comparison.genres.size(), names.size(), listed);
  }

  void add_figure(const Comparison& comparison, const std::string& id, Document& document) const {
    LineChart chart{.x_label = "method", .y_label = "test accuracy (%)"};
    for (const Row& row : comparison.rows) chart.categories.push_back(row.title);
    const double none = std::numeric_limits<double>::quiet_NaN();
    for (const Protocol& protocol : comparison.protocols) {
      LineChart::Series series{.name = column_title(protocol), .line = false};
      for (std::size_t r = 0; r < comparison.rows.size(); ++r) {
        const Measured measured = summarise(accuracies(scores_of(comparison.rows[r], protocol)), level_);
        if (measured.values.empty()) continue;
        series.x.push_back(static_cast<double>(r));
        series.y.push_back(100.0 * measured.mean);
        series.low.push_back(measured.interval ? 100.0 * measured.interval->low : none);
        series.high.push_back(measured.interval ? 100.0 * measured.interval->high : none);
      }
      if (!series.x.empty()) chart.series.push_back(std::move(series));
    }
    if (chart.series.empty()) return;
    std::vector<std::string> notes = {fmt::format("Means with Student's {:g} % interval, where there are two runs or more.", 100.0 * level_)};
    for (const Protocol& protocol : comparison.protocols) add_note(notes, mark_note(protocol));
    const std::string figure_id = id + "-figure";
    document.body.emplace_back(to_figure(figure_id, "Test accuracy by what is kept apart on " + comparison.title, draw(chart, {.id = figure_id}), std::move(notes)));
  }

  void add_data(const StoreReader& store, const Comparison& comparison, Data& data) const {
    for (const Row& row : comparison.rows) {
      for (const Protocol& protocol : comparison.protocols)
        for (const Score& score : scores_of(row, protocol))
          data.runs.rows.push_back({text_cell(comparison.title), text_cell(row.title), text_cell(to_string(protocol)),
                                    text_cell(protocol.is_leaky() ? "true" : "false"), count_cell(score.run->seed),
                                    text_cell(score.run->parameter("split.fold")), text_cell(score.run->id), number_cell(score.accuracy),
                                    count_cell(score.n_tracks), number_cell(final_metric(store, *score.run, "test", "accuracy"))});
      for (const auto& pair : pairs(comparison)) {
        const std::optional<Difference> found = difference(row, pair);
        if (!found) continue;
        std::vector<Cell> cells = {text_cell(comparison.title), text_cell(row.title), text_cell(to_string(pair.first)), text_cell(to_string(pair.second)),
                                   number_cell(found->mean)};
        append(cells, interval_cells(found->interval));
        append(cells, {number_cell(level_), number_cell(found->degrees_of_freedom), text_cell(run_ids(runs_of(row, pair.first))),
                       text_cell(run_ids(runs_of(row, pair.second)))});
        data.differences.rows.push_back(std::move(cells));
      }
    }
  }

  double level_;
};

}  // namespace

void register_leakage(Registry& registry);
void register_leakage(Registry& registry) {
  registry.reports.add({{.name = "leakage",
                         .summary = "Accuracies with pieces of songs, songs of artists, or neither on both sides of the split, and their differences.",
                         .source = "E. Pampalk, A. Flexer and G. Widmer, Improvements of audio-based music similarity and genre classification, ISMIR 2005 "
                                   "(the artist effect)",
                         .options = level_options().schema()},
                        [](const OptionValues& values) { return std::make_unique<Leakage>(level_options().parse(values)); }});
}

}  // namespace genrebench
