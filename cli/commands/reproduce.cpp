// `genrebench reproduce`: does a stored run again and compares every number.

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/temporary_folder.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/reproduce_output.hpp"
#include "cli/shared_arguments.hpp"
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

/// A run done again.
struct Again {
  RunResult result;
  Origin features, sections;
};

class ReproduceCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_run(arguments, run_);
    add_options(arguments, words_,
                "Options that do not decide the result, such as dataset.root=FOLDER if the data "
                "have moved");
    add_database(arguments, context);
    arguments.add({.name = "--cache",
                   .value = "FOLDER",
                   .help = "Folder of generated datasets, and of what --use-cache takes",
                   .completes = Completion::folder},
                  context.cache_folder);
    const Argument& no_cache = arguments.add_flag(
        {.name = "--no-cache",
         .help = "Neither read nor write cached features, which is the default here"},
        [&context] { context.cache_folder.clear(); });
    threads_ = &arguments.add({.name = "--threads",
                               .value = "N",
                               .help = "Threads; without it as many as the run had",
                               .minimum = 1,
                               .maximum = 1024,
                               .hide_default = true},
                              context.threads);
    add_quiet(arguments, context);
    arguments.exclude(
        arguments.add_flag({.name = "--use-cache",
                            .help = "Take features and sections from the cache if they are there; "
                                    "without it everything is computed anew"},
                           use_cache_),
        no_cache);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    stop_requested();  // from here Ctrl-C ends in order
    const auto store = context.store_to_read();
    const RunRecord run = find_run(*store, run_);
    if (run.status != RunStatus::done)
      throw ConfigError(fmt::format("run {} is {}; only a run that is done can be reproduced",
                                    short_id(run.id, kLongerId), to_string(run.status)));
    if (run.origin == RunOrigin::imported)
      throw ConfigError(
          fmt::format("run {} was imported: its predictions were made elsewhere, so it cannot be "
                      "done again; import them again to score them anew",
                      short_id(run.id, kLongerId)));
    const std::map<std::string, std::string> then = store->environment(run.id);
    choose_threads(context, then);
    context.remember_hashes = use_cache_;
    const PlannedRun planned = plan_again(run, context);
    nlohmann::ordered_json document = describe(run, planned, then, context);
    if (planned.id != run.id) return refuse(run, planned, document, context.json);
    Again again;
    try {
      again = run_again(planned, context);
    } catch (const Interrupted&) {
      return kInterrupted;
    }
    return print(compare_results(stored_result(*store, run.id), again.result), again, document,
                 context.json);
  }

 private:
  void choose_threads(Context& context, const std::map<std::string, std::string>& then) const {
    if (!threads_->given()) context.threads = recorded_threads(then, run_, context.threads);
  }

  PlannedRun plan_again(const RunRecord& run, Context& context) const {
    Experiment experiment{.name = "reproduce",
                          .description = {},
                          .source_file = fmt::format("run {}", short_id(run.id, kLongerId)),
                          .reports = {},
                          .runs = {}};
    RunSpec spec = RunSpec::from_parameters(with_words(run.parameters, words_, context.registry),
                                            run.seed, context.registry);
    spec.prune = {};  // it is done: there is nothing to stop
    experiment.runs.push_back(std::move(spec));
    return make_plan(std::move(experiment), context.registry, context.cache_folder,
                     context.hashes(), context.progress())
        .runs.front();
  }

  /// Compares the circumstances, and prints them unless JSON was asked for.
  nlohmann::ordered_json describe(const RunRecord& run, const PlannedRun& planned,
                                  const std::map<std::string, std::string>& then,
                                  const Context& context) const {
    const std::vector<Circumstance> circumstances = compare_circumstances(
        run, planned, then,
        with_versions(describe_environment(context.threads), planned, context.registry));
    if (!context.json) {
      write_out("run {}: {}\n\n", short_id(run.id, kLongerId), title(planned));
      print_table(circumstance_table(circumstances));
    }
    return {{"run", run.id},
            {"title", title(planned)},
            {"threads", context.threads},
            {"use_cache", use_cache_},
            {"circumstances", to_json(circumstances)}};
  }

  /// The run would be another one now: it is not done again.
  static int refuse(const RunRecord& run, const PlannedRun& planned,
                    nlohmann::ordered_json& document, bool json) {
    const bool data = planned.data->fingerprint != run.dataset_fingerprint;
    const std::string why = data ? "the dataset is another one"
                                 : "the configuration is another one: this version of genrebench, "
                                   "a file that it reads, or ffmpeg has changed";
    document["ran"] = false;
    document["why"] = why;
    if (json)
      print_json(document);
    else
      write_out("not run again: {}\n", why);
    return kNotDone;
  }

  Again run_again(const PlannedRun& planned, Context& context) const {
    Progress& progress = context.progress();
    const PreparationSettings settings{
        .cache_folder = use_cache_ ? context.cache_folder : std::filesystem::path(),
        .threads = context.threads,
        .interrupted = stop_requested};
    const Prepared prepared =
        prepare(planned, context.registry, context.hashes(), settings, progress);
    std::optional<PreparedTest> test;
    if (planned.clean != nullptr && !stop_requested())
      test = prepare_test(planned, context.registry, context.hashes(), settings, progress);
    if (stop_requested()) throw Interrupted();
    if (prepared.failure) std::rethrow_exception(prepared.failure);
    Again again;
    again.sections = {.n_cached = prepared.sections_work.n_cached,
                      .n_computed = prepared.sections_work.n};
    const auto count = [&](const std::optional<ExtractedTracks>& tracks) {
      if (!tracks) return;
      again.features.n_cached += tracks->n_cached;
      again.features.n_computed += tracks->n_computed;
    };
    count(prepared.tracks);
    count(prepared.copies);
    if (test) count(test->tracks);
    const std::string name = title(planned);
    progress.begin("running it again", 1);
    progress.advance(0, name);
    const FitSettings fit{
        .threads = context.threads,
        .interrupted = stop_requested,
        .cache = {.folder = use_cache_ ? method_cache_folder(context.cache_folder)
                                       : std::filesystem::path(),
                  .warn = [&](const std::string& text) { progress.message("warning: " + text); }},
        .progress = [&](const std::string& now) { progress.advance(0, name + ": " + now); }};
    const TemporaryFolder scratch("reproduce");
    again.result = run_once(planned, prepared, context.registry, fit,
                            [&](const Method& method, const Preprocessing& preprocessing) {
                              return KeptModels(scratch.path())
                                  .keep({.run_id = planned.id, .token = 0}, method, preprocessing);
                            },
                            {.test = test ? &*test : nullptr})
                       .result;
    progress.advance(1);
    progress.end();
    return again;
  }

  static int print(const ResultComparison& comparison, const Again& again,
                   nlohmann::ordered_json& document, bool json) {
    document["ran"] = true;
    document["features"] = to_json(again.features);
    document["sections"] = to_json(again.sections);
    add_json(document, comparison);
    const std::string from = in_words(again.features, again.sections);
    const std::string origin = from.empty() ? from : "; " + from;
    const std::string metrics = counted(comparison.n_metrics, "metric"),
                      predictions = counted(comparison.n_predictions, "prediction"),
                      facts = counted(comparison.n_facts, "fact"),
                      files = counted(comparison.n_files, "file");
    if (json) {
      print_json(document);
    } else if (comparison.identical()) {
      write_out("identical: {}, {}, {}, {}{}\n", metrics, predictions, facts, files, origin);
    } else {
      print_table(difference_table(comparison));
      write_out(
          "NOT identical: {} among {}, {}, {} and {}; the largest between numbers is {:.3g}{}\n",
          counted(comparison.differences.size(), "difference"), metrics, predictions, facts, files,
          largest_difference(comparison), origin);
    }
    return comparison.identical() ? kDone : kNotDone;
  }

  std::string run_;
  std::vector<std::string> words_;
  const Argument* threads_ = nullptr;
  bool use_cache_ = false;
};

}  // namespace

void command_reproduce(CommandList& commands) {
  commands.add<ReproduceCommand>(
      {.name = "reproduce",
       .group = CommandGroup::experiments,
       .summary = "Do a stored run again and compare every number; nothing is written",
       .details = "Exit code 1 if the numbers differ, or if the run would be another one now."});
}

}  // namespace genrebench::cli
