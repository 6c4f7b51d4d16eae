#include "reports/support/notes.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>

#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kNamedBadTracks = 5;

/// "6 with test tracks": over the runs the fewest and the most genres that have some; empty where
/// no run says so or all have them.
std::string genres_with(const Runs& runs, const char* fact, const char* what,
                        std::size_t n_genres) {
  std::set<std::size_t> numbers;
  for (const RunRecord* run : runs)
    if (const std::size_t n = n_genres_with_tracks(*run, fact); n > 0) numbers.insert(n);
  if (numbers.empty() || (numbers.size() == 1 && *numbers.begin() == n_genres)) return {};
  return fmt::format("{} with {} tracks", range_text(*numbers.begin(), *numbers.rbegin()), what);
}

/// A note in words and whole numbers that stand alone: "5 of 9 tracks" is {"", " of ", " tracks"}
/// and {5, 9}.
struct NumberedNote {
  std::vector<std::string> words = {""};
  std::vector<std::size_t> numbers;
};

NumberedNote numbered(const std::string& note) {
  NumberedNote result;
  const auto alone = [](char c) {
    return c == ' ' || c == '(' || c == ')' || c == ',' || c == ';' || c == ':';
  };
  for (std::size_t i = 0; i < note.size();) {
    std::size_t end = i;
    while (end < note.size() && note[end] >= '0' && note[end] <= '9' && end - i < 9) ++end;
    const bool number =
        end > i && (i == 0 || alone(note[i - 1])) && (end == note.size() || alone(note[end]));
    if (number) {
      result.numbers.push_back(std::stoul(note.substr(i, end - i)));
      result.words.emplace_back();
      i = end;
    } else {
      end = std::max(end, i + 1);
      result.words.back() += note.substr(i, end - i);
      i = end;
    }
  }
  return result;
}

/// Each note once, in order of appearance. Notes that differ in numbers only become one: "6 to 18
/// of 28 tracks".
std::vector<std::string> merge_numbers(const std::vector<std::string>& notes) {
  struct Merged {
    NumberedNote least;
    std::vector<std::size_t> most;
  };
  std::vector<Merged> merged;
  for (const std::string& note : notes) {
    NumberedNote parts = numbered(note);
    const auto same = std::find_if(merged.begin(), merged.end(),
                                   [&](const Merged& m) { return m.least.words == parts.words; });
    if (same == merged.end()) {
      merged.push_back({parts, parts.numbers});
      continue;
    }
    for (std::size_t i = 0; i < parts.numbers.size(); ++i) {
      same->least.numbers[i] = std::min(same->least.numbers[i], parts.numbers[i]);
      same->most[i] = std::max(same->most[i], parts.numbers[i]);
    }
  }
  std::vector<std::string> result;
  for (const Merged& m : merged) {
    std::string& text = result.emplace_back(m.least.words.front());
    for (std::size_t i = 0; i < m.most.size(); ++i) {
      text += range_text(m.least.numbers[i], m.most[i]) + m.least.words[i + 1];
    }
  }
  return result;
}

/// The notes that runs have recorded as a fact, merged.
std::vector<std::string> notes_of(const Runs& runs, const Fact<TextList>& fact) {
  std::vector<std::string> notes;
  for (const RunRecord* run : runs)
    for (std::string& note : fact.of(*run)) notes.push_back(std::move(note));
  return merge_numbers(notes);
}

}  // namespace

void IntervalLegend::add(const Estimate& estimate) {
  if (!estimate.interval) {
    any_without_ = any_without_ || !std::isnan(estimate.mean);
    return;
  }
  const auto [place, is_new] = seen_.try_emplace({estimate.method, estimate.units},
                                                 Seen{estimate.n_units, estimate.n_units});
  place->second.fewest = std::min(place->second.fewest, estimate.n_units);
  place->second.most = std::max(place->second.most, estimate.n_units);
  place->second.cut_off =
      place->second.cut_off || (estimate.cut_off && estimate.method != IntervalMethod::bootstrap);
}

