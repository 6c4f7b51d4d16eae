#pragma once
// Experiments' files as users name them.

#include <filesystem>
#include <string>

#include "base/installation.hpp"

namespace genrebench::cli {

/// The experiment's file that a word names. A relative path where there is nothing is looked for
/// among the experiments that were installed with the program, and a line on standard error says
/// so: `experiments/quickstart.yaml` and `quickstart.yaml` work anywhere.
std::filesystem::path experiment_file(const std::string& word,
                                      const Installation& installation = this_installation());

}  // namespace genrebench::cli
