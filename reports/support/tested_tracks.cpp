#include "reports/support/tested_tracks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "base/error.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/short_id.hpp"
#include "reports/statistics/basic.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/scores.hpp"

namespace genrebench {
namespace {

/// A sum of probabilities of several runs.
struct Sum {
  std::vector<double> values = {};
  std::size_t n = 0;

  void add(std::span<const float> more) {
    if (values.empty()) values.resize(more.size());
    for (std::size_t k = 0; k < more.size(); ++k) values[k] += static_cast<double>(more[k]);
    ++n;
  }
};

/// Fills TestedTracks run by run, one configuration after the other.
class Collector {
 public:
  Collector(const StoreReader& store, TestedTracks& tested) : store_(store), tested_(tested) {}

  void add_configuration(const Runs& runs) {
    bool any = false;
    for (const RunRecord* run : runs) any = add_run(*run) || any;
    tested_.n_configurations += any ? 1 : 0;
    for (Entry& entry : entries_) {
      if (entry.of_configuration.n == 0) continue;
      for (double& value : entry.of_configuration.values)
        value /= static_cast<double>(entry.of_configuration.n);
      if (entry.mean.empty()) entry.mean.resize(entry.of_configuration.values.size());
      for (std::size_t k = 0; k < entry.mean.size(); ++k)
        entry.mean[k] += entry.of_configuration.values[k];
      ++entry.n_configurations;
      entry.of_configuration = {};
    }
  }

  void finish() {
    for (Entry& entry : entries_) {
      for (double& value : entry.mean) value /= static_cast<double>(entry.n_configurations);
      entry.track.probabilities = std::move(entry.mean);
      entry.track.confidence = entry.n_confident > 0
                                   ? entry.confidence / static_cast<double>(entry.n_confident)
                                   : kNotANumber;
      tested_.clusters_known = tested_.clusters_known || !entry.track.cluster.empty();
      tested_.tracks.push_back(std::move(entry.track));
    }
    std::sort(tested_.tracks.begin(), tested_.tracks.end(),
              [](const TestedTrack& a, const TestedTrack& b) { return a.id < b.id; });
    tested_.units = cluster_units(tested_.runs);
  }

 private:
  struct Entry {
    TestedTrack track = {};
    std::string first_run = {};
    Sum of_configuration = {};
    std::vector<double> mean = {};
    std::size_t n_configurations = 0;
    double confidence = 0.0;
    std::size_t n_confident = 0;
  };

  /// @return  whether it tested anything
  bool add_run(const RunRecord& run) {
    bool any = false, probable = false;
    store_.each_prediction(run.id, "test", [&](const PredictionView& prediction) {
      any = true;
      probable = add(run, prediction) || probable;
    });
    if (!any) return false;
    tested_.runs.push_back(&run);
    tested_.n_without_probabilities += probable ? 0 : 1;
    return true;
  }

  /// @return  whether it has probabilities
  bool add(const RunRecord& run, const PredictionView& prediction) {
    if (prediction.truth < 0 || prediction.predicted < 0) return false;
    const auto [place, is_new] = index_.try_emplace(prediction.track, entries_.size());
    if (is_new)
      entries_.push_back({.track = {.id = prediction.track,
                                    .genre = prediction.truth,
                                    .cluster = prediction.cluster},
                          .first_run = run.id});
    Entry& entry = entries_[place->second];
    if (entry.track.genre != prediction.truth)
      throw DataError(fmt::format(
          "errors: the genre of the track '{}' is class {} in run {} and class {} in run {}, "
          "though their dataset has the same fingerprint; one of the runs was changed or imported "
          "wrongly",
          prediction.track, entry.track.genre, short_id(entry.first_run), prediction.truth,
          short_id(run.id)));
    if (entry.track.cluster.empty()) entry.track.cluster = prediction.cluster;
    ++entry.track.n_runs;
    ++entry.track.answers[prediction.predicted];
    const std::size_t n_genres = tested_.genres.size();
    const bool probable = prediction.probabilities.size() == n_genres &&
                          static_cast<std::size_t>(prediction.predicted) < n_genres;
    if (probable) entry.of_configuration.add(prediction.probabilities);
    if (prediction.predicted == prediction.truth) return probable;
    ++entry.track.n_missed;
    if (!probable) return false;
    entry.confidence += static_cast<double>(
        prediction.probabilities[static_cast<std::size_t>(prediction.predicted)]);
    ++entry.n_confident;
    return true;
  }

