#pragma once
// The data tables of the report `compare`.

#include <string>

#include "reports/support/compare_outcome.hpp"

namespace genrebench::compare {

/// What is shown of one family.
struct Subject {
  const Scores& scores;
  const Family& family;
  const Outcome& outcome;
  std::string id;  ///< in ids of tables and figures

  const Method& reference() const { return family.methods[outcome.reference.method]; }
  const Method& of(const Rival& rival) const { return family.methods[rival.method]; }

  /// Letters of the matrix; "–" for methods that are not in it.
  std::string letters(std::size_t method) const;
};

struct Data {
  Table methods, pairs, runs;

  Data();
};

/// Appends the rows of one family.
void add_data(const Subject& subject, const CompareOptions& options, Data& data);

}  // namespace genrebench::compare
