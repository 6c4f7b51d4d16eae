#pragma once
// The options of the dataset medley, and what they come to in samples.

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/folders/generated_folder.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench::medley {

inline constexpr std::string_view kWhere = "dataset medley";
inline constexpr int kGeneratorVersion = 2;  // 2: halves keep artists together
inline constexpr GeneratedKind kKind = {
    .name = "medley", .format_version = 1, .generator_version = kGeneratorVersion};

enum class Material { continued, repeated };
enum class Half { all, first, second };
enum class GenreChoice { any, same };

struct MedleyOptions {
  std::string root;
  std::string source = "synthetic";
  std::string source_root;
  int count = 100;
  int min_tracks = 2;
  int max_tracks = 4;
  int repetitions = 3;
  std::vector<std::string> segment_s = {"9", "5"};
  Material material = Material::continued;
  bool offset = true;
  Half half = Half::all;
  GenreChoice genres = GenreChoice::any;
  int sample_rate_hz = 22050;
  double fade_ms = 0.0;
  int seed = 0;
};

const OptionTable<MedleyOptions>& option_table();

/// Options with lengths in samples.
struct Recipe {
  MedleyOptions options;
  std::vector<std::size_t> segments;  ///< lengths that a medley's pieces may have
  std::size_t fade = 0;

  std::size_t longest() const { return *std::max_element(segments.begin(), segments.end()); }
  /// Number of samples of a track that a medley with pieces of this length uses.
  std::size_t needed(std::size_t segment) const {
    return options.material == Material::continued
               ? segment * static_cast<std::size_t>(options.repetitions)
               : segment;
  }
  double seconds(std::size_t samples) const {
    return static_cast<double>(samples) / options.sample_rate_hz;
  }
};

/// @throws ConfigError
Recipe read_recipe(const OptionValues& values);

}  // namespace genrebench::medley
