#include "datasets/music/medley_maker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/file_hashes.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/temporary_folder.hpp"
#include "base/text.hpp"
#include "base/union_find.hpp"
#include "datasets/music/medley_recipe.hpp"
#include "datasets/music/medley_source.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench::medley {
namespace fs = std::filesystem;
namespace {

struct Piece {
  std::size_t track;  // index into Pool::tracks
  std::size_t start;  // sample of the track
};

struct Medley {
  std::string id, genre;
  std::size_t segment = 0;    // samples of a piece
  std::vector<Piece> pieces;  // in order of time
  std::size_t cut = 0;        // samples taken off the start
};

/// A part of a medley, between two samples of its file.
struct Span {
  std::size_t track, begin, end;
};

std::string medley_id(std::size_t i) { return fmt::format("medley.{:05d}", i); }

/// Genres take turns in random order, so that all are as frequent as the others and none is tied to
/// the offset.
std::string draw_genre(const Pool& pool, std::uint64_t seed, std::size_t i) {
  std::vector<std::string> genres;
  for (const auto& [genre, tracks] : pool.by_genre) genres.push_back(genre);
  Random random(derive_seed(seed, "genres", i / genres.size()));
  random.shuffle(std::span(genres));
  return genres[i % genres.size()];
}

Medley plan_medley(const Pool& pool, const Recipe& recipe, std::size_t i) {
  const MedleyOptions& options = recipe.options;
  const auto seed = static_cast<std::uint64_t>(options.seed);
  Random random(derive_seed(seed, "medley", i));
  Medley medley{.id = medley_id(i), .genre = draw_genre(pool, seed, i), .pieces = {}};
  medley.segment = recipe.segments[random.below(recipe.segments.size())];
  const auto n_tracks =
      static_cast<std::size_t>(options.min_tracks) +
      random.below(static_cast<std::uint64_t>(options.max_tracks - options.min_tracks + 1));
  const std::size_t needed = recipe.needed(medley.segment);
  std::vector<std::size_t> tracks = pool.with_length(medley.genre, needed);
  random.shuffle(std::span(tracks));
  for (std::size_t k = 0; k < n_tracks; ++k) {
    const std::size_t start = random.below(pool.tracks[tracks[k]].n_samples - needed + 1);
    for (std::size_t r = 0; r < static_cast<std::size_t>(options.repetitions); ++r)
      medley.pieces.push_back({tracks[k], options.material == Material::continued
                                              ? start + r * medley.segment
                                              : start});
  }
  random.shuffle(std::span(medley.pieces));
  // The first section keeps at least a sample.
  const std::size_t second =
      std::min(static_cast<std::size_t>(options.sample_rate_hz), medley.segment);
  if (options.offset && i % 2 == 1) medley.cut = 1 + random.below(second - 1);
  return medley;
}

/// Adjacent pieces of one track are one section.
std::vector<Span> spans_of(const Medley& medley) {
  std::vector<Span> spans;
  for (std::size_t k = 0; k < medley.pieces.size(); ++k) {
    const std::size_t track = medley.pieces[k].track, end = (k + 1) * medley.segment - medley.cut;
    if (!spans.empty() && spans.back().track == track)
      spans.back().end = end;
    else
      spans.push_back({track, spans.empty() ? 0 : spans.back().end, end});
  }
  return spans;
}

/// Samples [start, start + n) of a track.
std::vector<float> read_part(const SourceTrack& track, int sample_rate_hz, std::size_t start,
                             std::size_t n) {
  AudioReader reader(track.audio, sample_rate_hz);
  std::vector<float> samples(std::max<std::size_t>(n, 65536));
  const auto read_exactly = [&](std::size_t wanted) {
    const std::size_t got = reader.read(std::span(samples).first(wanted));
    if (got != wanted)
      throw DataError(
          fmt::format("{}: the file has become shorter while it was used", track.audio.string()));
  };
  for (std::size_t left = start; left > 0;) {
    const std::size_t block = std::min(left, samples.size());
    read_exactly(block);
    left -= block;
  }
  read_exactly(n);
  samples.resize(n);
  return samples;
}

std::vector<float> render(const Medley& medley, const Pool& pool, const Recipe& recipe) {
  const std::size_t length = medley.segment, n = medley.pieces.size();
  struct Part {
    std::size_t start;
    std::vector<float> samples;
  };
  std::map<std::size_t, Part> parts;  // by track
  for (const Piece& piece : medley.pieces) {
    const auto [part, is_new] = parts.try_emplace(piece.track, Part{piece.start, {}});
    if (!is_new) part->second.start = std::min(part->second.start, piece.start);
  }
  for (auto& [track, part] : parts)
    part.samples = read_part(pool.tracks[track], recipe.options.sample_rate_hz, part.start,
                             recipe.needed(length));

  std::vector<float> result;
  result.reserve(n * length);
  for (const Piece& piece : medley.pieces) {
    const Part& part = parts.at(piece.track);
    const auto begin = part.samples.begin() + static_cast<std::ptrdiff_t>(piece.start - part.start);
    result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(length));
  }
  for (std::size_t k = 1; k < n; ++k) {
    const Piece &before = medley.pieces[k - 1], &after = medley.pieces[k];
    if (before.track == after.track && before.start + length == after.start)
      continue;  // the music runs on
    for (std::size_t j = 0; j < recipe.fade; ++j) {
      const float gain = (static_cast<float>(j) + 0.5F) / static_cast<float>(recipe.fade);
      result[k * length + j] *= gain;
      result[k * length - 1 - j] *= gain;
    }
  }
  result.erase(result.begin(), result.begin() + static_cast<std::ptrdiff_t>(medley.cut));
  return result;
}

