// How far the probabilities of methods can be believed: proper scores, calibration errors,
// reliability diagrams, and the risk of answering only where a method is sure.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>
#include <optional>
#include <set>
#include <utility>

#include "base/parallel.hpp"
#include "harness/plugin/registry.hpp"
#include "harness/records/facts.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/calibration_line.hpp"
#include "reports/support/calibration_tables.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/remarks.hpp"

namespace genrebench {
namespace {

/// More curves in one figure cannot be told apart, and bands of more than a few hide each other.
constexpr std::size_t kMostCurves = 8, kMostBands = 2;
constexpr double kPercent = 100.0;

struct CalibrationOptions {
  double level = 0.95;
  int bins = 10;
  int figures = 12;
};

const OptionTable<CalibrationOptions>& calibration_options() {
  static const OptionTable<CalibrationOptions> options = [] {
    OptionTable<CalibrationOptions> t;
    t.number("level", &CalibrationOptions::level, 0.5, 0.999, "Confidence of the intervals.")
        .integer("bins", &CalibrationOptions::bins, 1, 1000,
                 "Number of bins, each with as many test tracks as the others. More bins find "
                 "finer errors and are noisier: leave at least 20 tracks in each.")
        .integer("figures", &CalibrationOptions::figures, 0, 1000,
                 "How many configurations per dataset and split get a reliability diagram: the "
                 "first ones of the plan. The data tables have all.");
    return t;
  }();
  return options;
}

/// Configurations of one dataset, split and protocol.
struct Block {
  Parameters data = {};  ///< of the dataset and the split
  Protocol protocol = {};
  std::string title = {};
  std::string id = {};
  std::vector<CalibrationLine> lines = {};
  std::vector<std::string> without = {};  ///< titles of those without probabilities
};

/// Measures the groups that have probabilities, several at a time; one at a time reads the store.
void add_lines(const StoreReader& store, std::vector<RunGroup> groups,
               const CalibrationOptions& options, Block& block) {
  std::vector<std::optional<CalibrationLine>> lines(groups.size());
  std::mutex reading;
  parallel_for(groups.size(), {}, [&](std::size_t i) {
    std::unique_lock lock(reading);
    ForecastSet forecasts(store, groups[i].runs, "test");
    lock.unlock();
    if (!forecasts.runs().empty())
      lines[i].emplace(std::move(forecasts), std::move(groups[i]), options.bins, options.level);
  });
  for (std::size_t i = 0; i < groups.size(); ++i)
    if (lines[i])
      block.lines.push_back(std::move(*lines[i]));
    else
      block.without.push_back(groups[i].title);
}

/// Groups with titles, in blocks.
std::vector<Block> make_blocks(const StoreReader& store, const std::vector<RunRecord>& runs,
                               const CalibrationOptions& options) {
  std::vector<Block> blocks;
  std::vector<std::vector<RunGroup>> groups;
  for (RunGroup& group : group_runs(runs)) {
    Parameters data = with_prefix(group.parameters, {"dataset.", "split."});
    const auto block = std::find_if(blocks.begin(), blocks.end(), [&](const Block& known) {
      return known.data == data && known.protocol == group.protocol;
    });
    const auto place = static_cast<std::size_t>(block - blocks.begin());
    if (block == blocks.end()) {
      blocks.push_back({.data = std::move(data), .protocol = group.protocol});
      groups.emplace_back();
    }
    groups[place].push_back(std::move(group));
  }
  std::set<std::string> slugs;
  for (std::size_t b = 0; b < blocks.size(); ++b) {
    std::vector<Parameters> alike;
    for (const Block& other : blocks)
      if (other.protocol == blocks[b].protocol) alike.push_back(other.data);
    blocks[b].title = data_title(blocks[b].data, blocks[b].protocol, alike);
    blocks[b].id = fmt::format("calibration-{}", unique_slug(blocks[b].title, slugs));
    name_groups(groups[b]);
    add_lines(store, std::move(groups[b]), options, blocks[b]);
  }
  return blocks;
}

/// A number with the marks that its runs need.
Cell marked(std::string text, bool partial, const Protocol& protocol) {
  if (text.empty()) return shown_number("–");
  const std::string_view sign = mark(protocol);
  return shown_number(text + (partial ? " *" : "") + std::string(sign),
                      /*caution=*/partial || !sign.empty());
}

class Calibration final : public Report {
 public:
  explicit Calibration(const CalibrationOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<Block> blocks = make_blocks(store, scope.runs, options_);
    if (std::all_of(blocks.begin(), blocks.end(),
                    [](const Block& block) { return block.lines.empty(); }))
      throw ConfigError(
          "calibration: no run in scope has probabilities of a test part; expected runs that are "
          "done, or imported predictions with a column per genre");
    Document document{.name = "calibration",
                      .title = "How far probabilities can be believed",
                      .body = {},
                      .data = {}};
    document.body.emplace_back(Paragraph{
        "A method is calibrated if it is right on 80 % of the tracks that it gives 80 % to. The "
        "confidence of a track is the probability of the genre that it was given."});
    CalibrationTables data;
    for (const std::string& id : calibration_score_ids()) data.runs.columns.push_back(id);
    for (const Block& block : blocks) add_block(scores, block, document, data);
    document.data = data_tables(std::move(data.runs), std::move(data.scores), std::move(data.bins),
                                std::move(data.risks));
    return document;
  }

