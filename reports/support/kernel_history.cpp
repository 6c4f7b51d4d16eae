#include "reports/support/kernel_history.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "reports/charts/charts.hpp"
#include "reports/statistics/change_points.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace {

constexpr int kMarkColour = 3;

/// A history with what moved in it.
struct Moved {
  const KernelHistory* history = nullptr;
  std::vector<double> medians;
  std::vector<ChangePoint> points;
};

/// A quantile between the two nearest values.
double quantile(std::vector<double> values, double share) {
  std::sort(values.begin(), values.end());
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, values.size() - 1);
  return values[below] + (place - static_cast<double>(below)) * (values[above] - values[below]);
}

/// What the values are divided by to be read, with the unit's name.
std::pair<double, std::string> unit_of(const Moved& moved) {
  if (moved.history->measure == KernelMeasure::ratio)
    return {1.0, "time / time of " + moved.history->reference};
  if (moved.history->measure == KernelMeasure::instructions) return {1.0, "instructions"};
  const double largest = *std::max_element(moved.medians.begin(), moved.medians.end());
  if (largest >= 1e9) return {1e9, "time (s)"};
  if (largest >= 1e6) return {1e6, "time (ms)"};
  if (largest >= 1e3) return {1e3, "time (us)"};
  return {1.0, "time (ns)"};
}

class HistoryReport {
 public:
  HistoryReport(const std::vector<KernelSession>& sessions,
                const std::map<std::string, std::string>& notes,
                const KernelHistoryOptions& options)
      : sessions_(sessions), notes_(notes), options_(options) {}

  Document make(const std::vector<KernelHistory>& histories) {
    for (const KernelHistory& history : histories) {
      Moved one{.history = &history, .medians = {}, .points = {}};
      for (const auto& values : history.values) one.medians.push_back(median_of(values));
      one.points = change_points(
          one.medians,
          {.window = options_.window, .level = options_.level, .magnitude = options_.magnitude});
      all_.push_back(std::move(one));
    }
    // Those that moved last come first; the others keep their order.
    std::stable_sort(all_.begin(), all_.end(),
                     [](const Moved& a, const Moved& b) { return last_move(a) > last_move(b); });
    Document document{
        .name = "kernels", .title = "Kernels from commit to commit", .body = {}, .data = {}};
    document.body.emplace_back(Paragraph{introduction()});
    document.body.emplace_back(changes());
    for (std::size_t i = 0; i < all_.size() && i < options_.most_figures; ++i)
      document.body.emplace_back(figure(all_[i]));
    if (all_.size() > options_.most_figures)
      document.body.emplace_back(
          Paragraph{fmt::format("{} of {} benchmarks are drawn; the data hold all of them.",
                                options_.most_figures, all_.size())});
    document.body.emplace_back(session_table());
    document.data.push_back(data());
    return document;
  }

 private:
  /// The session of the last change point, counted from 1; 0: none.
  static std::size_t last_move(const Moved& moved) {
    return moved.points.empty() ? 0 : moved.history->sessions[moved.points.back().index] + 1;
  }

  std::string introduction() const {
    const KernelSetting& setting = sessions_.back().setting;
    const auto n_moved = static_cast<std::size_t>(std::count_if(
        all_.begin(), all_.end(), [](const Moved& one) { return !one.points.empty(); }));
    return fmt::format(
        "{} of {} on {} ({}, {}; {}), from commit {} to {}. {} of {} moved by more than {:g} %. A "
        "change point is where E-divisive means with a t test divides the medians of sessions at a "
        "level of {:g}.",
        counted(all_.size(), "benchmark"), counted(sessions_.size(), "session"), setting.host,
        setting.processor, setting.compiler, setting.flags, short_commit(sessions_.front().setting),
        short_commit(setting), n_moved, all_.size(), 100.0 * options_.magnitude, options_.level);
  }

  std::string note_of(const Moved& moved, const ChangePoint& point) const {
    const auto note = notes_.find(sessions_[moved.history->sessions[point.index]].setting.commit);
    return note == notes_.end() ? std::string() : note->second;
  }

