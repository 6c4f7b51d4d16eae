// One side of the comparison with librosa: measures what it is told, each time on request, so that
// the two sides can take turns.
//
// Reads commands on standard input, one a line: `TASK FILE`. Answers each with the processor
// seconds it took. Tasks:
//   log_mel FILE    log-mel of the file's samples, decoded beforehand
//   load FILE       file to log-mel, all of it timed
//   stream FILE     the same in blocks, in constant memory
//   same FILE       not timed: 1 if streamed and whole are equal to the bit, else 0
//   save FILE       not timed: writes the log-mel to FILE.f32 as float32, column by column, and
//   answers the number of frames

#include <fmt/format.h>

#include <cstring>
#include <ctime>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "signal/audio/audio.hpp"
#include "signal/features/mel.hpp"

using namespace genrebench;

namespace {

constexpr double kRateHz = 22050.0;

/// Of this process, whose one thread does all the work: what a busy machine gives to others does
/// not count.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Eigen::MatrixXf streamed(const LogMel& log_mel, const std::string& file) {
  AudioReader reader(file, kRateHz);
  const auto stream = log_mel.stream(reader.expected_samples());
  std::vector<float> block(16384);
  while (const std::size_t n = reader.read(block)) stream->push(std::span(block).first(n));
  return stream->finish();
}

}  // namespace

int main() {
  const LogMel log_mel({}, kRateHz);
  std::string cached_file;
  std::vector<float> clip;
  std::string task;
  std::string file;
  while (std::cin >> task >> file) {
    if (task != "stream" && task != "load" && file != cached_file) {
      clip = read_audio(file, kRateHz);
      cached_file = file;
    }
    const double start = processor_seconds();
    if (task == "log_mel") {
      const Eigen::MatrixXf level = log_mel(clip);
      fmt::print("{:.9f}\n", processor_seconds() - start);
    } else if (task == "load") {
      const Eigen::MatrixXf level = log_mel(read_audio(file, kRateHz));
      fmt::print("{:.9f}\n", processor_seconds() - start);
    } else if (task == "stream") {
      const Eigen::MatrixXf level = streamed(log_mel, file);
      fmt::print("{:.9f}\n", processor_seconds() - start);
    } else if (task == "same") {
      const Eigen::MatrixXf whole = log_mel(clip);
      const Eigen::MatrixXf blocks = streamed(log_mel, file);
      const bool same = whole.size() == blocks.size() &&
                        std::memcmp(whole.data(), blocks.data(),
                                    static_cast<std::size_t>(whole.size()) * sizeof(float)) == 0;
      fmt::print("{}\n", same ? 1 : 0);
    } else if (task == "save") {
      const Eigen::MatrixXf level = log_mel(clip);
      std::ofstream(file + ".f32", std::ios::binary)
          .write(reinterpret_cast<const char*>(level.data()),
                 static_cast<std::streamsize>(level.size() * 4));
      fmt::print("{}\n", level.cols());
    } else {
      fmt::print(stderr, "librosa_timings: expected log_mel, load, stream, same or save, got {}\n",
                 task);
      return 2;
    }
    std::fflush(stdout);
  }
  return 0;
}
