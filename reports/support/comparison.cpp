#include "reports/support/comparison.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "harness/records/facts.hpp"

namespace genrebench {
namespace {

/// What one test part is: a division, or all folds of one cross-validation.
std::string test_part_of(const RunRecord& run) {
  if (run.parameter("split.fold").empty()) return division_of(run);
  const std::string own_seed = run.parameter("split.seed", "auto");
  return "folds, seed " + (own_seed == "auto" ? std::to_string(run.seed) : own_seed);
}

struct Range {
  std::size_t least = 0, most = 0;
  bool operator==(const Range&) const = default;
};

/// The least and the most of a number over runs; nothing where no run has it.
template <typename Of>
std::optional<Range> range_of(const Runs& runs, const Of& of) {
  std::optional<Range> result;
  for (const RunRecord* run : runs) {
    const std::optional<std::size_t> n = run->status == RunStatus::done ? of(*run) : std::nullopt;
    if (!n) continue;
    if (!result) result = Range{*n, *n};
    result->least = std::min(result->least, *n);
    result->most = std::max(result->most, *n);
  }
  return result;
}

/// "70 (leaky split), 81 to 83 (grouped by artist)"; empty where a side is not known, or all are
/// the same.
template <typename Of>
std::string differing(const std::vector<Side>& sides, const Of& of) {
  std::vector<Range> ranges;
  std::string text;
  for (const Side& side : sides) {
    const std::optional<Range> range = range_of(side.runs, of);
    if (!range) return {};
    ranges.push_back(*range);
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ",
                        range_text(range->least, range->most), side.name);
  }
  return std::all_of(ranges.begin(), ranges.end(),
                     [&](const Range& range) { return range == ranges.front(); })
             ? ""
             : text;
}

std::vector<ScoredRun> scored_values(const Scores& scores, const std::vector<RunValue>& values,
                                     const std::string& part) {
  std::vector<ScoredRun> result;
  for (const RunValue& value : values)
    result.push_back(scores.scored(*value.run, value.value, part));
  return result;
}

}  // namespace

std::vector<std::string> genre_names(const Runs& runs, std::size_t n_classes) {
  std::vector<std::string> names;
  for (const RunRecord* run : runs) {
    names = facts::kGenres.of(*run);
    if (!names.empty()) break;
  }
  while (names.size() < n_classes) names.push_back(fmt::format("class {}", names.size()));
  return names;
}

Comparison::Comparison(const Scores& scores, std::vector<Side> sides, std::string part)
    : scores_(scores), sides_(std::move(sides)), part_(std::move(part)) {
  std::vector<std::set<int>> parts;
  Runs all;
  for (const Side& side : sides_) {
    std::map<std::string, std::set<int>> of_part;
    for (const RunRecord* run : side.runs) {
      const Answers& answers = scores_.answers(*run, part_);
      if (!answers.empty())
        for (std::set<int>& genres = of_part[test_part_of(*run)]; const Answer& answer : answers)
          genres.insert(answer.truth);
    }
    for (auto& [name, genres] : of_part) parts.push_back(std::move(genres));
    all.insert(all.end(), side.runs.begin(), side.runs.end());
  }
  for (const std::set<int>& genres : parts) tested_.insert(genres.begin(), genres.end());
  for (const int genre : tested_)
    if (std::all_of(parts.begin(), parts.end(),
                    [&](const std::set<int>& genres) { return genres.contains(genre); }))
      genres_.insert(genre);
  names_ = genre_names(all, tested_.empty() ? 0 : static_cast<std::size_t>(*tested_.rbegin()) + 1);
}

std::optional<Comparison::Score> Comparison::score(const RunRecord& run) const {
  Score score;
  std::size_t n_right = 0;
  const bool all = !restricted();
  for (const Answer& answer : scores_.answers(run, part_))
    if (all || genres_.contains(answer.truth)) {
      ++score.n_tracks;
      n_right += answer.predicted == answer.truth;
    }
  if (score.n_tracks == 0) return std::nullopt;
  score.accuracy = static_cast<double>(n_right) / static_cast<double>(score.n_tracks);
  return score;
}

