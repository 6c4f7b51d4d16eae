#include "harness/plan/identity.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "base/digest.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {
namespace {

std::string evaluation_version() { return fmt::format("evaluation {}", kEvaluationVersion); }

/// Versions of what the method relies on under the run's options, also where they are to be tuned:
/// ", frozen layers 1".
std::string versions_under(const MethodPlugin& method, const RunSpec& spec) {
  if (!method.relies_on_under) return {};
  std::map<std::string, int> versions = method.relies_on_under(spec.method.options);
  for (const auto& [option, values] : spec.tune)
    for (const OptionValue& value : values) {
      OptionValues options = spec.method.options;
      options[option] = value;
      versions.merge(method.relies_on_under(options));
    }
  std::string text;
  for (const auto& [name, version] : versions) text += fmt::format(", {} {}", name, version);
  return text;
}

}  // namespace

std::vector<std::string> versions_of(const RunSpec& spec, const Registry& registry) {
  std::vector<std::string> result = {
      evaluation_version(),
      "dataset " + version_text(registry.datasets.get(spec.dataset.name, "dataset")),
      "excerpt " + version_text(registry.excerpts.get(spec.excerpt.name, "excerpt"))};
  if (spec.segmentation()) return result;
  result.push_back("split " + version_text(registry.splits.get(spec.split.name, "split")));
  result.push_back("features " +
                   version_text(registry.features.get(spec.features.name, "features")));
  const MethodPlugin& method = registry.methods.get(spec.method.name, "method");
  result.push_back("method " + version_text(method) + versions_under(method, spec));
  for (const auto& [key, choice] :
       {std::pair("deform ", &spec.deform), std::pair("deform_train ", &spec.deform_train)})
    if (!choice->name.empty())
      result.push_back(key + version_text(registry.deformations.get(choice->name, key)));
  return result;
}

Identity::Identity(const std::string& dataset_fingerprint, const RunSpec& spec,
                   const Registry& registry) {
  begin(dataset_fingerprint, spec.seed);
  for (const auto& [key, value] : spec.identity(registry)) add(key, value);
  for (const std::string& version : versions_of(spec, registry)) add("version", version);
}

Identity::Identity(const std::string& dataset_fingerprint, std::uint64_t seed) {
  begin(dataset_fingerprint, seed);
  add("version", evaluation_version());
}

void Identity::begin(const std::string& dataset_fingerprint, std::uint64_t seed) {
  add("identity", std::to_string(kIdentityVersion));
  add("dataset", dataset_fingerprint);
  add("seed", std::to_string(seed));
}

void Identity::add(const std::string& key, const std::string& value) {
  text_ += list_text({key, value}) + "\n";
}

std::string Identity::id() const { return sha256(text_); }

}  // namespace genrebench
