#include "cli/standard_streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench::cli {
namespace {

/// Lines that wait for a place to go. More are not kept.
constexpr std::size_t kMostWaiting = 1000;
constexpr int kPatienceMs = 1000;  ///< with a stream that does not block and takes nothing

bool broken_pipe_was_ignored = false;
int first_output_failure = 0;

/// @return  0, or the error number
int write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n > 0) {
      text.remove_prefix(static_cast<std::size_t>(n));
      continue;
    }
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && errno == EAGAIN) {
      pollfd ready{.fd = descriptor, .events = POLLOUT, .revents = 0};
      if (::poll(&ready, 1, kPatienceMs) > 0) continue;
      return EAGAIN;
    }
    return n < 0 ? errno : EIO;
  }
  return 0;
}

/// The file for lines that cannot be printed.
class MessageFile {
 public:
  void put_beside(const std::filesystem::path& database) {
    const std::lock_guard lock(mutex_);
    file_ = beside_store(database, ".log");
    write();
  }

  /// @param stream  the one that cannot be written
  /// @param reason  its error number
  void add(const std::string& line, const char* stream, int reason) {
    const std::lock_guard lock(mutex_);
    if (begun_.insert(stream).second)
      keep(fmt::format("{} cannot be written ({}); what it should have said follows", stream,
                       reason == EBADF ? "it is closed" : std::strerror(reason)));
    keep(line);
    write();
  }

 private:
  void keep(const std::string& line) {
    if (waiting_.size() < kMostWaiting)
      waiting_.push_back(fmt::format("{} {} {}\n", utc_now(), ::getpid(), line));
  }

  /// Each line in one piece, because several processes may add to the file.
  void write() {
    if (file_.empty() || waiting_.empty()) return;
    const int descriptor =
        ::open(file_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666);
    if (descriptor < 0) return;
    std::size_t n_written = 0;
    while (n_written < waiting_.size() && write_all(descriptor, waiting_[n_written]) == 0)
      ++n_written;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(n_written));
    ::close(descriptor);
  }

  std::mutex mutex_;
  std::string file_;
  std::vector<std::string> waiting_;
  std::set<std::string> begun_;  ///< streams that were named
};

MessageFile& message_file() {
  static MessageFile file;
  return file;
}

void ignore(int signal, bool* was_ignored = nullptr) {
  const auto before = std::signal(signal, SIG_IGN);
  if (was_ignored != nullptr) *was_ignored = before == SIG_IGN;
}

}  // namespace

void prepare_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(descriptor, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is taken, which is this one.
    [[maybe_unused]] const int opened = ::open("/dev/null", O_RDONLY);
  }
  ignore(SIGPIPE, &broken_pipe_was_ignored);
  ignore(SIGXFSZ);
}

void write_text(std::string_view text) {
  if (first_output_failure == 0 && std::fwrite(text.data(), 1, text.size(), stdout) != text.size())
    first_output_failure = errno == 0 ? EIO : errno;
}

int output_failure() {
  errno = 0;
  std::cout.flush();
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout;
  if (first_output_failure == 0 && !written) first_output_failure = errno == 0 ? EIO : errno;
  return first_output_failure;
}

void end_as_by_broken_pipe() {
  if (broken_pipe_was_ignored) return;
  std::signal(SIGPIPE, SIG_DFL);
  std::raise(SIGPIPE);
}

void say(std::string_view line) {
  const std::string text = single_line(line);  // names of files may hold anything
  if (const int reason = write_all(STDERR_FILENO, text + "\n"); reason != 0)
    message_file().add(text, "standard error", reason);
}

void keep_message(std::string_view line) {
  message_file().add(single_line(line), "standard output", output_failure());
}

bool draw(std::string_view text) { return write_all(STDERR_FILENO, text) == 0; }

void keep_messages_beside(const std::filesystem::path& database) {
  message_file().put_beside(database);
}

std::size_t columns_of(int descriptor) {
  std::size_t columns = 0;
  if (const char* text = std::getenv("COLUMNS"); text != nullptr) {
    const char* const end = text + std::strlen(text);
    const auto [stop, error] = std::from_chars(text, end, columns);
    if (error == std::errc() && stop == end && columns > 0) return columns;
  }
  if (::isatty(descriptor) == 0) return 0;
  winsize size{};
  const bool known = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return known ? size.ws_col : 80;
}

}  // namespace genrebench::cli
