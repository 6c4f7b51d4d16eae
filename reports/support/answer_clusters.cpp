#include "reports/support/answer_clusters.hpp"

#include <algorithm>
#include <limits>
#include <set>

#include "reports/statistics/basic.hpp"

namespace genrebench {
namespace {

/// Strata are genres; those of one cluster are joined.
void stratify(AnswerClusters& clusters) {
  std::map<int, std::vector<std::size_t>> of_genre;
  for (std::size_t c = 0; c < clusters.all.size(); ++c) {
    const auto& genres = clusters.all[c].genres;
    const auto most =
        std::max_element(genres.begin(), genres.end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    of_genre[most->first].push_back(c);
  }
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

/// By stratum what one side said, each cluster weighted.
std::vector<AnswerTally> tallies(const AnswerClusters& clusters, SideAnswers AnswerCluster::*side,
                                 std::span<const int> weights) {
  std::vector<AnswerTally> result(static_cast<std::size_t>(clusters.n_strata));
  for (std::size_t c = 0; c < clusters.all.size(); ++c) {
    AnswerTally& tally = result[static_cast<std::size_t>(clusters.strata[c])];
    tally.n_right += weights[c] * (clusters.all[c].*side).n_right;
    tally.n_answers += weights[c] * (clusters.all[c].*side).n_answers;
  }
  return result;
}

/// Numbers of tracks by class; not whole where tracks are weighted.
class ClassCounts {
 public:
  explicit ClassCounts(std::size_t n_classes)
      : hits_(n_classes), truths_(n_classes), predictions_(n_classes) {}

  void add(int truth, int predicted, double weight) {
    truths_[static_cast<std::size_t>(truth)] += weight;
    predictions_[static_cast<std::size_t>(predicted)] += weight;
    if (truth == predicted) hits_[static_cast<std::size_t>(truth)] += weight;
  }

  double macro_f1() const {
    double sum = 0.0;
    int n = 0;
    for (std::size_t k = 0; k < hits_.size(); ++k) {
      if (truths_[k] == 0.0) continue;
      sum += 2.0 * hits_[k] / (truths_[k] + predictions_[k]);
      ++n;
    }
    return n > 0 ? sum / n : kNotANumber;
  }

 private:
  std::vector<double> hits_, truths_, predictions_;
};

}  // namespace

double score_of(const Answers& answers, ScoreKind kind) {
  if (answers.empty()) return kNotANumber;
  std::size_t n_classes = 0;
  double n_right = 0.0;
  for (const Answer& answer : answers) {
    n_classes = std::max({n_classes, static_cast<std::size_t>(answer.truth) + 1,
                          static_cast<std::size_t>(answer.predicted) + 1});
    n_right += answer.truth == answer.predicted ? 1.0 : 0.0;
  }
  if (kind == ScoreKind::accuracy) return n_right / static_cast<double>(answers.size());
  ClassCounts counts(n_classes);
  for (const Answer& answer : answers) counts.add(answer.truth, answer.predicted, 1.0);
  return counts.macro_f1();
}

AnswerClusters cluster_answers(std::span<const ScoredRun> first,
                               std::span<const ScoredRun> second) {
  // Keys: tracks of unknown cluster are alone.
  std::map<std::pair<int, int>, AnswerCluster> of_key;
  std::set<int> tracks;
  AnswerClusters result;
  for (const bool is_first : {true, false})
    for (const ScoredRun& run : is_first ? first : second) {
      if (!run.answers) continue;
      for (const Answer& answer : run.answers()) {
        tracks.insert(answer.track);
        result.known = result.known || answer.cluster >= 0;
        AnswerCluster& cluster = of_key[answer.cluster >= 0 ? std::pair(answer.cluster, -1)
                                                            : std::pair(-1, answer.track)];
        SideAnswers& tally = is_first ? cluster.first : cluster.second;
        tally.n_right += answer.predicted == answer.truth ? 1.0 : 0.0;
        tally.n_answers += 1.0;
        ++cluster.genres[answer.truth];
        tally.answers.emplace_back(answer.truth, answer.predicted);
      }
    }
  for (auto& [key, cluster] : of_key) result.all.push_back(std::move(cluster));
  result.n_tracks = tracks.size();
  stratify(result);
  return result;
}

StratifiedAccuracy::StratifiedAccuracy(const AnswerClusters& clusters,
                                       SideAnswers AnswerCluster::*side)
    : clusters_(clusters),
      side_(side),
      whole_(tallies(clusters, side, std::vector<int>(clusters.all.size(), 1))) {}

double StratifiedAccuracy::operator()(std::span<const int> weights) const {
  const std::vector<AnswerTally> drawn = tallies(clusters_, side_, weights);
  double sum = 0.0, n = 0.0;
  for (std::size_t h = 0; h < whole_.size(); ++h) {
    if (whole_[h].n_answers == 0.0) continue;
    if (drawn[h].n_answers == 0.0) return kNotANumber;
    sum += whole_[h].n_answers * drawn[h].n_right / drawn[h].n_answers;
    n += whole_[h].n_answers;
  }
  return n > 0.0 ? sum / n : kNotANumber;
}

StratifiedMacroF1::StratifiedMacroF1(const AnswerClusters& clusters,
                                     SideAnswers AnswerCluster::*side)
    : clusters_(clusters),
      side_(side),
      whole_(tallies(clusters, side, std::vector<int>(clusters.all.size(), 1))) {
  for (const AnswerCluster& cluster : clusters.all) {
    std::map<std::pair<int, int>, double> counts;
    for (const auto& answer : (cluster.*side).answers) counts[answer] += 1.0;
    counts_.emplace_back(counts.begin(), counts.end());
    for (const auto& [answer, n] : counts)
      n_classes_ = std::max({n_classes_, static_cast<std::size_t>(answer.first) + 1,
                             static_cast<std::size_t>(answer.second) + 1});
  }
}

double StratifiedMacroF1::operator()(std::span<const int> weights) const {
  const std::vector<AnswerTally> drawn = tallies(clusters_, side_, weights);
  for (std::size_t h = 0; h < whole_.size(); ++h)
    if (whole_[h].n_answers > 0.0 && drawn[h].n_answers == 0.0) return kNotANumber;
  ClassCounts counts(n_classes_);
  for (std::size_t c = 0; c < clusters_.all.size(); ++c) {
    if (weights[c] == 0 || counts_[c].empty()) continue;
    const auto h = static_cast<std::size_t>(clusters_.strata[c]);
    const double weight = weights[c] * whole_[h].n_answers / drawn[h].n_answers;
    for (const auto& [answer, n] : counts_[c]) counts.add(answer.first, answer.second, weight * n);
  }
  return counts.macro_f1();
}

}  // namespace genrebench
