// Learning curves over the size of the training part: accuracy against the number of training
// tracks per genre, and how many tracks an accuracy would take.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/chart_points.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/remarks.hpp"
#include "reports/support/training_sizes.hpp"

namespace genrebench {
namespace {

struct TrainingSizeOptions : LevelOptions {
  std::optional<double> target;
  double factor = 4.0;
};

const OptionTable<TrainingSizeOptions>& training_size_options() {
  static const auto kTable =
      OptionTable<TrainingSizeOptions>()
          .number("level", &TrainingSizeOptions::level, 0.5, 0.999, "Confidence of the intervals.")
          .number("target", &TrainingSizeOptions::target, 0.0, 100.0,
                  "The test accuracy, in percent, for which the number of training tracks is "
                  "wanted. auto: for each method the next multiple of 5 above that of its largest "
                  "training part.")
          .number("factor", &TrainingSizeOptions::factor, 1.0, 100.0,
                  "How far the fitted curve is followed beyond the largest training part, as a "
                  "multiple of it. Farther out it is a guess, so nothing is said there.");
  return kTable;
}

/// A series with what was fitted to it.
struct Fitted {
  const SizeSeries* series = nullptr;
  std::vector<Measured> accuracy = {};  ///< of each point
  std::optional<SizeFit> fit = {};
  double target = 0.0;  ///< accuracy, as a fraction

  /// The accuracy of the largest training part that has one.
  double highest() const {
    for (auto one = accuracy.rbegin(); one != accuracy.rend(); ++one)
      if (!one->values.empty()) return one->mean;
    return 0.0;
  }
};

struct TrainingSizeSubject {
  const Scores& scores;
  const SizeFamily& family;
  std::vector<Fitted> fitted;
  std::string id;
};

/// The data tables.
struct TrainingSizeData {
  Table runs{.id = "training_size_runs",
             .title = "Every run",
             .columns = {"data", "method", "asked", "seed", "fold", "run_id", "accuracy",
                         "tracks_per_genre", "fewest_tracks", "most_tracks", "artists_per_genre"},
             .notes = {"Accuracies are fractions; tracks and artists are those that were trained "
                       "on, over the genres that have any."}};
  Table points{
      .id = "training_size_points",
      .title = "Every point of the curves",
      .columns = column_names(
          column_names({"data", "method", "asked", "tracks_per_genre", "artists_per_genre"},
                       kMeasuredColumns),
          kTallyColumns, {"run_ids"}),
      .notes = {"Fractions; ci_method made the interval, over ci_n divisions, artists or tracks."}};
  Table fits{.id = "training_size_fits",
             .title = "Every fitted curve",
             .columns = {"data",    "method", "a",      "a_low",    "a_high",       "b",
                         "b_low",   "b_high", "c",      "c_low",    "c_high",       "ci_level",
                         "n_sizes", "ci_n",   "target", "n_target", "n_target_low", "n_target_high",
                         "largest", "run_ids"},
             .notes = {"error = a + b n^-c, error as a fraction, n training tracks per genre. "
                       "Intervals are percentiles over ci_n resampled divisions. n_target is not "
                       "limited to the factor that the report allows; empty: never."}};
};

/// What every law needs for a target, infinite where it never gets there.
double size_for(const PowerLaw& law, double target) {
  return law.size_for(1.0 - target).value_or(std::numeric_limits<double>::infinity());
}

std::string number_of_tracks(double n) { return fmt::format("{:.0f}", std::ceil(n - 1e-9)); }

/// "0.61 [0.40, 0.92]"
std::string with_interval(double value, const std::optional<Interval>& interval) {
  return interval ? fmt::format("{:.3g} [{:.3g}, {:.3g}]", value, interval->low, interval->high)
                  : fmt::format("{:.3g}", value);
}

std::string used_text(const SizePoint& point) {
  if (!point.used) return "–";
  const TrainedOn& used = *point.used;
  return used.fewest == used.most
             ? fmt::format("{}", used.most)
             : fmt::format("{:.1f} ({} to {})", used.tracks, used.fewest, used.most);
}

class TrainingSize final : public Report {
 public:
  explicit TrainingSize(const TrainingSizeOptions& options) : options_(options) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    const Scores scores(store);
    const std::vector<SizeFamily> families = size_families(scope.runs);
    if (families.empty())
      throw ConfigError(
          "training_size: nothing to compare; expected runs that differ in the size of their "
          "training part alone, such as a sweep over split.train_size.per_genre: [5, 10, 20, all]");
    Document document{.name = "training_size",
                      .title = "What more training tracks bring",
                      .body = {},
                      .data = {}};
    document.body.emplace_back(Paragraph{
        "The same methods trained on parts of the training part, tested on the same tracks. A "
        "smaller training part is contained in every larger one of the same seed."});
    TrainingSizeData data;
    std::set<std::string> slugs;
    for (const SizeFamily& family : families) {
      const TrainingSizeSubject subject{
          .scores = scores,
          .family = family,
          .fitted = fitted(scores, family),
          .id = fmt::format("training_size-{}", unique_slug(family.title, slugs))};
      document.body.emplace_back(points_table(subject));
      if (std::ranges::any_of(subject.fitted,
                              [](const Fitted& one) { return one.fit.has_value(); }))
        document.body.emplace_back(fits_table(subject));
      add_figure(subject, document);
      for (const Fitted& one : subject.fitted) add_data(subject, one, data);
    }
    document.data = data_tables(std::move(data.runs), std::move(data.points));
    if (!data.fits.rows.empty()) document.data.push_back(std::move(data.fits));
    return document;
  }

