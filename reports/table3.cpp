// The paper's Table 3 and the other accuracies that its section 6 states, beside ours.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "harness/plugin/registry.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

struct MethodName {
  std::string_view plugin;
  std::string_view title;  ///< the paper's name for it
};
constexpr std::array<MethodName, 4> kMethods = {
    {{"vgg16", "VGG-16"}, {"resnet34", "ResNet34"}, {"gru", "GRU"}, {"skip_gru", "skip-RNN"}}};

struct PaperRow {
  std::string_view method;   ///< the plug-in
  std::string_view input;    ///< as input_title() gives it
  std::string_view dataset;  ///< the plug-in
  double accuracy;           ///< on the validation part, as a fraction
  std::string_view text;     ///< as it is printed, or read off
  std::string_view where;
};
/// Table 3, row by row, and the numbers of the text. The paper cuts the songs of 1517-Artists to 30
/// s.
constexpr std::array<PaperRow, 8> kPaper = {
    {{"vgg16", "full songs", "gtzan", 0.75, "75 %", "Table 3"},
     {"vgg16", "full songs", "extended_ballroom", 0.636, "63.6 %", "Table 3"},
     {"vgg16", "30 s segments", "artists1517", 0.62, "62 %", "Table 3"},
     {"resnet34", "full songs", "gtzan", 0.79, "79 %", "Table 3"},
     {"resnet34", "full songs", "extended_ballroom", 0.754, "75.4 %", "Table 3"},
     {"gru", "full songs", "gtzan", 0.403, "40.3 %", "section 6"},
     {"vgg16", "3 s segments", "gtzan", 0.90, "≈ 90 %", "Figure 10"},
     {"vgg16", "largest SEM cluster", "gtzan", 0.67, "67 %", "section 6"}}};

const MethodName* find_method(std::string_view plugin) {
  const auto method = std::find_if(kMethods.begin(), kMethods.end(),
                                   [&](const MethodName& m) { return m.plugin == plugin; });
  return method == kMethods.end() ? nullptr : &*method;
}

std::string value_of(const Parameters& parameters, const std::string& key) {
  const auto found = parameters.find(key);
  return found == parameters.end() ? "" : found->second;
}

/// What of a song the method sees: "full songs", "3 s segments", "largest SEM cluster"; else the
/// excerpt's name.
std::string input_title(const Parameters& parameters) {
  const std::string excerpt = value_of(parameters, "excerpt.name");
  if (excerpt == "full") return "full songs";
  if (excerpt == "chunks" || excerpt == "clips")
    return value_of(parameters, "excerpt.length_s") + " s segments";
  if (excerpt == "sem") return "largest SEM cluster";
  return excerpt;
}

/// One line of the table before its variants.
struct Key {
  std::string method, input, dataset;
  bool operator==(const Key&) const = default;
};

Key key_of(const Parameters& parameters) {
  return {value_of(parameters, "method.name"), input_title(parameters),
          value_of(parameters, "dataset.name")};
}

/// Ours with artists (or whatever is known) apart, and with the same options but for the split's
/// rule, leaky.
struct Pair {
  const RunGroup* honest = nullptr;
  const RunGroup* leaky = nullptr;

  const RunGroup& any() const { return honest != nullptr ? *honest : *leaky; }
};

struct Line {
  Key key;
  const PaperRow* paper = nullptr;
  std::vector<Pair> pairs = {};  ///< its variants; empty where nothing of ours is planned
};

bool is_leaky(const RunGroup& group) { return group.protocol.is_leaky(); }

/// The paper's lines in its order, then those of ours that it does not have.
std::vector<Line> make_lines(const std::vector<RunGroup>& groups) {
  std::vector<Line> lines;
  for (const PaperRow& row : kPaper)
    lines.push_back(
        {.key = {std::string(row.method), std::string(row.input), std::string(row.dataset)},
         .paper = &row});
  const auto line_of = [&](const RunGroup& group) -> Line& {
    const Key key = key_of(group.parameters);
    const auto found =
        std::find_if(lines.begin(), lines.end(), [&](const Line& line) { return line.key == key; });
    return found != lines.end() ? *found : lines.emplace_back(Line{.key = key});
  };
  std::set<const RunGroup*> paired;
  for (const RunGroup& group : groups) {
    if (is_leaky(group)) continue;
    const RunGroup* leaky = leaky_partner(group, groups);
    line_of(group).pairs.push_back({&group, leaky});
    paired.insert(leaky);
  }
  for (const RunGroup& group : groups)
    if (is_leaky(group) && !paired.contains(&group))
      line_of(group).pairs.push_back({nullptr, &group});
  return lines;
}

