#include "reports/support/training_sizes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <tuple>

#include "harness/records/facts.hpp"

namespace genrebench {
namespace {

constexpr int kResamplesOfFit = 400;

const std::string kTracksKey = "split.train_size.per_genre";
const std::string kArtistsKey = "split.train_size.artists_per_genre";
constexpr const char* kAll = "all";

/// The place of a size among others: its number, `all` behind all numbers.
std::size_t rank(const std::string& asked) {
  return count_of(asked).value_or(std::numeric_limits<std::size_t>::max());
}

/// The numbers of a list that are not zero.
std::vector<double> positive_numbers(const TextList& texts) {
  std::vector<double> numbers;
  for (const std::string& text : texts)
    if (const auto n = count_of(text); n && *n > 0) numbers.push_back(static_cast<double>(*n));
  return numbers;
}

std::optional<TrainedOn> trained_on(const Runs& runs) {
  TrainedOn all{.fewest = std::numeric_limits<std::size_t>::max()};
  std::vector<double> tracks, artists;
  for (const RunRecord* run : runs) {
    const std::optional<TrainedOn> one = trained_on(*run);
    if (!one) continue;
    tracks.push_back(one->tracks);
    if (one->artists) artists.push_back(*one->artists);
    all.fewest = std::min(all.fewest, one->fewest);
    all.most = std::max(all.most, one->most);
  }
  if (tracks.empty()) return std::nullopt;
  all.tracks = mean(tracks);
  if (artists.size() == tracks.size()) all.artists = mean(artists);
  return all;
}

/// Adds the runs of a group to the point of their size.
void add_point(SizeSeries& series, const std::string& asked, const RunGroup& group) {
  auto point = std::ranges::find(series.points, asked, &SizePoint::asked);
  if (point == series.points.end()) {
    series.points.push_back({.asked = asked, .group = group});
    return;
  }
  point->group.runs.insert(point->group.runs.end(), group.runs.begin(), group.runs.end());
}

/// The series of one configuration: by tracks, by artists, or both.
struct Candidate {
  Parameters shared = {};
  Protocol protocol = {};
  std::vector<RunGroup> groups = {};

  void add_to(std::vector<SizeSeries>& result) const {
    for (const bool by_artists : {false, true}) {
      SizeSeries series{.shared = shared, .protocol = protocol, .by_artists = by_artists};
      for (const RunGroup& group : groups) {
        const std::string own = value_of(group.parameters, by_artists ? kArtistsKey : kTracksKey,
                                         kAll),
                          other = value_of(group.parameters, by_artists ? kTracksKey : kArtistsKey,
                                           kAll);
        if (other == kAll) add_point(series, own, group);
      }
      if (series.points.size() < 2) continue;
      std::ranges::stable_sort(series.points, {},
                               [](const SizePoint& point) { return rank(point.asked); });
      for (SizePoint& point : series.points) point.used = trained_on(point.group.runs);
      result.push_back(std::move(series));
    }
  }
};

std::vector<SizeSeries> all_series(const std::vector<RunRecord>& runs) {
  std::vector<Candidate> candidates;
  for (RunGroup& group : group_runs(runs)) {
    Parameters shared = without_prefix(group.parameters, {"split.train_size."});
    auto place = std::ranges::find_if(candidates, [&](const Candidate& known) {
      // Nothing tells the protocol of a size of which no run is done.
      return known.shared == shared &&
             (known.protocol == group.protocol || known.protocol.kind == Protocol::Kind::not_run ||
              group.protocol.kind == Protocol::Kind::not_run);
    });
    if (place == candidates.end())
      place = candidates.insert(candidates.end(),
                                {.shared = std::move(shared), .protocol = group.protocol});
    else if (place->protocol.kind == Protocol::Kind::not_run)
      place->protocol = group.protocol;
    place->groups.push_back(std::move(group));
  }
  std::vector<SizeSeries> result;
  for (const Candidate& candidate : candidates) candidate.add_to(result);
  return result;
}

void name_series(SizeFamily& family) {
  std::vector<Parameters> shared;
  bool tracks = false, artists = false;
  for (const SizeSeries& series : family.series) {
    shared.push_back(series.shared);
    (series.by_artists ? artists : tracks) = true;
  }
  std::vector<std::string> keys = varying_keys(shared);
  const bool methods = std::erase(keys, "method.name") > 0;
  for (SizeSeries& series : family.series) {
    // "svm, c=10": the method needs no key before its name.
    const std::string method = value_of(series.shared, "method.name", "accuracy"),
                      options = describe(series.shared, keys, "method.");
    series.title = options.empty() ? method : methods ? method + ", " + options : options;
    if (tracks && artists && series.by_artists) series.title += ", by artists";
  }
}

/// What tells the division of a run from others: what it was drawn with, whatever its size.
std::pair<std::string, std::string> drawn_with(const RunRecord& run) {
  const std::string own_seed = run.parameter("split.seed", "auto");
  return {own_seed == "auto" ? std::to_string(run.seed) : own_seed, run.parameter("split.fold")};
}

/// The runs of one division that have results, by point.
struct OfDivision {
  std::vector<std::vector<double>> errors, sizes;
  double test_ratio = 0.0;

