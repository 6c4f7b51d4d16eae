#include "harness/plan/repeats.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <set>

#include "harness/experiment/run_parameters.hpp"

namespace genrebench {

Repeats::Repeats(const Experiment& experiment, const Registry& registry)
    : name_(experiment.name), n_all_(experiment.runs.size()), registry_(registry) {}

bool Repeats::is_one(const std::vector<PlannedRun>& runs) {
  const auto [first, is_new] = first_.try_emplace(runs.back().id, runs.size() - 1);
  if (is_new) return false;
  ++n_;
  const auto before = runs[first->second].spec.parameters(registry_),
             now = runs.back().spec.parameters(registry_);
  std::set<std::string> files;
  for (const auto& [key, file] : runs.back().spec.content_files(registry_))
    files.insert(option_of_content(key));
  const auto is_place = [&](const std::string& key) {
    return key.starts_with("dataset.") || key == "features.root" || files.contains(key);
  };
  for (const auto& [key, value] : now)
    if (const auto other = before.find(key); other == before.end() || other->second != value)
      (is_place(key) ? places_ : spellings_).insert(key);
  return true;
}

std::string Repeats::in_words() const {
  if (n_ == 0) return {};
  std::vector<std::string> why;
  if (!places_.empty())
    why.push_back(fmt::format("{} names data of equal content", fmt::join(places_, ", ")));
  if (!spellings_.empty())
    why.push_back(fmt::format("{} gives equal options", fmt::join(spellings_, ", ")));
  return fmt::format("{}: {} of {} runs repeat others and are done once{}{}", name_, n_, n_all_,
                     why.empty() ? "" : ": ", fmt::join(why, "; "));
}

}  // namespace genrebench
