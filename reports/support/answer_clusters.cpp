#include "reports/support/answer_clusters.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "reports/statistics/basic.hpp"
#include "reports/support/dense_numbers.hpp"

namespace genrebench {
namespace {

/// The genre of most answers of both sides.
int genre_of(const AnswerCluster& cluster) {
  std::map<int, double> n_answers;
  for (const SideAnswers* side : {&cluster.first, &cluster.second})
    for (const SideAnswers::Pair& pair : side->pairs) n_answers[pair.truth] += pair.n;
  return std::max_element(n_answers.begin(), n_answers.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->first;
}

/// Strata are genres; those of one cluster are joined.
void stratify(AnswerClusters& clusters) {
  std::map<int, std::vector<std::size_t>> of_genre;
  for (std::size_t c = 0; c < clusters.all.size(); ++c)
    of_genre[genre_of(clusters.all[c])].push_back(c);
  std::vector<std::vector<std::size_t>> strata;
  std::vector<std::size_t> alone;
  for (auto& [genre, members] : of_genre) {
    if (members.size() > 1)
      strata.push_back(std::move(members));
    else
      alone.push_back(members.front());
  }
  const auto fewest =
      std::min_element(strata.begin(), strata.end(),
                       [](const auto& a, const auto& b) { return a.size() < b.size(); });
  if (alone.size() == 1 && fewest != strata.end())
    fewest->push_back(alone.front());
  else if (!alone.empty())
    strata.push_back(std::move(alone));
  clusters.n_strata = static_cast<int>(strata.size());
  clusters.strata.resize(clusters.all.size());
  for (std::size_t h = 0; h < strata.size(); ++h)
    for (const std::size_t c : strata[h]) clusters.strata[c] = static_cast<int>(h);
}

/// Clusters in the order of their numbers.
std::vector<SideClusters::Cluster> by_number(const DenseNumbers& numbers,
                                             std::vector<SideAnswers> answers) {
  std::vector<SideClusters::Cluster> result(answers.size());
  for (std::size_t c = 0; c < answers.size(); ++c)
    result[c] = {.number = numbers.values()[c], .answers = std::move(answers[c])};
  std::ranges::sort(result, {}, &SideClusters::Cluster::number);
  return result;
}

/// Appends the clusters that either side has.
void join(const std::vector<SideClusters::Cluster>& first,
          const std::vector<SideClusters::Cluster>& second, std::vector<AnswerCluster>& all) {
  auto a = first.begin(), b = second.begin();
  while (a != first.end() || b != second.end()) {
    const bool in_first = b == second.end() || (a != first.end() && a->number <= b->number),
               in_second = a == first.end() || (b != second.end() && b->number <= a->number);
    AnswerCluster& cluster = all.emplace_back();
    if (in_first) cluster.first = (a++)->answers;
    if (in_second) cluster.second = (b++)->answers;
  }
}

std::size_t n_classes_of(const AnswerClusters& clusters, SideAnswers AnswerCluster::*side) {
  int highest = -1;
  for (const AnswerCluster& cluster : clusters.all)
    for (const SideAnswers::Pair& pair : (cluster.*side).pairs)
      highest = std::max({highest, pair.truth, pair.predicted});
  return static_cast<std::size_t>(highest + 1);
}

/// Macro F1 from numbers of tracks, which are not whole where tracks are weighted.
/// @param counts  right answers by class, then tracks by class, then predictions by class
double macro_f1_of(std::span<const double> counts) {
  const std::size_t n_classes = counts.size() / 3;
  const auto hits = counts.first(n_classes), truths = counts.subspan(n_classes, n_classes),
             predictions = counts.last(n_classes);
  double sum = 0.0;
  int n = 0;
  for (std::size_t k = 0; k < n_classes; ++k) {
    if (truths[k] == 0.0) continue;
    sum += 2.0 * hits[k] / (truths[k] + predictions[k]);
    ++n;
  }
  return n > 0 ? sum / n : kNotANumber;
}

}  // namespace

double score_of(const Answers& answers, ScoreKind kind) {
  if (answers.empty()) return kNotANumber;
  if (kind == ScoreKind::accuracy)
    return static_cast<double>(std::ranges::count_if(
               answers, [](const Answer& one) { return one.truth == one.predicted; })) /
           static_cast<double>(answers.size());
  std::size_t n_classes = 0;
  for (const Answer& answer : answers)
    n_classes = std::max({n_classes, static_cast<std::size_t>(answer.truth) + 1,
                          static_cast<std::size_t>(answer.predicted) + 1});
  std::vector<double> counts(3 * n_classes);
  for (const Answer& answer : answers) {
    const auto truth = static_cast<std::size_t>(answer.truth),
               predicted = static_cast<std::size_t>(answer.predicted);
    if (truth == predicted) counts[truth] += 1.0;
    counts[n_classes + truth] += 1.0;
    counts[2 * n_classes + predicted] += 1.0;
  }
  return macro_f1_of(counts);
}

SideClusters gather_answers(std::span<const ScoredRun> runs) {
  DenseNumbers clusters, lonely, tracks;
  std::vector<SideAnswers> of_clusters, of_lonely;
  for (const ScoredRun& run : runs) {
    if (!run.answers) continue;
    for (const Answer& answer : run.answers()) {
      tracks.of(answer.track);
      const bool known = answer.cluster >= 0;
      std::vector<SideAnswers>& all = known ? of_clusters : of_lonely;
      const std::size_t place = known ? clusters.of(answer.cluster) : lonely.of(answer.track);
      if (place == all.size()) all.emplace_back();
      all[place].add(answer);
    }
  }
  SideClusters result{.known = by_number(clusters, std::move(of_clusters)),
                      .lonely = by_number(lonely, std::move(of_lonely)),
                      .tracks = tracks.values()};
  std::ranges::sort(result.tracks);
  return result;
}

AnswerClusters join_sides(const SideClusters& first, const SideClusters& second) {
  AnswerClusters result;
  join(first.lonely, second.lonely, result.all);
  join(first.known, second.known, result.all);
  result.known = !first.known.empty() || !second.known.empty();
  std::vector<int> tracks;
  std::ranges::set_union(first.tracks, second.tracks, std::back_inserter(tracks));
  result.n_tracks = tracks.size();
  stratify(result);
  return result;
}

AnswerClusters cluster_answers(std::span<const ScoredRun> first,
                               std::span<const ScoredRun> second) {
  return join_sides(gather_answers(first), gather_answers(second));
}

StratumTallies::StratumTallies(const AnswerClusters& clusters, SideAnswers AnswerCluster::*side)
    : strata_(clusters.strata), drawn_(static_cast<std::size_t>(clusters.n_strata)) {
  for (const AnswerCluster& cluster : clusters.all)
    own_.push_back({.n_right = (cluster.*side).n_right, .n_answers = (cluster.*side).n_answers});
  whole_ = drawn(std::vector<int>(own_.size(), 1));
}

const std::vector<AnswerTally>& StratumTallies::drawn(std::span<const int> weights) const {
  std::fill(drawn_.begin(), drawn_.end(), AnswerTally{});
  for (std::size_t c = 0; c < own_.size(); ++c) {
    AnswerTally& tally = drawn_[static_cast<std::size_t>(strata_[c])];
    tally.n_right += weights[c] * own_[c].n_right;
    tally.n_answers += weights[c] * own_[c].n_answers;
  }
  return drawn_;
}

StratifiedAccuracy::StratifiedAccuracy(const AnswerClusters& clusters,
                                       SideAnswers AnswerCluster::*side)
    : tallies_(clusters, side) {}

double StratifiedAccuracy::operator()(std::span<const int> weights) const {
  const std::vector<AnswerTally>& drawn = tallies_.drawn(weights);
  const std::vector<AnswerTally>& whole = tallies_.whole();
  double sum = 0.0, n = 0.0;
  for (std::size_t h = 0; h < whole.size(); ++h) {
    if (whole[h].n_answers == 0.0) continue;
    if (drawn[h].n_answers == 0.0) return kNotANumber;
    sum += whole[h].n_answers * drawn[h].n_right / drawn[h].n_answers;
    n += whole[h].n_answers;
  }
  return n > 0.0 ? sum / n : kNotANumber;
}

StratifiedMacroF1::StratifiedMacroF1(const AnswerClusters& clusters,
                                     SideAnswers AnswerCluster::*side)
    : tallies_(clusters, side), begin_{0} {
  const std::size_t n_classes = n_classes_of(clusters, side);
  for (const AnswerCluster& cluster : clusters.all) {
    std::map<std::size_t, double> counts;
    for (const SideAnswers::Pair& pair : (cluster.*side).pairs) {
      const auto truth = static_cast<std::size_t>(pair.truth),
                 predicted = static_cast<std::size_t>(pair.predicted);
      if (truth == predicted) counts[truth] += pair.n;
      counts[n_classes + truth] += pair.n;
      counts[2 * n_classes + predicted] += pair.n;
    }
    for (const auto& [place, n] : counts) own_.push_back({.place = place, .n = n});
    begin_.push_back(own_.size());
  }
  counts_.resize(3 * n_classes);
}

double StratifiedMacroF1::operator()(std::span<const int> weights) const {
  const std::vector<AnswerTally>& drawn = tallies_.drawn(weights);
  const std::vector<AnswerTally>& whole = tallies_.whole();
  for (std::size_t h = 0; h < whole.size(); ++h)
    if (whole[h].n_answers > 0.0 && drawn[h].n_answers == 0.0) return kNotANumber;
  std::ranges::fill(counts_, 0.0);
  for (std::size_t c = 0; c + 1 < begin_.size(); ++c) {
    if (weights[c] == 0 || begin_[c] == begin_[c + 1]) continue;
    const auto h = static_cast<std::size_t>(tallies_.strata()[c]);
    const double weight = weights[c] * whole[h].n_answers / drawn[h].n_answers;
    for (std::size_t i = begin_[c]; i < begin_[c + 1]; ++i)
      counts_[own_[i].place] += weight * own_[i].n;
  }
  return macro_f1_of(counts_);
}

}  // namespace genrebench