/// What tells a variant from the others of its line: "hidden=64". The weights and the preset of the
/// segmentation are said apart.
std::string variant_of(const Line& line, const Pair& pair) {
  std::vector<RunGroup> alike;
  for (const Pair& other : line.pairs) alike.push_back(other.any());
  std::vector<std::string> keys = telling_keys(alike);
  std::erase_if(keys, [](const std::string& key) {
    return key.starts_with("method.weights") || key == "excerpt.preset";
  });
  return describe(pair.any().parameters, keys, "method.");
}

/// "ImageNet weights"; empty where nothing of ours is planned.
std::string weights_of(const Pair& pair) { return weights_title(*pair.any().runs.front()); }

/// True where the paper's network starts from ImageNet's weights: its section 6 says so of VGG-16
/// and ResNet34.
bool paper_is_pretrained(const Line& line) {
  return line.key.method == "vgg16" || line.key.method == "resnet34";
}

/// The variant that the paper's number stands beside: the first whose weights are of the paper's
/// kind (ImageNet's, then those of another file; for recurrent networks random ones), else the
/// first.
std::size_t paper_variant(const Line& line) {
  const auto first = [&](const auto& is_right) {
    const auto found = std::find_if(line.pairs.begin(), line.pairs.end(),
                                    [&](const Pair& pair) { return is_right(weights_of(pair)); });
    return static_cast<std::size_t>(found - line.pairs.begin());
  };
  std::size_t variant = line.pairs.size();
  if (paper_is_pretrained(line)) {
    variant = first([](const std::string& title) { return title == kImageNetWeights; });
    if (variant == line.pairs.size())
      variant =
          first([](const std::string& title) { return !title.empty() && title != kRandomWeights; });
  } else {
    variant = first([](const std::string& title) { return title == kRandomWeights; });
  }
  return variant == line.pairs.size() ? 0 : variant;
}

/// Says which of the paper's numbers stand beside networks that start from other weights than the
/// paper's; empty: none do.
std::string weights_note(const std::vector<Line>& lines) {
  std::set<std::string> random;
  for (const Line& line : lines)
    if (line.paper != nullptr && paper_is_pretrained(line) && !line.pairs.empty() &&
        weights_of(line.pairs[paper_variant(line)]) == kRandomWeights)
      random.insert(fmt::format("{}, {}, {}", find_method(line.key.method)->title, line.key.input,
                                dataset_title({{"dataset.name", line.key.dataset}})));
  if (random.empty()) return {};
  std::string text;
  for (const std::string& one : random) text += (text.empty() ? "" : "; ") + one;
  return "The paper's VGG-16 and ResNet34 start from ImageNet weights. Ours start from random "
         "weights and do not repeat its numbers in: " +
         text + ".";
}

class Table3 final : public Report {
 public:
  explicit Table3(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    std::vector<RunGroup> groups = group_runs(scope.runs);
    std::map<std::string, std::size_t> others;
    std::erase_if(groups, [&](const RunGroup& group) {
      const std::string method = value_of(group.parameters, "method.name");
      if (find_method(method) != nullptr) return false;
      others[method] += group.runs.size();
      return true;
    });
    if (groups.empty())
      throw ConfigError(
          "table3: no run in scope is about it; expected method.name vgg16, resnet34, gru or "
          "skip_gru");
    const std::vector<Line> lines = make_lines(groups);

    Document document{.name = "table3", .title = "Table 3: deep methods", .body = {}, .data = {}};
    document.body.emplace_back(shown_table(scores, lines, groups));
    document.data = data_tables(scores, lines);
    std::string left_out;
    for (const auto& [name, n] : others)
      left_out += fmt::format("{}{} ({})", left_out.empty() ? "" : ", ",
                              name.empty() ? "no method" : name, n);
    if (!left_out.empty())
      document.body.emplace_back(
          Paragraph{"Runs in scope that Table 3 has no line for: " + left_out + "."});
    return document;
  }

 private:
  /// Which of the two sides any line has.
  struct Sides {
    bool honest = false;
    bool leaky = false;
  };

  Measured accuracy_of(const Scores& scores, const RunGroup* group, const char* split) const {
    return measure(scores, group == nullptr ? Runs() : group->runs, split, "accuracy", level_);
  }

