#include "faults/fault_support.hpp"

#include <fcntl.h>
#include <sndfile.h>
#include <sqlite3.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <numbers>
#include <thread>

namespace genrebench::testing {
namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

template <typename T>
void append(std::string& bytes, T value) {
  bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
}

}  // namespace

RunningProgram::RunningProgram(const std::vector<std::string>& arguments,
                               const Surroundings& surroundings) {
  std::vector<std::string> words = {GENREBENCH_PROGRAM};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> argv;
  for (std::string& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  const std::string out = output_ / "out", err = output_ / "err";
  pid_ = ::fork();
  if (pid_ < 0) throw std::runtime_error("cannot start a process");
  if (pid_ > 0) return;
  const int out_file = ::open(out.c_str(), O_WRONLY | O_CREAT, 0600),
            err_file = ::open(err.c_str(), O_WRONLY | O_CREAT, 0600);
  if (out_file < 0 || err_file < 0 || ::dup2(out_file, 1) < 0 || ::dup2(err_file, 2) < 0)
    ::_exit(99);
  if (!surroundings.folder.empty() && ::chdir(surroundings.folder.c_str()) != 0) ::_exit(99);
  for (const auto& [name, value] : surroundings.environment)
    ::setenv(name.c_str(), value.c_str(), 1);
  if (surroundings.largest_file_bytes) {
    ::signal(SIGXFSZ, SIG_IGN);  // the write then fails with EFBIG
    const rlimit limit{*surroundings.largest_file_bytes, *surroundings.largest_file_bytes};
    if (::setrlimit(RLIMIT_FSIZE, &limit) != 0) ::_exit(99);
  }
  if (surroundings.largest_memory_bytes) {
    const rlimit limit{*surroundings.largest_memory_bytes, *surroundings.largest_memory_bytes};
    if (::setrlimit(RLIMIT_AS, &limit) != 0) ::_exit(99);
  }
  ::execv(argv.front(), argv.data());
  ::_exit(99);
}

RunningProgram::~RunningProgram() {
  if (status_ || pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::vector<pid_t> RunningProgram::children() const {
  std::ifstream stream("/proc/" + std::to_string(pid_) + "/task/" + std::to_string(pid_) +
                       "/children");
  return {std::istream_iterator<pid_t>(stream), {}};
}

void RunningProgram::send(int signal) const { ::kill(pid_, signal); }

bool RunningProgram::ended() {
  int status = 0;
  if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_) status_ = status;
  return status_.has_value();
}

ProgramResult RunningProgram::wait() {
  int status = 0;
  if (!status_ && ::waitpid(pid_, &status, 0) == pid_) status_ = status;
  ProgramResult result{.exit_code = -1,
                       .signal = 0,
                       .out = read_file(output_ / "out"),
                       .err = read_file(output_ / "err")};
  if (WIFEXITED(*status_)) result.exit_code = WEXITSTATUS(*status_);
  if (WIFSIGNALED(*status_)) result.signal = WTERMSIG(*status_);
  return result;
}

ProgramResult run_program(const std::vector<std::string>& arguments,
                          const Surroundings& surroundings) {
  return RunningProgram(arguments, surroundings).wait();
}

void expect_says(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts)
    EXPECT_NE(text.find(part), std::string::npos)
        << "it says: " << text << "\nit should say: " << part;
}

void expect_one_line(const std::string& text, const std::vector<std::string>& parts) {
  EXPECT_TRUE(text.starts_with("genrebench: ")) << text;
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
  EXPECT_LT(text.size(), 1000u) << text;
  expect_says(text, parts);
}

void expect_refused(const ProgramResult& result, int exit_code,
                    const std::vector<std::string>& parts) {
  EXPECT_EQ(result.exit_code, exit_code)
      << "signal " << result.signal << ", it says: " << result.err;
  EXPECT_EQ(result.out, "");
  expect_one_line(result.err, parts);
}

bool at_full_length() { return std::getenv("GENREBENCH_FULL_LENGTH") != nullptr; }

bool wait_until(const std::function<bool()>& condition) {
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > give_up) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
  }
  return true;
}