std::string IntervalLegend::note(IntervalMethod method, const std::string& units,
                                 const Seen& seen) const {
  const double percent = 100.0 * level_;
  const std::string n = range_text(seen.fewest, seen.most);
  const std::string whose = of_scores_ ? "scored tracks" : "test tracks of one division";
  const std::string over =
      units == "tracks" ? n + " " + whose : n + " " + units + " of the " + whose;
  const std::string cut = seen.cut_off ? " Where it would leave the possible range it is cut off "
                                         "there, and shown as [low, high]."
                                       : "";
  switch (method) {
    case IntervalMethod::corrected_t:
      return fmt::format(
          "±: {:g} % interval over {} divisions of the tracks, runs that share a division averaged "
          "first. It is Student's t with the variance corrected for training parts that overlap "
          "(Nadeau and Bengio 2003).{}",
          percent, n, cut);
    case IntervalMethod::corrected_welch:
      return fmt::format(
          "± of a difference of two kinds of split: {:g} % interval over at least {} divisions on "
          "each side, which are not paired. It is Welch's with each side's variance corrected for "
          "training parts that overlap (Nadeau and Bengio 2003).{}",
          percent, n, cut);
    case IntervalMethod::bootstrap:
      return fmt::format(
          "[low, high]: {:g} % interval over the {}, by a bootstrap of {} resamples{}", percent,
          over, kResamples,
          of_scores_ ? "."
                     : " within the genres. It is that of these trained models on other tracks, "
                       "and says nothing of training on others.");
    case IntervalMethod::wilson:
      return fmt::format(
          "[low, high]: Wilson's {:g} % interval over the {}.{}", percent, over,
          units == "tracks" ? " No artist is known; where tracks share one it is too narrow." : "");
    case IntervalMethod::none:
      break;
  }
  return {};
}

std::vector<std::string> IntervalLegend::notes() const {
  std::vector<std::string> result;
  for (const auto& [kind, seen] : seen_) add_note(result, note(kind.first, kind.second, seen));
  if (any_without_)
    result.emplace_back(
        "Means without an interval: there is one division only and no answer of single tracks to "
        "resample, or nothing differs.");
  return result;
}

void add_note(std::vector<std::string>& notes, std::string note) {
  if (!note.empty()) notes.push_back(std::move(note));
}

void add_notes(std::vector<std::string>& notes, const std::vector<std::string>& more,
               const std::string& prefix) {
  for (const std::string& note : more)
    if (!note.empty()) notes.push_back(prefix + note);
}

void add_data_notes(const StoreReader& store, const Runs& runs, std::vector<std::string>& notes) {
  add_note(notes, dataset_note(runs));
  add_division_notes(runs, notes);
  add_note(notes, bad_tracks_note(bad_tracks(store, runs)));
  add_note(notes, pruned_note(runs));
}

std::size_t n_genres_with_tracks(const RunRecord& run, const std::string& fact) {
  const std::vector<std::string> counts = run.fact_list(fact);
  return static_cast<std::size_t>(std::count_if(
      counts.begin(), counts.end(), [](const std::string& count) { return count != "0"; }));
}

std::string pruned_note(const Runs& runs) {
  const std::size_t n = tally(runs).pruned;
  if (n == 0) return {};
  return fmt::format("{} of {} runs {} pruned: the means over the others are too high.", n,
                     runs.size(), n == 1 ? "was" : "were");
}

std::vector<std::string> failure_notes(const std::string& what, const Runs& runs) {
  std::map<std::pair<RunStatus, std::string>, Runs> reasons;
  for (const RunRecord* run : runs)
    if (run->status == RunStatus::failed || run->status == RunStatus::skipped)
      reasons[{run->status, run->message}].push_back(run);
  std::vector<std::string> notes;
  for (const auto& [reason, which] : reasons)
    notes.push_back(fmt::format("{}: {} of {} runs {}: {} (run {}).", what, which.size(),
                                runs.size(), to_string(reason.first),
                                reason.second.empty() ? "no message" : reason.second,
                                short_id(which.front()->id)));
  return notes;
}

std::string tuned_note(const Runs& runs) {
  std::map<std::string, std::size_t> counts;
  for (const RunRecord* run : runs) {
    std::string chosen;
    for (const auto& [key, value] : run->facts)
      if (key.starts_with(facts::kTunedPrefix))
        chosen +=
            (chosen.empty() ? "" : ", ") + key.substr(facts::kTunedPrefix.size()) + "=" + value;
    if (!chosen.empty()) ++counts[chosen];
  }
  std::string result;
  for (const auto& [chosen, count] : counts)
    result += fmt::format("{}{} ({} {})", result.empty() ? "" : "; ", chosen, count,
                          count == 1 ? "run" : "runs");
  return result.empty() ? result : "Tuned on the validation part: " + result + ".";
}

std::vector<std::string> split_notes(const Runs& runs) {
  return notes_of(runs, facts::kSplitNotes);
}