  /// Both sides on the genres that both test (or validate on); nothing where a side is missing.
  static std::optional<Comparison> compare(const Scores& scores, const Pair& pair,
                                           const char* split) {
    if (pair.leaky == nullptr || pair.honest == nullptr) return std::nullopt;
    return std::optional<Comparison>(
        std::in_place, scores,
        std::vector<Side>{{to_string(pair.leaky->protocol), pair.leaky->runs},
                          {to_string(pair.honest->protocol), pair.honest->runs}},
        split);
  }

  Table shown_table(const Scores& scores, const std::vector<Line>& lines,
                    const std::vector<RunGroup>& groups) const {
    Table result{.id = "table3",
                 .title = "Validation accuracy of the deep methods: the paper's and ours",
                 .rows = {},
                 .notes = {}};
    Sides sides;
    for (const RunGroup& group : groups) (is_leaky(group) ? sides.leaky : sides.honest) = true;
    result.columns = {"Method", "input", "dataset", "paper"};
    if (sides.honest)
      for (const char* column : {"ours: validation", "ours: test", "ours: runs"})
        result.columns.emplace_back(column);
    if (sides.leaky)
      for (const char* column : {"leaky: validation", "leaky: test", "leaky: runs"})
        result.columns.emplace_back(column);
    if (sides.honest && sides.leaky) result.columns.emplace_back("leaky − ours: validation");

    Remarks remarks{.legend = IntervalLegend(level_)};
    for (const Line& line : lines) {
      std::vector<Pair> pairs = line.pairs;
      if (pairs.empty()) pairs.emplace_back();
      for (std::size_t v = 0; v < pairs.size(); ++v)
        result.rows.push_back(
            shown_row(scores, line, pairs[v], v == paper_variant(line), sides, remarks));
    }
    add_note(result.notes, weights_note(lines));
    add_notes(scores.store(), groups, std::move(remarks), result.notes);
    return result;
  }

  /// What rows leave to the notes.
  struct Remarks {
    IntervalLegend legend;
    bool partial = false;
    bool segments = false;  ///< some method answered for segments
    std::vector<std::string> lines = {};
    /// What differs between the sides besides the rule, and in which rows.
    std::vector<std::pair<std::string, std::string>> comparisons = {};
  };

  std::vector<Cell> shown_row(const Scores& scores, const Line& line, const Pair& pair, bool first,
                              const Sides& sides, Remarks& remarks) const {
    std::string title(find_method(line.key.method)->title);
    if (const std::string variant = line.pairs.empty() ? "" : variant_of(line, pair);
        !variant.empty())
      title += " (" + variant + ")";
    if (const std::string weights = line.pairs.empty() ? "" : weights_of(pair); !weights.empty())
      title += ", " + weights;
    const std::string segmentation =
        line.pairs.empty() ? "" : segmentation_title(pair.any().parameters);
    const std::string input =
        line.key.input + (segmentation.empty() ? "" : " (" + segmentation + ")");
    // The paper has one number, whatever the variants of ours.
    std::vector<Cell> row = {shown(title), shown(input),
                             shown(dataset_title({{"dataset.name", line.key.dataset}})),
                             shown_number(line.paper == nullptr ? "–"
                                          : first               ? std::string(line.paper->text)
                                                                : "")};
    const auto add_side = [&](const RunGroup* group) {
      const Tally counts = tally(group == nullptr ? Runs() : group->runs);
      for (const char* split : {"valid", "test"}) {
        const Measured accuracy = accuracy_of(scores, group, split);
        remarks.legend.add(accuracy);
        remarks.partial = remarks.partial || is_partial(accuracy, counts);
        row.push_back(
            accuracy_cell(counts, accuracy, group == nullptr ? Protocol{} : group->protocol));
        const Measured segments = measure(scores, group == nullptr ? Runs() : group->runs, split,
                                          "segment_accuracy", level_);
        if (segments.values.empty()) continue;
        remarks.segments = true;
        row.back().text += fmt::format(" ({} per segment)", format_percent(segments.mean));
      }
      row.push_back(shown_number(to_string(counts), /*caution=*/!counts.complete()));
      if (group == nullptr) return;
      const std::string where = title + ", " + input + ", " + dataset_title(group->parameters);
      for (std::string& note : failure_notes(where, group->runs))
        remarks.lines.push_back(std::move(note));
      for (const std::string& note : warning_notes(group->runs))
        remarks.lines.push_back(where + ". " + note);
      if (const std::string note = tuned_note(group->runs); !note.empty())
        remarks.lines.push_back(where + ". " + note);
    };
    if (sides.honest) add_side(pair.honest);
    if (sides.leaky) add_side(pair.leaky);
    if (sides.honest && sides.leaky) {
      const std::optional<Comparison> comparison = compare(scores, pair, "valid");
      const std::optional<Estimate> difference =
          comparison ? comparison->difference(pair.leaky->runs, pair.honest->runs, level_)
                     : std::nullopt;
      row.push_back(shown_number(difference ? format_points(*difference) : "–"));
      if (difference) {
        remarks.legend.add(*difference);
        const std::string where =
            title + ", " + line.key.input + ", " + dataset_title(pair.honest->parameters);
        for (std::string& note : comparison->notes()) {
          const auto same = std::find_if(remarks.comparisons.begin(), remarks.comparisons.end(),
                                         [&](const auto& known) { return known.first == note; });
          if (same == remarks.comparisons.end())
            remarks.comparisons.emplace_back(std::move(note), where);
          else
            same->second += "; " + where;
        }
      }
    }
    return row;
  }

