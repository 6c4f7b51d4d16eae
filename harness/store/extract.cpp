#include "harness/store/extract.hpp"

#include "harness/store/connection.hpp"
#include "harness/store/merge.hpp"

namespace genrebench {

std::vector<std::string> extract_runs(const std::filesystem::path& target,
                                      const std::filesystem::path& store,
                                      const std::vector<std::string>& run_ids) {
  std::vector<std::string> warnings =
      merge_store(target, store, {.runs = run_ids, .one_file = true}).warnings;
  const Connection connection(target, {.mode = RunStore::Mode::write, .write_ahead_log = false});
  connection.write([&] { connection.query("UPDATE tracks SET audio = NULL").run(); });
  // What was there must not be left in free pages.
  connection.guard([&] { connection.query("VACUUM").run(); });
  return warnings;
}

}  // namespace genrebench
