// Stores of somebody else: a healthy store is changed as the input says, and then read by every
// function and command that reads stores, merged in both directions, and emptied.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sqlite3.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "cli/program.hpp"
#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/report.hpp"
#include "harness/store/check.hpp"
#include "harness/store/deletion.hpp"
#include "harness/store/merge.hpp"
#include "harness/store/run_store.hpp"
#include "tests/fuzz/cli/support/healthy_store.hpp"
#include "tests/fuzz/cli/support/store_changes.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

namespace fs = std::filesystem;

const Registry& registry() {
  static const Registry all = [] {
    Registry one;
    register_all(one);
    return one;
  }();
  return all;
}

/// A store whose name comes back with every input.
fs::path fresh(const std::string& name, std::string_view content) {
  std::error_code ignored;
  for (const char* part : {"", "-wal", "-shm", "-journal", ".files", ".deleted"})
    fs::remove_all(scratch_folder() / "stores" / (name + part), ignored);
  return scratch_file(fs::path("stores") / name, content);
}

std::vector<std::string> ids_in(const fs::path& file) {
  std::vector<std::string> ids;
  try {
    const SQLite::Database database(file.string(), SQLite::OPEN_READONLY);
    SQLite::Statement query(database, "SELECT id FROM runs LIMIT 1000");
    while (query.executeStep()) ids.push_back(query.getColumn(0).getString());
  } catch (const SQLite::Exception&) {
  }
  return ids;
}

bool is_id(const std::string& id) {
  return id.size() == 64 && id.find_first_not_of("0123456789abcdef") == std::string::npos;
}

void read_everything(const fs::path& file) {
  accepts([&] {
    const auto store = RunStore::open(file, RunStore::Mode::read);
    accepts([&] { store->experiments(); });
    accepts([&] { store->run_times(); });
    accepts([&] { store->workers(); });
    accepts([&] { store->tracks("data"); });
    accepts([&] { store->tally("tiny"); });
    accepts([&] { store->curve_points("tiny", "train", "loss", 1); });
    std::vector<RunRecord> runs;
    accepts([&] { runs = store->runs(); });
    accepts([&] { store->runs("tiny"); });
    for (const RunRecord& run : runs) {
      accepts([&] { RunSpec::from_parameters(run.parameters, run.seed, registry()); });
      accepts([&] { store->metrics(run.id); });
      accepts([&] { store->predictions(run.id, "test"); });
      accepts([&] { store->bad_tracks(run.id); });
      accepts([&] { store->artifacts(run.id); });
      accepts([&] { store->environment(run.id); });
      accepts([&] { store->look(run.id); });
    }
    for (const ReportPlugin& report : registry().reports)
      accepts([&] { report.make(report.options.resolve({}, "fuzz"))->render(*store, {}); });
  });
}

/// Output of the program goes to a file while this exists.
class Captured {
 public:
  Captured() : file_(::memfd_create("output", 0)), out_(::dup(1)), error_(::dup(2)) {
    std::fflush(nullptr);
    ::dup2(file_, 1);
    ::dup2(file_, 2);
  }
  ~Captured() {
    std::fflush(nullptr);
    ::dup2(out_, 1);
    ::dup2(error_, 2);
    for (const int descriptor : {file_, out_, error_}) ::close(descriptor);
  }
  Captured(const Captured&) = delete;
  Captured& operator=(const Captured&) = delete;

  std::string text() const {
    std::fflush(nullptr);
    std::string result(static_cast<std::size_t>(::lseek(file_, 0, SEEK_END)), '\0');
    const ssize_t n = ::pread(file_, result.data(), result.size(), 0);
    result.resize(static_cast<std::size_t>(std::max<ssize_t>(n, 0)));
    return result;
  }

 private:
  int file_, out_, error_;
};

void run_command(const std::vector<std::string>& words) {
  std::vector<const char*> arguments = {"genrebench"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  int code = 0;
  std::string text;
  {
    const Captured captured;
    code = run_program(registry(), static_cast<int>(arguments.size()), arguments.data());
    text = captured.text();
  }
  if (code < 0 || code > 2) broken(fmt::format("exit code {} of: {}", code, fmt::join(words, " ")));
  for (const char* trace : {"std::", "_M_", "basic_string", "json.exception", "stoi", "stoull"})
    if (text.find(trace) != std::string::npos)
      broken(fmt::format("output of {} names a library: {}", fmt::join(words, " "), text));
}

void run_commands(const fs::path& file, const std::vector<std::string>& ids) {
  const std::string db = file.string();
  run_command({"runs", "--db", db});
  run_command({"runs", "--db", db, "--json"});
  run_command({"store", "check", "--db", db});
  for (std::size_t i = 0; i < std::min<std::size_t>(ids.size(), 2); ++i)
    if (!ids[i].empty() && ids[i].front() != '-' && ids[i].find('\0') == std::string::npos)
      run_command({"show", ids[i], "--db", db});
}

void merge_and_delete(const fs::path& file, const std::vector<std::string>& ids) {
  const bool checked = std::ranges::all_of(ids, is_id);
  const fs::path target = fresh("target.db", healthy_store());
  const bool merged = accepts([&] { merge_store(target, file); });
  require(checked || !merged, "a run whose id is a path is not merged");
  accepts([&] { merge_store(file, fresh("other.db", healthy_store())); });
  if (!checked) return;
  accepts([&] {
    if (!delete_runs(file, ids).archive.empty()) undo_delete(file);
  });
}

}  // namespace

void fuzz_store(std::string_view input) {
  // gnuplot and other programs take no part.
  static const int no_programs = ::setenv("PATH", "/nonexistent", /*overwrite=*/1);
  require(no_programs == 0, "the environment can be changed");
  const fs::path keep = scratch_file("outside/keep", "this file belongs to nobody's store");
  const fs::path file = fresh("runs.db", healthy_store());
  change_store(file, input);
  const std::vector<std::string> ids = ids_in(file);
  read_everything(file);
  accepts([&] { check_store(file); });
  run_commands(file, ids);
  merge_and_delete(file, ids);
  require(fs::exists(keep), "nothing outside the store's own folder is touched");
}

}  // namespace genrebench::fuzz
