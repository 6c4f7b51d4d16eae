#include "reports/support/remarks.hpp"

#include <utility>

namespace genrebench {

bool Remarks::add(const Measured& measured, const Tally& counts) {
  const bool is_missing_runs = is_partial(measured, counts);
  legend.add(measured);
  partial = partial || is_missing_runs;
  return is_missing_runs;
}

Cell Remarks::accuracy(const Measured& measured, const Tally& counts, const Protocol& protocol) {
  add(measured, counts);
  return accuracy_cell(counts, measured, protocol);
}

void Remarks::add_runs(const std::string& what, const Runs& more) {
  for (std::string& note : failure_notes(what, more)) failures.push_back(std::move(note));
  runs.insert(runs.end(), more.begin(), more.end());
}

std::vector<std::string> Remarks::mark_notes() const {
  std::vector<std::string> notes;
  for (const Protocol& protocol : protocols) add_note(notes, mark_note(protocol));
  return notes;
}

std::string Remarks::partial_note() const { return partial ? kPartialNote : ""; }

}  // namespace genrebench
