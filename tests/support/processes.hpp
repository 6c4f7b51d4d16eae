#pragma once
// Whether processes that a test started, or that were started for it, still run.

#include <fmt/format.h>
#include <signal.h>
#include <sys/types.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>

namespace genrebench::testing {

/// Waits until a file holds a line with a number. @return  -1: it never did
inline pid_t number_in(const std::filesystem::path& file) {
  for (int i = 0; i < 3000; ++i) {
    std::ifstream stream(file);
    std::string line;
    if (std::getline(stream, line) && !stream.eof()) return std::atoi(line.c_str());
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return -1;
}

/// True if no such process runs, or it has ended and nobody has asked for its exit code.
inline bool has_ended(pid_t id) {
  if (::kill(id, 0) != 0) return true;
  std::ifstream stream(fmt::format("/proc/{}/stat", id));
  const std::string stat{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  return stat.empty() || stat.find(") Z ") != std::string::npos;
}

/// Waits for its end, for ten seconds at most.
inline bool is_gone(pid_t id) {
  for (int i = 0; i < 1000 && !has_ended(id); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  return has_ended(id);
}

}  // namespace genrebench::testing
