#pragma once
// The text of --help, at most 80 columns wide.

#include <string>
#include <vector>

#include "cli/command.hpp"

namespace genrebench::cli {

/// @param commands  declared, in the order in which they are listed
std::string program_help(const std::vector<CommandEntry>& commands);

/// Help on one command; for the first word of several commands, a list of them.
std::string command_help(const CommandEntry& command, const std::vector<CommandEntry>& commands);

}  // namespace genrebench::cli
