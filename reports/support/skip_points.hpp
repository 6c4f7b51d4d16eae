#pragma once
// Accuracies and gaps of skip-RNNs by their k, and changes from k = 0.

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "reports/support/comparison.hpp"
#include "reports/support/measured.hpp"
#include "reports/support/skip_rnn.hpp"

namespace genrebench::skip_length {

/// What is known of a run: its scores, as fractions.
struct RunAccuracies {
  const RunRecord* run = nullptr;
  std::optional<double> train = {}, train_last = {}, valid = {}, valid_last = {}, test = {};

  std::optional<double> gap() const { return difference(train, valid); }
  std::optional<double> gap_last() const { return difference(train_last, valid_last); }

 private:
  static std::optional<double> difference(std::optional<double> a, std::optional<double> b) {
    return a && b ? std::optional(*a - *b) : std::nullopt;
  }
};

struct Quantity {
  const char* id;
  const char* title;
  bool gap;
  /// The part whose answers the value is the accuracy of; "train" where answers are not stored, or
  /// it is a difference.
  const char* part;
  std::optional<double> (*of)(const RunAccuracies&);
};

inline constexpr std::array<Quantity, 6> kQuantities = {
    {{"train_accuracy", "train (kept epoch)", false, "train",
      [](const RunAccuracies& s) { return s.train; }},
     {"train_accuracy_last", "train (last epoch)", false, "train",
      [](const RunAccuracies& s) { return s.train_last; }},
     {"valid_accuracy", "validation", false, "valid",
      [](const RunAccuracies& s) { return s.valid; }},
     {"test_accuracy", "test", false, "test", [](const RunAccuracies& s) { return s.test; }},
     {"gap", "gap (kept epoch)", true, "train", [](const RunAccuracies& s) { return s.gap(); }},
     {"gap_last", "gap (last epoch)", true, "train",
      [](const RunAccuracies& s) { return s.gap_last(); }}}};

/// The runs of one k, of which k = 0 may be shared by the modes of combining.
struct Point {
  const SkipGroup* group = nullptr;
  std::vector<RunAccuracies> scores = {};

  std::vector<RunValue> values(const Quantity& quantity) const;
};

Point make_point(const StoreReader& store, const SkipGroup& group);

/// One mode of combining, by ascending k; k = 0 comes first where there is one.
struct Mode {
  std::string combine;
  bool has_reference = false;
  std::vector<Point> points = {};
};

std::vector<Mode> make_modes(const StoreReader& store, const SkipFamily& family);

/// Any run has a value of any quantity.
bool has_scores(const std::vector<Mode>& modes);

/// The mean of a quantity with its interval: accuracies of tracks may be resampled, others not.
Measured mean_of(const Scores& scores, const Point& point, const Quantity& quantity, double level);

Change change_between(const Scores& scores, const Point& point, const Point& reference,
                      const Quantity& quantity, double level);

/// -1 or 1 where the interval excludes zero; 0 where it does not.
int sign_of(const Interval& interval);

/// A mode's changes of a quantity in words that follow the intervals: "lower for k = 8, 16; the
/// interval includes 0 for k = 1, 2"; empty where there are none.
std::string verdict(const Scores& scores, const Mode& mode, const Quantity& quantity, double level);

}  // namespace genrebench::skip_length
