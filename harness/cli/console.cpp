#include "harness/cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>

#include "reports/render/render.hpp"
#include "reports/render/text.hpp"

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
    started_ = false;
    if (terminal_) draw(0, {});
  }

  void advance(std::size_t done, const std::string& now) override {
    if (!started_) {  // what was done before this task began says nothing of its speed
      started_ = true;
      first_done_ = now.empty() && done > 1 ? done : 0;
    }
    const auto time = Clock::now();
    const double pause = terminal_ ? 0.1 : 10.0;
    if (done < total_ && std::chrono::duration<double>(time - last_).count() < pause) return;
    last_ = time;
    draw(done, now);
  }

  void end() override { clear(); }

  void message(const std::string& text) override {
    clear();
    fmt::print(stderr, "{}\n", single_line(text));  // names of files may hold anything
  }

 private:
  void draw(std::size_t done, const std::string& now) {
    if (quiet_) return;
    const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
    std::string line = fmt::format("{}: {}/{}", what_, done, total_);
    if (done >= total_)
      line += fmt::format(", {}", duration_text(elapsed));
    else if (done > first_done_)
      line += fmt::format(", {} left", duration_text(elapsed / static_cast<double>(done - first_done_) * static_cast<double>(total_ - done)));
    if (!now.empty() && done < total_) line += "  " + now;
    if (terminal_) {
      winsize size{};
      const std::size_t width = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - 1u : 79u;
      fmt::print(stderr, "\r\033[K{}", line.substr(0, width));
      drawn_ = true;
    } else {
      fmt::print(stderr, "{}\n", line);
    }
    std::fflush(stderr);
  }

  void clear() {
    if (drawn_) fmt::print(stderr, "\r\033[K");
    drawn_ = false;
  }

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  bool started_ = false;
  std::string what_;
  std::size_t total_ = 0;
  std::size_t first_done_ = 0;
  Clock::time_point begin_, last_;
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

std::unique_ptr<Progress> console_progress(bool quiet) { return std::make_unique<ConsoleProgress>(quiet); }

void print_table(const Table& table) {
  Document document;
  document.body.emplace_back(table);
  fmt::print("{}", render_terminal(document, {.colours = ::isatty(STDOUT_FILENO) != 0}));
}

std::string count_of(std::size_t n, const std::string& noun) { return fmt::format("{} {}{}", n, noun, n == 1 ? "" : "s"); }

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
