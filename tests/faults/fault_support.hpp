#pragma once
// Runs the real program on bad input, and looks at what it left behind.

#include <gtest/gtest.h>
#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "harness/store/run_store.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {

struct ProgramResult {
  int exit_code = -1;  ///< -1: ended by a signal
  int signal = 0;
  std::string out, err;
};

/// What a program runs under.
struct Surroundings {
  std::filesystem::path folder = {};  ///< the working directory; empty: this test's
  std::map<std::string, std::string> environment = {};   ///< in addition to this test's
  std::optional<std::uint64_t> largest_file_bytes = {};  ///< writing beyond it fails, as on a full
                                                         ///< disk
  std::optional<std::uint64_t> largest_memory_bytes = {};  ///< of address space
};

/// A program under way.
class RunningProgram {
 public:
  explicit RunningProgram(const std::vector<std::string>& arguments,
                          const Surroundings& surroundings = {});
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  pid_t pid() const { return pid_; }
  /// Processes that it started and that still run.
  std::vector<pid_t> children() const;
  void send(int signal) const;
  bool ended();
  ProgramResult wait();

 private:
  TemporaryFolder output_;
  pid_t pid_ = -1;
  std::optional<int> status_;
};

/// Runs GENREBENCH_PROGRAM to its end.
ProgramResult run_program(const std::vector<std::string>& arguments,
                          const Surroundings& surroundings = {});

/// The text is one line, begins with "genrebench: " and holds every one of the parts.
void expect_one_line(const std::string& text, const std::vector<std::string>& parts);

/// The text holds every one of the parts.
void expect_says(const std::string& text, const std::vector<std::string>& parts);

/// The program refused: this exit code, nothing on standard output, one line on standard error.
void expect_refused(const ProgramResult& result, int exit_code,
                    const std::vector<std::string>& parts);

/// True where tests are to be done at full length, which takes minutes: scripts/fault-test.sh.
bool at_full_length();

/// Waits until `condition` holds, for a minute at most. @return  false: it never did
bool wait_until(const std::function<bool()>& condition);

/// Fails the test unless the text is one JSON value.
void expect_json(const std::string& text);

/// What `PRAGMA integrity_check` says; "ok" for a sound database.
std::string integrity(const std::filesystem::path& database);

/// Executes SQL on a database of any kind, made if missing.
void execute_sql(const std::filesystem::path& database, const std::string& sql);

/// What a WAV file says of itself.
struct WavHeader {
  std::uint16_t format = 1;  ///< 1: PCM, 3: float
  std::uint16_t channels = 1;
  std::uint32_t sample_rate_hz = 8000;
  std::uint16_t bits = 16;
};

/// A WAV file whose header says what it is told to, true or not.
std::string wav_bytes(const WavHeader& header, const std::string& samples);

/// Samples of a tone in the header's format, as bytes, the same in every channel.
std::string tone_bytes(const WavHeader& header, double frequency_hz, double duration_s);

/// A tone as MP3, made by libsndfile; empty where it cannot.
std::string mp3_bytes(double frequency_hz, double duration_s);

/// A small collection, an experiment over it, a store and a cache, all in one temporary folder.
class Workbench {
 public:
  Workbench();

  /// Adds a track: music/<genre>/<name>.
  std::filesystem::path add(const std::string& genre, const std::string& name,
                            const std::string& bytes) const;
  /// Adds a short tone. Genres differ in pitch.
  std::filesystem::path add_tone(const std::string& genre, int number) const;

  /// Writes an experiment over the collection. `keys` replace or join its own; one run a seed.
  std::filesystem::path experiment(const std::string& name,
                                   const std::map<std::string, std::string>& keys = {}) const;

  /// `run FILE words... --db --cache --quiet` on this workbench.
  ProgramResult run(const std::filesystem::path& file, std::vector<std::string> words = {},
                    const Surroundings& surroundings = {}) const;
  std::vector<std::string> arguments(const std::string& command, const std::filesystem::path& file,
                                     std::vector<std::string> words = {}) const;

  /// Does two runs that later faults must not harm.
  void make_earlier_runs();
  /// They are still there, whole, in a sound database.
  void expect_earlier_runs_kept() const;

  std::unique_ptr<RunStore> store() const { return RunStore::open(database, RunStore::Mode::read); }
  /// How many runs of the store have a status.
  std::size_t count(RunStatus status, const std::string& experiment = {}) const;

  TemporaryFolder folder;
  std::filesystem::path music, database, cache;

 private:
  std::map<std::string, double> earlier_;  ///< accuracy by run
};

/// A small disk of its own, unmounted with the object.
class SmallDisk {
 public:
  /// @param size  as mount's size option: "256k"
  explicit SmallDisk(const std::string& size);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  bool mounted() const { return mounted_; }
  const std::filesystem::path& path() const { return point_.path(); }
  void make_read_only() const;
  /// Fills what is left, but for so many bytes.
  void fill(std::uint64_t leave_bytes = 0) const;
  void free_space() const;

 private:
  TemporaryFolder point_;
  bool mounted_ = false;
};

}  // namespace genrebench::testing

/// Declares `disk`, a SmallDisk, or skips the test.
#define GENREBENCH_REQUIRE_DISK(disk, size)        \
  const genrebench::testing::SmallDisk disk(size); \
  if (!disk.mounted()) GTEST_SKIP() << "this user may not mount a small disk"