 private:
  std::vector<Fitted> fitted(const Scores& scores, const SizeFamily& family) const {
    std::vector<Fitted> result;
    for (const SizeSeries& series : family.series) {
      Fitted& one = result.emplace_back();
      one.series = &series;
      for (const SizePoint& point : series.points)
        one.accuracy.push_back(
            measure(scores, point.group.runs, "test", "accuracy", options_.level));
      one.fit = fit_sizes(scores.store(), series);
      one.target = options_.target
                       ? *options_.target / 100.0
                       : std::min(1.0, (std::floor(one.highest() * 20.0 + 1e-9) + 1.0) / 20.0);
    }
    return result;
  }

  Table points_table(const TrainingSizeSubject& subject) const {
    Table result{.id = subject.id,
                 .title = fmt::format("Test accuracy by training tracks per genre on {}",
                                      subject.family.title),
                 .columns = {"method", "asked", "training tracks per genre", "artists per genre",
                             "runs", "test accuracy"}};
    Remarks remarks{.legend = IntervalLegend(options_.level)};
    for (const Fitted& one : subject.fitted)
      for (std::size_t p = 0; p < one.series->points.size(); ++p) {
        const SizePoint& point = one.series->points[p];
        const Tally counts = tally(point.group.runs);
        remarks.protocols.insert(one.series->protocol);
        const std::string unit = one.series->by_artists ? " artists" : "";
        result.rows.push_back({shown(one.series->title),
                               shown_number(point.asked + (point.asked == "all" ? "" : unit)),
                               shown_number(used_text(point)),
                               shown_number(point.used && point.used->artists
                                                ? fmt::format("{:.1f}", *point.used->artists)
                                                : "–"),
                               shown_tally(counts),
                               remarks.accuracy(one.accuracy[p], counts, one.series->protocol)});
        remarks.add_runs(fmt::format("{}, {}", one.series->title, point.asked), point.group.runs);
      }
    add_note(result.notes,
             "Whole artists are drawn until each genre has the tracks that are asked for, so that "
             "most genres have a few more; the numbers are means over genres and runs, and their "
             "range.");
    add_notes(result.notes, remarks.mark_notes());
    add_notes(result.notes, remarks.failures);
    add_note(result.notes, remarks.partial_note());
    add_notes(result.notes, remarks.legend.notes());
    add_data_notes(subject.scores.store(), remarks.runs, result.notes);
    add_notes(result.notes, warning_notes(remarks.runs));
    add_guessing_rows(subject.scores,
                      {{.column = column_named(result, "test accuracy"), .runs = remarks.runs}},
                      result);
    return result;
  }

