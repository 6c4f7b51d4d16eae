#pragma once
// gnuplot as a child process: the only place that starts it.

#include <map>
#include <string>
#include <vector>

namespace genrebench {

/// Runs a script in a temporary folder of its own. The user's settings, the locale and the time of
/// day have no effect.
/// @param inputs   files beside the script, by plain name
/// @param outputs  plain names of the files that the script writes
/// @return         their bytes, in the same order
/// @throws DataError  in one line: gnuplot is missing (what to install), or failed (what it said),
/// or left an output
///                    empty
std::vector<std::string> run_gnuplot(const std::string& script,
                                     const std::map<std::string, std::string>& inputs,
                                     const std::vector<std::string>& outputs);

}  // namespace genrebench
