#include "datasets/folders/audio_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>
#include <system_error>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "datasets/folders/names.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

/// Names that begin with a point, such as "._song.wav" of macOS, and folders that systems and
/// programs for archives leave beside the data.
bool is_hidden(std::string_view name) {
  constexpr std::array<std::string_view, 5> kOfSystems = {
      "__MACOSX", "@eaDir", "lost+found", "$RECYCLE.BIN", "System Volume Information"};
  return name.starts_with('.') || std::ranges::find(kOfSystems, name) != kOfSystems.end();
}

bool is_hidden(const fs::directory_entry& entry) {
  return is_hidden(entry.path().filename().native());
}

std::vector<fs::directory_entry> all_entries(const fs::path& dir) {
  std::error_code error;
  std::vector<fs::directory_entry> result;
  fs::directory_iterator it(dir, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error)) result.push_back(*it);
  if (error)
    throw DataError(
        fmt::format("{}: the folder cannot be read: {}", utf8_name(dir.native()), error.message()));
  std::sort(result.begin(), result.end(),
            [](const auto& a, const auto& b) { return a.path().native() < b.path().native(); });
  return result;
}

std::vector<fs::directory_entry> entries(const fs::path& dir) {
  std::vector<fs::directory_entry> result = all_entries(dir);
  std::erase_if(result, [](const fs::directory_entry& entry) { return is_hidden(entry); });
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

/// What was found so far.
struct Search {
  std::set<fs::path> entered;  ///< real folders
  std::vector<fs::path> found;
  LeftOutFiles* left_out;
};

void find_below(const fs::path& dir, const fs::path& relative, Search& search) {
  std::error_code error;
  const fs::path real = fs::canonical(dir, error);
  if (error)
    throw DataError(
        fmt::format("{}: the folder cannot be read: {}", utf8_name(dir.native()), error.message()));
  if (!search.entered.insert(real).second) return;
  // Folders of our own before those that links lead to, so that the shortest way to a file names
  // it.
  std::vector<fs::directory_entry> linked;
  for (const fs::directory_entry& entry : all_entries(dir)) {
    const fs::path name = relative / entry.path().filename();
    if (is_folder(entry)) {
      if (is_hidden(entry)) continue;
      if (entry.is_symlink(error))
        linked.push_back(entry);
      else
        find_below(entry.path(), name, search);
    } else if (is_file(entry) && !is_hidden(entry) && is_audio_file(entry.path())) {
      search.found.push_back(name);
    } else if (search.left_out != nullptr) {
      if (is_file(entry))
        search.left_out->add_unread(name);
      else
        search.left_out->add_no_file();
    }
  }
  for (const fs::directory_entry& entry : linked)
    find_below(entry.path(), relative / entry.path().filename(), search);
}

/// The same as list_folders(), empty where the folder cannot be read.
std::vector<std::string> readable_folders(const fs::path& dir) {
  try {
    return list_folders(dir);
  } catch (const DataError&) {
    return {};
  }
}

/// Folders below `dir` in which a folder is named after a genre and holds audio: an archive may
/// have been unpacked into folders of its own ("Data/genres_original"), beside pictures in folders
/// of the same names.
std::vector<fs::path> deeper_genre_folders(const fs::path& dir,
                                           const std::vector<std::string>& genres) {
  constexpr int kDeepest = 3;
  constexpr std::size_t kMostFolders = 1000;  // root may be a whole disk
  std::vector<fs::path> found, level = {dir};
  std::size_t n_seen = 0;
  for (int depth = 0; depth < kDeepest; ++depth) {
    std::vector<fs::path> next;
    for (const fs::path& parent : level)
      for (const std::string& name : readable_folders(parent)) {
        if (++n_seen > kMostFolders) return found;
        next.push_back(parent / name);
      }
    std::erase_if(next, [&](const fs::path& folder) {
      const bool holds =
          std::ranges::any_of(readable_folders(folder), [&](const std::string& name) {
            return find_genre(genres, name) && !find_audio_files(folder / name).empty();
          });
      if (holds) found.push_back(folder);
      return holds;
    });
    level = std::move(next);
  }
  return found;
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
      if (find_genre(genres, folder)) return candidate;
  }
  const std::vector<fs::path> deeper = deeper_genre_folders(dir, genres);
  if (deeper.size() == 1) return deeper.front();
  std::vector<std::string> found;
  for (const fs::path& folder : deeper)
    found.push_back(utf8_name(folder.lexically_relative(dir).native()));
  if (!found.empty())
    throw DataError(
        fmt::format("{}: several folders in {} hold genre folders of {}: {}; set root "
                    "to the one to use",
                    text.where, utf8_name(dir.native()), text.dataset, name_list(found)));
  for (const std::string& folder : list_folders(dir)) found.push_back(utf8_name(folder));
  throw DataError(
      fmt::format("{}: no genre folder of {} in {}; {}; found {}", text.where, text.dataset,
                  utf8_name(dir.native()), text.expected,
                  found.empty() ? "no folders" : fmt::format("the folders {}", name_list(found))));
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

std::vector<fs::path> find_audio_files(const fs::path& dir, LeftOutFiles* left_out) {
  Search search{.entered = {}, .found = {}, .left_out = left_out};
  find_below(dir, {}, search);
  std::sort(search.found.begin(), search.found.end(),
            [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return std::move(search.found);
}

}  // namespace genrebench
