#include "cli/command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <system_error>
#include <tuple>

#include "base/files.hpp"
#include "base/parallel.hpp"
#include "cli/console.hpp"
#include "harness/run/environment.hpp"

namespace genrebench::cli {

Context::Context(const Registry& plugins)
    : registry(plugins), cache_folder(default_cache_folder()), threads(available_threads()) {}

FileHashes& Context::hashes() {
  if (!hashes_) {
    if (cache_folder == default_cache_folder()) make_default_cache_private();
    hashes_.emplace(cache_folder.empty() || !remember_hashes ? std::filesystem::path()
                                                             : cache_folder / "content_hashes.tsv");
  }
  return *hashes_;
}

Progress& Context::progress() {
  if (!progress_) progress_ = console_progress(quiet);
  return *progress_;
}

std::unique_ptr<RunStore> Context::store_to_read() const {
  return RunStore::open(database, RunStore::Mode::read);
}

std::unique_ptr<RunStore> Context::store_to_write() const {
  return RunStore::open(database, RunStore::Mode::write);
}

bool Context::has_store() const {
  std::error_code error;
  return std::filesystem::exists(database, error);
}

std::unique_ptr<RunStore> Context::store_if_any() const {
  return has_store() ? store_to_read() : nullptr;
}

void CommandList::add(CommandInfo info, std::unique_ptr<Command> command) {
  for (const CommandEntry& entry : entries_)
    if (entry.info.name == info.name)
      throw std::logic_error(fmt::format("two commands are called '{}'", info.name));
  entries_.push_back({.info = std::move(info), .command = std::move(command), .arguments = {}});
}

std::vector<CommandEntry> CommandList::sorted() && {
  const auto place = [](const CommandEntry& entry) {
    return std::tie(entry.info.group, entry.info.position, entry.info.name);
  };
  std::sort(entries_.begin(), entries_.end(),
            [&](const CommandEntry& a, const CommandEntry& b) { return place(a) < place(b); });
  return std::move(entries_);
}

}  // namespace genrebench::cli
