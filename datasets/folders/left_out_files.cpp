#include "datasets/folders/left_out_files.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace {

/// ".jpg"; what is too long for an extension belongs to the name.
std::string extension_of(const std::filesystem::path& file) {
  constexpr std::size_t kLongest = 12;
  const std::string extension = file.extension().native();
  if (extension.size() < 2 || extension.size() > kLongest ||
      extension.find(' ') != std::string::npos)
    return "without an extension";
  return utf8_name(ascii_lower(extension));
}

std::size_t sum(const std::map<std::string, std::size_t>& counts) {
  std::size_t n = 0;
  for (const auto& [extension, count] : counts) n += count;
  return n;
}

/// "3 .jpg, 1 .nfo", the most frequent first.
std::string by_extension(const std::map<std::string, std::size_t>& counts) {
  constexpr std::size_t kMost = 8;
  std::vector<std::pair<std::string, std::size_t>> sorted(counts.begin(), counts.end());
  std::ranges::stable_sort(sorted,
                           [](const auto& a, const auto& b) { return a.second > b.second; });
  std::vector<std::string> parts;
  std::size_t others = 0;
  for (const auto& [extension, count] : sorted) {
    if (parts.size() < kMost)
      parts.push_back(fmt::format("{} {}", count, extension));
    else
      others += count;
  }
  if (others > 0) parts.push_back(fmt::format("{} others", others));
  return fmt::format("{}", fmt::join(parts, ", "));
}

const char* are(std::size_t n) { return n == 1 ? "is" : "are"; }

}  // namespace

void LeftOutFiles::add_unread(const std::filesystem::path& file) {
  const bool hidden = file.filename().native().starts_with('.');
  const std::string extension = extension_of(file);
  if (hidden)
    hidden_[extension] += sound_name(file) != SoundName::none;
  else if (sound_name(file) == SoundName::none)
    ++no_audio_[extension];
  else
    ++need_ffmpeg_[extension];
  std::erase_if(hidden_, [](const auto& one) { return one.second == 0; });
}

void LeftOutFiles::add_second_format(const std::filesystem::path& file) {
  ++second_formats_[extension_of(file)];
}

void LeftOutFiles::add_without_genre(const std::filesystem::path& file) {
  without_genre_.push_back(utf8_name(file.filename().native()));
}

std::string LeftOutFiles::advice() const {
  const std::size_t n = sum(need_ffmpeg_);
  if (n == 0) return {};
  const std::string kinds = need_ffmpeg_.size() == 1
                                ? need_ffmpeg_.begin()->first
                                : fmt::format("of formats that libsndfile does not read ({})",
                                              by_extension(need_ffmpeg_));
  return fmt::format("{} of {} file{} {} {}; install ffmpeg to read {}", n, n + n_tracks_,
                     n + n_tracks_ == 1 ? "" : "s", are(n), kinds, n == 1 ? "it" : "them");
}

std::vector<std::string> LeftOutFiles::notes() const {
  std::vector<std::string> notes;
  if (std::string text = advice(); !text.empty()) notes.push_back(std::move(text));
  const auto add = [&](const Counts& counts, std::string_view what, std::string_view why) {
    if (const std::size_t n = sum(counts); n > 0)
      notes.push_back(fmt::format("{} {} {} left out ({}): {}", n,
                                  fmt::format(fmt::runtime(what), n == 1 ? "" : "s"), are(n),
                                  by_extension(counts), why));
  };
  add(second_formats_, "file{}", "the same track is there in a format that libsndfile reads");
  add(no_audio_, "file{}", "no sound by the extension");
  add(hidden_, "hidden sound file{}", "the name begins with a dot");
  if (n_no_files_ == 1) notes.emplace_back("1 pipe, socket or device is left out");
  if (n_no_files_ > 1)
    notes.push_back(fmt::format("{} pipes, sockets or devices are left out", n_no_files_));
  if (!without_genre_.empty()) {
    constexpr std::size_t kMost = 3;
    const std::size_t n = without_genre_.size();
    std::vector<std::string> some(
        without_genre_.begin(),
        without_genre_.begin() + static_cast<std::ptrdiff_t>(std::min(n, kMost)));
    notes.push_back(fmt::format("{} directly in root {} left out: no genre ({}{})",
                                counted(n, "sound file"), are(n), fmt::join(some, ", "),
                                n > kMost ? ", …" : ""));
  }
  return notes;
}

}  // namespace genrebench
