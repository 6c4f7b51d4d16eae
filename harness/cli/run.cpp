// `genrebench run`: whatever of the experiments is not done yet.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "harness/cli/commands.hpp"
#include "harness/cli/console.hpp"
#include "harness/cli/experiments.hpp"
#include "harness/cli/json_output.hpp"
#include "harness/run_files.hpp"
#include "harness/runner.hpp"

namespace genrebench::cli {

int run(const Registry& registry, const CommonOptions& common, const std::vector<std::string>& words, bool fail_fast) {
  const auto progress = console_progress(common.quiet);
  stop_requested();  // from here Ctrl-C ends after the current run
  std::vector<Experiment> experiments = load_experiments(words, registry);
  FileHashes hashes(common.cache_folder.empty() ? std::filesystem::path() : common.cache_folder / "content_hashes.tsv");
  std::vector<Plan> plans;  // every mistake shows before anything runs
  for (Experiment& experiment : experiments)
    plans.push_back(make_plan(std::move(experiment), registry, common.cache_folder, hashes, *progress));
  const auto store = RunStore::open(common.database, RunStore::Mode::write);
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  int code = 0;
  for (const Plan& plan : plans) {
    const RunnerSummary summary = execute(plan, *store, registry, hashes,
                                          {.cache_folder = common.cache_folder, .files_folder = RunFiles::beside(common.database).folder(), .threads = common.threads, .fail_fast = fail_fast, .interrupted = stop_requested},
                                          *progress);
    std::string text = fmt::format("{}: {}", plan.experiment.name, count_of(summary.n_runs, "run"));
    if (summary.n_already_done == summary.n_runs)
      text += ", all done already; nothing to do";
    else {
      text += fmt::format(": {} done", summary.n_done);
      if (summary.n_already_done > 0) text += fmt::format(", {} done before", summary.n_already_done);
      if (summary.n_failed > 0) text += fmt::format(", {} failed", summary.n_failed);
      if (summary.n_skipped > 0) text += fmt::format(", {} skipped", summary.n_skipped);
      if (summary.n_pruned > 0) text += fmt::format(", {} pruned", summary.n_pruned);
      if (summary.n_left > 0) text += fmt::format(", {} left", summary.n_left);
      if (summary.interrupted) text += ", interrupted (run the same command to go on)";
      text += fmt::format(", in {}", duration_text(summary.wall_s));
      if (summary.n_bad_tracks > 0) text += fmt::format("; {} left out, see above", count_of(summary.n_bad_tracks, "bad track"));
    }
    if (!common.json) fmt::print("{} ({})\n", text, common.database.string());
    document.push_back({{"experiment", plan.experiment.name}, {"database", common.database.string()}, {"runs", summary.n_runs}, {"done", summary.n_done},
                        {"done_before", summary.n_already_done}, {"failed", summary.n_failed}, {"skipped", summary.n_skipped}, {"pruned", summary.n_pruned}, {"left", summary.n_left},
                        {"bad_tracks", summary.n_bad_tracks}, {"interrupted", summary.interrupted}, {"wall_s", summary.wall_s}});
    if (summary.n_failed > 0) code = 1;
    if (summary.interrupted) {
      code = 130;
      break;
    }
  }
  if (common.json) print_json(document);
  return code;
}

}  // namespace genrebench::cli