void expect_json(const std::string& text) {
  EXPECT_TRUE(nlohmann::json::accept(text)) << text.substr(0, 400);
}

std::string integrity(const fs::path& database) {
  sqlite3* connection = nullptr;
  std::string answer = "cannot be opened";
  if (sqlite3_open_v2(database.c_str(), &connection, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK) {
    const auto take = [](void* target, int, char** values, char**) {
      *static_cast<std::string*>(target) = values[0];
      return 0;
    };
    if (sqlite3_exec(connection, "PRAGMA integrity_check", take, &answer, nullptr) != SQLITE_OK)
      answer = sqlite3_errmsg(connection);
  }
  sqlite3_close(connection);
  return answer;
}

void execute_sql(const fs::path& database, const std::string& sql) {
  sqlite3* connection = nullptr;
  if (sqlite3_open(database.c_str(), &connection) != SQLITE_OK ||
      sqlite3_exec(connection, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    ADD_FAILURE() << sqlite3_errmsg(connection);
  sqlite3_close(connection);
}

std::string wav_bytes(const WavHeader& header, const std::string& samples) {
  const std::uint32_t frame = static_cast<std::uint32_t>(header.channels) * header.bits / 8;
  std::string bytes = "RIFF";
  append(bytes, static_cast<std::uint32_t>(36 + samples.size()));
  bytes += "WAVEfmt ";
  append(bytes, std::uint32_t{16});
  append(bytes, header.format);
  append(bytes, header.channels);
  append(bytes, header.sample_rate_hz);
  append(bytes, header.sample_rate_hz * frame);
  append(bytes, static_cast<std::uint16_t>(frame));
  append(bytes, header.bits);
  bytes += "data";
  append(bytes, static_cast<std::uint32_t>(samples.size()));
  return bytes + samples;
}

std::string tone_bytes(const WavHeader& header, double frequency_hz, double duration_s) {
  std::string bytes;
  const auto n = static_cast<std::size_t>(duration_s * header.sample_rate_hz);
  for (std::size_t i = 0; i < n; ++i) {
    const double value = 0.5 * std::sin(2.0 * std::numbers::pi * frequency_hz *
                                        static_cast<double>(i) / header.sample_rate_hz);
    for (int channel = 0; channel < header.channels; ++channel) {
      if (header.format == 3)
        append(bytes, static_cast<float>(value));
      else
        append(bytes, static_cast<std::int16_t>(std::lround(value * 32767.0)));
    }
  }
  return bytes;
}

std::string mp3_bytes(double frequency_hz, double duration_s) {
  const TemporaryFolder folder;
  const std::string file = folder / "tone.mp3";
  constexpr WavHeader kHeader{.sample_rate_hz = 22050};
  SF_INFO info{};
  info.samplerate = static_cast<int>(kHeader.sample_rate_hz);
  info.channels = 1;
  info.format = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III;
  SNDFILE* stream = sf_open(file.c_str(), SFM_WRITE, &info);
  if (stream == nullptr) return {};
  const std::string samples = tone_bytes(kHeader, frequency_hz, duration_s);
  sf_write_short(stream, reinterpret_cast<const short*>(samples.data()),
                 static_cast<sf_count_t>(samples.size() / 2));
  sf_close(stream);
  return read_file(file);
}

Workbench::Workbench()
    : music(folder / "music"), database(folder / "runs.db"), cache(folder / "cache") {
  for (const std::string genre : {"polka", "rock"})
    for (int i = 0; i < 4; ++i) add_tone(genre, i);
}

fs::path Workbench::add(const std::string& genre, const std::string& name,
                        const std::string& bytes) const {
  return folder.write("music/" + genre + "/" + name, bytes);
}

fs::path Workbench::add_tone(const std::string& genre, int number) const {
  const double frequency_hz = 150.0 * static_cast<double>(genre.size()) + 3.0 * number;
  return add(genre, genre + std::to_string(number) + ".wav",
             wav_bytes({}, tone_bytes({}, frequency_hz, 0.2)));
}

fs::path Workbench::experiment(const std::string& name,
                               const std::map<std::string, std::string>& keys) const {
  std::map<std::string, std::string> all = {
      {"name", name},
      {"dataset", "{name: folder, root: \"" + music.string() + "\"}"},
      {"split", "{kind: stratified, train_fraction: 0.5}"},
      {"features",
       "{name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 256, hop_length: 128, n_mels: 20, "
       "n_mfcc: 8}"},
      {"method", "{name: knn, neighbours: 1}"},
      {"seeds", "[0, 1]"}};
  for (const auto& [key, value] : keys) all[key] = value;
  std::string text;
  for (const auto& [key, value] : all) text += key + ": " + value + "\n";
  return folder.write(name + ".yaml", text);
}

std::vector<std::string> Workbench::arguments(const std::string& command, const fs::path& file,
                                              std::vector<std::string> words) const {
  std::vector<std::string> result = {command, file.string()};
  result.insert(result.end(), words.begin(), words.end());
  for (const std::string& word : {std::string("--db"), database.string(), std::string("--cache"),
                                  cache.string(), std::string("--quiet")})
    result.push_back(word);
  return result;
}

ProgramResult Workbench::run(const fs::path& file, std::vector<std::string> words,
                             const Surroundings& surroundings) const {
  return run_program(arguments("run", file, std::move(words)), surroundings);
}

void Workbench::make_earlier_runs() {
  const ProgramResult result = run(experiment("earlier", {{"method", "{name: naive_bayes}"}}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  const auto opened = store();
  for (const RunRecord& run : opened->runs("earlier"))
    earlier_[run.id] = opened->metric(run.id, "test", "accuracy").value();
  ASSERT_EQ(earlier_.size(), 2u);
}

void Workbench::expect_earlier_runs_kept() const {
  const auto opened = store();
  for (const auto& [id, accuracy] : earlier_) {
    const auto run = opened->run(id);
    ASSERT_TRUE(run.has_value());
    EXPECT_EQ(to_string(run->status), "done");
    EXPECT_EQ(opened->metric(id, "test", "accuracy"), accuracy);
    EXPECT_FALSE(opened->predictions(id, "test").empty());
  }
  EXPECT_EQ(opened->runs("earlier").size(), earlier_.size());
  EXPECT_EQ(integrity(database), "ok");
}

std::size_t Workbench::count(RunStatus status, const std::string& experiment) const {
  const auto runs = store()->runs(experiment);
  return static_cast<std::size_t>(std::count_if(
      runs.begin(), runs.end(), [&](const RunRecord& run) { return run.status == status; }));
}

SmallDisk::SmallDisk(const std::string& size) {
  mounted_ = ::mount("tmpfs", path().c_str(), "tmpfs", 0, ("size=" + size).c_str()) == 0;
}

SmallDisk::~SmallDisk() {
  if (mounted_) ::umount2(path().c_str(), MNT_DETACH);
}

void SmallDisk::make_read_only() const {
  EXPECT_EQ(::mount("", path().c_str(), "", MS_REMOUNT | MS_RDONLY, ""), 0);
}

void SmallDisk::fill(std::uint64_t leave_bytes) const {
  struct statvfs space {};
  ASSERT_EQ(::statvfs(path().c_str(), &space), 0);
  const std::uint64_t free_bytes = static_cast<std::uint64_t>(space.f_bavail) * space.f_frsize;
  if (free_bytes <= leave_bytes) return;
  std::ofstream stream(path() / "filler", std::ios::binary | std::ios::app);
  stream << std::string(free_bytes - leave_bytes, 'x');
  stream.flush();
}

void SmallDisk::free_space() const { fs::remove(path() / "filler"); }

}  // namespace genrebench::testing
