#include "cli/program.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <utility>

#include "base/error.hpp"
#include "base/text.hpp"
#include "cli/command.hpp"
#include "cli/command_line.hpp"

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

int run_program(const Registry& registry, int argc, const char* const* argv) {
  cli::CommandList commands;
  cli::add_all_commands(commands);
  return run_program(registry, std::move(commands), argc, argv);
}

int run_program(const Registry& registry, cli::CommandList commands, int argc,
                const char* const* argv) {
  try {
    const int code = cli::CommandLine(registry, std::move(commands)).run(argc, argv);
    std::cout.flush();
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0 && std::cout) return code;
    throw DataError(fmt::format("cannot write to standard output: {}",
                                errno == 0 ? "an earlier write failed" : std::strerror(errno)));
  } catch (const ConfigError& error) {
    fmt::print(stderr, "genrebench: {}\n", single_line(error.what()));
    return cli::kMistake;
  } catch (const std::exception& error) {
    fmt::print(stderr, "genrebench: {}\n", single_line(error.what()));
    return cli::kNotDone;
  }
}

}  // namespace genrebench
