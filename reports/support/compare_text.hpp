#pragma once
// The words of the report `compare`: a paragraph for a paper, and numbers as text.

#include <optional>
#include <string>

#include "reports/support/compare_outcome.hpp"

namespace genrebench::compare {

/// "0.034", "< 0.001", "1"; "–" where there is none.
std::string p_text(const std::optional<double>& p);

/// "about 1500": two digits; "–" where there is none.
std::string about(const std::optional<double>& n);

/// "12 : 10"
std::string ratio_text(const Discordant& counts);

/// A difference in points: "+8.1", "−0.3", "0.0"; "–" where there is none.
std::string signed_points(double difference);

/// "accuracy" or "macro F1"
std::string score_name(ScoreKind kind);

/// A paragraph for a paper: data and their sizes, test, correction, reference, what was found, and
/// how much data a difference of the margin would need.
std::string paragraph(const Family& family, const Outcome& outcome, const CompareOptions& options);

/// Which tests and which correction were used, for the notes of tables.
std::string test_note(const Family& family, const Outcome& outcome, const CompareOptions& options);

}  // namespace genrebench::compare
