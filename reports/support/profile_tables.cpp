#include "reports/support/profile_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "reports/charts/flame_graph.hpp"

namespace genrebench {
namespace {

constexpr double kPercent = 100.0;
constexpr std::size_t kSlowest = 15;

Cell number(std::string text) { return {.text = std::move(text), .numeric = true}; }
Cell seconds_cell(double seconds) { return number(fmt::format("{:.4f}", seconds)); }

/// Rows of a node and of all within it.
void add_stage(const ProfileNode& node, std::size_t depth, double all_s, Table& table) {
  const double seconds = flame_seconds(node);
  const double each_ms =
      node.count == 0 ? 0.0 : 1000.0 * node.seconds / static_cast<double>(node.count);
  std::string name;
  for (std::size_t i = 0; i < depth; ++i) name += "· ";
  table.rows.push_back({{.text = name + node.name},
                        seconds_cell(node.seconds),
                        number(fmt::format("{:.1f}", kPercent * seconds / all_s)),
                        number(fmt::format("{}", node.count)),
                        number(fmt::format("{:.3f}", each_ms))});
  for (const ProfileNode& one : node.within) add_stage(one, depth + 1, all_s, table);
}

/// A node whose parts took longer than it did itself.
bool has_threads(const ProfileNode& node) {
  return flame_seconds(node) > 1.01 * node.seconds || std::ranges::any_of(node.within, has_threads);
}

struct TrackTime {
  std::string track;
  double seconds = 0.0;
  const std::map<std::string, double>* stages = nullptr;
};

std::vector<TrackTime> slowest_first(const Profile& profile) {
  std::vector<TrackTime> tracks;
  for (const auto& [track, stages] : profile.tracks) {
    TrackTime time{.track = track, .stages = &stages};
    for (const auto& [stage, seconds] : stages) time.seconds += seconds;
    tracks.push_back(std::move(time));
  }
  std::ranges::stable_sort(tracks, std::greater(), &TrackTime::seconds);
  return tracks;
}

/// Stages of tracks, those first that took longest in all.
std::vector<std::string> stages_of_tracks(const Profile& profile) {
  std::map<std::string, double> sums;
  for (const auto& [track, stages] : profile.tracks)
    for (const auto& [stage, seconds] : stages) sums[stage] += seconds;
  std::vector<std::string> names;
  for (const auto& [stage, sum] : sums) names.push_back(stage);
  std::ranges::stable_sort(names, std::greater(), [&](const auto& name) { return sums[name]; });
  return names;
}

Table track_table(const std::vector<TrackTime>& tracks, const std::vector<std::string>& stages,
                  std::size_t n_rows) {
  Table table{.id = "profile-slowest",
              .title = fmt::format("The slowest of {}", counted(tracks.size(), "track")),
              .columns = {"track", "seconds"}};
  table.columns.insert(table.columns.end(), stages.begin(), stages.end());
  for (const TrackTime& time : tracks) {
    if (table.rows.size() == n_rows) break;
    std::vector<Cell> row = {{.text = time.track}, seconds_cell(time.seconds)};
    for (const std::string& stage : stages) {
      const auto found = time.stages->find(stage);
      row.push_back(found == time.stages->end() ? number("") : seconds_cell(found->second));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

Table profile_table(const Profile& profile, std::size_t n_runs) {
  Table table{.id = "profile-stages",
              .title = "Where the time went",
              .columns = {"stage", "seconds", "share (%)", "calls", "ms each"}};
  add_stage(profile.root, 0, std::max(flame_seconds(profile.root), 1e-9), table);
  table.notes.emplace_back(
      n_runs == 1 ? "From the end of the run before it, or the start of the worker, to the end of "
                    "the run; what it took to record the result is counted with the next run."
                  : fmt::format("The sum of {} runs.", n_runs));
  if (has_threads(profile.root))
    table.notes.emplace_back(
        "Seconds of stages that several threads work on at the same time are those of all threads "
        "together.");
  return table;
}

Document profile_document(const Profile& profile, const std::string& of, std::size_t n_runs) {
  Document document{
      .name = "profile", .title = "Where the time of " + of + " went", .body = {}, .data = {}};
  Figure figure{.id = "profile-flames", .title = "Where the time of " + of + " went"};
  figure.picture = Picture::of_svg(flame_svg(profile.root, of));
  figure.notes.emplace_back("A box is as wide as its share, and stands below what it is part of.");
  document.body.emplace_back(std::move(figure));
  Table stages = profile_table(profile, n_runs);
  document.body.emplace_back(stages);
  const std::vector<TrackTime> tracks = slowest_first(profile);
  if (!tracks.empty()) {
    const std::vector<std::string> of_tracks = stages_of_tracks(profile);
    document.body.emplace_back(track_table(tracks, of_tracks, kSlowest));
    Table all = track_table(tracks, of_tracks, tracks.size());
    all.id = "profile_tracks";
    all.title = "All tracks";
    document.data.push_back(std::move(all));
  }
  return document;
}

}  // namespace genrebench