  const StoreReader& store_;
  TestedTracks& tested_;
  std::unordered_map<std::string, std::size_t> index_ = {};
  std::vector<Entry> entries_ = {};
};

using Key = std::tuple<std::string, std::string, Protocol>;

Key key_of(const RunGroup& group) {
  std::string genres;
  for (const RunRecord* run : group.runs)
    if (genres.empty()) genres = list_text(facts::kGenres.of(*run));
  return {value_of(group.parameters, "dataset.fingerprint"), genres, group.protocol};
}

/// Titles that two datasets share get the beginning of the fingerprint.
void name_all(std::vector<TestedTracks>& all, const std::vector<const RunGroup*>& firsts) {
  std::map<std::string, int> counts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].title = data_title(firsts[i]->parameters, firsts[i]->protocol, {});
    ++counts[all[i].title];
  }
  for (std::size_t i = 0; i < all.size(); ++i)
    if (counts[all[i].title] > 1)
      all[i].title +=
          fmt::format(" ({})", short_id(value_of(firsts[i]->parameters, "dataset.fingerprint")));
}

bool is_counted(const RunRecord& run) {
  return run.status == RunStatus::done && !is_guess(run) && !is_permuted(run);
}

}  // namespace

std::vector<TestedTracks> tested_tracks(const StoreReader& store,
                                        const std::vector<RunGroup>& groups) {
  std::vector<Key> keys;
  std::vector<std::vector<const RunGroup*>> members;
  for (const RunGroup& group : groups) {
    if (std::none_of(group.runs.begin(), group.runs.end(),
                     [](const RunRecord* run) { return is_counted(*run); }))
      continue;
    const auto place = std::find(keys.begin(), keys.end(), key_of(group));
    if (place == keys.end()) {
      keys.push_back(key_of(group));
      members.push_back({&group});
    } else {
      members[static_cast<std::size_t>(place - keys.begin())].push_back(&group);
    }
  }
  std::vector<TestedTracks> result;
  std::vector<const RunGroup*> firsts;
  for (const std::vector<const RunGroup*>& of_key : members) {
    TestedTracks tested;
    tested.genres = facts::kGenres.of(*of_key.front()->runs.front());
    std::vector<Runs> configurations;
    for (const RunGroup* group : of_key) {
      Runs& runs = configurations.emplace_back(group->runs);
      std::erase_if(runs, [](const RunRecord* run) { return !is_counted(*run); });
      if (tested.genres.empty()) tested.genres = facts::kGenres.of(*runs.front());
    }
    Collector collector(store, tested);
    for (const Runs& runs : configurations) collector.add_configuration(runs);
    collector.finish();
    if (tested.tracks.empty()) continue;
    int highest = 0;
    for (const TestedTrack& track : tested.tracks)
      highest = std::max({highest, track.genre, track.answers.rbegin()->first});
    tested.genres = genre_names(tested.runs, static_cast<std::size_t>(highest) + 1);
    result.push_back(std::move(tested));
    firsts.push_back(of_key.front());
  }
  name_all(result, firsts);
  return result;
}

ScoredRun pooled_answers(const TestedTracks& tested, int genre) {
  Answers answers;
  std::map<std::string, int> clusters;
  std::size_t n_right = 0;
  for (std::size_t t = 0; t < tested.tracks.size(); ++t) {
    const TestedTrack& track = tested.tracks[t];
    if (genre >= 0 && track.genre != genre) continue;
    Answer answer{.track = static_cast<int>(t), .truth = track.genre};
    if (!track.cluster.empty())
      answer.cluster =
          clusters.try_emplace(track.cluster, static_cast<int>(clusters.size())).first->second;
    for (const auto& [predicted, n] : track.answers) {
      answer.predicted = predicted;
      answers.insert(answers.end(), static_cast<std::size_t>(n), answer);
    }
    n_right += track.n_runs - track.n_missed;
  }
  const double score = answers.empty()
                           ? kNotANumber
                           : static_cast<double>(n_right) / static_cast<double>(answers.size());
  return {.score = score, .answers = [answers = std::move(answers)] { return answers; }};
}

}  // namespace genrebench
