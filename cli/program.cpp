#include "cli/program.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/command_line.hpp"
#include "cli/standard_streams.hpp"

namespace genrebench {

void register_all_pipeline(Registry& registry);
void register_all_datasets(Registry& registry);
void register_all_baselines(Registry& registry);
void register_all_models(Registry& registry);
void register_all_reports(Registry& registry);

void register_all(Registry& registry) {
  register_all_pipeline(registry);
  register_all_datasets(registry);
  register_all_baselines(registry);
  register_all_models(registry);
  register_all_reports(registry);
}

namespace {

/// The message on one line. Of a very long one both ends: the place stands first, the advice last.
std::string error_line(const std::exception& error) {
  constexpr std::size_t kBegin = 1500, kEnd = 500;
  const std::string line = single_line(error.what());
  if (line.size() <= kBegin + kEnd) return line;
  return fmt::format("{} [... {} bytes ...] {}", single_line(line.substr(0, kBegin)),
                     line.size() - kBegin - kEnd, single_line(line.substr(line.size() - kEnd)));
}

}  // namespace

int run_program(const Registry& registry, int argc, const char* const* argv) {
  cli::CommandList commands;
  cli::add_all_commands(commands);
  return run_program(registry, std::move(commands), argc, argv);
}

int run_program(const Registry& registry, cli::CommandList commands, int argc,
                const char* const* argv) {
  cli::prepare_standard_streams();
  int code = cli::kDone;
  try {
    code = cli::CommandLine(registry, std::move(commands)).run(argc, argv);
  } catch (const ConfigError& error) {
    cli::say(fmt::format("genrebench: {}", error_line(error)));
    code = cli::kMistake;
  } catch (const std::bad_alloc&) {
    cli::say("genrebench: not enough memory; nothing that was recorded is lost");
    code = cli::kNotDone;
  } catch (const std::exception& error) {
    cli::say(fmt::format("genrebench: {}", error_line(error)));
    code = cli::kNotDone;
  }
  const int failure = cli::output_failure();
  if (failure == 0) return code;
  if (failure == EPIPE) cli::end_as_by_broken_pipe();
  cli::say(fmt::format("genrebench: cannot write to standard output: {}",
                       failure == EBADF ? "it is closed" : std::strerror(failure)));
  return code == cli::kDone ? cli::kNotDone : code;
}

}  // namespace genrebench
