#include "harness/plan/split_draws.hpp"

#include "base/error.hpp"
#include "base/parallel.hpp"
#include "harness/plan/one_genre.hpp"
#include "harness/plan/usable_parts.hpp"

namespace genrebench {
namespace {

DrawnSplit draw(const PreparedSplit& prepared, const Dataset& dataset, std::uint64_t seed) {
  auto split = std::make_shared<const Split>(prepared.draw(seed));
  refuse_empty_parts(*split);
  refuse_one_trained_genre(dataset, *split);
  std::string division = division_hash(*split);
  return {.split = std::move(split), .division = std::move(division)};
}

/// One division per seed; nothing for seeds of which none can be drawn.
std::map<std::uint64_t, DrawnSplit> draw_all(const PreparedSplit& prepared, const Dataset& dataset,
                                             const std::vector<std::uint64_t>& seeds) {
  std::map<std::uint64_t, DrawnSplit> result;
  for (const std::uint64_t seed : seeds) result[seed];
  std::vector<std::pair<std::uint64_t, DrawnSplit*>> places;
  for (auto& [seed, drawn] : result) places.emplace_back(seed, &drawn);
  parallel_for(places.size(), {}, [&] {
    return [&](std::size_t i) {
      try {
        *places[i].second = draw(prepared, dataset, places[i].first);
      } catch (const ConfigError&) {
        return;  // the first run that asks for it is told
      }
    };
  });
  return result;
}

}  // namespace

SplitDraws::SplitDraws(const Registry& registry, const std::vector<RunSpec>& runs)
    : registry_(registry) {
  auto last = wanted_.end();
  for (const RunSpec& run : runs) {
    if (run.segmentation()) continue;
    if (last == wanted_.end() || last->first != run.split)
      last = wanted_.try_emplace(run.split).first;
    last->second.push_back(run.seed);
  }
}

SplitDraws::Seeds& SplitDraws::seeds_of(const RunSpec& spec, const OpenDataset& data) {
  if (last_ != known_.end() && std::get<0>(last_->first) == &data &&
      std::get<1>(last_->first) == spec.split)
    return last_->second;
  const auto [place, is_new] = known_.try_emplace(Key{&data, spec.split});
  Seeds& seeds = place->second;
  if (is_new) {
    try {
      seeds.splitter = registry_.splits.get(spec.split.name, "split").make(spec.split.options);
      seeds.prepared = seeds.splitter->prepare(*data.dataset, data.content);
    } catch (...) {
      known_.erase(place);
      throw;
    }
    if (const auto wanted = wanted_.find(spec.split); wanted != wanted_.end())
      seeds.drawn = draw_all(*seeds.prepared, *data.dataset, wanted->second);
  }
  last_ = place;
  return seeds;
}

const DrawnSplit& SplitDraws::of(const RunSpec& spec, const OpenDataset& data) {
  Seeds& seeds = seeds_of(spec, data);
  DrawnSplit& drawn = seeds.drawn[spec.seed];
  if (!drawn.split) drawn = draw(*seeds.prepared, *data.dataset, spec.seed);
  return drawn;
}

}  // namespace genrebench
