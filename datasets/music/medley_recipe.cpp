#include "datasets/music/medley_recipe.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "base/text.hpp"

namespace genrebench::medley {
namespace {

constexpr double kShortestSegmentS = 0.1, kLongestSegmentS = 3600.0;

/// @throws ConfigError  not a length in the range above
double parse_segment_s(const std::string& word) {
  double seconds = 0.0;
  const auto [stop, error] = std::from_chars(word.data(), word.data() + word.size(), seconds);
  if (error != std::errc() || stop != word.data() + word.size() ||
      !(seconds >= kShortestSegmentS && seconds <= kLongestSegmentS))
    throw ConfigError(
        fmt::format("{}: option 'segment_s' must be numbers from {} to {}, found '{}'", kWhere,
                    kShortestSegmentS, kLongestSegmentS, utf8_name(word)));
  return seconds;
}

}  // namespace

const OptionTable<MedleyOptions>& option_table() {
  static const auto kTable =
      OptionTable<MedleyOptions>()
          .path("root", &MedleyOptions::root,
                "Folder written by `dataset make medley`. If empty, the set is made in the cache "
                "folder on first use.")
          .text("source", &MedleyOptions::source,
                "Name of the dataset whose tracks the medleys are cut from.")
          .path("source_root", &MedleyOptions::source_root,
                "The source's root. It may be empty if the source is a generated dataset. The "
                "source is then made with its default options, except for the sample rate of the "
                "medleys and for tracks a tenth longer than needed, and removed afterwards.")
          .integer("count", &MedleyOptions::count, 1, 100000, "Number of medleys.")
          .integer("min_tracks", &MedleyOptions::min_tracks, 1, 26,
                   "Smallest number of source tracks per medley. The number is drawn uniformly "
                   "from min_tracks to max_tracks.")
          .integer("max_tracks", &MedleyOptions::max_tracks, 1, 26,
                   "Largest number of source tracks per medley.")
          .integer("repetitions", &MedleyOptions::repetitions, 1, 100,
                   "Number of pieces per source track in a medley.")
          .list("segment_s", &MedleyOptions::segment_s, {},
                "Length of a piece, seconds. If several are given, each medley draws one: [9, 5] "
                "tests a method on long and short sections.")
          .enumeration("material", &MedleyOptions::material, {"continued", "repeated"},
                       "continued: the pieces of a track follow one another in the track, so "
                       "sections with the same label sound alike but are not identical. repeated: "
                       "the same piece is used every time.")
          .boolean("offset", &MedleyOptions::offset,
                   "Shorten the start of every second medley by a random fraction of a second, so "
                   "that the boundaries do not coincide with a regular grid of windows.")
          .enumeration(
              "half", &MedleyOptions::half, {"all", "first", "second"},
              "Which half of the source's tracks to use. Choose parameters on one half and report "
              "results on the other. Each half has half of every genre's tracks, as nearly as "
              "possible. All tracks of an artist are in the same half.")
          .enumeration("genres", &MedleyOptions::genres, {"any", "same"},
                       "same: all tracks of a medley have one genre, which is also the genre of "
                       "the medley; they are harder to tell apart. any: genres are mixed, and "
                       "every medley has the genre 'medley'.")
          .integer("sample_rate_hz", &MedleyOptions::sample_rate_hz, 8000, 48000,
                   "Sample rate of the files. The source is resampled to it.")
          .number("fade_ms", &MedleyOptions::fade_ms, 0.0, 1000.0,
                  "Length of the linear fade-out before and fade-in after each joint. There is no "
                  "fade where the music continues across the joint. 0: hard cuts.")
          .integer("seed", &MedleyOptions::seed, 0, std::numeric_limits<int>::max(),
                   "Seed of the whole set. The same options and source give the same bytes. A "
                   "larger count changes no earlier medley.");
  return kTable;
}

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
  for (const std::string& word : options.segment_s)
    recipe.segments.push_back(
        static_cast<std::size_t>(std::llround(parse_segment_s(word) * options.sample_rate_hz)));
  recipe.fade =
      static_cast<std::size_t>(std::llround(options.fade_ms / 1000.0 * options.sample_rate_hz));
  const std::size_t shortest = *std::min_element(recipe.segments.begin(), recipe.segments.end());
  if (2 * recipe.fade > shortest)
    throw ConfigError(fmt::format(
        "{}: option 'fade_ms' must be at most half of the shortest segment, {} ms, found {}",
        kWhere, 500.0 * recipe.seconds(shortest), options.fade_ms));
  return recipe;
}

}  // namespace genrebench::medley
