#include "harness/plan/one_genre.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

bool holds_audio(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error))
    if (it->is_regular_file(error) && is_audio_file(it->path())) return true;
  return false;
}

/// Names of the folders in `folder` that hold audio files, if these are two or more.
std::vector<std::string> genre_like_folders(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error); !error && it != fs::directory_iterator();
       it.increment(error))
    if (it->is_directory(error) && holds_audio(it->path()))
      names.push_back(it->path().filename().string());
  if (names.size() < 2) names.clear();
  std::ranges::sort(names);
  return names;
}

/// What to try instead of a root whose only genre is `genre`; empty: nothing is known.
std::string other_root(const fs::path& root, const std::string& genre) {
  std::error_code error;
  if (root.empty() || !fs::is_directory(root, error)) return {};
  const fs::path whole = fs::absolute(root, error).lexically_normal();
  const fs::path above =
      whole.has_filename() ? whole.parent_path() : whole.parent_path().parent_path();
  for (const fs::path& other : {root / genre, above}) {
    const std::vector<std::string> names = genre_like_folders(other);
    if (names.empty()) continue;
    const std::vector<std::string> some(
        names.begin(),
        names.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(5, names.size())));
    return fmt::format(": {} has the folders {}{}; if these are the genres, set dataset.root to it",
                       other.string(), fmt::join(some, ", "),
                       names.size() > some.size() ? ", …" : "");
  }
  return {};
}

std::vector<std::string> genres_with(const Dataset& dataset, const auto& counts) {
  std::vector<bool> found(dataset.genres().size());
  for (std::size_t t = 0; t < dataset.tracks().size(); ++t)
    if (counts(t)) found[static_cast<std::size_t>(dataset.tracks()[t].genre)] = true;
  std::vector<std::string> names;
  for (std::size_t genre = 0; genre < found.size(); ++genre)
    if (found[genre]) names.push_back(dataset.genres()[genre]);
  return names;
}

}  // namespace

void refuse_one_genre(const Dataset& dataset, const PluginChoice& choice) {
  const std::vector<std::string> names = genres_with(dataset, [](std::size_t) { return true; });
  if (names.size() > 1) return;
  if (names.empty()) throw ConfigError(fmt::format("dataset {}: has no tracks", choice.name));
  const auto option = choice.options.find("root");
  const fs::path root =
      option == choice.options.end() ? fs::path() : fs::path(to_string(option->second));
  std::string advice = "give it two genres or more";
  if (std::error_code error; !root.empty() && fs::is_directory(root, error))
    advice = fmt::format("the root {} may be one level too high or too low{}", root.string(),
                         other_root(root, names.front()));
  throw ConfigError(fmt::format(
      "dataset {}: all {} tracks have one genre, '{}', and a classifier needs two or more; {}",
      choice.name, dataset.tracks().size(), names.front(), advice));
}

void refuse_one_trained_genre(const Dataset& dataset, const Split& split) {
  const std::vector<std::string> names =
      genres_with(dataset, [&](std::size_t t) { return split.parts[t] == Part::train; });
  if (names.size() == 1)
    throw ConfigError(
        fmt::format("split: '{}' is the only genre with training tracks, and a classifier "
                    "needs two or more; choose other rules for genres and groups "
                    "(split.single_group_genres, split.unknown_groups) or more genres",
                    names.front()));
}

}  // namespace genrebench
