#include "reports/support/error_tables.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/resampling.hpp"

namespace genrebench::errors {
namespace {

Cell track_cell(const std::string& track, const TrackFacts& facts) {
  return {.text = track, .audio = facts.audio};
}

/// A probability with two decimals; a dash where there is none.
std::string probability_text(double value) {
  return std::isnan(value) ? "–" : fmt::format("{:.2f}", value);
}

std::string known_or_dash(const std::string& text) { return text.empty() ? "–" : text; }

std::string rest_note(std::size_t n_all, std::size_t n_listed, const char* what) {
  if (n_all <= n_listed) return {};
  return fmt::format("The first {} of {} {}; the data tables, which --out writes, have all.",
                     n_listed, n_all, what);
}

/// "rock (7), pop (1)"
std::string genres_text(const Subject& subject, const std::map<int, std::size_t>& genres) {
  std::string text;
  for (const auto& [genre, n] : genres)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", subject.genre(genre), n);
  return text;
}

}  // namespace

std::string Subject::unit() const { return tested.units.substr(0, tested.units.size() - 1); }

std::string taken_for_text(const Subject& subject, const TestedTrack& track) {
  std::vector<std::pair<int, int>> wrong;  // minus the number, the genre
  for (const auto& [answer, n] : track.answers)
    if (answer != track.genre) wrong.emplace_back(-n, answer);
  std::sort(wrong.begin(), wrong.end());
  std::string text;
  for (const auto& [minus_n, answer] : wrong)
    text += fmt::format("{}{} ({})", text.empty() ? "" : ", ", subject.genre(answer), -minus_n);
  return text;
}

std::vector<const TestedTrack*> missed_tracks(const TestedTracks& tested) {
  std::vector<const TestedTrack*> result;
  for (const TestedTrack& track : tested.tracks)
    if (track.n_missed > 0) result.push_back(&track);
  const auto key = [](const TestedTrack* track) {
    return std::tuple(-track->share_missed(),
                      std::isnan(track->confidence) ? 0.0 : -track->confidence);
  };
  std::stable_sort(result.begin(), result.end(),
                   [&](const TestedTrack* a, const TestedTrack* b) { return key(a) < key(b); });
  return result;
}

Table missed_table(const Subject& subject, std::size_t n_listed) {
  const std::vector<const TestedTrack*> missed = missed_tracks(subject.tested);
  Table table{.id = subject.id + "-missed",
              .title = "Tracks that most runs miss, " + subject.tested.title,
              .columns = {"track", "genre", subject.unit(), "missed by", "share", "taken for",
                          "confidence"}};
  for (const TestedTrack* track : missed) {
    if (table.rows.size() == n_listed) break;
    const TrackFacts facts =
        subject.source.facts(track->id, subject.genre(track->genre), track->cluster);
    table.rows.push_back({track_cell(track->id, facts), shown(facts.genre),
                          shown(known_or_dash(facts.artist)),
                          shown_number(fmt::format("{}/{}", track->n_missed, track->n_runs)),
                          shown_number(format_percent(track->share_missed())),
                          shown(taken_for_text(subject, *track)),
                          shown_number(probability_text(track->confidence))});
  }
  table.notes = {
      "missed by: the runs that answer another genre, of those that tested the track; they never "
      "trained on it. Runs share training tracks, so they are no independent witnesses. taken for: "
      "their answers. confidence: the mean probability that they give to them."};
  if (std::string rest = rest_note(missed.size(), n_listed, "tracks that some run misses");
      !rest.empty())
    table.notes.push_back(std::move(rest));
  return table;
}

Table suspects_table(const Subject& subject, const LabelErrors& errors, LabelRanking ranking,
                     std::size_t n_listed) {
  Table table{.id = subject.id + "-suspects",
              .title = "Likely label errors, " + subject.tested.title,
              .columns = {"rank", "track", "genre", subject.unit(), "rather", "p(genre)",
                          "p(rather)", "confident", "missed by"}};
  for (const Suspect& suspect : errors.ranked) {
    if (table.rows.size() == n_listed) break;
    const TestedTrack& track = *suspect.track;
    const TrackFacts facts =
        subject.source.facts(track.id, subject.genre(track.genre), track.cluster);
    table.rows.push_back({count_cell(table.rows.size() + 1), track_cell(track.id, facts),
                          shown(facts.genre), shown(known_or_dash(facts.artist)),
                          shown(subject.genre(suspect.likely_genre)),
                          shown_number(probability_text(suspect.self_confidence)),
                          shown_number(probability_text(suspect.likely_confidence)),
                          shown(suspect.confident ? "yes" : ""),
                          shown_number(fmt::format("{}/{}", track.n_missed, track.n_runs))});
  }
  const auto n_confident = std::count_if(errors.ranked.begin(), errors.ranked.end(),
                                         [](const Suspect& s) { return s.confident; });
  table.notes = {fmt::format(
      "Ordered by {}. Probabilities are of test parts, means over the runs of each configuration, "
      "then over the configurations. confident: another genre is at least as probable as it "
      "usually is for tracks of that genre (confident learning, Northcutt et al. 2021); so are {} "
      "of {} tracks, and an estimated {:.0f} labels are wrong, if runs err alike on all tracks of "
      "a genre. A suspect is a track to listen to, not an error.",
      ranking == LabelRanking::self_confidence
          ? "the probability of the track's genre, lowest first"
          : "the probability of the track's genre minus the largest of another, lowest first",
      n_confident, errors.ranked.size(), errors.learning.n_errors)};
  if (errors.n_without > 0)
    table.notes.push_back(fmt::format("Not ranked: {} without probabilities in any run.",
                                      counted(errors.n_without, "track")));
  if (subject.tested.n_without_probabilities > 0)
    table.notes.push_back(fmt::format("Not counted here: {} without probabilities.",
                                      counted(subject.tested.n_without_probabilities, "run")));
  return table;
}

Table artists_table(const Subject& subject, const std::vector<ArtistAccuracy>& artists,
                    std::size_t least_tracks, double level) {
  Table table{
      .id = subject.id + "-artists",
      .title = fmt::format("Accuracy of each {} with at least {} tracks, {}", subject.unit(),
                           least_tracks, subject.tested.title),
      .columns = {subject.unit(), "genre (tracks)", "tracks", "accuracy", "mostly taken for"}};
  for (const ArtistAccuracy& artist : artists)
    table.rows.push_back(
        {shown(artist.artist), shown(genres_text(subject, artist.genres)),
         count_cell(artist.n_tracks),
         shown_number(format_percent(artist.accuracy) + subject.mark, !subject.mark.empty()),
         shown(artist.taken_for < 0 ? "–" : subject.genre(artist.taken_for))});
  table.notes = {fmt::format(
      "Means over the tracks of the share of runs that are right, least accurate first. [low, "
      "high]: Wilson's {:g} % interval over the tracks, as if one run had tested each; it is about "
      "other tracks of the {}.",
      100.0 * level, subject.unit())};
  if (subject.unit() == "artist")
    table.notes.emplace_back(
        "Artists who share a track are one, under the first of their names, here and below.");
  return table;
}

std::string worst_artist(const Subject& subject, const std::vector<ArtistAccuracy>& artists,
                         std::size_t least_tracks) {
  if (artists.empty()) return {};
  const ArtistAccuracy& worst = artists.front();
  std::string text =
      fmt::format("The worst of {} with at least {} tracks is {}: {}{} of {}, {}",
                  counted(artists.size(), subject.unit()), least_tracks, worst.artist,
                  format_percent(worst.accuracy), subject.mark, counted(worst.n_tracks, "track"),
                  genres_text(subject, worst.genres));
  if (worst.taken_for >= 0)
    text += fmt::format(", mostly taken for {}", subject.genre(worst.taken_for));
  return text + ". The lowest of many is low by chance too.";
}

Table recalls_table(const Subject& subject, const std::vector<GenreRecall>& recalls, double level) {
  Table table{.id = subject.id + "-recall",
              .title = "Recall of each genre, " + subject.tested.title,
              .columns = {"genre", "tracks", subject.tested.units, "recall"}};
  bool any_without = false, any_wilson = false;
  for (const GenreRecall& recall : recalls) {
    any_without = any_without || !recall.recall.interval;
    any_wilson = any_wilson || recall.recall.method == IntervalMethod::wilson;
    table.rows.push_back(
        {shown(subject.genre(recall.genre)), count_cell(recall.n_tracks),
         count_cell(recall.n_artists),
         shown_number(format_percent(recall.recall) + subject.mark, !subject.mark.empty())});
  }
  table.notes = {fmt::format(
      "Over the answers of all runs. [low, high]: {:g} % interval over the genre's {}, by a "
      "bootstrap of {} resamples; a track of unknown {} is alone. It is that of these trained "
      "models on other {}.",
      100.0 * level, subject.tested.units, kResamples, subject.unit(), subject.tested.units)};
  if (any_wilson)
    table.notes.push_back(fmt::format(
        "Where all answers are right, or none is, or no {} is known, it is Wilson's interval.",
        subject.unit()));
  if (any_without)
    table.notes.push_back(
        fmt::format("Without an interval: all tracks of the genre are by one {}.", subject.unit()));
  return table;
}

Table confusions_table(const Subject& subject, const std::vector<GenreConfusion>& confusions,
                       std::size_t n_listed) {
  const std::string unit = subject.unit();
  Table table{.id = subject.id + "-confusions",
              .title = "Whose tracks are confused, " + subject.tested.title,
              .columns = {"genre", "taken for", "tracks per run", "tracks", subject.tested.units,
                          "most frequent", "its tracks", "its share"}};
  for (const GenreConfusion& confusion : confusions) {
    if (table.rows.size() == n_listed) break;
    const bool known = !confusion.most_frequent.empty();
    Cell share = shown_number(known ? format_percent(confusion.share_of_most_frequent) : "–");
    share.strong = confusion.share_of_most_frequent > 0.5 && confusion.n_tracks > 1;
    table.rows.push_back(
        {shown(subject.genre(confusion.genre)), shown(subject.genre(confusion.taken_for)),
         shown_number(fmt::format("{:.1f}", confusion.per_run)), count_cell(confusion.n_tracks),
         count_cell(confusion.n_artists), shown(known_or_dash(confusion.most_frequent)),
         known ? count_cell(confusion.n_of_most_frequent) : shown_number("–"), std::move(share)});
  }
  table.notes = {fmt::format(
      "tracks per run: the sum over the tracks of the share of runs that take them for the other "
      "genre. tracks: those that at least one run takes for it. {0}: of these tracks, each one of "
      "unknown {1} counted as one. its share: of the tracks per run, of the {1} with the largest; "
      "above one half it is set off: the confusion is mostly of one {1}.",
      subject.tested.units, unit)};
  if (std::string rest = rest_note(confusions.size(), n_listed, "confusions"); !rest.empty())
    table.notes.push_back(std::move(rest));
  return table;
}

}  // namespace genrebench::errors