 private:
  void add_block(const Scores& scores, const Block& block, Document& document,
                 CalibrationTables& data) const {
    if (!block.lines.empty()) {
      document.body.emplace_back(proper_scores(scores, block));
      document.body.emplace_back(errors(scores, block));
      add_reliability(block, document, data);
      add_risks(block, document, data);
      for (const CalibrationLine& line : block.lines) add_data(block, line, data);
    }
    std::string left_out;
    for (const std::string& title : block.without)
      left_out += fmt::format("{}{}", left_out.empty() ? "" : ", ", title);
    if (!left_out.empty())
      document.body.emplace_back(Paragraph{
          fmt::format("Without probabilities of a test part on {}: {}.", block.title, left_out)});
  }

  /// A cell of a score, whose interval the notes explain.
  static Cell cell(const CalibrationLine& line, CalibrationScore score,
                   std::string (*text)(const Estimate&), Remarks& remarks) {
    const Measured& measured = line.measured(score);
    const bool partial = is_partial(measured, tally(line.group().runs));
    remarks.partial = remarks.partial || partial;
    if (measured.interval) remarks.legend.add(measured);
    return marked(text(measured), partial, line.group().protocol);
  }

  /// The beginning of a row, and what its notes need.
  static std::vector<Cell> row_of(const CalibrationLine& line, Remarks& remarks) {
    remarks.protocols.insert(line.group().protocol);
    remarks.add_runs(line.group().title, line.group().runs);
    return {shown(line.group().title), shown_tally(tally(line.group().runs))};
  }

  Table proper_scores(const Scores& scores, const Block& block) const {
    Table result{.id = block.id + "-scores",
                 .title = fmt::format("Proper scores on {}", block.title),
                 .columns = {"configuration", "runs", "log loss", "Brier score", "reliability",
                             "resolution", "uncertainty"}};
    Remarks remarks{.legend = IntervalLegend(options_.level)};
    for (const CalibrationLine& line : block.lines) {
      std::vector<Cell> row = row_of(line, remarks);
      for (const CalibrationScore score : {CalibrationScore::log_loss, CalibrationScore::brier})
        row.push_back(cell(line, score, format_score, remarks));
      for (const CalibrationScore score :
           {CalibrationScore::reliability, CalibrationScore::resolution,
            CalibrationScore::uncertainty}) {
        const Measured& part = line.measured(score);
        row.push_back(marked(format_score(Estimate{.mean = part.mean}),
                             is_partial(part, tally(line.group().runs)), line.group().protocol));
      }
      result.rows.push_back(std::move(row));
    }
    add_notes(result.notes, remarks.mark_notes());
    add_notes(result.notes, remarks.failures);
    add_note(result.notes, remarks.partial_note());
    add_note(result.notes,
             fmt::format("Log loss: mean of −ln p of the true genre, p clipped to [{:.1e}, 1 − "
                         "{:.1e}]; less is better.",
                         kClip, kClip));
    add_note(result.notes,
             fmt::format("Brier score (0 to 2, less is better) = reliability − resolution + "
                         "uncertainty, genre by genre in {} bins of equal numbers of tracks; what "
                         "probabilities tell within a bin counts as resolution, so that the sum is "
                         "exact.",
                         options_.bins));
    finish_notes(scores, remarks, result);
    return result;
  }

