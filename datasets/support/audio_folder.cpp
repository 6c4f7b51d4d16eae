#include "datasets/support/audio_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <system_error>

#include "signal/audio.hpp"
#include "signal/error.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

/// How many bytes of the start of `bytes` are one UTF-8 character; 0 where they are none.
std::size_t utf8_length(std::string_view bytes) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = byte(0);
  std::size_t length = 0;
  unsigned low = 0x80, high = 0xBF;  // of the second byte: no overlong forms, no surrogates, nothing above U+10FFFF
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) length = 2;
  else if (first >= 0xE0 && first <= 0xEF) length = 3;
  else if (first >= 0xF0 && first <= 0xF4) length = 4;
  else return 0;
  if (first == 0xE0) low = 0xA0;
  if (first == 0xED) high = 0x9F;
  if (first == 0xF0) low = 0x90;
  if (first == 0xF4) high = 0x8F;
  if (bytes.size() < length || byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if (byte(i) < 0x80 || byte(i) > 0xBF) return 0;
  return length;
}

std::vector<fs::directory_entry> entries(const fs::path& dir) {
  std::error_code error;
  std::vector<fs::directory_entry> result;
  fs::directory_iterator it(dir, error);
  for (; !error && it != fs::directory_iterator(); it.increment(error))
    if (!it->path().filename().native().starts_with('.')) result.push_back(*it);
  if (error) throw DataError(fmt::format("{}: the folder cannot be read: {}", utf8_name(dir.native()), error.message()));
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

void find_below(const fs::path& dir, const fs::path& relative, std::set<fs::path>& entered, std::vector<fs::path>& found) {
  std::error_code error;
  const fs::path real = fs::canonical(dir, error);
  if (error) throw DataError(fmt::format("{}: the folder cannot be read: {}", utf8_name(dir.native()), error.message()));
  if (!entered.insert(real).second) return;
  // Folders of our own before those that links lead to, so that the shortest way to a file names it.
  std::vector<fs::directory_entry> linked;
  for (const fs::directory_entry& entry : entries(dir)) {
    if (is_folder(entry)) {
      if (entry.is_symlink(error)) linked.push_back(entry);
      else find_below(entry.path(), relative / entry.path().filename(), entered, found);
    } else if (is_file(entry) && is_audio_file(entry.path())) {
      found.push_back(relative / entry.path().filename());
    }
  }
  for (const fs::directory_entry& entry : linked) find_below(entry.path(), relative / entry.path().filename(), entered, found);
}

}  // namespace

std::string utf8_name(std::string_view bytes) {
  std::string result;
  while (!bytes.empty()) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    const std::size_t length = utf8_length(bytes);
    if (length == 0 || first < 0x20 || first == 0x7F) {
      result += fmt::format("\\x{:02X}", first);
      bytes.remove_prefix(1);
    } else {
      result += bytes.substr(0, length);
      bytes.remove_prefix(length);
    }
  }
  return result;
}

fs::path require_folder(const std::string& root, std::string_view where, std::string_view expected) {
  if (root.empty()) throw ConfigError(fmt::format("{}: option 'root' is empty; {}", where, expected));
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
  std::sort(found.begin(), found.end(), [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  return found;
}

}  // namespace genrebench
