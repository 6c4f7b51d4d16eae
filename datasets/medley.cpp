// Songs of known structure, for scoring segmentations: each is cut from a few tracks of another
// dataset, so that what begins and ends where is known to the sample.
//
// `write` makes DIR/<id>.wav, DIR/metadata.csv (one row a medley), DIR/sections.csv (one row a
// section, with the track that it is of) and, last, DIR/dataset.json. Medley i depends on the
// options, the source and i alone: a larger count changes no earlier one. A folder in the cache is
// named after the content of its source, so another source gives another folder. dataset.json keeps
// the fingerprint of the files that a folder was made from.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>
#include <set>
#include <tuple>

#include "base/csv.hpp"
#include "base/digest.hpp"
#include "base/file_hashes.hpp"
#include "base/files.hpp"
#include "base/parallel.hpp"
#include "base/random.hpp"
#include "base/union_find.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/generated_folder.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "harness/grouping/evaluation_clusters.hpp"
#include "harness/grouping/grouping.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

constexpr std::string_view kWhere = "dataset medley";
constexpr std::string_view kAnyGenre = "medley";
constexpr int kGeneratorVersion = 2;  // 2: halves keep artists together
constexpr GeneratedKind kKind = {
    .name = "medley", .format_version = 1, .generator_version = kGeneratorVersion};
constexpr double kShortestSegmentS = 0.1, kLongestSegmentS = 3600.0;
/// A source made for the purpose has tracks longer than needed, so that pieces can start anywhere.
constexpr double kSpareLength = 1.1;

struct MedleyOptions {
  std::string root;
  std::string source = "synthetic";
  std::string source_root;
  int count = 100;
  int min_tracks = 2;
  int max_tracks = 4;
  int repetitions = 3;
  std::vector<std::string> segment_s = {"9", "5"};
  std::string material = "continued";
  bool offset = true;
  std::string half = "all";
  std::string genres = "any";
  int sample_rate_hz = 22050;
  double fade_ms = 0.0;
  int seed = 0;
};

const OptionTable<MedleyOptions>& option_table() {
  static const auto kTable =
      OptionTable<MedleyOptions>()
          .path("root", &MedleyOptions::root,
                "Folder written by `dataset make medley`; empty: the set is made in the cache "
                "folder on first use.")
          .text("source", &MedleyOptions::source,
                "Name of the dataset whose tracks the medleys are cut from.")
          .path("source_root", &MedleyOptions::source_root,
                "The source's root. May be empty for a generated source: it is then made for the "
                "purpose with its defaults, but at our sample rate and with tracks a tenth longer "
                "than needed, and removed afterwards.")
          .integer("count", &MedleyOptions::count, 1, 100000, "Number of medleys.")
          .integer("min_tracks", &MedleyOptions::min_tracks, 1, 26,
                   "Fewest tracks of a medley; their number is uniform from here to max_tracks.")
          .integer("max_tracks", &MedleyOptions::max_tracks, 1, 26, "Most tracks of a medley.")
          .integer("repetitions", &MedleyOptions::repetitions, 1, 100,
                   "Pieces of each track in a medley.")
          .list("segment_s", &MedleyOptions::segment_s, {},
                "Length of a piece, seconds. Of several, each medley draws one; [9, 5] tries a "
                "method on long and short parts.")
          .choice("material", &MedleyOptions::material, {"continued", "repeated"},
                  "continued: the pieces of a track follow one another in it, so equal sections "
                  "sound alike but are not equal; repeated: all are the same piece.")
          .boolean("offset", &MedleyOptions::offset,
                   "Cut the start of every second medley by a random part of a second, so that no "
                   "grid of windows lies on the boundaries.")
          .choice("half", &MedleyOptions::half, {"all", "first", "second"},
                  "Which half of the tracks is used: choose parameters on the one and report on "
                  "the other. Each has half of every genre's tracks, as nearly as possible; all "
                  "tracks of an artist are in one half.")
          .choice("genres", &MedleyOptions::genres, {"any", "same"},
                  "same: the tracks of a medley are of one genre, which is the medley's, and "
                  "harder to tell apart; any: of any genres, and the one genre is 'medley'.")
          .integer("sample_rate_hz", &MedleyOptions::sample_rate_hz, 8000, 48000,
                   "Sample rate of the files; the source is read at this rate.")
          .number("fade_ms", &MedleyOptions::fade_ms, 0.0, 1000.0,
                  "Linear fade out before and in after each joint, unless the music runs on over "
                  "it; 0: hard cuts.")
          .integer("seed", &MedleyOptions::seed, 0, std::numeric_limits<int>::max(),
                   "Seed of the whole set. The same options and source give the same bytes; more "
                   "medleys change no earlier one.");
  return kTable;
}

