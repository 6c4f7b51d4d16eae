// Standard output and standard error that are closed, full, or a terminal that is gone; and what is
// printed on a terminal.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <sstream>

#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace terminal_test {

using namespace testing;
namespace fs = std::filesystem;

std::size_t n_lines(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

/// Runs a line of shell in which "$G" is the program. @return  what bash ends with, and says
SubprocessResult shell(const std::string& line) {
  return run_subprocess({"bash", "-c", line}, {}, {{"G", GENREBENCH_PROGRAM}});
}

/// Words for a shell.
std::string text_of(const std::vector<std::string>& words) { return "\"$G\" " + shell_text(words); }

/// An experiment whose sweep has something to say.
class Streams : public ::testing::Test {
 protected:
  Streams() { bench_.add("rock", "broken.wav", "no audio"); }

  /// Runs the experiment with these redirections, and expects every run to be done.
  int run_with(const std::string& redirections, const std::vector<std::string>& more = {}) const {
    auto words = bench_.arguments("run", file_, more);
    std::erase(words, "--quiet");
    const SubprocessResult result = shell(before_ + text_of(words) + " " + redirections);
    EXPECT_EQ(bench_.count(RunStatus::done), 4u) << redirections << "\n" << result.err;
    EXPECT_EQ(integrity(bench_.database), "ok");
    return result.exit_code;
  }

  std::string log() const {
    const fs::path file = bench_.database.string() + ".log";
    return fs::exists(file) ? read_file_text(file) : std::string();
  }

  Workbench bench_;
  fs::path file_ = bench_.experiment("streams", {{"seeds", "4"}});
  std::string before_;  ///< what the shell does first
};

TEST_F(Streams, AFullStandardErrorChangesNothingAndItsLinesGoBesideTheStore) {
  EXPECT_EQ(run_with("2>/dev/full"), 0);
  expect_says(log(), {"standard error cannot be written (No space left on device)", "bad track",
                      "broken.wav"});
}

TEST_F(Streams, AClosedStandardErrorChangesNothingAndItsLinesGoBesideTheStore) {
  EXPECT_EQ(run_with("2>&-"), 0);
  expect_says(log(), {"standard error cannot be written (it is closed)", "broken.wav"});
}

TEST_F(Streams, AStandardErrorThatNobodyReadsChangesNothing) {
  EXPECT_EQ(run_with("2> >(exec true)"), 0);
  EXPECT_EQ(run_with("2>&1 >/dev/null | true; exit ${PIPESTATUS[0]}"), 0);
}

TEST_F(Streams, ALogBeyondTheLimitOfFileSizesChangesNothing) {
  constexpr std::size_t kLimitKiB = 8192;  // more than the store needs
  const fs::path err = bench_.folder.write("err", std::string(kLimitKiB << 10, 'x'));
  before_ = "ulimit -f " + std::to_string(kLimitKiB) + "; ";
  EXPECT_EQ(run_with("2>>" + shell_word(err.string())), 0);
  expect_says(log(), {"broken.wav"});
}

TEST_F(Streams, WorkersGoOnToo) {
  EXPECT_EQ(run_with("2>/dev/full", {"--workers", "2"}), 0);
  expect_says(log(), {"broken.wav"});
}

TEST_F(Streams, EverythingClosedIsAnErrorAndLosesNothing) {
  EXPECT_EQ(run_with("<&- >&- 2>&-"), 1);
  expect_says(log(),
              {"standard output cannot be written (it is closed)", "streams: 4 runs: 4 done"});
}

TEST_F(Streams, AFullStandardOutputIsAnErrorAndLosesNothing) {
  EXPECT_EQ(run_with(">/dev/full"), 1);
  expect_says(log(), {"streams: 4 runs: 4 done"});
}

TEST_F(Streams, ResultsForNobodyEndQuietly) {
  bench_.make_earlier_runs();
  const std::string runs = text_of({"runs", "--json", "--db", bench_.database.string()});
  const SubprocessResult piped = shell(runs + " | true; exit ${PIPESTATUS[0]}");
  EXPECT_EQ(piped.err, "");
  EXPECT_TRUE(piped.exit_code == 0 || piped.exit_code == 128 + SIGPIPE) << piped.exit_code;
  for (const char* redirection : {">&-", ">/dev/full"}) {
    const SubprocessResult result = shell(runs + redirection);
    EXPECT_EQ(result.exit_code, 1);
    expect_one_line(result.err, {"cannot write to standard output"});
  }
  EXPECT_EQ(shell("\"$G\" --help >/dev/full").exit_code, 1);
  EXPECT_EQ(shell("\"$G\" --version >&-").exit_code, 1);
}

/// A program on a pseudo terminal.
class OnTerminal {
 public:
  OnTerminal(const std::vector<std::string>& arguments, int columns, bool hears_hangup)
      : terminal_(::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    ::grantpt(terminal_);
    ::unlockpt(terminal_);
    const std::string name = ::ptsname(terminal_);
    const winsize size{.ws_row = 24,
                       .ws_col = static_cast<unsigned short>(columns),
                       .ws_xpixel = 0,
                       .ws_ypixel = 0};
    ::ioctl(terminal_, TIOCSWINSZ, &size);
    std::vector<std::string> words = {GENREBENCH_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    ::setsid();
    const int own = ::open(name.c_str(), O_RDWR);
    for (const int stream : {0, 1, 2}) ::dup2(own, stream);
    ::signal(SIGHUP, hears_hangup ? SIG_DFL : SIG_IGN);
    ::unsetenv("COLUMNS");
    ::execv(argv.front(), argv.data());
    ::_exit(99);
  }
  ~OnTerminal() { close(); }
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;

  void close() {
    if (terminal_ >= 0) ::close(std::exchange(terminal_, -1));
  }

  /// What the program prints until it ends.
  std::string text() const {
    std::string result;
    char block[4096];
    for (ssize_t n = 0; (n = ::read(terminal_, block, sizeof block)) > 0;)
      result.append(block, static_cast<std::size_t>(n));
    return result;  // the last read fails with EIO once the program has ended
  }

  /// @return  the exit code; beyond 128: the signal
  int wait() const {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  int terminal_;
  pid_t pid_ = -1;
};

/// Starts a long sweep on a terminal, and closes the terminal when some runs are done.
int close_terminal_under(const Workbench& bench, const fs::path& file, bool hears_hangup,
                         std::vector<std::string> more = {}) {
  auto words = bench.arguments("run", file, std::move(more));
  std::erase(words, "--quiet");
  OnTerminal program(words, 80, hears_hangup);
  EXPECT_TRUE(wait_until([&] {
    return fs::exists(bench.database) && fs::file_size(bench.database) > 0 &&
           bench.count(RunStatus::done) >= 5;
  }));
  program.close();
  return program.wait();
}

TEST(Terminal, ASweepOutlivesItsTerminalWhereHangupsAreIgnored) {
  for (const std::vector<std::string>& more :
       {std::vector<std::string>{}, std::vector<std::string>{"--workers", "2"}}) {
    const Workbench bench;
    const auto file = bench.experiment("long", {{"seeds", "200"}});
    EXPECT_EQ(close_terminal_under(bench, file, /*hears_hangup=*/false, more), 1)
        << "its last line could not be printed";
    EXPECT_EQ(bench.count(RunStatus::done), 200u);
    expect_says(read_file_text(bench.database.string() + ".log"), {"long: 200 runs: 200 done"});
  }
}

TEST(Terminal, ASweepEndsAfterItsRunWhenItsTerminalIsClosed) {
  const Workbench bench;
  const auto file = bench.experiment("long", {{"seeds", "600"}});
  EXPECT_EQ(close_terminal_under(bench, file, /*hears_hangup=*/true), 130);
  EXPECT_EQ(bench.count(RunStatus::running), 0u) << "no run is left as if someone were at it";
  EXPECT_EQ(bench.count(RunStatus::failed), 0u);
  EXPECT_LT(bench.count(RunStatus::done), 600u);
  expect_says(read_file_text(bench.database.string() + ".log"), {"interrupted"});
  EXPECT_EQ(bench.run(file).exit_code, 0);
}

/// Without lines of one word, such as an address, which cannot be broken.
std::size_t widest_line(const std::string& text) {
  std::size_t widest = 0;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    while (!line.empty() && line.back() == '\r') line.pop_back();
    for (std::size_t begin; (begin = line.find('\033')) != std::string::npos;)
      line.erase(begin, line.find_first_of("mJ", begin) + 1 - begin);
    line.erase(0, line.rfind('\r') + 1);
    if (line.find(' ', line.find_first_not_of(" (")) != std::string::npos)
      widest = std::max(widest, display_width(line));
  }
  return widest;
}

TEST(Terminal, TablesFitIt) {
  Workbench bench;
  bench.make_earlier_runs();
  const std::string database = bench.database.string();
  for (const std::vector<std::string>& words : {std::vector<std::string>{"runs", "--db", database},
                                                {"list", "methods"},
                                                {"report", "--db", database},
                                                {"store", "check", "--db", database}})
    for (const int columns : {40, 60, 80, 132}) {
      const OnTerminal program(words, columns, /*hears_hangup=*/true);
      const std::string text = program.text();
      EXPECT_EQ(program.wait(), 0);
      EXPECT_LE(static_cast<int>(widest_line(text)), columns) << words[0] << "\n" << text;
      EXPECT_NE(text, "");
    }
}

TEST(Terminal, ProgressIsOneLineThatFits) {
  Workbench bench;
  for (int i = 0; i < 3; ++i) bench.add_tone("polka", 20 + i);
  auto words = bench.arguments("run", bench.experiment("näme of an experiment", {{"seeds", "30"}}));
  std::erase(words, "--quiet");
  const OnTerminal program(words, 30, /*hears_hangup=*/true);
  const std::string text = program.text();
  EXPECT_EQ(program.wait(), 0);
  std::size_t begin = 0;  // each picture begins at the left
  for (std::size_t at; (at = text.find("\r\033[J", begin)) != std::string::npos; begin = at + 4)
    EXPECT_LT(display_width(text.substr(begin, at - begin)), 30u) << text.substr(begin, at - begin);
}

/// A sweep in which every run fails for one reason.
ProgramResult fail_alike(const Workbench& bench, int n_runs, std::vector<std::string> more = {}) {
  bench.add("rock", "broken.wav", "no audio");
  auto words = bench.arguments(
      "run",
      bench.experiment("failing", {{"seeds", std::to_string(n_runs)}, {"on_bad_track", "fail"}}),
      std::move(more));
  std::erase(words, "--quiet");
  return run_program(words);
}

TEST(Terminal, RunsThatFailAlikeAreAFewLinesAndAHint) {
  const Workbench bench;
  const ProgramResult result = fail_alike(bench, 75);
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_LE(n_lines(result.err) + n_lines(result.out), 12u) << result.err << result.out;
  expect_says(result.err, {"failed: 75 in all like this", "broken.wav", "runs --failed --db"});
  expect_says(result.out, {"75 failed"});
  const ProgramResult listed =
      run_program({"runs", "--failed", "--json", "--db", bench.database.string()});
  EXPECT_EQ(listed.exit_code, 0);
  std::size_t n = 0;
  for (std::size_t at = 0;
       (at = listed.out.find("\"status\": \"failed\"", at)) != std::string::npos; ++at)
    ++n;
  EXPECT_EQ(n, 75u);
}

TEST(Terminal, WorkersWhoseRunsFailAlikeSayItTogether) {
  const Workbench bench;
  const ProgramResult result = fail_alike(bench, 75, {"--workers", "3"});
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_LE(n_lines(result.err) + n_lines(result.out), 12u) << result.err << result.out;
  expect_says(result.err, {"failed: 75 in all like this"});
}

TEST(Terminal, TracksThatAreBadAlikeAreCounted) {
  const Workbench bench;
  for (int i = 0; i < 40; ++i) bench.add("rock", "broken" + std::to_string(i) + ".wav", "no audio");
  auto words = bench.arguments("run", bench.experiment("left out"));
  std::erase(words, "--quiet");
  const ProgramResult result = run_program(words);
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_LE(n_lines(result.err), 12u) << result.err;
  expect_says(result.err, {"bad track: 40 in all like this"});
  expect_says(result.out, {"40 bad tracks left out"});
}

TEST(Terminal, QuietIsQuiet) {
  Workbench bench;
  const auto file = bench.experiment("pruned", {{"seeds", "3"}});
  for (const char* command : {"run", "plan", "resume"}) {
    const std::vector<std::string> words =
        std::string(command) == "resume"
            ? std::vector<std::string>{"resume", "--quiet", "--db", bench.database.string()}
            : bench.arguments(command, file);
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_EQ(result.err, "") << command;
  }
}

}  // namespace terminal_test
}  // namespace genrebench
