#pragma once
// Alarms: accuracies that cannot be right, or that are no better than guessing. Every report begins
// with them.
//
// - leak: the genres were permuted (`sanity.permute_labels`), and the accuracy is above guessing
//   all the same. Something of the training part is recognised in the test part.
// - chance: the accuracy is not above chance.
// - majority: the accuracy is above chance, but not above always the same genre.
//
// "Above" means that the whole interval is above; where there is no interval, that the mean is. An
// interval over few divisions is wide: no alarm of chance or majority is raised if the runs' own
// intervals are above.
// Methods that guess (is_guess()) raise no alarm of chance or majority.

#include <string>
#include <vector>

#include "reports/support/runs.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {

/// What the accuracies of some configurations say of the experiment.
struct SanityRemarks {
  std::vector<std::string> alarms = {};  ///< one sentence per kind: "ALARM (leak): …"
  std::vector<std::string> notes = {};   ///< of runs with permuted genres that fell to chance
};

/// @param groups  with their titles
SanityRemarks sanity_remarks(const Scores& scores, const std::vector<RunGroup>& groups,
                             double level = 0.95);

}  // namespace genrebench