  /// "63 [50, 90]", "> 280 [120, never]", "never: the curve ends at 81.2 % [63, never]"
  std::string needed(const Fitted& one) const {
    const double limit = options_.factor * one.fit->largest;
    const double n = size_for(one.fit->law, one.target);
    const auto text = [&](double size) {
      return std::isinf(size) ? std::string("never")
             : size <= limit  ? number_of_tracks(size)
                              : fmt::format("> {}", number_of_tracks(limit));
    };
    std::string result = text(n);
    if (std::isinf(n))
      result += fmt::format(": the curve ends at {}", format_percent(1.0 - one.fit->law.a));
    const auto interval = one.fit->interval(
        options_.level, [&](const PowerLaw& law) { return size_for(law, one.target); });
    if (interval) result += fmt::format(" [{}, {}]", text(interval->low), text(interval->high));
    return result;
  }

  Table fits_table(const TrainingSizeSubject& subject) const {
    Table result{.id = subject.id + "-fit",
                 .title = fmt::format("What more tracks would bring on {}", subject.family.title),
                 .columns = {"method", "sizes", "error without end (a)", "b", "rate (c)",
                             "target accuracy", "training tracks per genre"}};
    std::size_t fewest = std::numeric_limits<std::size_t>::max(), most = 0;
    std::vector<std::string> without;
    for (const Fitted& one : subject.fitted) {
      if (!one.fit) {
        without.push_back(one.series->title);
        continue;
      }
      const SizeFit& fit = *one.fit;
      const auto cell = [&](double PowerLaw::*member) {
        return shown_number(with_interval(
            fit.law.*member,
            fit.interval(options_.level, [&](const PowerLaw& law) { return law.*member; })));
      };
      result.rows.push_back({shown(one.series->title), shown_number(fmt::format("{}", fit.n_sizes)),
                             cell(&PowerLaw::a), cell(&PowerLaw::b), cell(&PowerLaw::c),
                             shown_number(format_percent(one.target)), shown_number(needed(one))});
      fewest = std::min(fewest, fit.n_divisions);
      most = std::max(most, fit.n_divisions);
    }
    add_note(
        result.notes,
        fmt::format("error = a + b n^−c, n being training tracks per genre, fitted to the mean "
                    "errors of at least {} sizes. More tracks help as long as b and c are not 0.",
                    kFewestSizes));
    add_note(result.notes,
             most < 2 ? "Without intervals: fewer than two divisions have runs of all sizes."
                      : fmt::format("In brackets: {:g} % of the fits to resampled divisions ({}), "
                                    "spread for overlapping training parts.",
                                    100.0 * options_.level, range_text(fewest, most)));
    add_note(result.notes,
             fmt::format("The curve is followed to {:g} times the largest training part; \"> n\" "
                         "means beyond that, \"never\" that it does not reach the target.",
                         options_.factor));
    for (const std::string& title : without)
      add_note(result.notes,
               fmt::format("{}: fewer than {} sizes with results.", title, kFewestSizes));
    return result;
  }

  void add_figure(const TrainingSizeSubject& subject, Document& document) const {
    LineChart chart{.x_label = "training tracks per genre",
                    .y_label = "test accuracy (%)",
                    .log_x = true,
                    .band = true};
    IntervalLegend legend(options_.level);
    Runs runs;
    std::vector<LineChart::Series> curves;
    for (const Fitted& one : subject.fitted) {
      LineChart::Series series{.name = one.series->title,
                               .line = !one.fit,
                               .colour = static_cast<int>(chart.series.size())};
      for (std::size_t p = 0; p < one.series->points.size(); ++p) {
        const SizePoint& point = one.series->points[p];
        if (!point.used || one.accuracy[p].values.empty()) continue;
        legend.add(one.accuracy[p]);
        add_point(series, point.used->tracks, one.accuracy[p], 100.0);
        runs.insert(runs.end(), point.group.runs.begin(), point.group.runs.end());
      }
      if (series.x.empty()) continue;
      if (one.fit) curves.push_back(curve(one, series));
      chart.series.push_back(std::move(series));
    }
    if (chart.series.empty()) return;
    chart.series.insert(chart.series.end(), curves.begin(), curves.end());
    add_guessing_lines(mean_guessing(subject.scores, runs, "test"), chart);
    std::vector<std::string> notes = legend.notes();
    if (!curves.empty())
      add_note(notes,
               fmt::format("Dashed: 1 − (a + b n^−c), fitted to the points, to {:g} times the "
                           "largest training part.",
                           options_.factor));
    for (const SizeSeries& series : subject.family.series)
      if (std::string note = mark_note(series.protocol);
          std::ranges::find(notes, note) == notes.end())
        add_note(notes, std::move(note));
    const std::string id = subject.id + "-figure";
    document.body.emplace_back(to_figure(
        id, fmt::format("Test accuracy by training tracks per genre on {}", subject.family.title),
        draw(chart, {.id = id}), std::move(notes)));
  }

