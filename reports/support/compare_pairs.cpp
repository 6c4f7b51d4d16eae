#include "reports/support/compare_pairs.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "reports/support/dense_numbers.hpp"

namespace genrebench::compare {
namespace {

/// The runs of both sides on one division.
struct Division {
  std::vector<AnsweredRun> first, second;
};

/// In the order of their names.
std::vector<Division> common_divisions(const AnsweredMethod& first, const AnsweredMethod& second) {
  std::vector<Division> result;
  auto a = first.divisions.begin();
  auto b = second.divisions.begin();
  while (a != first.divisions.end() && b != second.divisions.end()) {
    const int order = a->first.compare(b->first);
    if (order == 0) result.push_back({.first = a->second, .second = b->second});
    if (order <= 0) ++a;
    if (order >= 0) ++b;
  }
  return result;
}

/// Whether all runs of a division answered the same tracks in the same order, as runs do that miss
/// none.
bool same_tracks(const Division& division) {
  const Answers& model = division.first.front().answers();
  for (const std::vector<AnsweredRun>* side : {&division.first, &division.second})
    for (const AnsweredRun& run : *side)
      if (!std::ranges::equal(model, run.answers(), {}, &Answer::track, &Answer::track))
        return false;
  return true;
}

/// Keeps the tracks that every run of the division answered.
/// @return  the number of answers that were not kept
std::size_t keep_common(Division& division) {
  if (same_tracks(division)) return 0;
  std::map<int, std::size_t> n_runs;
  for (const std::vector<AnsweredRun>* side : {&division.first, &division.second})
    for (const AnsweredRun& run : *side)
      for (const Answer& answer : run.answers()) ++n_runs[answer.track];
  const std::size_t all = division.first.size() + division.second.size();
  std::size_t n_left_out = 0;
  for (std::vector<AnsweredRun>* side : {&division.first, &division.second})
    for (AnsweredRun& run : *side) {
      Answers kept = run.answers();
      n_left_out +=
          std::erase_if(kept, [&](const Answer& answer) { return n_runs.at(answer.track) < all; });
      run.keep(std::move(kept));
    }
  return n_left_out;
}

/// The kept runs of one side, with the scores of their kept answers. It refers to the divisions,
/// whose numbers stand for their names.
std::vector<ScoredRun> side_of(const std::vector<Division>& divisions,
                               std::vector<AnsweredRun> Division::*side, ScoreKind kind) {
  std::vector<ScoredRun> result;
  for (std::size_t d = 0; d < divisions.size(); ++d)
    for (const AnsweredRun& run : divisions[d].*side)
      result.push_back({.score = run.score(kind),
                        .division = numbered_division(d),
                        .test_ratio = run.test_ratio(),
                        .answers = [&run]() -> const Answers& { return run.answers(); }});
  return result;
}

/// Student's t with the standard error of a bootstrap.
/// @param mean  over divisions; that of the bootstrap counts all tracks alike
Estimate student_of(double mean, const Estimate& bootstrap, double level) {
  Estimate result = bootstrap;
  result.mean = mean;
  const double half_width = student_quantile(bootstrap.degrees_of_freedom, (1.0 + level) / 2.0) *
                            *bootstrap.standard_error;
  result.set_interval(mean - half_width, mean + half_width, kDifference);
  result.p_value = student_p(bootstrap.degrees_of_freedom, mean / *bootstrap.standard_error);
  return result;
}

/// A difference that both find: the two-sided t over divisions, and the one-sided bootstrap over
/// clusters in the direction of the difference. The interval has the ends of both.
/// @param over_clusters  its interval is of 2 level - 1, which leaves 1 - level on one side
Estimate join(const Estimate& over_divisions, const Estimate& over_clusters) {
  const Estimate &a = over_divisions, &b = over_clusters;
  Estimate result = b;
  result.interval = Interval{std::min(a.interval->low, b.interval->low),
                             std::max(a.interval->high, b.interval->high)};
  result.p_value = std::max(*a.p_value, *b.p_value / 2.0);
  result.standard_error = std::max(*a.standard_error, *b.standard_error);
  result.degrees_of_freedom = a.degrees_of_freedom;
  result.cut_off = a.cut_off || b.cut_off;
  return result;
}

/// The kept runs of both sides.
struct Sides {
  std::vector<ScoredRun> first, second;

  Sides(const std::vector<Division>& divisions, ScoreKind kind)
      : first(side_of(divisions, &Division::first, kind)),
        second(side_of(divisions, &Division::second, kind)) {}
};

/// @param clusters  of the answers of both sides
Estimate decide(const Sides& sides, const AnswerClusters& clusters, ScoreKind kind,
                const PairOptions& options) {
  const auto& [first, second] = sides;
  const Estimate over_divisions = paired_difference(first, second, kDifference, options.level);
  const Estimate resampled = clustered_difference(clusters, kind, options.units, options.level);
  Estimate without{.mean = over_divisions.mean, .deviation = over_divisions.deviation};
  if (!resampled.interval) {
    without.p_value = resampled.p_value;
    return without;
  }
  const bool single = first.front().division == first.back().division;
  Estimate result = without;
  // Without the sizes of the parts nothing corrects the variance between divisions.
  const bool sizes_known = std::all_of(first.begin(), first.end(), [](const ScoredRun& run) {
    return std::isfinite(run.test_ratio);
  });
  if (over_divisions.interval)
    result =
        join(over_divisions, student_of(over_divisions.mean, resampled, 2.0 * options.level - 1.0));
  else if (single || sizes_known)
    result = student_of(over_divisions.mean, resampled, options.level);
  result.deviation = over_divisions.deviation;
  return result;
}

/// By how much the first side is right more often, each by a number of its own.
class Leads {
 public:
  void add(std::size_t number, double lead) {
    if (number >= leads_.size()) leads_.resize(number + 1);
    leads_[number] += lead;
  }

