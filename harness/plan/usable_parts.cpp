#include "harness/plan/usable_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/data/track_reader.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

std::size_t n_in(const Split& split, Part part) {
  return static_cast<std::size_t>(std::ranges::count(split.parts, part));
}

/// "training", "test"
std::string_view name_of(Part part) { return part == Part::train ? "training" : "test"; }

/// Whether the excerpts of some genre are surely as many as the parts, because its tracks are.
bool surely_enough_to_divide(const OpenDataset& data, const Split& split) {
  std::map<int, std::size_t> n_tracks;
  for (std::size_t t = 0; t < split.parts.size(); ++t)
    if (split.parts[t] != Part::none) ++n_tracks[data.dataset->tracks()[t].genre];
  return std::ranges::any_of(
      n_tracks, [&](const auto& genre) { return genre.second >= split.excerpts->shares.size(); });
}

/// @throws ConfigError  if dividing so many excerpts of each track leaves a part empty
void refuse_empty_excerpt_parts(const OpenDataset& data, const Split& split,
                                const std::vector<std::size_t>& n_excerpts) {
  std::vector<int> genres;
  for (const Track& track : data.dataset->tracks()) genres.push_back(track.genre);
  std::set<Part> found;
  std::size_t n = 0;
  for (const auto& parts : divide_excerpts(*split.excerpts, genres, n_excerpts)) {
    found.insert(parts.begin(), parts.end());
    n += parts.size();
  }
  for (const Part part : {Part::train, Part::test})
    if (!found.contains(part))
      throw ConfigError(fmt::format(
          "split: no excerpt is in the {} part: {} are divided into {} parts genre by genre, which "
          "needs a genre with as many; ask for fewer parts (split.folds) or shorter excerpts",
          name_of(part), counted(n, "excerpt"), split.excerpts->shares.size()));
}

}  // namespace

void refuse_empty_parts(const Split& split) {
  for (const Part part : {Part::train, Part::test})
    if (!split.has(part))
      throw ConfigError(fmt::format(
          "split: no track is in the {} part ({} in training, {} in validation, {} in test); at "
          "least one is needed: ask for fewer parts (split.folds), choose other rules "
          "(split.single_group_genres, split.unknown_groups), or give the split more tracks",
          name_of(part), n_in(split, Part::train), n_in(split, Part::valid),
          n_in(split, Part::test)));
}

const ExcerptFit::Seen& ExcerptFit::look_at(std::size_t track, const Key& key,
                                            const Excerpt& excerpt, SeenTracks& seen) {
  if (seen[track]) return *seen[track];
  const auto& [data, choice, sample_rate_hz] = key;
  Seen& result = seen[track].emplace();
  const Track& source = data->dataset->tracks()[track];
  AudioInfo info;
  try {
    info = probe_audio(source.audio);
  } catch (const DataError&) {
    return result;  // whoever decodes the file will say why
  }
  result.opened = true;
  result.duration_s = info.duration_s;
  try {
    // As many samples as AudioReader expects.
    const double n_samples =
        std::ceil(static_cast<double>(info.n_frames) * sample_rate_hz / info.sample_rate_hz);
    const TrackAudio audio =
        track_audio(source, sample_rate_hz, static_cast<std::int64_t>(n_samples));
    result.duration_s = static_cast<double>(audio.n_samples) / sample_rate_hz;
    result.n_excerpts = excerpt.choose(audio).size();
  } catch (const DataError& error) {
    result.refusal = error.what();
  }
  return result;
}

void ExcerptFit::require(const RunSpec& spec, const OpenDataset& data, const Split& split,
                         double sample_rate_hz) {
  const std::vector<Track>& tracks = data.dataset->tracks();
  if (sample_rate_hz == 0.0 ||
      std::ranges::any_of(tracks, [](const Track& track) { return track.audio.empty(); }))
    return;
  const auto excerpt =
      registry_.excerpts.get(spec.excerpt.name, "excerpt").make(spec.excerpt.options);
  if (dynamic_cast<const SegmentingExcerpt*>(excerpt.get()) != nullptr) return;
  const Key key = {&data, spec.excerpt, sample_rate_hz};
  SeenTracks& seen = seen_.try_emplace(key, tracks.size()).first->second;
  if (split.excerpts && !surely_enough_to_divide(data, split)) {
    std::vector<std::size_t> n_excerpts(tracks.size());
    for (std::size_t t = 0; t < tracks.size(); ++t)
      if (split.parts[t] != Part::none) n_excerpts[t] = look_at(t, key, *excerpt, seen).n_excerpts;
    refuse_empty_excerpt_parts(data, split, n_excerpts);
  }
  if (excerpt->whole_track()) return;
  for (const Part part : {Part::train, Part::test}) {
    const Seen* longest = nullptr;
    bool fits = false;
    std::size_t n_short = 0;
    for (std::size_t t = 0; t < tracks.size() && !fits; ++t) {
      if (split.parts[t] != part) continue;
      const Seen& track = look_at(t, key, *excerpt, seen);
      if (!track.opened) continue;
      fits = track.refusal.empty();
      ++n_short;
      if (longest == nullptr || track.duration_s > longest->duration_s) longest = &track;
    }
    if (!fits && longest != nullptr)
      throw ConfigError(fmt::format(
          "excerpt {}: too long for every one of the {} of the {} part; the longest: {}",
          spec.excerpt.name, counted(n_short, "track"), name_of(part), longest->refusal));
  }
}

}  // namespace genrebench
