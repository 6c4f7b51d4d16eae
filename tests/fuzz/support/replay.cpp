// Gives stored inputs to a fuzz target, without a fuzzer.
//
//   fuzz_replay TARGET FOLDER...
//
// Exit code: 0 every input kept the contract, 2 a mistake in the arguments. Anything that breaks
// the contract ends the process, after a line that names the file.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.hpp"
#include "tests/fuzz/support/memory.hpp"
#include "tests/fuzz/support/targets.hpp"

namespace genrebench::fuzz {
namespace {

namespace fs = std::filesystem;

/// An input that takes longer than this counts as one that never ends.
constexpr unsigned kMostSeconds = 60;

char current[4096];  // the file at hand, for the handler

extern "C" void tell_file(int signal) {
  const auto tell = [](const char* text) { (void)!::write(2, text, std::strlen(text)); };
  tell(signal == SIGALRM ? "fuzz_replay: does not end: " : "fuzz_replay: ends the program: ");
  tell(current);
  tell("\n");
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

/// The handler has a stack of its own, because the program's may be what ran out.
void tell_file_at_signals() {
  static char stack[1 << 16];
  const stack_t own{.ss_sp = stack, .ss_flags = 0, .ss_size = sizeof stack};
  ::sigaltstack(&own, nullptr);
  struct sigaction action {};
  action.sa_handler = tell_file;
  action.sa_flags = SA_ONSTACK;
  for (const int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGBUS, SIGILL, SIGALRM})
    ::sigaction(signal, &action, nullptr);
}

std::vector<fs::path> inputs_in(int argc, char** argv) {
  std::vector<fs::path> files;
  for (int i = 2; i < argc; ++i)
    if (fs::is_directory(argv[i]))
      for (const fs::directory_entry& entry : fs::directory_iterator(argv[i]))
        files.push_back(entry.path());
  std::ranges::sort(files);
  return files;
}

int replay(int argc, char** argv) {
  const auto targets = all_targets();
  const auto target = argc < 3 ? targets.end() : targets.find(argv[1]);
  if (target == targets.end()) {
    fmt::print(stderr, "usage: fuzz_replay TARGET FOLDER...\ntargets:");
    for (const auto& [name, run] : targets) fmt::print(stderr, " {}", name);
    fmt::print(stderr, "\n");
    return 2;
  }
  const std::vector<fs::path> files = inputs_in(argc, argv);
  if (files.empty()) {
    fmt::print(stderr, "fuzz_replay: expected inputs of {} in the folders, found none\n", argv[1]);
    return 2;
  }
  tell_file_at_signals();
  for (const fs::path& file : files) {
    const std::string input = read_file_text(file);
    std::strncpy(current, file.c_str(), sizeof current - 1);
    ::alarm(kMostSeconds);
    begin_to_count_memory();
    target->second(input);
    check_memory();
  }
  ::alarm(0);
  fmt::print("{} inputs of {}\n", files.size(), argv[1]);
  return 0;
}

}  // namespace
}  // namespace genrebench::fuzz

int main(int argc, char** argv) { return genrebench::fuzz::replay(argc, argv); }