  bool complete() const {
    return std::ranges::none_of(errors, [](const auto& values) { return values.empty(); });
  }
};

}  // namespace

std::optional<TrainedOn> trained_on(const RunRecord& run) {
  if (run.status != RunStatus::done) return std::nullopt;
  const std::vector<double> tracks = positive_numbers(facts::kTrainByGenre.of(run)),
                            artists = positive_numbers(facts::kTrainClustersByGenre.of(run));
  if (tracks.empty()) return std::nullopt;
  TrainedOn result{.tracks = mean(tracks),
                   .fewest = static_cast<std::size_t>(*std::ranges::min_element(tracks)),
                   .most = static_cast<std::size_t>(*std::ranges::max_element(tracks))};
  if (!artists.empty()) result.artists = mean(artists);
  return result;
}

std::vector<SizeFamily> size_families(const std::vector<RunRecord>& runs) {
  std::vector<SizeFamily> families;
  std::vector<std::pair<Parameters, Protocol>> keys;
  for (SizeSeries& series : all_series(runs)) {
    std::pair<Parameters, Protocol> key = {with_prefix(series.shared, {"dataset.", "split."}),
                                           series.protocol};
    const auto place = std::ranges::find(keys, key);
    if (place == keys.end()) {
      keys.push_back(std::move(key));
      families.push_back({.title = {}, .series = {std::move(series)}});
    } else {
      families[static_cast<std::size_t>(place - keys.begin())].series.push_back(std::move(series));
    }
  }
  for (std::size_t i = 0; i < families.size(); ++i) {
    std::vector<Parameters> alike;
    for (const auto& [parameters, protocol] : keys)
      if (protocol == keys[i].second) alike.push_back(parameters);
    families[i].title = data_title(keys[i].first, keys[i].second, alike);
    name_series(families[i]);
  }
  return families;
}

std::optional<SizeFit> fit_sizes(const StoreReader& store, const SizeSeries& series) {
  std::vector<const SizePoint*> points;
  for (const SizePoint& point : series.points)
    if (point.used) points.push_back(&point);
  if (points.size() < kFewestSizes) return std::nullopt;
  SizeFit fit{.n_sizes = points.size(), .resamples = {}};
  std::map<std::pair<std::string, std::string>, OfDivision> divisions;
  OfDivision all{.errors = std::vector<std::vector<double>>(points.size()),
                 .sizes = std::vector<std::vector<double>>(points.size())};
  for (std::size_t p = 0; p < points.size(); ++p)
    for (const RunRecord* run : points[p]->group.runs) {
      const auto accuracy = final_metric(store, *run, "test", "accuracy");
      const auto used = trained_on(*run);
      if (!accuracy || !used) continue;
      fit.runs.push_back(run);
      OfDivision& division = divisions.try_emplace(drawn_with(*run), all).first->second;
      division.test_ratio = test_ratio(*run, "test");
      division.errors[p].push_back(1.0 - *accuracy);
      division.sizes[p].push_back(used->tracks);
    }
  std::vector<ErrorCurve> curves;
  for (auto& [key, division] : divisions) {
    const bool complete = division.complete();
    if (complete) {
      ErrorCurve& curve = curves.emplace_back();
      curve.test_ratio = division.test_ratio;
      for (const auto& errors : division.errors) curve.errors.push_back(mean(errors));
    }
    fit.n_divisions += complete;
  }
  const bool paired = fit.n_divisions >= 2;
  for (const auto& [key, division] : divisions)
    if (!paired || division.complete())
      for (std::size_t p = 0; p < points.size(); ++p) {
        // Runs that share a division are averaged first, as the intervals of points do.
        if (division.errors[p].empty()) continue;
        all.errors[p].push_back(mean(division.errors[p]));
        all.sizes[p].push_back(mean(division.sizes[p]));
      }
  if (!all.complete()) return std::nullopt;
  std::vector<double> sizes, errors;
  for (std::size_t p = 0; p < points.size(); ++p) {
    sizes.push_back(mean(all.sizes[p]));
    errors.push_back(mean(all.errors[p]));
  }
  fit.law = fit_power_law(sizes, errors);
  fit.largest = *std::ranges::max_element(sizes);
  const bool ratios_known =
      std::ranges::all_of(curves, [](const ErrorCurve& curve) { return curve.test_ratio >= 0.0; });
  if (paired && ratios_known)
    fit.resamples = resampled_power_laws(sizes, curves, kResamplesOfFit, /*seed=*/0);
  return fit;
}

}  // namespace genrebench
