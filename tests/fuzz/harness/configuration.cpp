// Experiment files and `key=value` words, up to the list of runs. The words follow the file, one a
// line, after a line "%%".
#include <string>
#include <vector>

#include "base/text.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/plugin/registry.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);
void register_all_datasets(Registry& registry);
void register_all_baselines(Registry& registry);
void register_all_reports(Registry& registry);
}  // namespace genrebench

namespace genrebench::fuzz {
namespace {

const Registry& registry() {
  static const Registry all = [] {
    Registry one;
    register_all_pipeline(one);
    register_all_datasets(one);
    register_all_baselines(one);
    register_all_reports(one);
    return one;
  }();
  return all;
}

/// That what a store would keep of a run gives the same run again.
void check_stored(const RunSpec& run) {
  const auto parameters = run.parameters(registry());
  const RunSpec again = RunSpec::from_parameters(parameters, run.seed, registry());
  require(again.parameters(registry()) == parameters, "a stored run is the same run");
  require(again.identity(registry()) == run.identity(registry()),
          "a stored run has the same identity");
}

void load(const std::filesystem::path& file, const std::vector<std::string>& words,
          UnsetVariables unset) {
  constexpr std::size_t kChecked = 5;
  const Experiment experiment = load_experiment(file, words, registry(), unset);
  require(!experiment.runs.empty(), "an experiment has runs");
  for (std::size_t i = 0; i < std::min(experiment.runs.size(), kChecked); ++i)
    check_stored(experiment.runs[i]);
}

}  // namespace

void fuzz_configuration(std::string_view input) {
  constexpr std::string_view kSeparator = "%%\n";
  std::size_t end = input.starts_with(kSeparator) ? 0 : input.find("\n%%\n");
  if (end != 0 && end != std::string_view::npos) ++end;
  const std::string_view text = input.substr(0, end);
  Values lines(end == std::string_view::npos ? std::string_view()
                                             : input.substr(end + kSeparator.size()));
  std::vector<std::string> words;
  while (!lines.empty() && words.size() < 16) words.emplace_back(lines.line());

  const std::filesystem::path file = scratch_file("experiment.yaml", text);
  accepts([&] { load(file, words, UnsetVariables::refuse); });
  accepts([&] { load(file, {}, UnsetVariables::keep_in_paths); });
  accepts([&] {
    parse_options(words, registry().datasets.get("folder", "fuzz").options, "dataset folder");
  });
}

}  // namespace genrebench::fuzz
