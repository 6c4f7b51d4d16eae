#pragma once
// What a program runs in: the variables that it gets, and what can be told of its interpreter.

#include <map>
#include <string>
#include <vector>

namespace genrebench {

/// All variables of a program: those of this process that programs need (PATH, HOME, TMPDIR,
/// language, GPUs), the number of threads for libraries of linear algebra, and those that are asked
/// for. Others, such as PYTHONPATH, could change results and are left out.
/// @param asked   "NAME": as it is here; "NAME=VALUE"
/// @param method  for messages: "method command"
/// @throws ConfigError  if a word has no name, or the variable is not set here
std::map<std::string, std::string> program_environment(const std::vector<std::string>& asked,
                                                       int threads, const std::string& method);

/// What is recorded of the program with a run: "command.program", its place. Of Python, also where
/// a script names it in its first line: "library.python", its version, "command.packages", what is
/// installed as `pip freeze` writes it, and "library.python_packages", their number and a hash. Of
/// other programs: "command.program_sha256". Asked once per process, program and environment.
/// @param program      the first word of a command
/// @param environment  all variables that it gets
/// @return  what can be told; empty if the program is not there
std::map<std::string, std::string> program_facts(
    const std::string& program, const std::map<std::string, std::string>& environment);

}  // namespace genrebench