void add_division_notes(const Runs& runs, std::vector<std::string>& notes) {
  add_notes(notes, notes_of(runs, facts::kDatasetNotes), "Data: ");
  add_notes(notes, split_notes(runs), "Split: ");
}

std::string dataset_note(const Runs& runs) {
  std::string result =
      "Dataset: " + (runs.empty() ? "unnamed" : runs.front()->parameter("dataset.name", "unnamed"));
  const auto described = std::find_if(runs.begin(), runs.end(), [](const RunRecord* run) {
    return facts::kGenres.recorded(*run) || facts::kTracks.recorded(*run);
  });
  if (described != runs.end()) {
    const std::string n_tracks = facts::kTracks.text(**described);
    const std::size_t n_genres = facts::kGenres.of(**described).size();
    if (!n_tracks.empty()) result += ", " + n_tracks + " tracks";
    if (n_genres > 0) result += fmt::format(", {} genres", n_genres);
    std::string fewer = genres_with(runs, facts::kTrainByGenre.key(), "training", n_genres);
    const std::string tested = genres_with(runs, facts::kTestByGenre.key(), "test", n_genres);
    if (!tested.empty()) fewer += (fewer.empty() ? "" : ", ") + tested;
    if (!fewer.empty()) result += " (" + fewer + ")";
  }
  std::string parts;
  for (const auto& [fact, name] :
       {std::pair(facts::kTrainTracks, "training"), std::pair(facts::kValidTracks, "validation"),
        std::pair(facts::kTestTracks, "test")}) {
    std::set<std::size_t> counts;
    for (const RunRecord* run : runs)
      if (const std::optional<std::size_t> n = fact.find(*run)) counts.insert(*n);
    if (counts.empty()) continue;
    parts += fmt::format("{}{} {}", parts.empty() ? "; " : ", ", name,
                         range_text(*counts.begin(), *counts.rbegin()));
  }
  return result + parts + (parts.empty() ? "." : " tracks.");
}

std::vector<std::string> warning_notes(const Runs& runs) {
  std::map<std::string, std::size_t> counts;
  for (const RunRecord* run : runs) {
    const std::vector<std::string> lines = facts::kWarnings.of(*run);
    for (const std::string& line : std::set(lines.begin(), lines.end())) ++counts[line];
  }
  std::vector<std::string> result;
  for (const auto& [line, n] : counts)
    result.push_back(fmt::format("Warning of {} {}: {}", n, n == 1 ? "run" : "runs", line));
  return result;
}

std::vector<BadTrack> bad_tracks(const StoreReader& store, const Runs& runs) {
  std::map<std::pair<std::string, std::string>, std::vector<std::string>> found;
  for (const RunRecord* run : runs)
    for (const BadTrackRecord& bad : store.bad_tracks(run->id))
      found[{bad.track, bad.message}].push_back(run->id);
  std::vector<BadTrack> result;
  for (auto& [key, run_ids] : found) result.push_back({key.first, key.second, std::move(run_ids)});
  return result;
}

std::string bad_tracks_note(const std::vector<BadTrack>& tracks) {
  if (tracks.empty()) return {};
  std::set<std::string> distinct;
  for (const BadTrack& bad : tracks) distinct.insert(bad.track);
  std::string result =
      distinct.size() == 1
          ? "1 track could not be used and was skipped: "
          : fmt::format("{} tracks could not be used and were skipped: ", distinct.size());
  for (std::size_t i = 0; i < std::min(tracks.size(), kNamedBadTracks); ++i)
    result += fmt::format("{}{} ({})", i > 0 ? "; " : "", tracks[i].track, tracks[i].message);
  return result + (tracks.size() > kNamedBadTracks ? "; …" : ".");
}

std::vector<std::vector<Cell>> bad_track_rows(const std::string& place,
                                              const std::vector<BadTrack>& tracks) {
  std::vector<std::vector<Cell>> rows;
  for (const BadTrack& bad : tracks)
    rows.push_back({text_cell(place), text_cell(bad.track), text_cell(bad.message),
                    text_cell(fmt::format("{}", fmt::join(bad.run_ids, " ")))});
  return rows;
}

std::string counted_names(const std::map<std::string, std::size_t>& counts) {
  std::string result;
  for (const auto& [name, n] : counts)
    result += fmt::format("{}{} ({})", result.empty() ? "" : ", ", name, n);
  return result;
}

}  // namespace genrebench