/// For each source track the name of those that medleys join it with, directly or through others:
/// the id of the first.
std::vector<std::string> connected_sources(const std::vector<Medley>& medleys,
                                           const std::vector<SourceTrack>& tracks) {
  UnionFind joined(tracks.size());
  for (const Medley& medley : medleys)
    for (const Piece& piece : medley.pieces) joined.join(medley.pieces.front().track, piece.track);
  std::vector<std::string> names;
  for (std::size_t t = 0; t < tracks.size(); ++t) names.push_back(tracks[joined.find(t)].id);
  return names;
}

/// What dataset.json says of the source, beside its name and how it was made.
void describe_pool(const Pool& pool, nlohmann::ordered_json& source) {
  std::string text;
  auto skipped = nlohmann::ordered_json::array(), left_out = nlohmann::ordered_json::array();
  for (const SourceTrack& track : pool.tracks) {
    text += fmt::format("{}\t{}\n", track.id, track.hash);
    if (!track.fault.empty()) skipped.push_back({{"track", track.id}, {"why", track.fault}});
  }
  for (const auto& [genre, n] : pool.left_out)
    left_out.push_back({{"genre", genre}, {"long_enough_tracks", n}});
  source["tracks"] = pool.tracks.size();
  source["fingerprint"] = sha256(text);
  source["skipped_tracks"] = std::move(skipped);
  source["left_out_genres"] = std::move(left_out);
}

void write_tables(const std::vector<Medley>& medleys, const Pool& pool, const Recipe& recipe,
                  const fs::path& dir) {
  const std::vector<std::string> component = connected_sources(medleys, pool.tracks);
  std::string metadata = "track,genre,source,n_tracks,segment_s,offset_s,duration_s\n";
  std::string sections = "track,label,source_track,start_s,end_s\n";
  for (const Medley& medley : medleys) {
    const std::vector<Span> spans = spans_of(medley);
    std::map<std::size_t, char> labels;
    for (const Span& span : spans) {
      const char label =
          labels.try_emplace(span.track, static_cast<char>('A' + labels.size())).first->second;
      sections +=
          fmt::format("{},{},{},{},{}\n", medley.id, label, csv_cell(pool.tracks[span.track].id),
                      recipe.seconds(span.begin), recipe.seconds(span.end));
    }
    metadata += fmt::format("{},{},{},{},{},{},{}\n", medley.id, csv_cell(medley.genre),
                            csv_cell(component[spans.front().track]), labels.size(),
                            recipe.seconds(medley.segment), recipe.seconds(medley.cut),
                            recipe.seconds(spans.back().end));
  }
  write_file_atomically(dir / "metadata.csv", metadata);
  write_file_atomically(dir / "sections.csv", sections);
}

/// @throws FileChanged  a file of the source has changed since its hash was taken
void require_unchanged(const std::vector<SourceTrack>& tracks, FileHashes& hashes) {
  for (const SourceTrack& track : tracks)
    if (track.fault.empty() && hashes(track.audio) != track.hash)
      throw FileChanged(
          fmt::format("{}: the file changed while medleys were cut from it; run the command again",
                      track.audio.string()));
}

}  // namespace

void write_medleys(const OptionValues& values, const Registry& registry, const fs::path& dir,
                   const DatasetPlugin::Progress& progress) {
  const Recipe recipe = read_recipe(values);
  const auto count = static_cast<std::size_t>(recipe.options.count);
  prepare_generated_folder(dir);
  fs::path place = fs::absolute(dir).lexically_normal();
  if (!place.has_filename()) place = place.parent_path();
  const TemporaryFolder temporary("medley-source", place.parent_path());
  nlohmann::ordered_json description =
      generated_description(kKind, option_table().schema(), values);
  nlohmann::ordered_json& source = description["source"] = {{"dataset", recipe.options.source}};

  if (progress) progress(0, count);
  FileHashes hashes({});
  const Pool pool = make_pool(
      usable_tracks(*open_source(recipe, registry, temporary.path(), source), recipe, hashes),
      recipe);
  describe_pool(pool, source);

  std::vector<Medley> medleys;
  for (std::size_t i = 0; i < count; ++i) medleys.push_back(plan_medley(pool, recipe, i));
  parallel_for(count, {.progress = progress}, [&](std::size_t i) {
    write_wav(dir / (medleys[i].id + ".wav"), render(medleys[i], pool, recipe),
              recipe.options.sample_rate_hz, SampleFormat::pcm16);
  });
  require_unchanged(pool.tracks, hashes);
  write_tables(medleys, pool, recipe, dir);
  write_file_atomically(dir / "dataset.json", json_text(description, /*indent=*/2) + "\n");
}

}  // namespace genrebench::medley
