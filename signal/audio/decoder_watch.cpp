#include "signal/audio/decoder_watch.hpp"

#include <pthread.h>

#include <algorithm>
#include <mutex>

namespace genrebench {
namespace {

std::mutex mutex;

std::vector<const DecoderCall*>& calls() {
  static std::vector<const DecoderCall*> all;
  return all;
}

double seconds_of(clockid_t clock) {
  timespec time{};
  if (::clock_gettime(clock, &time) != 0) return 0.0;
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

}  // namespace

DecoderCall::DecoderCall(const std::filesystem::path& file, pid_t program)
    : file_(file), program_(program) {
  ::pthread_getcpuclockid(::pthread_self(), &thread_clock_);
  cpu_begin_s_ = seconds_of(thread_clock_);
  const std::lock_guard lock(mutex);
  calls().push_back(this);
}

DecoderCall::~DecoderCall() {
  const std::lock_guard lock(mutex);
  std::erase(calls(), this);
}

std::vector<BusyDecoder> busy_decoders() {
  std::vector<BusyDecoder> result;
  const std::lock_guard lock(mutex);  // so that the threads that are looked at do not end
  for (const DecoderCall* call : calls())
    result.push_back({.file = call->file_,
                      .program = call->program_,
                      .wall_s = seconds_since(call->begin_),
                      .cpu_s = seconds_of(call->thread_clock_) - call->cpu_begin_s_});
  return result;
}

}  // namespace genrebench
