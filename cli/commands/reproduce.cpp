// `genrebench reproduce`: does a stored run again and compares every number.

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "cli/command.hpp"
#include "cli/console.hpp"
#include "cli/json_output.hpp"
#include "cli/stored_runs.hpp"
#include "harness/experiment/stored_run_reader.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/kept_models.hpp"
#include "harness/run/provenance.hpp"
#include "harness/run/reproduction.hpp"
#include "harness/run/run_once.hpp"

namespace genrebench::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kShown = 20;
constexpr std::size_t kWidth = 60;
constexpr int kInterrupted = 130;

PlannedRun plan_again(const RunRecord& run, const std::vector<std::string>& words,
                      const Registry& registry, const CommonOptions& common, FileHashes& hashes,
                      Progress& progress) {
  Experiment experiment{.name = "reproduce",
                        .description = {},
                        .source_file = fmt::format("run {}", short_id(run.id, kLongerId)),
                        .reports = {},
                        .runs = {}};
  RunSpec spec =
      RunSpec::from_parameters(with_words(run.parameters, words, registry), run.seed, registry);
  spec.prune = {};  // it is done: there is nothing to stop
  experiment.runs.push_back(std::move(spec));
  return make_plan(std::move(experiment), registry, common.cache_folder, hashes, progress)
      .runs.front();
}

/// Where features or sections of tracks came from.
struct Origin {
  std::size_t n_cached = 0, n_computed = 0;
  bool any() const { return n_cached + n_computed > 0; }
};

std::string in_words(const std::string& what, const Origin& origin) {
  if (origin.n_cached == 0) return what + " were computed anew";
  if (origin.n_computed == 0) return what + " were taken from the cache";
  return fmt::format("{} of {} were taken from the cache, of {} computed anew", what,
                     count_of(origin.n_cached, "track"), origin.n_computed);
}

/// A run done again.
struct Again {
  RunResult result;
  Origin features, sections;

  /// "features were computed anew"; empty where a table has the features.
  std::string origin() const {
    std::vector<std::string> parts;
    if (features.any()) parts.push_back(in_words("features", features));
    if (sections.any()) parts.push_back(in_words("sections", sections));
    return fmt::format("{}", fmt::join(parts, "; "));
  }
};

Again run_again(const PlannedRun& planned, const fs::path& cache_folder, int threads,
                const Registry& registry, FileHashes& hashes, Progress& progress) {
  const Prepared prepared = prepare(
      planned, registry, hashes,
      {.cache_folder = cache_folder, .threads = threads, .interrupted = stop_requested}, progress);
  if (stop_requested()) throw Interrupted();
  if (prepared.failure) std::rethrow_exception(prepared.failure);
  Again again;
  again.sections = {.n_cached = prepared.n_sections_cached,
                    .n_computed = prepared.n_sections_computed};
  if (prepared.tracks)
    again.features = {.n_cached = prepared.tracks->n_cached,
                      .n_computed = prepared.tracks->n_computed};
  const std::string name = title(planned);
  progress.begin("running it again", 1);
  progress.advance(0, name);
  const FitSettings fit{
      .threads = threads, .interrupted = stop_requested, .progress = [&](const std::string& now) {
        progress.advance(0, name + ": " + now);
      }};
  const TemporaryFolder scratch("reproduce");
  again.result = run_once(planned, prepared, registry, fit,
                          [&](const Method& method, const Preprocessing& preprocessing) {
                            return KeptModels(scratch.path())
                                .keep({.run_id = planned.id, .token = 0}, method, preprocessing);
                          })
                     .result;
  progress.advance(1);
  progress.end();
  return again;
}

std::string shortened(const std::string& text) {
  return text.size() <= kWidth ? text : text.substr(0, kWidth - 3) + "...";
}

/// Fingerprints in full are for programs.
std::string shortened(const Circumstance& one, const std::string& text) {
  return one.decides ? short_id(text, kLongerId) : shortened(text);
}

Table circumstance_table(const std::vector<Circumstance>& circumstances) {
  Table table{.title = "Then and now", .columns = {"what", "then", "now", "same"}};
  for (const Circumstance& one : circumstances)
    table.rows.push_back({{.text = one.what},
                          {.text = shortened(one, one.then)},
                          {.text = shortened(one, one.now)},
                          {.text = one.same() ? "yes" : "NO", .caution = !one.same()}});
  return table;
}

Table difference_table(const ResultComparison& comparison) {
  Table table{.title = "What differs", .columns = {"what", "then", "now", "by"}};
  for (std::size_t i = 0; i < std::min(kShown, comparison.differences.size()); ++i) {
    const ResultDifference& one = comparison.differences[i];
    const std::string by =
        one.size > 0.0 && std::isfinite(one.size) ? fmt::format("{:.3g}", one.size) : "";
    table.rows.push_back({{.text = one.what},
                          {.text = shortened(one.then)},
                          {.text = shortened(one.now)},
                          {.text = by, .numeric = true}});
  }
  if (comparison.differences.size() > kShown)
    table.notes.push_back(fmt::format("{} of {}; --json prints all", kShown,
                                      count_of(comparison.differences.size(), "difference")));
  return table;
}

