#include "harness/grouping/copies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "base/text.hpp"

namespace genrebench {
namespace {

/// The number of pairs of tracks with equal features that chance would give if columns were
/// independent of each other.
double expected_equal_pairs(const std::vector<const Track*>& tracks) {
  const double n = static_cast<double>(tracks.size());
  double expected = n * (n - 1.0) / 2.0;
  std::vector<float> values(tracks.size());
  for (std::size_t column = 0; column < tracks.front()->features.size() && expected > 1e-6;
       ++column) {
    for (std::size_t t = 0; t < tracks.size(); ++t) values[t] = tracks[t]->features[column];
    std::ranges::sort(values);
    double equal = 0.0;
    for (std::size_t begin = 0, end = 0; begin < values.size(); begin = end) {
      while (end < values.size() && values[end] == values[begin]) ++end;
      equal += static_cast<double>(end - begin) * static_cast<double>(end - begin - 1);
    }
    expected *= equal / (n * (n - 1.0));
  }
  return expected;
}

}  // namespace

std::vector<Copies> find_copies(const Dataset& dataset, const TrackContents& content) {
  if (content.empty()) return {};
  // If chance makes a larger share of the pairs of equal features, equal features say nothing.
  constexpr double kByChance = 0.05;
  const std::vector<Track>& tracks = dataset.tracks();
  std::map<std::string_view, std::vector<std::size_t>> of_content;
  std::vector<const Track*> rows;
  for (std::size_t t = 0; t < tracks.size(); ++t) {
    if (!content[t].empty()) of_content[content[t]].push_back(t);
    if (tracks[t].audio.empty() && !tracks[t].features.empty()) rows.push_back(&tracks[t]);
  }
  std::vector<Copies> copies;
  const auto is_row = [&](const std::vector<std::size_t>& members) {
    return tracks[members.front()].audio.empty() && !tracks[members.front()].features.empty();
  };
  double n_equal_rows = 0.0;
  for (auto& [unused, members] : of_content) {
    if (members.size() < 2) continue;
    if (is_row(members))
      n_equal_rows += static_cast<double>(members.size() * (members.size() - 1)) / 2.0;
    copies.push_back(std::move(members));
  }
  if (n_equal_rows > 0.0 && expected_equal_pairs(rows) > kByChance * n_equal_rows)
    std::erase_if(copies, is_row);
  std::ranges::sort(copies);
  return copies;
}

std::string note_on_copies(const Dataset& dataset, const std::vector<Copies>& copies) {
  std::size_t n = 0, n_disputed = 0;
  std::string example;
  for (const auto& members : copies) {
    n += members.size();
    const Track& first = dataset.tracks()[members.front()];
    const auto other = std::ranges::find_if(
        members, [&](std::size_t t) { return dataset.tracks()[t].genre != first.genre; });
    if (other == members.end()) continue;
    n_disputed += members.size();
    if (!example.empty()) continue;
    const auto text = [&](const Track& track) {
      return fmt::format("{} ({})", track.id, dataset.genre_name(track.genre));
    };
    example = text(first) + " and " + text(dataset.tracks()[*other]);
  }
  std::string note =
      fmt::format("{} of {} have the same content as another one; copies stay on one side", n,
                  counted(dataset.tracks().size(), "track"));
  if (n_disputed > 0)
    note +=
        fmt::format("; {} of them have copies of another genre, such as {}", n_disputed, example);
  return note;
}

std::string note_on_straddling_copies(const Split& split, const std::vector<Copies>& copies) {
  std::size_t n = 0, n_straddling = 0;
  for (const auto& members : copies) {
    std::set<Part> sides;
    for (const std::size_t t : members) sides.insert(split.parts[t]);
    sides.erase(Part::none);
    n += members.size();
    if (sides.size() > 1) n_straddling += members.size();
  }
  return split.excerpts ? fmt::format(
                              "{} tracks have the same content as another "
                              "one; pieces of them are on several sides",
                              n)
                        : fmt::format(
                              "{} tracks have the same content as another "
                              "one; {} of them have a copy on another side",
                              n, n_straddling);
}

}  // namespace genrebench
