#include "datasets/music/medley_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <tuple>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "datasets/folders/generated_folder.hpp"
#include "harness/grouping/evaluation_clusters.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench::medley {
namespace {

/// A source made for the purpose has tracks longer than needed, so that pieces can start anywhere.
constexpr double kSpareLength = 1.1;
/// The genre of medleys whose tracks have several genres.
constexpr std::string_view kAnyGenre = "medley";

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

/// True if the source is generated for these medleys rather than read from disk.
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

/// Tracks in groups of one artist, in the order of genre and id of each group's first track. A
/// track whose artist is unknown is a group of its own.
std::vector<std::vector<std::size_t>> tracks_by_artist(const Dataset& source) {
  const std::vector<Track>& tracks = source.tracks();
  const std::vector<std::string> artists = evaluation_clusters(source);
  std::vector<std::size_t> order(tracks.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tie(tracks[a].genre, tracks[a].id) < std::tie(tracks[b].genre, tracks[b].id);
  });
  std::vector<std::vector<std::size_t>> groups;
  std::map<std::string, std::size_t> group_of;
  for (const std::size_t t : order) {
    std::size_t group = groups.size();
    if (!artists[t].empty()) group = group_of.try_emplace(artists[t], group).first->second;
    if (group == groups.size()) groups.emplace_back();
    groups[group].push_back(t);
  }
  return groups;
}

/// The tracks of the half that is used, in order of genre and id.
std::vector<SourceTrack> tracks_of_half(const Dataset& source, Half half) {
  const std::vector<bool> first = first_half(source);
  std::vector<SourceTrack> result;
  for (std::size_t t = 0; t < first.size(); ++t) {
    const Track& track = source.tracks()[t];
    if (half == Half::all || (half == Half::first) == first[t])
      result.push_back(
          {.id = track.id, .genre = source.genre_name(track.genre), .audio = track.audio});
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

/// " of 2 to 30 s": the lengths of the tracks that can be used; empty if there are none.
std::string range_of_lengths(const std::vector<SourceTrack>& tracks, const Recipe& recipe) {
  std::size_t shortest = std::numeric_limits<std::size_t>::max(), longest = 0, n = 0;
  for (const SourceTrack& track : tracks) {
    if (!track.fault.empty()) continue;
    shortest = std::min(shortest, track.n_samples);
    longest = std::max(longest, track.n_samples);
    ++n;
  }
  return n == 0
             ? ""
             : fmt::format(" of {:g} to {:g} s", recipe.seconds(shortest), recipe.seconds(longest));
}

/// ", 6 of which cannot be used (song0.wav: ...)"; empty if all can.
std::string number_of_faults(const std::vector<SourceTrack>& tracks) {
  std::size_t n = 0;
  std::string first;
  for (const SourceTrack& track : tracks) {
    if (track.fault.empty()) continue;
    if (++n == 1) first = track.fault;
  }
  return n == 0 ? "" : fmt::format(", {} of which cannot be used ({})", n, first);
}

/// "4 tracks of at least 1.5 s (3 pieces of 0.5 s) in the first half of each genre"
std::string what_is_needed(const Recipe& recipe) {
  const MedleyOptions& options = recipe.options;
  const std::size_t longest = recipe.longest();
  std::string text = fmt::format("{} tracks of at least {:g} s", options.max_tracks,
                                 recipe.seconds(recipe.needed(longest)));
  if (options.material == Material::continued)
    text += fmt::format(" ({} pieces of {:g} s)", options.repetitions, recipe.seconds(longest));
  if (options.half != Half::all)
    text += fmt::format(" in the {} half of each genre",
                        options.half == Half::first ? "first" : "second");
  return text;
}

[[noreturn]] void refuse_too_few(const Pool& pool, const Recipe& recipe) {
  const auto best =
      std::max_element(pool.left_out.begin(), pool.left_out.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  const bool none = best == pool.left_out.end();
  const bool same = recipe.options.genres == GenreChoice::same;
  throw ConfigError(fmt::format(
      "{}: expected {}{}; the dataset {} has {}{}, among {} tracks{}{}; lower max_tracks, "
      "segment_s or repetitions, or take another source",
      kWhere, same ? "a genre with " : "", what_is_needed(recipe), recipe.options.source,
      none ? 0 : best->second, same && !none ? fmt::format(" at most ({})", best->first) : "",
      pool.tracks.size(), range_of_lengths(pool.tracks, recipe), number_of_faults(pool.tracks)));
}

}  // namespace

std::unique_ptr<Dataset> open_source(const Recipe& recipe, const Registry& registry,
                                     const std::filesystem::path& temporary,
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
  for (const Track& track : source->tracks())
    if (!track.is_whole_file())
      throw ConfigError(
          fmt::format("{}: option 'source' must be a dataset of whole files: the track '{}' of {} "
                      "is a span of a longer file",
                      kWhere, track.id, plugin.name));
  if (!source->feature_names().empty())
    throw ConfigError(
        fmt::format("{}: option 'source' must be a dataset of audio: {} has features only", kWhere,
                    plugin.name));
  return source;
}

std::vector<bool> first_half(const Dataset& source) {
  const std::vector<Track>& tracks = source.tracks();
  const auto genre_of = [&](std::size_t t) { return static_cast<std::size_t>(tracks[t].genre); };
  std::vector<double> genre_sizes(source.genres().size(), 0.0), taken(source.genres().size(), 0.0);
  for (std::size_t t = 0; t < tracks.size(); ++t) ++genre_sizes[genre_of(t)];
  std::vector<bool> first(tracks.size(), false);
  double n_first = 0.0, n_second = 0.0;
  for (const std::vector<std::size_t>& group : tracks_by_artist(source)) {
    std::map<std::size_t, double> of_genre;
    for (const std::size_t t : group) ++of_genre[genre_of(t)];
    double with = 0.0, without = 0.0;  // how far the genres are from their halves
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

SourceDataset source_of(const OptionValues& values, const Registry& registry) {
  const MedleyOptions options = read_recipe(values).options;
  const DatasetPlugin& plugin = source_plugin(options, registry);
  SourceDataset source{.version = version_text(plugin), .dataset = {}};
  if (!is_made(options, plugin))
    source.dataset = open_source_at(options.source_root, plugin, registry);
  return source;
}

std::vector<SourceTrack> usable_tracks(const Dataset& source, const Recipe& recipe,
                                       FileHashes& hashes) {
  std::vector<SourceTrack> tracks = tracks_of_half(source, recipe.options.half);
  parallel_for(tracks.size(), {},
               [&](std::size_t t) { examine(tracks[t], recipe.options.sample_rate_hz, hashes); });
  mark_copies(tracks);
  return tracks;
}

std::vector<std::size_t> Pool::with_length(const std::string& genre, std::size_t n_samples) const {
  std::vector<std::size_t> result;
  for (const std::size_t t : by_genre.at(genre))
    if (tracks[t].n_samples >= n_samples) result.push_back(t);
  return result;
}

Pool make_pool(std::vector<SourceTrack> tracks, const Recipe& recipe) {
  Pool pool{.tracks = std::move(tracks), .by_genre = {}, .left_out = {}};
  for (std::size_t t = 0; t < pool.tracks.size(); ++t)
    pool.by_genre[recipe.options.genres == GenreChoice::same ? pool.tracks[t].genre
                                                             : std::string(kAnyGenre)]
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

}  // namespace genrebench::medley
