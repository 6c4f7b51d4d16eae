#include "cli/watchdog.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "cli/command.hpp"
#include "cli/standard_streams.hpp"
#include "signal/audio/decoder_watch.hpp"

namespace genrebench::cli {
namespace {

[[noreturn]] void end(int code, const std::vector<BusyDecoder>& decoders, const std::string& why) {
  for (const BusyDecoder& decoder : decoders)
    if (decoder.program > 0) ::kill(decoder.program, SIGKILL);
  if (::isatty(STDERR_FILENO) != 0) draw("\r\033[J");  // the line of progress
  say("genrebench: " + why);
  ::_exit(code);
}

}  // namespace

Watchdog::Watchdog(WatchdogSettings settings) : settings_(std::move(settings)) {
  // Signals are for the other threads, which may wait for them.
  sigset_t all, before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  thread_ = std::thread([this] { watch(); });
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock(mutex_);
    ended_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Watchdog::watch() {
  std::optional<SteadyClock::time_point> stop;
  for (std::unique_lock lock(mutex_);
       !changed_.wait_for(lock, std::chrono::milliseconds(200), [this] { return ended_; });) {
    if (!stop && settings_.stopping && settings_.stopping()) stop = SteadyClock::now();
    const bool late = stop && seconds_since(*stop) > settings_.stop_grace_s;
    const std::vector<BusyDecoder> decoders = busy_decoders();
    for (const BusyDecoder& decoder : decoders) {
      if (decoder.cpu_s > settings_.cpu_limit_s)
        end(kNotDone, decoders,
            fmt::format("{}: the decoder did not return within {:g} s of processor time; the file "
                        "is damaged: move it away and run the same command again",
                        decoder.file.string(), settings_.cpu_limit_s));
      if (late && decoder.wall_s > settings_.stop_grace_s)
        end(kInterrupted, decoders,
            fmt::format("interrupted; the decoder of {} did not return within {:g} s",
                        decoder.file.string(), settings_.stop_grace_s));
    }
  }
}

}  // namespace genrebench::cli
