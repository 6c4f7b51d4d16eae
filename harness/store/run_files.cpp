#include "harness/store/run_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/open_file.hpp"
#include "base/text.hpp"
#include "harness/records/short_id.hpp"

namespace genrebench {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t kIdLength = 64, kLongestName = 100;

/// A text from a store for a message.
std::string quoted(const std::string& text) {
  return fmt::format("'{}'", single_line(text.substr(0, kLongestName)));
}

}  // namespace

bool is_run_id(std::string_view text) {
  return text.size() == kIdLength && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

bool is_artifact_name(std::string_view text) {
  return !text.empty() && text.size() <= kLongestName && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '.' || c == '_' || c == '-';
         });
}

fs::path RunFiles::of_run(const std::string& run_id) const {
  if (!is_run_id(run_id))
    throw DataError(
        fmt::format("{}: expected the id of a run, which is 64 hexadecimal digits, found {}",
                    folder_.string(), quoted(run_id)));
  fs::path path = folder_ / run_id;
  std::error_code error;
  if (fs::is_symlink(fs::symlink_status(path, error)))
    throw DataError(
        fmt::format("{}: expected the folder of a run, found a link; nothing in it "
                    "was read or changed",
                    path.string()));
  return path;
}

fs::path RunFiles::artifact(const std::string& run_id, const std::string& name) const {
  if (!is_artifact_name(name))
    throw DataError(
        fmt::format("run {}: expected the name of a file of letters, digits, '.', '_' "
                    "and '-', found {}",
                    short_id(run_id), quoted(name)));
  return of_run(run_id) / name;
}

std::string RunFiles::problem_of(const std::string& run_id, const ArtifactRecord& artifact) const {
  const fs::path file = this->artifact(run_id, artifact.name);
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) return "the file is missing";
  if (!fs::is_regular_file(status)) return "it is no regular file";
  const std::uintmax_t bytes = fs::file_size(file, error);
  if (error) return "cannot be read: " + error.message();
  if (bytes != static_cast<std::uintmax_t>(artifact.bytes))
    return fmt::format("not the file that the run left: expected {} bytes, found {}",
                       artifact.bytes, bytes);
  try {
    const std::string found = sha256_of_file(file);
    if (found == artifact.sha256) return {};
    return fmt::format("not the file that the run left: expected SHA-256 {}, found {}",
                       short_id(artifact.sha256, kLongerId), short_id(found, kLongerId));
  } catch (const FileUnreadable& unreadable) {
    // The callers name the file, as they do for all other problems.
    return std::string(unreadable.what()).substr(file.string().size() + 2);
  }
}

void RunFiles::remove(const std::string& run_id) const {
  std::error_code ignored;
  fs::remove_all(of_run(run_id), ignored);
}

void RunFiles::remove_if_empty() const {
  std::error_code ignored;
  fs::remove(folder_, ignored);
}

}  // namespace genrebench
