#include "reports/support/skip_rnn.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>

namespace genrebench {
namespace {

std::optional<long> skip_length(const RunRecord& run) {
  if (run.parameter("method.name") == "gru") return 0;
  if (run.parameter("method.name") != "skip_gru") return std::nullopt;
  const std::string text = run.parameter("method.length");
  long length = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), length);
  return error == std::errc() && rest == text.data() + text.size() ? std::optional(length) : std::nullopt;
}

}  // namespace

const SkipGroup* SkipFamily::reference(const std::string& combine) const {
  for (const std::string& mode : {combine, std::string()})
    for (const SkipGroup& group : groups)
      if (group.length == 0 && group.combine == mode) return &group;
  return nullptr;
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
    const std::optional<long> length = skip_length(run);
    if (!length) continue;
    const Parameters shared = without_prefix(group.parameters, {"method.name", "method.length", "method.combine"});
    auto family = std::find_if(families.begin(), families.end(), [&](const SkipFamily& f) { return f.shared == shared && f.protocol == group.protocol; });
    if (family == families.end()) family = families.insert(families.end(), {.shared = shared, .protocol = group.protocol});
    SkipGroup skip;
    static_cast<RunGroup&>(skip) = std::move(group);
    skip.length = *length;
    if (run.parameter("method.name") == "skip_gru") skip.combine = run.parameter("method.combine");
    skip.title = skip.length == 0 && skip.combine.empty() ? "RNN" : fmt::format("skip-RNN, k = {} ({})", skip.length, skip.combine);
    family->groups.push_back(std::move(skip));
  }
  std::stable_sort(families.begin(), families.end(), [](const SkipFamily& a, const SkipFamily& b) { return a.protocol < b.protocol; });
  for (SkipFamily& family : families) {
    std::sort(family.groups.begin(), family.groups.end(),
              [](const SkipGroup& a, const SkipGroup& b) { return std::tie(a.combine, a.length) < std::tie(b.combine, b.length); });
    std::vector<Parameters> alike;
    for (const SkipFamily& other : families)
      if (other.protocol == family.protocol) alike.push_back(other.shared);
    family.title = data_title(family.shared, family.protocol, alike);
  }
  return families;
}

}  // namespace genrebench