  Table errors(const Scores& scores, const Block& block) const {
    Table result{.id = block.id + "-errors",
                 .title = fmt::format("Calibration and confidence on {}", block.title),
                 .columns = {"configuration", "runs", "test accuracy", "confidence − accuracy",
                             "ECE", "debiased ECE", "area under risk", "excess area"}};
    const bool scaled = std::any_of(
        block.lines.begin(), block.lines.end(),
        [](const CalibrationLine& line) { return !temperatures_text(line.group().runs).empty(); });
    if (scaled) result.columns.emplace_back("temperature");
    Remarks remarks{.legend = IntervalLegend(options_.level)};
    for (const CalibrationLine& line : block.lines) {
      std::vector<Cell> row = row_of(line, remarks);
      row.push_back(
          remarks.accuracy(measure(scores, line.group().runs, "test", "accuracy", options_.level),
                           tally(line.group().runs), line.group().protocol));
      row.push_back(cell(line, CalibrationScore::overconfidence, format_points, remarks));
      for (const CalibrationScore score :
           {CalibrationScore::calibration_error, CalibrationScore::debiased_calibration_error})
        row.push_back(cell(line, score, format_percent, remarks));
      for (const CalibrationScore score :
           {CalibrationScore::risk_area, CalibrationScore::excess_risk_area})
        row.push_back(cell(line, score, format_score, remarks));
      if (const std::string text = temperatures_text(line.group().runs); scaled)
        row.push_back(shown_number(text.empty() ? "–" : text));
      result.rows.push_back(std::move(row));
    }
    add_notes(result.notes, remarks.mark_notes());
    add_note(result.notes, remarks.partial_note());
    add_note(result.notes,
             fmt::format("ECE: expected calibration error in {} bins of equal numbers of tracks. "
                         "That of few tracks is above 0 even where a method is calibrated; the "
                         "debiased one takes most of that off, and may be below 0. Over one "
                         "division they have no interval: resampling makes them larger. One over "
                         "divisions holds what is left of the bias.",
                         options_.bins));
    add_note(result.notes,
             "Area under risk: mean share of wrong answers over all coverages, the most confident "
             "tracks first; excess area: what it is above the best order of the same answers.");
    if (scaled)
      add_note(result.notes,
               "Temperature: fitted on the validation part by each run (calibrate: temperature).");
    finish_notes(scores, remarks, result);
    return result;
  }

  static void finish_notes(const Scores& scores, const Remarks& remarks, Table& table) {
    add_notes(table.notes, remarks.legend.notes());
    add_data_notes(scores.store(), remarks.runs, table.notes);
    add_notes(table.notes, warning_notes(remarks.runs));
  }

  void add_reliability(const Block& block, Document& document, CalibrationTables& data) const {
    std::set<std::string> slugs;
    std::size_t n_drawn = 0;
    for (const CalibrationLine& line : block.lines) {
      add_bins(block, line, line.reliability(), data);
      if (n_drawn == static_cast<std::size_t>(options_.figures)) continue;
      ++n_drawn;
      const std::string id =
          fmt::format("{}-reliability-{}", block.id, unique_slug(line.group().title, slugs));
      document.body.emplace_back(
          to_figure(id, fmt::format("Reliability of {} on {}", line.group().title, block.title),
                    draw(reliability_chart(line), {.id = id}), reliability_notes(line)));
    }
    if (n_drawn < block.lines.size())
      document.body.emplace_back(Paragraph{
          fmt::format("Reliability diagrams of {} of {} configurations are shown (figures={}); "
                      "calibration_bins has all.",
                      n_drawn, block.lines.size(), options_.figures)});
  }

  static LineChart reliability_chart(const CalibrationLine& line) {
    LineChart chart{
        .x_label = "mean confidence (%)", .y_label = "share of right answers (%)", .band = true};
    LineChart::Series own{.name = line.group().title, .colour = 0};
    for (const ReliabilityPoint& point : line.reliability())
      add_point(own, kPercent * point.confidence, point.share_right, kPercent);
    // A band needs two points.
    chart.band = line.reliability().size() > 1;
    LineChart::Series perfect{.name = "perfect",
                              .x = {0.0, kPercent},
                              .y = {0.0, kPercent},
                              .markers = false,
                              .dashed = true,
                              .colour = 6};
    chart.series = {std::move(own), std::move(perfect)};
    return chart;
  }

  std::vector<std::string> reliability_notes(const CalibrationLine& line) const {
    const std::vector<ReliabilityPoint>& points = line.reliability();
    IntervalLegend legend(options_.level);
    std::size_t least = points.front().n_tracks, most = least;
    for (const ReliabilityPoint& point : points) {
      legend.add(point.share_right);
      least = std::min(least, point.n_tracks);
      most = std::max(most, point.n_tracks);
    }
    std::vector<std::string> notes = {
        fmt::format("Bins of equal numbers of tracks: {}, of {} test tracks over {} runs.",
                    points.size(), range_text(least, most), line.forecasts().runs().size()),
        "Below the dashed line the method is too sure of itself."};
    add_note(notes, mark_note(line.group().protocol));
    add_notes(notes, legend.notes());
    return notes;
  }

