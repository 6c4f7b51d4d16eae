#pragma once
// Completion scripts for shells, generated from the declared commands and their arguments.

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace genrebench::cli {

/// @param commands  declared
std::string bash_completion(const std::vector<CommandEntry>& commands);
std::string zsh_completion(const std::vector<CommandEntry>& commands);
std::string fish_completion(const std::vector<CommandEntry>& commands);

}  // namespace genrebench::cli