double largest_difference(const ResultComparison& comparison) {
  double largest = 0.0;
  for (const ResultDifference& one : comparison.differences)
    if (std::isfinite(one.size)) largest = std::max(largest, one.size);
  return largest;
}

nlohmann::ordered_json to_json(const std::vector<Circumstance>& circumstances) {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const Circumstance& one : circumstances)
    rows.push_back(
        {{"what", one.what}, {"then", one.then}, {"now", one.now}, {"same", one.same()}});
  return rows;
}

nlohmann::ordered_json to_json(const Origin& origin) {
  return {{"from_cache", origin.n_cached}, {"computed", origin.n_computed}};
}

void add_json(nlohmann::ordered_json& document, const ResultComparison& comparison) {
  document["identical"] = comparison.identical();
  document["metrics"] = comparison.n_metrics;
  document["predictions"] = comparison.n_predictions;
  document["facts"] = comparison.n_facts;
  document["files"] = comparison.n_files;
  document["differences"] = nlohmann::ordered_json::array();
  for (const ResultDifference& one : comparison.differences) {
    nlohmann::ordered_json row = {{"what", one.what}, {"then", one.then}, {"now", one.now}};
    if (std::isfinite(one.size)) row["size"] = one.size;
    document["differences"].push_back(std::move(row));
  }
}

}  // namespace

int reproduce(const Registry& registry, const CommonOptions& common,
              const ReproduceArguments& arguments) {
  const auto progress = console_progress(common.quiet);
  stop_requested();  // from here Ctrl-C ends in order
  const auto store = RunStore::open(common.database, RunStore::Mode::read);
  const RunRecord run = find_run(*store, arguments.run);
  const std::string id = short_id(run.id, kLongerId);
  if (run.status != RunStatus::done)
    throw ConfigError(fmt::format("run {} is {}; only a run that is done can be reproduced", id,
                                  to_string(run.status)));
  const std::map<std::string, std::string> then = store->environment(run.id);
  int threads = common.threads;
  if (const auto recorded = then.find("threads");
      !arguments.threads_given && recorded != then.end())
    threads = std::max(1, std::atoi(recorded->second.c_str()));

  const fs::path cache_folder = arguments.use_cache ? common.cache_folder : fs::path();
  FileHashes hashes(cache_folder.empty() ? fs::path() : cache_folder / "content_hashes.tsv");
  const PlannedRun planned = plan_again(run, arguments.words, registry, common, hashes, *progress);
  const std::vector<Circumstance> circumstances = compare_circumstances(
      run, planned, then, with_versions(describe_environment(threads), planned.spec, registry));
  nlohmann::ordered_json document = {{"run", run.id},
                                     {"title", title(planned)},
                                     {"threads", threads},
                                     {"use_cache", arguments.use_cache},
                                     {"circumstances", to_json(circumstances)}};
  if (!common.json) {
    fmt::print("run {}: {}\n\n", id, title(planned));
    print_table(circumstance_table(circumstances));
  }
  if (planned.id != run.id) {
    const bool data = planned.data->fingerprint != run.dataset_fingerprint;
    const std::string why = data ? "the dataset is another one"
                                 : "the configuration is another one: this version of genrebench, "
                                   "or a file that it reads, has changed";
    document["ran"] = false;
    document["why"] = why;
    if (common.json)
      print_json(document);
    else
      fmt::print("not run again: {}\n", why);
    return 1;
  }
  Again again;
  try {
    again = run_again(planned, cache_folder, threads, registry, hashes, *progress);
  } catch (const Interrupted&) {
    return kInterrupted;
  }
  const ResultComparison comparison = compare_results(stored_result(*store, run.id), again.result);
  const std::string origin = again.origin().empty() ? std::string() : "; " + again.origin();
  document["ran"] = true;
  document["features"] = to_json(again.features);
  document["sections"] = to_json(again.sections);
  add_json(document, comparison);
  if (common.json) {
    print_json(document);
  } else if (comparison.identical()) {
    fmt::print("identical: {}, {}, {}, {}{}\n", count_of(comparison.n_metrics, "metric"),
               count_of(comparison.n_predictions, "prediction"),
               count_of(comparison.n_facts, "fact"), count_of(comparison.n_files, "file"), origin);
  } else {
    print_table(difference_table(comparison));
    fmt::print(
        "NOT identical: {} among {}, {}, {} and {}; the largest between numbers is {:.3g}{}\n",
        count_of(comparison.differences.size(), "difference"),
        count_of(comparison.n_metrics, "metric"), count_of(comparison.n_predictions, "prediction"),
        count_of(comparison.n_facts, "fact"), count_of(comparison.n_files, "file"),
        largest_difference(comparison), origin);
  }
  return comparison.identical() ? 0 : 1;
}

}  // namespace genrebench::cli