  void add_risks(const Block& block, Document& document, CalibrationTables& data) const {
    LineChart chart{.x_label = "coverage (% of the test tracks that are answered)",
                    .y_label = "risk (% of the answers that are wrong)",
                    .band = true};
    IntervalLegend legend(options_.level);
    for (const CalibrationLine& line : block.lines) {
      const std::vector<RiskPoint>& points = line.risks();
      add_risk_rows(block, line, points, data);
      if (chart.series.size() == kMostCurves) continue;
      LineChart::Series series{.name = line.group().title, .markers = false};
      for (const RiskPoint& point : points)
        add_point(series, kPercent * point.coverage, point.risk, kPercent);
      if (block.lines.size() > kMostBands) {
        series.low.clear();
        series.high.clear();
      } else {
        for (const RiskPoint& point : points) legend.add(point.risk);
      }
      chart.series.push_back(std::move(series));
    }
    std::vector<std::string> notes = {
        "Answering only the tracks with the highest confidence: a curve that rises to the right "
        "says that the method knows where it errs. Tracks of equal confidence are answered "
        "together."};
    if (chart.series.size() < block.lines.size())
      add_note(notes, fmt::format("The first {} of {} configurations; calibration_risks has all.",
                                  chart.series.size(), block.lines.size()));
    if (block.lines.size() > kMostBands)
      add_note(notes, "Intervals are in the data table calibration_risks.");
    add_note(notes, mark_note(block.protocol));
    add_notes(notes, legend.notes());
    const std::string id = block.id + "-risk";
    document.body.emplace_back(to_figure(id,
                                         fmt::format("Risk against coverage on {}", block.title),
                                         draw(chart, {.id = id}), std::move(notes)));
  }

  static std::vector<Cell> place_of(const Block& block, const CalibrationLine& line) {
    return {text_cell(block.title), text_cell(line.group().title),
            text_cell(to_string(line.group().protocol)),
            flag_cell(line.group().protocol.is_leaky())};
  }

  void add_data(const Block& block, const CalibrationLine& line, CalibrationTables& data) const {
    const std::vector<RunForecasts>& runs = line.forecasts().runs();
    const std::vector<std::string>& ids = calibration_score_ids();
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const RunRecord& run = *runs[r].run;
      std::vector<Cell> row = place_of(block, line);
      append(row, {count_cell(run.seed), text_cell(run.parameter("split.fold")), text_cell(run.id),
                   count_cell(runs[r].forecasts.size()), text_cell(facts::kTemperature.of(run))});
      for (std::size_t s = 0; s < ids.size(); ++s)
        row.push_back(number_cell(line.value(static_cast<CalibrationScore>(s), r)));
      data.runs.rows.push_back(std::move(row));
    }
    for (std::size_t s = 0; s < ids.size(); ++s) {
      std::vector<Cell> row = place_of(block, line);
      row.push_back(text_cell(ids[s]));
      append(row, measured_cells(line.measured(static_cast<CalibrationScore>(s)), options_.level));
      append(row, tally_cells(tally(line.group().runs)));
      row.push_back(text_cell(run_ids(line.forecasts().records())));
      data.scores.rows.push_back(std::move(row));
    }
  }

  void add_bins(const Block& block, const CalibrationLine& line,
                const std::vector<ReliabilityPoint>& points, CalibrationTables& data) const {
    for (std::size_t b = 0; b < points.size(); ++b) {
      const ReliabilityPoint& point = points[b];
      std::vector<Cell> row = place_of(block, line);
      append(row, {count_cell(b + 1), number_cell(point.from), number_cell(point.to),
                   count_cell(point.n_tracks), number_cell(point.confidence),
                   number_cell(point.share_right.mean)});
      append(row, interval_cells(point.share_right, options_.level));
      row.push_back(text_cell(run_ids(point.runs)));
      data.bins.rows.push_back(std::move(row));
    }
  }

  void add_risk_rows(const Block& block, const CalibrationLine& line,
                     const std::vector<RiskPoint>& points, CalibrationTables& data) const {
    for (const RiskPoint& point : points) {
      std::vector<Cell> row = place_of(block, line);
      append(row, {number_cell(point.coverage), number_cell(point.risk.mean)});
      append(row, interval_cells(point.risk, options_.level));
      row.push_back(text_cell(run_ids(line.forecasts().records())));
      data.risks.rows.push_back(std::move(row));
    }
  }

  CalibrationOptions options_;
};

}  // namespace

void register_calibration(Registry& registry) {
  registry.reports.add(
      {{.name = "calibration",
        .summary = "How far probabilities can be believed: log loss, Brier score, calibration "
                   "error, reliability diagrams, risk against coverage.",
        .source = "Guo et al., ICML 2017; Kumar, Liang and Ma, NeurIPS 2019; Geifman and "
                  "El-Yaniv, NIPS 2017",
        .options = calibration_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Calibration>(calibration_options().parse(values));
       }});
}

}  // namespace genrebench