  void add_notes(const StoreReader& store, const std::vector<RunGroup>& groups, Remarks remarks,
                 std::vector<std::string>& notes) const {
    std::set<Protocol> protocols;
    std::map<std::string, Runs> of_dataset;
    Runs all;
    for (const RunGroup& group : groups) {
      protocols.insert(group.protocol);
      Runs& runs = of_dataset[value_of(group.parameters, "dataset.name")];
      runs.insert(runs.end(), group.runs.begin(), group.runs.end());
      all.insert(all.end(), group.runs.begin(), group.runs.end());
    }
    for (const auto& [note, rows] : remarks.comparisons)
      add_note(notes, fmt::format("leaky − ours ({}): {}", rows, note));
    for (const Protocol& protocol : protocols) add_note(notes, mark_note(protocol));
    if (remarks.partial)
      add_note(notes, "* Not all planned runs are done (done/planned beside it).");
    for (std::string& note : remarks.lines) add_note(notes, std::move(note));
    add_note(notes,
             "Accuracies are of tracks, after the vote over a track's excerpts, with the weights "
             "that were kept. Where these are chosen by the validation score, the validation "
             "accuracy is optimistic; the test part had no say.");
    if (remarks.segments)
      add_note(
          notes,
          "Per segment: accuracy of the single segments, before the vote over a track's segments. "
          "The paper's ≈ 90 % of Figure 10 is of segments; the first number of ours is of tracks.");
    for (std::string& note : remarks.legend.notes()) add_note(notes, std::move(note));
    for (const auto& [name, runs] : of_dataset) add_note(notes, dataset_note(runs));
    for (const std::string& note : split_notes(all)) add_note(notes, "Split: " + note);
    add_note(notes, bad_tracks_note(bad_tracks(store, all)));
    add_note(notes, pruned_note(all));
    add_note(notes,
             "The paper gives one validation accuracy each, without interval or seeds, on random "
             "splits; it does not say that artists were kept apart. 75, 63.6, 62, 79 and 75.4 % "
             "are its Table 3; 40.3 % (GRU) and 67 % (largest cluster) its section 6; that of 3 s "
             "segments, which the text calls comparable with full songs, is read off Figure 10.");
  }

  /// Columns that say what a row of data is about, and their cells.
  static std::vector<std::string> place_columns(const std::vector<const char*>& more) {
    std::vector<std::string> columns = {"method",  "input",        "dataset",  "variant",
                                        "weights", "segmentation", "protocol", "leaky"};
    columns.insert(columns.end(), more.begin(), more.end());
    return columns;
  }

  static std::vector<Cell> place_cells(const Line& line, const Pair& pair, const RunGroup& group) {
    return {text_cell(line.key.method),           text_cell(line.key.input),
            text_cell(line.key.dataset),          text_cell(variant_of(line, pair)),
            text_cell(weights_of(pair)),          text_cell(segmentation_title(group.parameters)),
            text_cell(to_string(group.protocol)), text_cell(is_leaky(group) ? "true" : "false")};
  }

