#include "harness/run/fitted_runs.hpp"

#include "base/random.hpp"
#include "harness/records/facts.hpp"

namespace genrebench {

OptionValues chosen_options(const RunSpec& spec, const RunRecord& run) {
  OptionValues options = spec.method.options;
  for (const auto& [option, values] : spec.tune)
    for (const OptionValue& value : values)
      if (to_string(value) == run.fact(facts::tuned_key(option))) options[option] = value;
  return options;
}

std::shared_ptr<const FittedRun> load_fitted_run(const PlannedRun& clean, const RunStore& store,
                                                 const KeptModels& files, const Registry& registry,
                                                 const MethodCache& cache) {
  const std::optional<RunRecord> record = store.run(clean.id);
  if (!record || record->status != RunStatus::done || !files.enabled()) return nullptr;
  const std::vector<ArtifactRecord> artifacts = store.artifacts(clean.id);
  if (!has_model(artifacts)) return nullptr;
  auto result = std::make_shared<FittedRun>();
  result->fitted.options = chosen_options(clean.spec, *record);
  result->fitted.method = registry.methods.get(clean.spec.method.name, "method")
                              .make(result->fitted.options, derive_seed(clean.spec.seed, "method"));
  result->fitted.method->use_cache(cache);
  Preprocessing preprocessing = files.load(clean.id, artifacts, *result->fitted.method);
  result->standardiser = std::move(preprocessing.standardiser);
  result->fitted.temperature = preprocessing.temperature;
  result->facts = record->facts;
  result->facts.erase(facts::kWarnings.key());
  return result;
}

std::shared_ptr<const FittedRun> FittedRuns::find(const std::string& clean_id) const {
  for (const auto& [id, run] : last_)
    if (id == clean_id) return run;
  return nullptr;
}

void FittedRuns::remember(const std::string& clean_id, std::shared_ptr<const FittedRun> run) {
  if (find(clean_id) != nullptr) return;
  last_.emplace_front(clean_id, std::move(run));
  if (last_.size() > kMost) last_.pop_back();
}

}  // namespace genrebench