  void count(Discordant& counts) const {
    for (const double lead : leads_) {
      counts.n_first += lead > kRounding;
      counts.n_second += lead < -kRounding;
    }
  }

 private:
  std::vector<double> leads_;
};

/// Counts the tracks of each division that one side got right more often.
class DivisionTracks {
 public:
  /// Of the next division.
  void begin() {
    ++division_;
    found_.clear();
  }

  /// @param track  its number
  void add(std::size_t track, const Answer& answer, double lead) {
    if (track >= tracks_.size()) tracks_.resize(track + 1);
    Track& own = tracks_[track];
    if (own.division != division_) {
      own = {.division = division_, .lead = lead, .said = answer.predicted};
      found_.push_back(track);
      return;
    }
    own.lead += lead;
    identical_ = identical_ && own.said == answer.predicted;
  }

  void count(Discordant& counts) const {
    for (const std::size_t track : found_) {
      counts.n_first += tracks_[track].lead > kRounding;
      counts.n_second += tracks_[track].lead < -kRounding;
    }
  }

  /// Whether all runs of each division said the same of each track.
  bool identical() const { return identical_; }

 private:
  struct Track {
    std::size_t division = 0;  ///< where it was last found, from 1
    double lead = 0.0;
    int said = 0;
  };

  std::size_t division_ = 0;
  std::vector<Track> tracks_;
  std::vector<std::size_t> found_;  ///< in this division
  bool identical_ = true;
};

/// Adds the numbers of tracks, artists and discordant ones.
void count_answers(const std::vector<Division>& divisions, Pair& pair) {
  DenseNumbers tracks, clusters, lonely;  // lonely: tracks without an artist
  Leads of_cluster, of_lonely;
  DivisionTracks of_division;
  for (const Division& division : divisions) {
    of_division.begin();
    for (const bool is_first : {true, false}) {
      const std::vector<AnsweredRun>& side = is_first ? division.first : division.second;
      const double share = (is_first ? 1.0 : -1.0) / static_cast<double>(side.size());
      for (const AnsweredRun& run : side)
        for (const Answer& answer : run.answers()) {
          const double lead = answer.predicted == answer.truth ? share : 0.0;
          of_division.add(tracks.of(answer.track), answer, lead);
          if (answer.cluster >= 0)
            of_cluster.add(clusters.of(answer.cluster), lead);
          else
            of_lonely.add(lonely.of(answer.track), lead);
        }
    }
    of_division.count(pair.tracks);
  }
  pair.n_divisions = divisions.size();
  pair.n_tracks = tracks.size();
  pair.n_clusters = clusters.size() + lonely.size();
  pair.clusters_known = clusters.size() > 0;
  of_cluster.count(pair.clusters);
  of_lonely.count(pair.clusters);
  pair.identical = pair.n_tracks > 0 && of_division.identical();
}

}  // namespace

std::string Pair::method_id(ScoreKind kind) const {
  const Estimate& estimate = difference(kind);
  if (!estimate.interval) return {};
  return (n_divisions > 1 ? "corrected_t+bootstrap_" : "bootstrap_") + estimate.units;
}

std::string Pair::reason(ScoreKind kind) const {
  if (difference(kind).p_value) return {};
  if (n_divisions == 0) return "no division in common";
  if (n_tracks == 0) return "no track in common";
  if (n_clusters < 2) return "tracks of one artist only";
  return n_divisions > 1 ? "sizes of the parts are not recorded, or too few artists per genre"
                         : "too few artists per genre";
}

AnsweredRun::AnsweredRun(const ScoredRun& run) : run_(&run) { measure(); }

void AnsweredRun::keep(Answers answers) {
  kept_ = std::make_shared<const Answers>(std::move(answers));
  measure();
}

void AnsweredRun::measure() {
  accuracy_ = score_of(answers(), ScoreKind::accuracy);
  macro_f1_ = score_of(answers(), ScoreKind::macro_f1);
}

AnsweredMethod::AnsweredMethod(std::span<const ScoredRun> runs) : clusters(gather_answers(runs)) {
  for (const ScoredRun& run : runs)
    if (run.answers) divisions[run.division].emplace_back(run);
}

Pair compare_pair(const AnsweredMethod& first, const AnsweredMethod& second,
                  const PairOptions& options) {
  Pair pair;
  std::vector<Division> divisions = common_divisions(first, second);
  for (Division& division : divisions) pair.n_left_out += keep_common(division);
  const bool all_count = pair.n_left_out == 0 && divisions.size() == first.divisions.size() &&
                         divisions.size() == second.divisions.size();
  std::erase_if(divisions,
                [](const Division& division) { return division.first.front().answers().empty(); });
  count_answers(divisions, pair);
  if (divisions.empty()) return pair;
  const Sides sides(divisions, ScoreKind::accuracy);
  const AnswerClusters clusters = all_count ? join_sides(first.clusters, second.clusters)
                                            : cluster_answers(sides.first, sides.second);
  if (options.accuracy) pair.accuracy = decide(sides, clusters, ScoreKind::accuracy, options);
  if (options.macro_f1)
    pair.macro_f1 =
        decide(Sides(divisions, ScoreKind::macro_f1), clusters, ScoreKind::macro_f1, options);
  return pair;
}

Pair compare_pair(std::span<const ScoredRun> first, std::span<const ScoredRun> second,
                  const PairOptions& options) {
  return compare_pair(AnsweredMethod(first), AnsweredMethod(second), options);
}

}  // namespace genrebench::compare