  std::vector<Table> data_tables(const Scores& scores, const std::vector<Line>& lines) const {
    Table runs{.id = "table3_runs",
               .title = "Every run of Table 3",
               .notes = {"Accuracies are fractions."}};
    runs.columns = place_columns({"seed", "fold", "run_id", "status", "train_accuracy",
                                  "valid_accuracy", "test_accuracy", "valid_segment_accuracy",
                                  "test_segment_accuracy", "kept_epoch", "message"});
    Table cells{.id = "table3_cells",
                .title = "Every cell of Table 3",
                .notes = {"Accuracies are fractions; ci_method made the interval, over ci_n "
                          "divisions, artists or tracks."}};
    cells.columns = place_columns({"split"});
    cells.columns.insert(cells.columns.end(), kMeasuredColumns.begin(), kMeasuredColumns.end());
    for (const char* column : {"n_done", "n_planned", "n_failed", "n_skipped", "n_pruned", "paper",
                               "paper_source", "run_ids"})
      cells.columns.emplace_back(column);
    Table leaks{.id = "table3_leakage",
                .title = "What leaking adds",
                .columns = {"method", "input", "dataset", "variant", "weights", "segmentation",
                            "split", "n_genres", "difference"},
                .rows = {},
                .notes = {"difference = mean leaky accuracy - mean accuracy of the other split, "
                          "over the n_genres genres that every test (or validation) part has, "
                          "fractions; ci_method made the interval."}};
    leaks.columns.insert(leaks.columns.end(), kIntervalColumns.begin(), kIntervalColumns.end());
    for (const char* column : {"degrees_of_freedom", "leaky_run_ids", "honest_run_ids"})
      leaks.columns.emplace_back(column);
    for (const Line& line : lines)
      for (const Pair& pair : line.pairs) {
        for (const RunGroup* group : {pair.honest, pair.leaky})
          if (group != nullptr) add_group(scores, line, pair, *group, runs, cells);
        if (pair.honest == nullptr || pair.leaky == nullptr) continue;
        for (const char* split : {"valid", "test"}) {
          const std::optional<Comparison> comparison = compare(scores, pair, split);
          const std::optional<Estimate> difference =
              comparison->difference(pair.leaky->runs, pair.honest->runs, level_);
          if (!difference) continue;
          std::vector<Cell> row = place_cells(line, pair, *pair.honest);
          row.resize(row.size() - 2);  // the protocols are both
          append(row, {text_cell(split), count_cell(comparison->genres().size()),
                       number_cell(difference->mean)});
          append(row, interval_cells(*difference, level_));
          append(row,
                 {number_cell(difference->degrees_of_freedom), text_cell(run_ids(pair.leaky->runs)),
                  text_cell(run_ids(pair.honest->runs))});
          leaks.rows.push_back(std::move(row));
        }
      }
    std::vector<Table> result = {std::move(runs), std::move(cells)};
    if (!leaks.rows.empty()) result.push_back(std::move(leaks));
    return result;
  }

  void add_group(const Scores& scores, const Line& line, const Pair& pair, const RunGroup& group,
                 Table& runs, Table& cells) const {
    for (const RunRecord* run : group.runs) {
      std::vector<Cell> row = place_cells(line, pair, group);
      append(row, {count_cell(run->seed), text_cell(run->parameter("split.fold")),
                   text_cell(run->id), text_cell(to_string(run->status))});
      for (const char* split : {"train", "valid", "test"})
        row.push_back(number_cell(final_metric(scores.store(), *run, split, "accuracy")));
      for (const char* split : {"valid", "test"})
        row.push_back(number_cell(final_metric(scores.store(), *run, split, "segment_accuracy")));
      append(row, {shown_number(run->fact("fit.best_epoch")), text_cell(run->message)});
      runs.rows.push_back(std::move(row));
    }
    const Tally counts = tally(group.runs);
    for (const char* split : {"valid", "test"}) {
      std::vector<Cell> row = place_cells(line, pair, group);
      row.push_back(text_cell(split));
      append(row, measured_cells(accuracy_of(scores, &group, split), level_));
      append(row, {count_cell(counts.done), count_cell(counts.planned), count_cell(counts.failed),
                   count_cell(counts.skipped), count_cell(counts.pruned),
                   number_cell(line.paper == nullptr ? std::nullopt
                                                     : std::optional(line.paper->accuracy)),
                   text_cell(line.paper == nullptr ? "" : std::string(line.paper->where)),
                   text_cell(run_ids(group.runs))});
      cells.rows.push_back(std::move(row));
    }
  }

  double level_;
};

}  // namespace

void register_table3(Registry& registry) {
  registry.reports.add(
      {{.name = "table3",
        .summary =
            "The paper's Table 3 and the accuracies of its section 6 beside ours, leaky and not.",
        .source = "the paper, section 6, Table 3",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Table3>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
