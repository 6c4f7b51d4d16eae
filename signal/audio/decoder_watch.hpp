#pragma once
// Which decoders are at work, so that one that does not come back can be told from slow work.

#include <sys/types.h>

#include <ctime>
#include <filesystem>
#include <vector>

#include "base/clock.hpp"

namespace genrebench {

struct BusyDecoder;

/// Exists while this thread is inside a decoder that cannot be interrupted.
class DecoderCall {
 public:
  /// @param file     outlives this
  /// @param program  the process that decodes; 0: a library in this process
  explicit DecoderCall(const std::filesystem::path& file, pid_t program = 0);
  ~DecoderCall();
  DecoderCall(const DecoderCall&) = delete;
  DecoderCall& operator=(const DecoderCall&) = delete;

 private:
  friend std::vector<BusyDecoder> busy_decoders();

  const std::filesystem::path& file_;
  pid_t program_;
  clockid_t thread_clock_ = 0;
  double cpu_begin_s_ = 0.0;
  SteadyClock::time_point begin_ = SteadyClock::now();
};

/// A decoder at work.
struct BusyDecoder {
  std::filesystem::path file;
  pid_t program = 0;    ///< as in DecoderCall
  double wall_s = 0.0;  ///< since the call began
  double cpu_s = 0.0;   ///< of its thread's processor time; a stopped process and a slow disk take
                        ///< none
};

/// The calls of all threads that are under way.
std::vector<BusyDecoder> busy_decoders();

}  // namespace genrebench