  /// The fitted curve from the smallest size on, as far as it is followed.
  LineChart::Series curve(const Fitted& one, const LineChart::Series& points) const {
    constexpr int kSteps = 60;
    LineChart::Series result{.markers = false, .dashed = true, .colour = points.colour};
    const double low = std::log(*std::ranges::min_element(points.x)),
                 high = std::log(options_.factor * one.fit->largest);
    for (int i = 0; i <= kSteps; ++i) {
      result.x.push_back(std::exp(low + (high - low) * i / kSteps));
      result.y.push_back(100.0 * (1.0 - one.fit->law.at(result.x.back())));
    }
    return result;
  }

  void add_data(const TrainingSizeSubject& subject, const Fitted& one,
                TrainingSizeData& data) const {
    const std::vector<Cell> place = {text_cell(subject.family.title), text_cell(one.series->title)};
    for (std::size_t p = 0; p < one.series->points.size(); ++p) {
      const SizePoint& point = one.series->points[p];
      std::vector<Cell> row = place;
      const std::string unit = one.series->by_artists && point.asked != "all" ? " artists" : "";
      append(row, {text_cell(point.asked + unit),
                   number_cell(point.used ? std::optional(point.used->tracks) : std::nullopt),
                   number_cell(point.used ? point.used->artists : std::nullopt)});
      append(row, measured_cells(one.accuracy[p], options_.level));
      append(row, tally_cells(tally(point.group.runs)));
      append(row, {text_cell(run_ids(point.group.runs))});
      data.points.rows.push_back(std::move(row));
      for (const RunRecord* run : point.group.runs) {
        const std::optional<TrainedOn> used = trained_on(*run);
        if (!used) continue;
        row = place;
        append(row, {text_cell(point.asked + unit), count_cell(run->seed),
                     text_cell(run->parameter("split.fold")), text_cell(run->id),
                     number_cell(final_metric(subject.scores.store(), *run, "test", "accuracy")),
                     number_cell(used->tracks), count_cell(used->fewest), count_cell(used->most),
                     number_cell(used->artists)});
        data.runs.rows.push_back(std::move(row));
      }
    }
    if (one.fit) data.fits.rows.push_back(fit_row(place, one));
  }

  std::vector<Cell> fit_row(std::vector<Cell> row, const Fitted& one) const {
    const SizeFit& fit = *one.fit;
    const auto add = [&](const auto& value) {
      append(row, {number_cell(value(fit.law))});
      const auto interval = fit.interval(options_.level, value);
      append(row, {number_cell(interval ? std::optional(interval->low) : std::nullopt),
                   number_cell(interval ? std::optional(interval->high) : std::nullopt)});
    };
    add([](const PowerLaw& law) { return law.a; });
    add([](const PowerLaw& law) { return law.b; });
    add([](const PowerLaw& law) { return law.c; });
    append(row, {number_cell(options_.level), count_cell(fit.n_sizes), count_cell(fit.n_divisions),
                 number_cell(one.target)});
    add([&](const PowerLaw& law) { return size_for(law, one.target); });
    append(row, {number_cell(fit.largest), text_cell(run_ids(fit.runs))});
    return row;
  }

  TrainingSizeOptions options_;
};

}  // namespace

void register_training_size(Registry& registry) {
  registry.reports.add(
      {{.name = "training_size",
        .summary = "Learning curves over the size of the training part: accuracy against training "
                   "tracks per genre, a fitted power law, and how many tracks an accuracy takes.",
        .source = "Cortes et al., Learning curves: asymptotic values and rate of convergence, "
                  "NIPS 1993",
        .options = training_size_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<TrainingSize>(training_size_options().parse(values));
       }});
}

}  // namespace genrebench