/// Options with lengths in samples.
struct Recipe {
  MedleyOptions options;
  std::vector<std::size_t> segments;
  std::size_t fade = 0;

  std::size_t longest() const { return *std::max_element(segments.begin(), segments.end()); }
  /// Samples of a track that a medley of such pieces uses.
  std::size_t needed(std::size_t segment) const {
    return options.material == "continued" ? segment * static_cast<std::size_t>(options.repetitions)
                                           : segment;
  }
  double seconds(std::size_t samples) const {
    return static_cast<double>(samples) / options.sample_rate_hz;
  }
};

/// @throws ConfigError
Recipe read_recipe(const OptionValues& values) {
  Recipe recipe{.options = option_table().parse(values), .segments = {}};
  const MedleyOptions& options = recipe.options;
  if (options.min_tracks > options.max_tracks)
    throw ConfigError(
        fmt::format("{}: option 'min_tracks' must be at most max_tracks, found {} and {}", kWhere,
                    options.min_tracks, options.max_tracks));
  if (options.segment_s.empty())
    throw ConfigError(fmt::format(
        "{}: option 'segment_s' is empty; expected one or more lengths in seconds", kWhere));
  for (const std::string& word : options.segment_s) {
    double seconds = 0.0;
    const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
    if (error != std::errc() || stop != word.data() + word.size() ||
        !(seconds >= kShortestSegmentS && seconds <= kLongestSegmentS))
      throw ConfigError(
          fmt::format("{}: option 'segment_s' must be numbers from {} to {}, found '{}'", kWhere,
                      kShortestSegmentS, kLongestSegmentS, utf8_name(word)));
    recipe.segments.push_back(
        static_cast<std::size_t>(std::llround(seconds * options.sample_rate_hz)));
  }
  recipe.fade =
      static_cast<std::size_t>(std::llround(options.fade_ms / 1000.0 * options.sample_rate_hz));
  if (const std::size_t shortest =
          *std::min_element(recipe.segments.begin(), recipe.segments.end());
      2 * recipe.fade > shortest)
    throw ConfigError(fmt::format(
        "{}: option 'fade_ms' must be at most half of the shortest segment, {} ms, found {}",
        kWhere, 500.0 * recipe.seconds(shortest), options.fade_ms));
  return recipe;
}

// -------------------------------------------------------------------------------------------------
// The source

struct SourceTrack {
  std::string id, genre;
  fs::path audio;
  std::string hash = {};      // of the file's content
  std::size_t n_samples = 0;  // at the medleys' rate
  std::string fault = {};     // why it cannot be used; empty: it can
};

