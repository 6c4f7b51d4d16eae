#include "cli/console.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/repeated_messages.hpp"
#include "harness/workers/worker_pool.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// The beginning of a line that takes this many columns at most.
std::string cut_to(std::string_view line, std::size_t width) {
  const std::string text = single_line(line);
  if (display_width(text) <= width) return text;
  std::size_t end = 0;  // a character is at most as wide as it has bytes
  for (std::size_t next = 1; next <= text.size(); ++next) {
    const bool between = next == text.size() || (static_cast<unsigned char>(text[next]) >> 6) != 2;
    if (!between) continue;
    if (display_width(std::string_view(text).substr(0, next)) > width) break;
    end = next;
  }
  return text.substr(0, end);
}

class ConsoleProgress final : public Progress {
 public:
  explicit ConsoleProgress(bool quiet) : quiet_(quiet), terminal_(::isatty(STDERR_FILENO) != 0) {}
  ~ConsoleProgress() override {
    clear();
    ConsoleProgress::tell_counts();
  }

  void begin(const std::string& what, std::size_t total) override {
    what_ = what;
    total_ = total;
    begin_ = Clock::now();
    first_done_ = 0;
    started_ = complete_ = false;
    if (terminal_) show(0, {});
  }

  void advance(std::size_t done, const std::string& now) override {
    if (what_.empty()) return;  // nothing has begun
    if (!started_) {            // what was done before this task began does not tell its speed
      started_ = true;
      first_done_ = now.empty() && done > 1 ? done : 0;
    }
    const bool complete = done >= total_;
    if (complete ? complete_ : !is_time()) return;
    complete_ = complete;
    if (!terminal_ && complete && told_ && !is_time()) return;
    show(done, now);
  }

  void end() override {
    clear();
    details_.clear();
  }

  void message(const std::string& text) override {
    clear();
    say(text);
  }

  void note(const std::string& text) override {
    if (!quiet_) message(text);
  }

  void incident(const Incident& incident) override {
    if (incident.harmless && quiet_) return;
    if (repeated_.add(incident)) message(incident.text);
  }

  void tell_counts() override {
    for (const std::string& line : repeated_.counts()) message(line);
  }

  void details(const std::vector<std::string>& lines) override { details_ = lines; }

 private:
  /// True if enough time has passed since progress was last shown.
  bool is_time() const {
    const auto seconds = [](Clock::duration time) {
      return std::chrono::duration<double>(time).count();
    };
    const auto time = Clock::now();
    const double pause = terminal_ ? 0.1 : std::max(10.0, 0.1 * seconds(time - made_));
    return seconds(time - last_) >= pause;
  }

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

  void show(std::size_t done, const std::string& now) {
    told_ = true;
    last_ = Clock::now();
    if (quiet_) return;
    if (terminal_)
      show_on_terminal(line(done, now));
    else
      draw(single_line(line(done, now)) + "\n");
  }

  void show_on_terminal(const std::string& first_line) {
    winsize size{};
    const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0;
    const std::size_t width = known && size.ws_col > 1 ? size.ws_col - 1u : 79u,
                      height = known && size.ws_row > 1 ? size.ws_row : 24u;
    std::string text = cut_to(first_line, width);
    std::size_t n_lines = 1;
    for (const std::string& detail : details_) {
      if (n_lines + 1 >= height) break;
      text += "\n" + cut_to(detail, width);
      ++n_lines;
    }
    clear();
    draw(text);
    n_drawn_ = n_lines;
  }

  /// Erases what was drawn: the cursor stands at the end of its last line.
  void clear() {
    if (n_drawn_ == 0) return;
    draw((n_drawn_ > 1 ? fmt::format("\033[{}A", n_drawn_ - 1) : std::string()) + "\r\033[J");
    n_drawn_ = 0;
  }

  bool quiet_;
  bool terminal_;
  std::size_t n_drawn_ = 0;  ///< lines on the terminal
  std::vector<std::string> details_;
  RepeatedMessages repeated_;
  bool started_ = false;
  bool complete_ = false;  ///< the whole was shown
  bool told_ = false;      ///< anything was shown
  std::string what_;
  std::size_t total_ = 0;
  std::size_t first_done_ = 0;
  Clock::time_point made_ = Clock::now(), begin_ = made_, last_ = made_;
};

/// Writes on standard error what the pool reads. A pool that is gone does not end the worker's run.
class PoolProgress final : public Progress {
 public:
  void begin(const std::string& what, std::size_t total) override {
    what_ = what;
    total_ = total;
    tell(what);
  }
  void advance(std::size_t done, const std::string& now) override {
    const auto time = Clock::now();
    if (now == said_ || std::chrono::duration<double>(time - last_).count() < 0.1) return;
    last_ = time;
    tell(now.empty() ? fmt::format("{}: {}/{}", what_, done, total_) : now);
  }
  void end() override {}
  void message(const std::string& text) override { draw(single_line(text) + "\n"); }
  void note(const std::string& text) override {
    incident({.kind = "note", .text = text, .reason = text, .harmless = true});
  }
  void incident(const Incident& incident) override { draw(pool_line(incident) + "\n"); }

 private:
  void tell(const std::string& now) {
    said_ = now;
    draw(fmt::format("{}{}\n", kNowMark, single_line(now)));
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

void print_document(const Document& document) {
  TerminalOptions options{.colours = ::isatty(STDOUT_FILENO) != 0};
  if (const std::size_t columns = columns_of(STDOUT_FILENO); columns > 0) {
    options.table_width = columns;
    options.width = std::min(options.width, columns);
  }
  write_text(render_terminal(document, options));
}

void print_line(std::size_t indent, const std::string& text) {
  constexpr std::size_t kMore = 2;
  const std::string blanks(indent, ' '), next_line = "\n" + blanks + std::string(kMore, ' ');
  const std::size_t columns = columns_of(STDOUT_FILENO);
  const std::string lines =
      columns > indent + kMore ? wrap_text(text, columns - indent - kMore) : text;
  write_text(blanks +
             replace_each(lines,
                          [&](char c) -> std::string_view {
                            return c == '\n' ? std::string_view(next_line) : std::string_view();
                          }) +
             "\n");
}

void print_table(const Table& table) {
  Document document;
  document.body.emplace_back(table);
  print_document(document);
}

void print_json(const nlohmann::ordered_json& document) {
  write_text(document.dump(2, ' ', /*ensure_ascii=*/false,
                           nlohmann::ordered_json::error_handler_t::replace) +
             "\n");
}

void print_written(const std::vector<std::filesystem::path>& files) {
  for (const std::filesystem::path& file : files) say("wrote " + file.string());
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
    // Ignored under nohup: then the program outlives its terminal.
    if (std::signal(SIGHUP, on_signal) == SIG_IGN) std::signal(SIGHUP, SIG_IGN);
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