  Table changes() const {
    Table table{
        .id = "kernels-changes",
        .title = "What moved, the newest first",
        .columns = {"session", "program", "benchmark", "measure", "change", "p", "commits", "note"},
        .rows = {},
        .notes = {}};
    std::vector<std::pair<std::size_t, std::vector<Cell>>> rows;
    for (const Moved& moved : all_)
      for (const ChangePoint& point : moved.points) {
        const bool slower = point.relative() > 0.0;
        const std::size_t session = moved.history->sessions[point.index] + 1;
        rows.emplace_back(
            session,
            std::vector<Cell>{{.text = std::to_string(session), .numeric = true},
                              {.text = moved.history->program},
                              {.text = moved.history->benchmark},
                              {.text = to_string(moved.history->measure)},
                              {.text = fmt::format("{:+.1f} %", 100.0 * point.relative()),
                               .numeric = true,
                               .strong = !slower,
                               .caution = slower},
                              {.text = fmt::format("{:.1g}", point.p), .numeric = true},
                              {.text = commit_range(*moved.history, point.index, sessions_)},
                              {.text = note_of(moved, point)}});
      }
    std::stable_sort(rows.begin(), rows.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    for (auto& [session, row] : rows) table.rows.push_back(std::move(row));
    if (table.rows.empty()) table.notes.push_back("Nothing moved.");
    return table;
  }

  Figure figure(const Moved& moved) {
    const KernelHistory& history = *moved.history;
    const auto [factor, unit] = unit_of(moved);
    LineChart chart;
    chart.x_label = "session";
    chart.y_label = unit;
    chart.band = true;
    chart.side_by_side = false;
    LineChart::Series medians{.name = "median, and quarters of the repetitions"};
    medians.markers = moved.medians.size() <= 100;
    LineChart::Series levels{.name = "level", .markers = false, .dashed = true, .colour = 7};
    LineChart::Series marks{.name = "change point", .line = false, .colour = kMarkColour};
    std::size_t next = 0;
    double level = moved.points.empty() ? median_of(moved.medians) : moved.points.front().before;
    for (std::size_t i = 0; i < moved.medians.size(); ++i) {
      const auto x = static_cast<double>(history.sessions[i] + 1);
      medians.x.push_back(x);
      medians.y.push_back(moved.medians[i] / factor);
      medians.low.push_back(quantile(history.values[i], 0.25) / factor);
      medians.high.push_back(quantile(history.values[i], 0.75) / factor);
      if (next < moved.points.size() && moved.points[next].index == i) {
        level = moved.points[next++].after;
        marks.x.push_back(x);
        marks.y.push_back(moved.medians[i] / factor);
        levels.x.push_back(x);
        levels.y.push_back(kNotANumber);  // a gap: levels are not joined
      }
      levels.x.push_back(x);
      levels.y.push_back(level / factor);
    }
    chart.series = {std::move(medians), std::move(levels)};
    if (!marks.x.empty()) chart.series.push_back(std::move(marks));
    std::vector<std::string> lines;
    for (const ChangePoint& point : moved.points) {
      const std::string note = note_of(moved, point);
      lines.push_back(fmt::format("session {}: {:+.1f} %, commits {}{}{}",
                                  history.sessions[point.index] + 1, 100.0 * point.relative(),
                                  commit_range(history, point.index, sessions_),
                                  note.empty() ? "" : ": ", note));
    }
    const std::string id = unique_slug(fmt::format("kernels-{}-{}-{}", history.program,
                                                   history.benchmark, to_string(history.measure)),
                                       taken_);
    return to_figure(
        id,
        fmt::format("{}: {} of {}", history.program, to_string(history.measure), history.benchmark),
        draw(chart, {.id = id}), std::move(lines));
  }

  Table session_table() const {
    Table table{.id = "kernels-sessions",
                .title = "Sessions",
                .columns = {"session", "commit", "time of the commit", "recorded", "load", "note"},
                .rows = {},
                .notes = {}};
    for (std::size_t i = 0; i < sessions_.size(); ++i) {
      const KernelSetting& setting = sessions_[i].setting;
      const auto note = notes_.find(setting.commit);
      table.rows.push_back({{.text = std::to_string(i + 1), .numeric = true},
                            {.text = short_commit(setting)},
                            {.text = setting.commit_time},
                            {.text = sessions_[i].recorded_at},
                            {.text = fmt::format("{:.2f}", setting.load), .numeric = true},
                            {.text = note == notes_.end() ? "" : note->second}});
    }
    table.notes.push_back("+ after a commit: the tree had changes");
    return table;
  }

  Table data() const {
    Table table{
        .id = "kernels-values",
        .title = "Every repetition",
        .columns = {"session", "commit", "program", "benchmark", "measure", "repetition", "value"},
        .rows = {},
        .notes = {}};
    for (const Moved& moved : all_)
      for (std::size_t i = 0; i < moved.history->values.size(); ++i)
        for (std::size_t r = 0; r < moved.history->values[i].size(); ++r) {
          const std::size_t session = moved.history->sessions[i];
          table.rows.push_back(
              {{.text = std::to_string(session + 1), .numeric = true},
               {.text = sessions_[session].setting.commit},
               {.text = moved.history->program},
               {.text = moved.history->benchmark},
               {.text = to_string(moved.history->measure)},
               {.text = std::to_string(r), .numeric = true},
               {.text = fmt::format("{}", moved.history->values[i][r]), .numeric = true}});
        }
    return table;
  }

  const std::vector<KernelSession>& sessions_;
  const std::map<std::string, std::string>& notes_;
  const KernelHistoryOptions& options_;
  std::vector<Moved> all_;
  std::set<std::string> taken_;
};

}  // namespace

Document kernel_history(const std::vector<KernelSession>& sessions,
                        const std::vector<KernelHistory>& histories,
                        const std::map<std::string, std::string>& notes,
                        const KernelHistoryOptions& options) {
  return HistoryReport(sessions, notes, options).make(histories);
}

}  // namespace genrebench