/// A folder beside the output that is gone when we are done.
class TemporaryFolder {
 public:
  explicit TemporaryFolder(const fs::path& beside) {
    fs::path place = fs::absolute(beside).lexically_normal();
    if (!place.has_filename()) place = place.parent_path();
    path_ = fmt::format("{}.source.{}", place.string(), ::getpid());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

/// Options of a generated source: its defaults, but our sample rate and tracks that are long
/// enough.
OptionValues options_of_made_source(const DatasetPlugin& plugin, const Recipe& recipe) {
  OptionValues given;
  const auto set = [&](const std::string& name, OptionType type, double value) {
    const OptionInfo* option = plugin.options.find(name);
    if (option == nullptr || option->type != type) return;
    value = std::clamp(value, option->minimum, option->maximum);
    given[name] = type == OptionType::integer ? OptionValue(static_cast<std::int64_t>(value))
                                              : OptionValue(value);
  };
  set("sample_rate_hz", OptionType::integer, recipe.options.sample_rate_hz);
  set("duration_s", OptionType::number,
      std::ceil(kSpareLength * recipe.seconds(recipe.needed(recipe.longest()))));
  return plugin.options.resolve(given, fmt::format("dataset {}", plugin.name));
}

/// The plug-in of the source.
/// @throws ConfigError  if there is none of that name, or it cannot be a source with these options
const DatasetPlugin& source_plugin(const MedleyOptions& options, const Registry& registry) {
  if (options.source == kKind.name)
    throw ConfigError(fmt::format(
        "{}: option 'source' must be another dataset: medleys of medleys have no known structure",
        kWhere));
  const DatasetPlugin& plugin =
      registry.datasets.get(options.source, fmt::format("{}: option 'source'", kWhere));
  const bool has_root = plugin.options.find("root") != nullptr;
  if (!options.source_root.empty() && !has_root)
    throw ConfigError(fmt::format(
        "{}: option 'source_root' must be empty: the dataset {} has no root", kWhere, plugin.name));
  if (options.source_root.empty() && has_root && !plugin.generated)
    throw ConfigError(
        fmt::format("{}: option 'source_root' is empty; expected the root of the dataset {}",
                    kWhere, plugin.name));
  return plugin;
}

/// True where the source is not found on the disk, but made for the purpose.
bool is_made(const MedleyOptions& options, const DatasetPlugin& source) {
  return options.source_root.empty() && source.generated;
}

std::unique_ptr<Dataset> open_source_at(const std::string& root, const DatasetPlugin& plugin,
                                        const Registry& registry) {
  OptionValues given;
  if (plugin.options.find("root") != nullptr) given["root"] = root;
  return plugin.make(plugin.options.resolve(given, fmt::format("dataset {}", plugin.name)),
                     registry);
}

/// Opens the source, or makes it in `temporary` and opens it there.
/// @param description  receives how it was made, if it was
std::unique_ptr<Dataset> open_source(const Recipe& recipe, const Registry& registry,
                                     const fs::path& temporary,
                                     nlohmann::ordered_json& description) {
  const MedleyOptions& options = recipe.options;
  const DatasetPlugin& plugin = source_plugin(options, registry);
  std::unique_ptr<Dataset> source;
  if (is_made(options, plugin)) {
    OptionValues values = options_of_made_source(plugin, recipe);
    plugin.write(values, registry, temporary, {});
    description["options"] = options_json(plugin.options, values);
    if (plugin.options.find("root") != nullptr) values["root"] = temporary.string();
    source = plugin.make(values, registry);
  } else {
    source = open_source_at(options.source_root, plugin, registry);
  }
  if (!source->feature_names().empty())
    throw ConfigError(
        fmt::format("{}: option 'source' must be a dataset of audio: {} has features only", kWhere,
                    plugin.name));
  return source;
}

/// Which tracks of the source are in the first half: half of each genre's, as nearly as whole
/// artists allow, in order of their ids. All tracks of an artist are in one half, so that what is
/// chosen on the one is reported on music by others.
std::vector<bool> first_half(const Dataset& source) {
  const std::vector<Track>& tracks = source.tracks();
  const std::vector<std::string> artists = evaluation_clusters(source);
  std::vector<std::size_t> order(tracks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(tracks[a].genre, tracks[a].id) < std::tie(tracks[b].genre, tracks[b].id);
  });
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> group_of;
  std::vector<double> genre_sizes(source.genres().size(), 0.0), taken(source.genres().size(), 0.0);
  for (const std::size_t t : order) {
    ++genre_sizes[static_cast<std::size_t>(tracks[t].genre)];
    const auto place =
        artists[t].empty() ? group_of.end() : group_of.try_emplace(artists[t], groups.size()).first;
    if (place == group_of.end() || place->second == groups.size()) groups.emplace_back();
    (place == group_of.end() ? groups.back() : groups[place->second]).push_back(t);
  }
  std::vector<bool> first(tracks.size(), false);
  double n_first = 0.0, n_second = 0.0;
  for (const std::vector<std::size_t>& group : groups) {
    std::map<std::size_t, double> of_genre;
    for (const std::size_t t : group) ++of_genre[static_cast<std::size_t>(tracks[t].genre)];
    double with = 0.0, without = 0.0;  // how far each genre is from its half
    for (const auto& [g, n] : of_genre) {
      with += std::abs(taken[g] + n - genre_sizes[g] / 2.0);
      without += std::abs(taken[g] - genre_sizes[g] / 2.0);
    }
    const bool take = with < without || (with == without && n_first <= n_second);
    (take ? n_first : n_second) += static_cast<double>(group.size());
    if (!take) continue;
    for (const auto& [g, n] : of_genre) taken[g] += n;
    for (const std::size_t t : group) first[t] = true;
  }
  return first;
}

/// What the cache names a set after.
SourceDataset source_of(const OptionValues& values, const Registry& registry) {
  const MedleyOptions options = read_recipe(values).options;
  const DatasetPlugin& plugin = source_plugin(options, registry);
  SourceDataset source{.version = version_text(plugin), .dataset = {}};
  if (!is_made(options, plugin))
    source.dataset = open_source_at(options.source_root, plugin, registry);
  return source;
}

/// The tracks of the half that is used, in order of genre and id.
std::vector<SourceTrack> tracks_of_half(const Dataset& source, std::string_view half) {
  const std::vector<bool> first = first_half(source);
  std::vector<SourceTrack> result;
  for (std::size_t t = 0; t < first.size(); ++t) {
    const Track& track = source.tracks()[t];
    if (half == "all" || (half == "first") == first[t])
      result.push_back({.id = track.id,
                        .genre = source.genres()[static_cast<std::size_t>(track.genre)],
                        .audio = track.audio});
  }
  std::sort(result.begin(), result.end(), [](const SourceTrack& a, const SourceTrack& b) {
    return std::tie(a.genre, a.id) < std::tie(b.genre, b.id);
  });
  return result;
}

/// Decodes the whole file, for its length and its faults.
void examine(SourceTrack& track, int sample_rate_hz, FileHashes& hashes) {
  try {
    track.hash = hashes(track.audio);
    track.n_samples = read_content(track.audio, track.hash, hashes, [&] {
      AudioReader reader(track.audio, sample_rate_hz);
      std::vector<float> block(65536);
      std::size_t n_samples = 0;
      while (const std::size_t n = reader.read(block)) n_samples += n;
      return n_samples;
    });
  } catch (const FileChanged&) {
    throw;
  } catch (const DataError& error) {
    // Without the folder, so that the description does not depend on where the source lies.
    std::string fault = error.what();
    if (const std::size_t at = fault.find(track.audio.string()); at != std::string::npos)
      fault.replace(at, track.audio.string().size(), track.audio.filename().string());
    track.fault = utf8_name(fault);
  }
}

/// Copies of one file would be different tracks of equal sound: the first stays.
void mark_copies(std::vector<SourceTrack>& tracks) {
  std::map<std::string, std::string> first;  // id by hash
  for (SourceTrack& track : tracks) {
    if (!track.fault.empty()) continue;
    const auto [same, is_new] = first.try_emplace(track.hash, track.id);
    if (!is_new)
      track.fault = fmt::format("the same file as {}", same->second), track.n_samples = 0;
  }
}

/// The tracks to draw from, by genre; a single kAnyGenre where genres mix.
struct Pool {
  std::vector<SourceTrack> tracks;
  std::map<std::string, std::vector<std::size_t>> by_genre;  // only genres with enough tracks for
                                                             // the longest pieces
  std::map<std::string, std::size_t> left_out;  // the others, with the number of tracks that would
                                                // do