std::vector<ScoredRun> Comparison::scored(const Runs& runs) const {
  std::vector<ScoredRun> result;
  for (const RunRecord* run : runs)
    if (const std::optional<Score> own = score(*run)) {
      std::function<bool(int)> keep;
      if (own->n_tracks < scores_.answers(*run, part_).size())
        keep = [genres = genres_](int genre) { return genres.contains(genre); };
      result.push_back(scores_.scored(*run, own->accuracy, part_, std::move(keep)));
    }
  return result;
}

Measured Comparison::accuracy(const Runs& runs, double level) const {
  return measure_answers(scored(runs), ScoreKind::accuracy, cluster_units(runs), level);
}

std::optional<Estimate> Comparison::difference(const Runs& first, const Runs& second,
                                               double level) const {
  const std::vector<ScoredRun> of_first = scored(first), of_second = scored(second);
  if (of_first.empty() || of_second.empty()) return std::nullopt;
  return accuracy_difference(of_first, of_second, cluster_units(first), level);
}

std::string Comparison::training_note() const {
  const std::string sizes =
      differing(sides_, [](const RunRecord& run) { return facts::kTrainTracks.find(run); });
  const std::string others =
      differing(sides_, [&](const RunRecord& run) -> std::optional<std::size_t> {
        const std::vector<std::string> counts = facts::kTrainByGenre.of(run);
        if (counts.empty()) return std::nullopt;
        std::size_t n = 0;
        for (std::size_t genre = 0; genre < counts.size(); ++genre)
          if (!genres_.contains(static_cast<int>(genre))) n += count_of(counts[genre]).value_or(0);
        return n;
      });
  std::string note;
  if (!sizes.empty()) note = "The training parts differ in their number of tracks: " + sizes + ".";
  if (!others.empty())
    note += (note.empty() ? "The training parts differ: tracks" : " Tracks") +
            std::string(" of genres that are not compared: ") + others + ".";
  if (!note.empty()) note += " A part of the difference may come from that.";
  return note;
}

std::string Comparison::genres_note() const {
  if (tested_.empty()) return {};
  if (genres_.empty()) return "No genre has tracks in every test part, so nothing is compared.";
  const std::string text =
      "Accuracies are over the test tracks of the genres that every one of these test parts has";
  if (genres_.size() == names_.size()) return text + fmt::format(": all {}.", names_.size());
  std::vector<std::string> listed;
  for (const int genre : genres_) listed.push_back(names_[static_cast<std::size_t>(genre)]);
  return text + fmt::format(" ({} of {}): {}. The methods choose among all genres.", genres_.size(),
                            names_.size(), fmt::join(listed, ", "));
}

std::vector<std::string> Comparison::notes() const {
  std::vector<std::string> result;
  for (std::string note : {training_note(), genres_note()})
    if (!note.empty()) result.push_back(std::move(note));
  return result;
}

Measured measure_answers(std::vector<ScoredRun> runs, ScoreKind kind, const std::string& units,
                         double level) {
  Measured result;
  for (ScoredRun& run : runs) {
    run.score = score_of(run.answers(), kind);
    result.values.push_back(run.score);
  }
  static_cast<Estimate&>(result) = estimate_score(runs, kind, units, level);
  return result;
}

Change change_of(const Scores& scores, const std::vector<RunValue>& first,
                 const std::vector<RunValue>& second, const std::string& part, Bounds bounds,
                 double level) {
  const std::vector<ScoredRun> of_first = scored_values(scores, first, part),
                               of_second = scored_values(scores, second, part);
  std::map<std::string, std::pair<Runs, Runs>> of_division;
  for (std::size_t i = 0; i < first.size(); ++i)
    of_division[of_first[i].division].first.push_back(first[i].run);
  for (std::size_t i = 0; i < second.size(); ++i)
    of_division[of_second[i].division].second.push_back(second[i].run);
  Change change;
  for (const auto& [division, runs] : of_division) {
    if (runs.first.empty() || runs.second.empty()) continue;
    ++change.n_divisions;
    change.runs.insert(change.runs.end(), runs.first.begin(), runs.first.end());
    change.references.insert(change.references.end(), runs.second.begin(), runs.second.end());
  }
  if (change.n_divisions == 0) return change;
  const bool resampled = part == "valid" || part == "test";
  change.difference =
      resampled ? accuracy_difference(of_first, of_second, cluster_units(change.runs), level)
                : paired_difference(of_first, of_second, bounds, level);
  return change;
}

}  // namespace genrebench
