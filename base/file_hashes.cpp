#include "base/file_hashes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "base/profile.hpp"

namespace genrebench {
namespace {

std::int64_t now_ns() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

// The memory of hashes: this line, a line a file, and the content_hash() of all that.
constexpr std::string_view kMemoryHeader = "genrebench hashes of files, version 2\n";
constexpr std::size_t kHashDigits = 32;

/// Takes a number and the character after it off the front of a line.
template <typename Number>
bool take_number(std::string_view& line, Number& number, char after) {
  const auto [stop, error] = std::from_chars(line.data(), line.data() + line.size(), number);
  if (error != std::errc() || stop == line.data() + line.size() || *stop != after) return false;
  line.remove_prefix(static_cast<std::size_t>(stop - line.data()) + 1);
  return true;
}

}  // namespace

FileHashes::FileHashes(std::filesystem::path memory, double settle_s)
    : memory_(std::move(memory)), settle_ns_(static_cast<std::int64_t>(settle_s * 1e9)) {
  if (!memory_.empty()) load();
}

void FileHashes::load() {
  std::string text;
  try {
    text = read_file_text(memory_);
  } catch (const DataError&) {
    return;
  }
  const std::size_t end = text.size() - std::min(text.size(), kHashDigits + 1);
  if (!text.starts_with(kMemoryHeader) ||
      text.substr(end) != content_hash(std::string_view(text).substr(0, end)) + "\n")
    return;
  std::string_view lines =
      std::string_view(text).substr(kMemoryHeader.size(), end - kMemoryHeader.size());
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(lines.size(), line.size() + 1));
    if (line.size() <= kHashDigits) continue;
    Look one{.state = {}, .hash = std::string(line.substr(0, kHashDigits)), .settled = true};
    line.remove_prefix(kHashDigits + 1);
    FileState& state = one.state;
    if (take_number(line, state.device, ' ') && take_number(line, state.inode, ' ') &&
        take_number(line, state.size, ' ') && take_number(line, state.modified_ns, ' ') &&
        take_number(line, state.changed_ns, '\t'))
      known_[std::string(line)] = std::move(one);
  }
}

std::string FileHashes::operator()(const std::filesystem::path& file) {
  return look(file, /*anew=*/false).hash;
}

FileHashes::Look FileHashes::look(const std::filesystem::path& file, bool anew) {
  constexpr int kTries = 3;
  const std::string name = std::filesystem::absolute(file).string();
  const OpenFile opened(file);
  Look result{.state = opened.state(), .hash = {}, .settled = false};
  if (!anew) {
    const std::lock_guard lock(mutex_);
    if (const auto found = known_.find(name);
        found != known_.end() && found->second.state == result.state)
      return found->second;
  }
  const ProfileSpan span("hashing");
  for (int i = 0; i < kTries; ++i) {
    const FileState before = result.state;
    const std::int64_t now = now_ns();
    // A time of modification in the future was set by somebody; then the time of change alone has
    // to tell.
    const auto is_old = [&](std::int64_t time) { return time < now - settle_ns_; };
    result.settled = is_old(before.changed_ns) &&
                     (is_old(before.modified_ns) || before.modified_ns > now + settle_ns_);
    ContentHasher hasher;
    opened.read([&](std::string_view block) { hasher.add(block); });
    result.state = opened.state();
    if (result.state != before) continue;
    result.hash = hasher.hash();
    if (result.settled && name.find('\n') == std::string::npos) {
      const std::lock_guard lock(mutex_);
      known_[name] = result;
      changed_ = true;
    }
    return result;
  }
  throw FileChanged(fmt::format(
      "{}: the file changed while it was being read; run the command again", file.string()));
}

void FileHashes::save() {
  if (memory_.empty()) return;
  const std::lock_guard lock(mutex_);
  if (!changed_) return;
  std::string text(kMemoryHeader);
  for (const auto& [name, one] : known_)
    text += fmt::format("{} {} {} {} {} {}\t{}\n", one.hash, one.state.device, one.state.inode,
                        one.state.size, one.state.modified_ns, one.state.changed_ns, name);
  text += content_hash(text) + "\n";
  try {
    write_file_atomically(memory_, text);
  } catch (const DataError&) {
    return;
  }
  changed_ = false;
}

ContentGuard::ContentGuard(std::filesystem::path file, std::string hash, FileHashes& hashes)
    : file_(std::move(file)),
      hash_(std::move(hash)),
      hashes_(hashes),
      before_(hashes.look(file_, /*anew=*/false)) {
  expect(before_.hash);
}

bool ContentGuard::untouched() const {
  if (OpenFile(file_).state() != before_.state) return false;
  return before_.settled || hashes_.look(file_, /*anew=*/true).hash == hash_;
}

void ContentGuard::read_again() const { expect(hashes_.look(file_, /*anew=*/true).hash); }

void ContentGuard::expect(const std::string& hash) const {
  if (hash != hash_)
    throw FileChanged(fmt::format(
        "{}: the file changed since the run was planned; run the command again", file_.string()));
}

}  // namespace genrebench
