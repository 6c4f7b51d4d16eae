#include "reports/support/alarms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "reports/support/cells.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/measured.hpp"

namespace genrebench {
namespace {

/// Configurations that an alarm names; of more, their number is given.
constexpr std::size_t kNamed = 10;

/// "svm: 12.0 [9.1, 15.4] % (guessing 10.0 %); knn: …; and 3 more"
class Listing {
 public:
  void add(const std::string& title, const Measured& accuracy, double guessing) {
    if (++n_ > kNamed) return;
    text_ += fmt::format("{}{}: {} (guessing {})", text_.empty() ? "" : "; ", title,
                         format_percent(accuracy), format_percent(guessing));
  }

  bool empty() const { return n_ == 0; }

  std::string text() const {
    return n_ > kNamed ? fmt::format("{}; and {} more", text_, n_ - kNamed) : text_;
  }

 private:
  std::size_t n_ = 0;
  std::string text_;
};

/// The least that the accuracy may be.
double low_end(const Measured& accuracy) {
  return accuracy.interval ? accuracy.interval->low : accuracy.mean;
}

/// The same where accuracies are suspected to be guesses. An interval over two or three divisions
/// reaches down to chance whatever was learned; then the runs' own intervals, over the test tracks
/// of one division each, say more: the mean of their lower ends.
double low_end_of_learning(const Scores& scores, const Runs& runs, const Measured& accuracy,
                           double guessing, double level) {
  const double low = low_end(accuracy);
  if (low > guessing || accuracy.values.size() < 2) return low;
  double sum = 0.0;
  std::size_t n = 0;
  for (const RunRecord* run : runs) {
    const Measured own = measure(scores, {run}, "test", "accuracy", level);
    if (own.values.empty()) continue;
    if (!own.interval) return low;
    sum += own.interval->low;
    ++n;
  }
  return std::max(low, sum / static_cast<double>(n));
}

/// Appends a sentence about the listed configurations, if there are any.
void add(const char* before, const Listing& listing, const char* after,
         std::vector<std::string>& sentences) {
  if (!listing.empty())
    sentences.push_back(fmt::format("{} {}. {}", before, listing.text(), after));
}

}  // namespace

SanityRemarks sanity_remarks(const Scores& scores, const std::vector<RunGroup>& groups,
                             double level) {
  Listing leak, chance, majority, permuted;
  for (const RunGroup& group : groups) {
    const std::optional<Guessing> guessing = mean_guessing(scores, group.runs, "test");
    if (!guessing) continue;
    const Measured accuracy = measure(scores, group.runs, "test", "accuracy", level);
    if (accuracy.values.empty()) continue;
    if (is_permuted(*group.runs.front())) {
      (low_end(accuracy) > guessing->higher() ? leak : permuted)
          .add(group.title, accuracy, guessing->higher());
      continue;
    }
    const double low = low_end_of_learning(scores, group.runs, accuracy, guessing->higher(), level);
    if (is_guess(*group.runs.front()) || !value_of(group.parameters, "deform.name").empty())
      continue;  // on deformed audio the accuracy may well be no better than guessing
    if (low <= guessing->chance)
      chance.add(group.title, accuracy, guessing->chance);
    else if (low <= guessing->majority)
      majority.add(group.title, accuracy, guessing->majority);
  }
  SanityRemarks result;
  add("ALARM (leak): with permuted genres there is nothing to learn, and the test accuracy is "
      "above "
      "guessing all the same:",
      leak,
      "Something of the training part is recognised in the test part: a song, an artist, a label. "
      "`genrebench leaks` looks for it.",
      result.alarms);
  add("ALARM (chance): the test accuracy cannot be told from chance:", chance,
      "Nothing was learned that these test tracks could show.", result.alarms);
  add("ALARM (majority): the test accuracy is not above always the same genre, that with the most "
      "training tracks:",
      majority, "Macro F1 and the confusion say more here.", result.alarms);
  add("Sanity: with permuted genres the test accuracy falls to guessing, as it must:", permuted,
      "No leak shows.", result.notes);
  return result;
}

}  // namespace genrebench
