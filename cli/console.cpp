#include "cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "harness/workers/worker_pool.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

using Clock = std::chrono::steady_clock;

class ConsoleProgress final : public Progress {
 public:
  explicit ConsoleProgress(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}
  ~ConsoleProgress() override { clear(); }

  void begin(const std::string& what, std::size_t total) override {
    what_ = what;
    total_ = total;
    begin_ = last_ = Clock::now();
    first_done_ = 0;
    started_ = complete_ = false;
    if (terminal_) draw(0, {});
  }

  void advance(std::size_t done, const std::string& now) override {
    if (!started_) {  // what was done before this task began does not tell its speed
      started_ = true;
      first_done_ = now.empty() && done > 1 ? done : 0;
    }
    const auto time = Clock::now();
    const double pause = terminal_ ? 0.1 : 10.0;
    if (done < total_ ? std::chrono::duration<double>(time - last_).count() < pause : complete_)
      return;
    complete_ = done >= total_;
    last_ = time;
    draw(done, now);
  }

  void end() override {
    clear();
    details_.clear();
  }

  void message(const std::string& text) override {
    clear();
    fmt::print(stderr, "{}\n", single_line(text));  // names of files may hold anything
  }

  void details(const std::vector<std::string>& lines) override { details_ = lines; }

 private:
  /// "runs: 3/10, 12 s left  svm on full of gtzan, seed 0"
  std::string line(std::size_t done, const std::string& now) const {
    const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::string text = fmt::format("{}: {}/{}", what_, done, total_);
    if (done >= total_)
      text += fmt::format(", {}", duration_text(elapsed));
    else if (done > first_done_)
      text +=
          fmt::format(", {} left", duration_text(elapsed / static_cast<double>(done - first_done_) *
                                                 static_cast<double>(total_ - done)));
    if (!now.empty() && done < total_) text += "  " + now;
    return text;
  }

  void draw(std::size_t done, const std::string& now) {
    if (quiet_) return;
    if (terminal_)
      draw_on_terminal(line(done, now));
    else
      fmt::print(stderr, "{}\n", line(done, now));
    std::fflush(stderr);
  }

  void draw_on_terminal(const std::string& first_line) {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    const std::size_t width = known && size.ws_col > 1 ? size.ws_col - 1u : 79u,
                      height = known && size.ws_row > 1 ? size.ws_row : 24u;
    std::string text = first_line.substr(0, width);
    std::size_t n_lines = 1;
    for (const std::string& detail : details_) {
      if (n_lines + 1 >= height) break;
      text += "\n" + detail.substr(0, width);
      ++n_lines;
    }
    clear();
    fmt::print(stderr, "{}", text);
    n_drawn_ = n_lines;
  }

  /// Erases what was drawn: the cursor stands at the end of its last line.
  void clear() {
    if (n_drawn_ == 0) return;
    if (n_drawn_ > 1) fmt::print(stderr, "\033[{}A", n_drawn_ - 1);
    fmt::print(stderr, "\r\033[J");
    n_drawn_ = 0;
  }

  bool quiet_;
  bool terminal_;
  std::size_t n_drawn_ = 0;  ///< lines on the terminal
  std::vector<std::string> details_;
  bool started_ = false;
  bool complete_ = false;  ///< the whole was drawn
  std::string what_;
  std::size_t total_ = 0;
  std::size_t first_done_ = 0;
  Clock::time_point begin_, last_;
};

class PoolProgress final : public Progress {
 public:
  void begin(const std::string& what, std::size_t total) override {
    what_ = what;
    total_ = total;
    say(what);
  }
  void advance(std::size_t done, const std::string& now) override {
    const auto time = Clock::now();
    if (now == said_ || std::chrono::duration<double>(time - last_).count() < 0.1) return;
    last_ = time;
    say(now.empty() ? fmt::format("{}: {}/{}", what_, done, total_) : now);
  }
  void end() override {}
  void message(const std::string& text) override { fmt::print(stderr, "{}\n", single_line(text)); }

 private:
  void say(const std::string& now) {
    said_ = now;
    fmt::print(stderr, "{}{}\n", kNowMark, single_line(now));
  }

  std::string what_, said_;
  std::size_t total_ = 0;
  Clock::time_point last_;
};

volatile std::sig_atomic_t stop = 0;

void on_cluster_signal(int signal) {
  if (stop == 0) stop = signal;
}

void on_signal(int signal) {
  on_cluster_signal(signal);
  std::signal(signal, SIG_DFL);
}

}  // namespace

std::unique_ptr<Progress> console_progress(bool quiet) {
  return std::make_unique<ConsoleProgress>(quiet);
}

std::unique_ptr<Progress> pool_progress() { return std::make_unique<PoolProgress>(); }

void print_table(const Table& table) {
  Document document;
  document.body.emplace_back(table);
  fmt::print("{}", render_terminal(document, {.colours = ::isatty(STDOUT_FILENO) != 0}));
}

void print_json(const nlohmann::ordered_json& document) {
  fmt::print("{}\n", document.dump(2, ' ', /*ensure_ascii=*/false,
                                   nlohmann::ordered_json::error_handler_t::replace));
}

void print_written(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& file : files) fmt::print(stderr, "wrote {}\n", file.string());
}

std::string bytes_text(std::uintmax_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes);
  const char* const units[] = {"B", "kB", "MB", "GB", "TB"};
  std::size_t unit = 0;
  while (value >= 999.95 && unit + 1 < std::size(units)) {
    value /= 1000.0;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, units[unit]);
}

bool stop_requested() {
  static const bool installed = [] {
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
    return true;
  }();
  return installed && stop != 0;
}

void heed_cluster_signals() {
  stop_requested();
  for (const int signal : {SIGTERM, SIGUSR1}) std::signal(signal, on_cluster_signal);
}

int stop_signal() { return stop; }

}  // namespace genrebench::cli
