#include "reports/support/label_errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

#include "base/error.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"

namespace genrebench {
namespace {

double credibility(const Suspect& suspect, LabelRanking ranking) {
  return ranking == LabelRanking::self_confidence ? suspect.self_confidence
                                                  : suspect.normalized_margin;
}

int most_probable_other(const TestedTrack& track) {
  int best = -1;
  for (int k = 0; k < static_cast<int>(track.probabilities.size()); ++k)
    if (k != track.genre && (best < 0 || track.probabilities[static_cast<std::size_t>(k)] >
                                             track.probabilities[static_cast<std::size_t>(best)]))
      best = k;
  return best;
}

std::size_t known_among(const KnownErrors& known, const LabelErrors& errors, std::size_t first) {
  const auto end =
      errors.ranked.begin() + static_cast<std::ptrdiff_t>(std::min(first, errors.ranked.size()));
  return static_cast<std::size_t>(
      std::count_if(errors.ranked.begin(), end,
                    [&](const Suspect& suspect) { return known.ids.contains(suspect.track->id); }));
}

}  // namespace

LabelErrors label_errors(const TestedTracks& tested, LabelRanking ranking) {
  LabelErrors result;
  const std::size_t n_genres = tested.genres.size();
  if (n_genres < 2) return result;
  std::vector<int> labels;
  std::vector<double> probabilities;
  std::vector<const TestedTrack*> tracks;
  for (const TestedTrack& track : tested.tracks) {
    if (track.probabilities.size() != n_genres) {
      ++result.n_without;
      continue;
    }
    tracks.push_back(&track);
    labels.push_back(track.genre);
    probabilities.insert(probabilities.end(), track.probabilities.begin(),
                         track.probabilities.end());
  }
  result.learning = confident_learning(labels, probabilities, n_genres);
  for (std::size_t i = 0; i < tracks.size(); ++i) {
    Suspect suspect{.track = tracks[i], .likely_genre = most_probable_other(*tracks[i])};
    suspect.likely_confidence =
        tracks[i]->probabilities[static_cast<std::size_t>(suspect.likely_genre)];
    suspect.self_confidence = result.learning.self_confidence[i];
    suspect.normalized_margin = result.learning.normalized_margin[i];
    const int confident = result.learning.confident_class[i];
    suspect.confident = confident >= 0 && confident != labels[i];
    result.ranked.push_back(suspect);
  }
  const auto less = [&](const Suspect& a, const Suspect& b) {
    return credibility(a, ranking) < credibility(b, ranking);
  };
  std::stable_sort(result.ranked.begin(), result.ranked.end(), less);
  return result;
}

KnownErrors read_known_errors(const std::string& file) {
  KnownErrors result{.file = utf8_name(std::filesystem::path(file).filename().native())};
  std::istringstream text(read_text_file(file));
  for (std::string line; std::getline(text, line);) {
    std::string id = tag_text(line);
    if (!id.empty() && id.front() != '#') result.ids.insert(std::move(id));
  }
  if (result.ids.empty())
    throw ConfigError(fmt::format(
        "errors: known_errors: expected ids of tracks, one per line, found none in '{}'",
        utf8_name(file)));
  return result;
}

std::string known_errors_found(const KnownErrors& known, const LabelErrors& errors,
                               std::size_t n_suspects) {
  const std::size_t n_ranked = errors.ranked.size();
  const std::size_t n_known = known_among(known, errors, n_ranked);
  if (n_known == 0) return {};
  std::string text = fmt::format("Of {} in {}", counted(n_known, "known label error"), known.file);
  const auto add = [&](std::size_t first) {
    first = std::min(first, n_ranked);
    const double at_random = static_cast<double>(n_known * first) / static_cast<double>(n_ranked);
    const std::size_t n_found = known_among(known, errors, first);
    fmt::format_to(std::back_inserter(text),
                   ", {} ({:.1f} %) {} among the first {} of {} suspects, where a random order "
                   "would have {:.1f}",
                   n_found, 100.0 * static_cast<double>(n_found) / static_cast<double>(n_known),
                   n_found == 1 ? "is" : "are", first, n_ranked, at_random);
  };
  add(n_suspects);
  if (n_known != n_suspects) add(n_known);
  text += '.';
  if (n_known < known.ids.size())
    text += fmt::format(" Not ranked: {} of the file's {} ids.",
                        known.ids.size() - n_known, known.ids.size());
  return text;
}

}  // namespace genrebench
