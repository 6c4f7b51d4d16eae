#include "datasets/folders/audio_folder.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "base/error.hpp"
#include "datasets/folders/names.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

std::vector<fs::directory_entry> entries(const fs::path& dir) {
  std::error_code error;
  std::vector<fs::directory_entry> result;
  fs::directory_iterator it(dir, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    if (!it->path().filename().native().starts_with('.')) result.push_back(*it);
  if (error)
    throw DataError(
        fmt::format("{}: the folder cannot be read: {}", utf8_name(dir.native()), error.message()));
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
  return result;
}

bool is_folder(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_directory(ignored);
}

/// A regular file, or a link that leads nowhere; sockets and pipes are neither.
bool is_file(const fs::directory_entry& entry) {
  std::error_code ignored;
  return entry.is_regular_file(ignored) || (entry.is_symlink(ignored) && !entry.exists(ignored));
}

void find_below(const fs::path& dir, const fs::path& relative, std::set<fs::path>& entered,
                std::vector<fs::path>& found) {
  std::error_code error;
  const fs::path real = fs::canonical(dir, error);
  if (error)
    throw DataError(
        fmt::format("{}: the folder cannot be read: {}", utf8_name(dir.native()), error.message()));
  if (!entered.insert(real).second) return;
  // Folders of our own before those that links lead to, so that the shortest way to a file names
  // it.
  std::vector<fs::directory_entry> linked;
  for (const fs::directory_entry& entry : entries(dir)) {
    if (is_folder(entry)) {
      if (entry.is_symlink(error))
        linked.push_back(entry);
      else
        find_below(entry.path(), relative / entry.path().filename(), entered, found);
    } else if (is_file(entry) && is_audio_file(entry.path())) {
      found.push_back(relative / entry.path().filename());
    }
  }
  for (const fs::directory_entry& entry : linked)
    find_below(entry.path(), relative / entry.path().filename(), entered, found);
}

}  // namespace

fs::path require_folder(const std::string& root, std::string_view where,
                        std::string_view expected) {
  if (root.empty())
    throw ConfigError(fmt::format("{}: option 'root' is empty; {}", where, expected));
  std::error_code error;
  const fs::file_status status = fs::status(root, error);
  const std::string name = utf8_name(root);
  if (status.type() == fs::file_type::not_found)
    throw DataError(fmt::format("{}: the folder {} does not exist; {}", where, name, expected));
  if (error) throw DataError(fmt::format("{}: {}: {}", where, name, error.message()));
  if (!fs::is_directory(status))
    throw DataError(fmt::format("{}: {} is a file, not a folder; {}", where, name, expected));
  return root;
}

fs::path find_genre_folders(const std::string& root, const std::vector<std::string>& inside,
                            const std::vector<std::string>& genres, const LayoutText& text) {
  const fs::path dir = require_folder(root, text.where, text.expected);
  std::vector<fs::path> candidates = {dir};
  for (const std::string& folder : inside) candidates.push_back(dir / folder);
  for (const fs::path& candidate : candidates) {
    std::error_code ignored;
    if (!fs::is_directory(candidate, ignored)) continue;
    for (const std::string& folder : list_folders(candidate))
      if (find_name(genres, folder)) return candidate;
  }
  std::vector<std::string> found;
  for (const std::string& folder : list_folders(dir)) found.push_back(utf8_name(folder));
  throw DataError(fmt::format(
      "{}: no genre folder of {} in {}; {}; found {}", text.where, text.dataset,
      utf8_name(dir.native()), text.expected,
      found.empty() ? "no folders" : fmt::format("the folders {}", fmt::join(found, ", "))));
}

std::vector<std::string> list_folders(const fs::path& dir) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries(dir))
    if (is_folder(entry)) names.push_back(entry.path().filename().native());
  return names;
}

std::vector<std::string> list_files(const fs::path& dir) {
  std::vector<std::string> names;
  for (const fs::directory_entry& entry : entries(dir))
    if (is_file(entry)) names.push_back(entry.path().filename().native());
  return names;
}

std::vector<fs::path> find_audio_files(const fs::path& dir) {
  std::vector<fs::path> found;
  std::set<fs::path> entered;
  find_below(dir, {}, entered, found);
  std::sort(found.begin(), found.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return found;
}

}  // namespace genrebench