  /// Those of a genre that are long enough.
  std::vector<std::size_t> with_length(const std::string& genre, std::size_t n_samples) const {
    std::vector<std::size_t> result;
    for (const std::size_t t : by_genre.at(genre))
      if (tracks[t].n_samples >= n_samples) result.push_back(t);
    return result;
  }
};

[[noreturn]] void refuse_too_few(const Pool& pool, const Recipe& recipe) {
  const MedleyOptions& options = recipe.options;
  const auto best =
      std::max_element(pool.left_out.begin(), pool.left_out.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  std::vector<const SourceTrack*> sound, faulty;
  for (const SourceTrack& track : pool.tracks)
    (track.fault.empty() ? sound : faulty).push_back(&track);
  std::string lengths;
  if (!sound.empty()) {
    const auto [shortest, longest] = std::minmax_element(
        sound.begin(), sound.end(),
        [](const SourceTrack* a, const SourceTrack* b) { return a->n_samples < b->n_samples; });
    lengths = fmt::format(" of {:g} to {:g} s", recipe.seconds((*shortest)->n_samples),
                          recipe.seconds((*longest)->n_samples));
  }
  const std::size_t longest = recipe.longest();
  const bool same = options.genres == "same";
  throw ConfigError(fmt::format(
      "{}: expected {}{} tracks of at least {:g} s{}{}; the dataset {} has {}{}, among {} "
      "tracks{}{}; lower max_tracks, segment_s or repetitions, or take another source",
      kWhere, same ? "a genre with " : "", options.max_tracks,
      recipe.seconds(recipe.needed(longest)),
      options.material == "continued"
          ? fmt::format(" ({} pieces of {:g} s)", options.repetitions, recipe.seconds(longest))
          : "",
      options.half == "all" ? "" : fmt::format(" in the {} half of each genre", options.half),
      options.source, best == pool.left_out.end() ? 0 : best->second,
      same && best != pool.left_out.end() ? fmt::format(" at most ({})", best->first) : "",
      pool.tracks.size(), lengths,
      faulty.empty() ? ""
                     : fmt::format(", {} of which cannot be used ({})", faulty.size(),
                                   faulty.front()->fault)));
}

/// @throws ConfigError  too few tracks are long enough
Pool make_pool(std::vector<SourceTrack> tracks, const Recipe& recipe) {
  Pool pool{.tracks = std::move(tracks), .by_genre = {}, .left_out = {}};
  for (std::size_t t = 0; t < pool.tracks.size(); ++t)
    pool.by_genre[recipe.options.genres == "same" ? pool.tracks[t].genre : std::string(kAnyGenre)]
        .push_back(t);
  std::erase_if(pool.by_genre, [&](const auto& entry) {
    const std::size_t n = pool.with_length(entry.first, recipe.needed(recipe.longest())).size();
    const bool too_few = n < static_cast<std::size_t>(recipe.options.max_tracks);
    if (too_few) pool.left_out[entry.first] = n;
    return too_few;
  });
  if (pool.by_genre.empty()) refuse_too_few(pool, recipe);
  return pool;
}

// -------------------------------------------------------------------------------------------------
// A medley

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
      medley.pieces.push_back(
          {tracks[k], options.material == "continued" ? start + r * medley.segment : start});
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

// -------------------------------------------------------------------------------------------------
// Writing

/// JSON as text; bytes that are not UTF-8, which ids may hold, become U+FFFD.
std::string dump(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false,
                   nlohmann::ordered_json::error_handler_t::replace);
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

void write_medley(const OptionValues& values, const Registry& registry, const fs::path& dir,
                  const DatasetPlugin::Progress& progress) {
  const Recipe recipe = read_recipe(values);
  const int rate = recipe.options.sample_rate_hz;
  prepare_generated_folder(dir);
  const TemporaryFolder temporary(dir);
  nlohmann::ordered_json description =
      generated_description(kKind, option_table().schema(), values);
  nlohmann::ordered_json& source = description["source"] = {{"dataset", recipe.options.source}};

  if (progress) progress(0, static_cast<std::size_t>(recipe.options.count));
  std::vector<SourceTrack> tracks =
      tracks_of_half(*open_source(recipe, registry, temporary.path(), source), recipe.options.half);
  FileHashes hashes({});
  parallel_for(tracks.size(), {}, [&](std::size_t t) { examine(tracks[t], rate, hashes); });
  mark_copies(tracks);
  const Pool pool = make_pool(std::move(tracks), recipe);
  describe_pool(pool, source);

  std::vector<Medley> medleys;
  for (std::size_t i = 0; i < static_cast<std::size_t>(recipe.options.count); ++i)
    medleys.push_back(plan_medley(pool, recipe, i));
  parallel_for(medleys.size(), {.progress = progress}, [&](std::size_t i) {
    write_wav(dir / (medleys[i].id + ".wav"), render(medleys[i], pool, recipe), rate,
              SampleFormat::pcm16);
  });
  for (const SourceTrack& track : pool.tracks)
    if (track.fault.empty() && hashes(track.audio) != track.hash)
      throw FileChanged(
          fmt::format("{}: the file changed while medleys were cut from it; run the command again",
                      track.audio.string()));
  write_tables(medleys, pool, recipe, dir);
  write_file_atomically(dir / "dataset.json", dump(description, /*indent=*/2) + "\n");
}

// -------------------------------------------------------------------------------------------------
// Reading

using Facts = std::vector<std::pair<std::string, std::string>>;

class MedleyDataset final : public ListedDataset {
 public:
  MedleyDataset(fs::path root, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
                std::map<std::string, std::vector<Section>> sections,
                std::map<std::string, std::vector<std::string>> sources, Facts facts)
      : ListedDataset(std::move(genres), std::move(tracks)),
        root_(std::move(root)),
        sections_(std::move(sections)),
        sources_(std::move(sources)),
        facts_(std::move(facts)) {}

  std::vector<Section> sections(const Track& track) const override {
    const auto found = sections_.find(track.id);
    return found == sections_.end() ? std::vector<Section>() : found->second;
  }

  std::vector<std::string> sources(const Track& track) const override {
    const auto found = sources_.find(track.id);
    return found == sources_.end() ? std::vector<std::string>() : found->second;
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = missing_and_extra_files(root_, tracks());
    for (const Track& track : tracks()) {
      const std::vector<Section>& sections = sections_.at(track.id);
      const auto problem = [&](std::string message) {
        problems.push_back(
            {DatasetProblem::Severity::error, "sections", track.id, std::move(message)});
      };
      if (sections.front().start_s != 0.0)
        problem(
            fmt::format("the first section starts at {} s instead of 0", sections.front().start_s));
      for (std::size_t i = 1; i < sections.size(); ++i)
        if (sections[i].start_s != sections[i - 1].end_s)
          problem(fmt::format("a gap between the sections, from {} to {} s", sections[i - 1].end_s,
                              sections[i].start_s));
      try {
        const AudioInfo file = probe_audio(track.audio);
        if (std::abs(sections.back().end_s - file.duration_s) > 0.5 / file.sample_rate_hz)
          problem(fmt::format("the sections end at {} s, the file at {} s", sections.back().end_s,
                              file.duration_s));
      } catch (const DataError&) {
        // Missing, as said above, or not readable, which the harness finds in every dataset.
      }
    }
    return problems;
  }

  Facts facts() const override { return facts_; }

 private:
  fs::path root_;
  std::map<std::string, std::vector<Section>> sections_;
  std::map<std::string, std::vector<std::string>> sources_;
  Facts facts_;
};

Facts facts_of(const nlohmann::ordered_json& description, const std::vector<NamedTrack>& tracks) {
  std::set<std::string> components;
  for (const NamedTrack& named : tracks) components.insert(named.track.groups.at("source"));
  Facts facts = {
      {"tracks", fmt::format("{}", tracks.size())},
      {"made with", options_text(description)},
      {"groups", fmt::format("{}: medleys that share a source track, directly or through others",
                             components.size())}};
  const auto text_of = [](const nlohmann::ordered_json& value) {
    return value.is_string() ? value.get<std::string>() : dump(value, /*indent=*/-1);
  };
  const auto source = description.value("source", nlohmann::ordered_json::object());
  for (const auto& [key, value] : source.items()) {
    if (value.is_array() && value.empty()) continue;
    facts.emplace_back("source " + key,
                       value.is_array()
                           ? fmt::format("{}, the first: {}", value.size(), text_of(value[0]))
                           : text_of(value));
  }
  facts.emplace_back("licence", "that of the source");
  facts.emplace_back("where to get it", "genrebench dataset make medley");
  return facts;
}

/// Of each medley the tracks that it is cut from, each once, in order of their first section.
std::map<std::string, std::vector<std::string>> read_sources(const fs::path& file) {
  const CsvTable table = read_csv(file);
  const std::size_t track = table.column("track"), source = table.column("source_track");
  std::map<std::string, std::vector<std::string>> sources;
  for (const CsvRow& row : table.rows) {
    std::vector<std::string>& names = sources[utf8_name(row.cells[track])];
    std::string name = utf8_name(row.cells[source]);
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return sources;
}

std::unique_ptr<Dataset> make_medley(const OptionValues& values) {
  const fs::path root = require_folder(option_table().parse(values).root, kWhere,
                                       "expected a folder written by `dataset make medley`");
  const nlohmann::ordered_json description =
      read_generated_description(root, kKind, option_table().schema(), values);

  const CsvTable metadata = read_csv(root / "metadata.csv");
  const std::size_t id = metadata.column("track"), genre = metadata.column("genre"),
                    source = metadata.column("source");
  std::set<std::string> genres, ids;
  std::vector<NamedTrack> tracks;
  for (const CsvRow& row : metadata.rows) {
    NamedTrack named;
    named.genre = utf8_name(row.cells[genre]);
    named.track.id = utf8_name(row.cells[id]);
    named.track.audio = root / (row.cells[id] + ".wav");
    named.track.groups = {{"source", utf8_name(row.cells[source])}};
    if (named.genre.empty() || named.track.id.empty() || row.cells[source].empty() ||
        !ids.insert(named.track.id).second)
      throw DataError(fmt::format(
          "{}: expected a track that is there once, a genre and a source, found '{}', '{}' and "
          "'{}'",
          metadata.where(row), named.track.id, named.genre, named.track.groups["source"]));
    genres.insert(named.genre);
    tracks.push_back(std::move(named));
  }
  if (const auto& count = description.at("options").at("count"); count != tracks.size())
    throw DataError(fmt::format("{}: expected {} medleys as dataset.json says, found {}",
                                metadata.name, count.dump(), tracks.size()));
  auto sections = read_sections(root / "sections.csv", ids);
  for (const std::string& track : ids)
    if (!sections.contains(track))
      throw DataError(fmt::format("{}: expected sections of every medley, found none of '{}'",
                                  (root / "sections.csv").string(), track));
  Facts facts = facts_of(description, tracks);
  return std::make_unique<MedleyDataset>(
      root, std::vector<std::string>(genres.begin(), genres.end()), std::move(tracks),
      std::move(sections), read_sources(root / "sections.csv"), std::move(facts));
}

}  // namespace

void register_medley(Registry& registry);
void register_medley(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "medley";
  plugin.summary =
      "songs of known structure, cut from the tracks of another dataset: for scoring segmentations";
  plugin.options = option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) { return make_medley(values); };
  plugin.write = write_medley;
  plugin.generated = true;
  plugin.built_from = source_of;
  plugin.version = kGeneratorVersion;
  plugin.relies_on = {{"decoder", kDecoderVersion}};
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
