#include "reports/support/skip_rnn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

namespace genrebench {
namespace {

std::optional<long> skip_length_of(const RunRecord& run) {
  if (run.parameter("method.name") == "gru") return 0;
  if (run.parameter("method.name") != "skip_gru") return std::nullopt;
  const std::string text = run.parameter("method.length");
  long length = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && rest == text.data() + text.size() ? std::optional(length)
                                                                   : std::nullopt;
}

std::size_t n_done(const RunGroup& group) {
  return static_cast<std::size_t>(
      std::count_if(group.runs.begin(), group.runs.end(),
                    [](const RunRecord* run) { return run->status == RunStatus::done; }));
}

}  // namespace

const SkipGroup* SkipFamily::reference() const {
  const SkipGroup* best = nullptr;
  const auto rank = [](const SkipGroup& group) {
    return std::pair(!group.combine.empty(), n_done(group));
  };
  for (const SkipGroup& group : groups)
    if (group.length == 0 && (best == nullptr || rank(group) > rank(*best))) best = &group;
  return best;
}

std::vector<std::string> SkipFamily::combines() const {
  std::set<std::string> result;
  for (const SkipGroup& group : groups)
    if (group.length > 0) result.insert(group.combine);
  return {result.begin(), result.end()};
}

std::vector<SkipFamily> skip_families(const std::vector<RunRecord>& runs) {
  std::vector<SkipFamily> families;
  for (RunGroup& group : group_runs(runs)) {
    const RunRecord& run = *group.runs.front();
    const std::optional<long> length = skip_length_of(run);
    if (!length) continue;
    const Parameters shared =
        without_prefix(group.parameters, {"method.name", "method.length", "method.combine"});
    auto family = std::find_if(families.begin(), families.end(), [&](const SkipFamily& f) {
      return f.shared == shared && f.protocol == group.protocol;
    });
    if (family == families.end())
      family = families.insert(families.end(), {.shared = shared, .protocol = group.protocol});
    SkipGroup skip;
    static_cast<RunGroup&>(skip) = std::move(group);
    skip.length = *length;
    if (run.parameter("method.name") == "skip_gru") skip.combine = run.parameter("method.combine");
    skip.title = skip.length == 0 && skip.combine.empty()
                     ? "RNN"
                     : fmt::format("skip-RNN, k = {} ({})", skip.length, skip.combine);
    family->groups.push_back(std::move(skip));
  }
  std::stable_sort(families.begin(), families.end(), [](const SkipFamily& a, const SkipFamily& b) {
    return a.protocol < b.protocol;
  });
  for (SkipFamily& family : families) {
    std::sort(family.groups.begin(), family.groups.end(),
              [](const SkipGroup& a, const SkipGroup& b) {
                return std::tie(a.combine, a.length) < std::tie(b.combine, b.length);
              });
    std::vector<Parameters> alike;
    for (const SkipFamily& other : families)
      if (other.protocol == family.protocol) alike.push_back(other.shared);
    family.title = data_title(family.shared, family.protocol, alike);
  }
  return families;
}

std::vector<bool> repeated_plain_skips(const std::vector<const RunGroup*>& groups) {
  std::vector<bool> repeated(groups.size());
  std::map<std::pair<Parameters, Protocol>, std::size_t> kept;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    const RunRecord& run = *groups[i]->runs.front();
    if (run.parameter("method.name") != "skip_gru" || skip_length_of(run) != 0) continue;
    const auto [place, is_new] = kept.try_emplace(
        {without_prefix(groups[i]->parameters, {"method.combine"}), groups[i]->protocol}, i);
    if (is_new) continue;
    const bool better = n_done(*groups[i]) > n_done(*groups[place->second]);
    repeated[better ? place->second : i] = true;
    if (better) place->second = i;
  }
  return repeated;
}

}  // namespace genrebench
