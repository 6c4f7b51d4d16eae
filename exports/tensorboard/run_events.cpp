#include "exports/tensorboard/run_events.hpp"

#include <fmt/format.h>

#include <limits>
#include <vector>

#include "base/text.hpp"
#include "exports/curve_points.hpp"
#include "exports/tensorboard/events.hpp"
#include "exports/tensorboard/records.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/confusion.hpp"

namespace genrebench {
namespace {

/// The text of a table's cell in Markdown.
std::string cell(const std::string& text) {
  return replace_each(single_line(text), [](char c) -> std::string_view {
    switch (c) {
      case '|':
        return "\\|";
      case '<':
        return "&lt;";
      case '*':
        return "\\*";
      case '_':
        return "\\_";
      case '`':
        return "\\`";
      default:
        return {};
    }
  });
}

std::string description_of(const ExportedRun& exported) {
  std::string text = "| key | value |\n| --- | --- |\n";
  const auto add = [&](const std::string& key, const std::string& value) {
    if (!value.empty()) text += fmt::format("| {} | {} |\n", cell(key), cell(value));
  };
  add("run", exported.run.id);
  add("experiment", exported.experiment);
  add("seed", std::to_string(exported.run.seed));
  add("dataset fingerprint", exported.run.dataset_fingerprint);
  for (const auto& [key, value] : exported.run.parameters) add(key, value);
  return text;
}

bool has_ended(RunStatus status) {
  return status == RunStatus::done || status == RunStatus::failed || status == RunStatus::pruned;
}

}  // namespace

double start_of(const RunRecord& run) { return seconds_of(run.started_at); }

std::string run_events(const StoreReader& store, const ExportedRun& exported, bool again) {
  const RunRecord& run = exported.run;
  const double start = start_of(run);
  std::string file;
  const auto add = [&](const std::string& event) { file += record_of(event); };
  add(file_version_event(start));
  if (again) add(restart_event(start));
  HparamsSession session{
      .parameters = run.parameters, .group = exported.configuration, .start_time = start};
  session.parameters["seed"] = std::to_string(run.seed);
  add(session_start_event(start, session));
  add(text_event(start, 0, "run", description_of(exported)));
  const std::vector<MetricRecord> metrics = store.metrics(run.id);
  for (const TimedPoint& point : curve_points(metrics, start))
    add(scalar_event(point.time, point.step, point.tag, point.value));
  if (!has_ended(run.status)) return file;
  const double end = start + run.wall_s;
  if (!run.message.empty()) add(text_event(end, 0, to_string(run.status), run.message));
  for (const MetricRecord& metric : metrics)
    if (metric.step < 0) add(scalar_event(end, 0, final_tag(metric), metric.value));
  add(session_end_event(
      end, run.status == RunStatus::failed ? SessionStatus::failure : SessionStatus::success, end));
  return file;
}

std::string confusion_png(const StoreReader& store, const RunRecord& run) {
  if (run.status != RunStatus::done) return {};
  const Confusion confusion = count_confusion(store, {&run});
  constexpr std::size_t kMostGenres = 60;  // more cannot be read at the size of a picture
  if (confusion.empty() || !confusion.has_matrix() || confusion.genres.size() > kMostGenres)
    return {};
  HeatMap map{.x = {.label = "predicted", .names = confusion.genres},
              .y = {.label = "truth", .names = confusion.genres}};
  map.colour_label = "share of the true genre's tracks";
  map.values = confusion.total.cast<double>();
  for (Eigen::Index r = 0; r < map.values.rows(); ++r) {
    const double sum = map.values.row(r).sum();
    map.values.row(r) /= sum > 0.0 ? sum : std::numeric_limits<double>::quiet_NaN();
  }
  map.counts = confusion.total;
  return draw(map).picture.png();
}

}  // namespace genrebench
