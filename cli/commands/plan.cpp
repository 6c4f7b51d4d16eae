// `genrebench plan`: what would run, what is done, how long it would take.

#include "harness/plan/plan.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/text.hpp"
#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/provenance.hpp"
#include "harness/workers/estimate.hpp"

namespace genrebench::cli {
namespace {

/// A planned run, and what the store knows of it.
struct Row {
  const PlannedRun* run;
  std::string status;
};

struct Listing {
  std::vector<Row> rows;
  std::vector<const PlannedRun*> pending;
  std::vector<RunRecord> done;
};

Listing compare(const Plan& plan, const RunStore* store) {
  Listing listing;
  for (const PlannedRun& run : plan.runs) {
    auto record = store != nullptr ? store->run(run.id) : std::nullopt;
    std::string status = record ? to_string(record->status) : "new";
    if (!run.not_applicable.empty()) status = "skipped: " + run.not_applicable;
    listing.rows.push_back({&run, std::move(status)});
    if (record && record->status == RunStatus::done)
      listing.done.push_back(*std::move(record));
    else if (run.not_applicable.empty())
      listing.pending.push_back(&run);
  }
  return listing;
}

std::string estimate_text(const Listing& listing, const WorkEstimate& left,
                          const std::string& programs) {
  std::string text = fmt::format("{} done{}{} {} to run", listing.done.size(), programs,
                                 programs.empty() ? "," : ".", listing.pending.size());
  if (listing.pending.empty()) return text;
  if (left.n_tracks > 0)
    text += fmt::format("; features of {}: about {}", counted(left.n_tracks, "track"),
                        duration_text(left.feature_s));
  if (left.run_s > 0.0) text += fmt::format("; runs: about {}", duration_text(left.run_s));
  if (left.n_unknown > 0)
    text += fmt::format("; no earlier run to estimate {} from", counted(left.n_unknown, "run"));
  return text;
}

nlohmann::ordered_json row_json(const Row& row, const Registry& registry) {
  const auto parameters = row.run->spec.parameters(registry);
  // As a range: adding the keys one by one compares each with all before it.
  return {{"id", row.run->id},
          {"seed", row.run->spec.seed},
          {"status", row.status},
          {"parameters", nlohmann::ordered_json::object_t(parameters.begin(), parameters.end())}};
}

std::vector<Cell> cells(const Row& row) {
  const PlannedRun& run = *row.run;
  const bool leaky = run.split && run.split->leaky;
  return {{.text = short_id(run.id)},
          {.text = run.spec.method.name},
          {.text = run.spec.features.name},
          {.text = run.spec.excerpt.name},
          {.text = run.spec.dataset.name},
          {.text = run.spec.split.name + (leaky ? ", leaky" : ""), .caution = leaky},
          {.text = std::to_string(run.spec.seed), .numeric = true},
          {.text = row.status}};
}

class PlanCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_experiments(arguments, words_);
    add_database(arguments, context);
    add_work(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const auto store = context.store_if_any();
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    for (Experiment& experiment : load_experiments(words_, context.registry)) {
      const Plan plan = make_plan(std::move(experiment), context.registry, context.cache_folder,
                                  context.hashes(), context.progress());
      print(plan, context, store.get(), document);
    }
    if (context.json) print_json(document);
    return kDone;
  }

 private:
  static void print(const Plan& plan, const Context& context, const RunStore* store,
                    nlohmann::ordered_json& document) {
    const std::string& name = plan.experiment.name;
    const Listing listing = compare(plan, store);
    const WorkEstimate left = estimate_work(listing.pending, context.registry, context.cache_folder,
                                            context.threads, store);
    std::vector<std::string> notes = plan.notes;
    notes.push_back(
        estimate_text(listing, left, store != nullptr ? other_programs(*store, listing.done) : ""));
    if (store != nullptr)
      if (const std::string older = older_ids(store->runs(name), fmt::format("of '{}'", name));
          !older.empty())
        notes.push_back(older);
    if (!context.json) {
      Table table{
          .title = fmt::format("{}: {}", name, counted(plan.runs.size(), "run")),
          .columns = {"run", "method", "features", "excerpt", "dataset", "split", "seed", "status"},
          .notes = std::move(notes)};
      for (const Row& row : listing.rows) table.rows.push_back(cells(row));
      print_table(table);
      return;
    }
    nlohmann::ordered_json runs = nlohmann::ordered_json::array();
    for (const Row& row : listing.rows) runs.push_back(row_json(row, context.registry));
    document.push_back({{"experiment", name},
                        {"done", listing.done.size()},
                        {"pending", listing.pending.size()},
                        {"estimate",
                         {{"feature_s", left.feature_s},
                          {"run_s", left.run_s},
                          {"runs_without_estimate", left.n_unknown}}},
                        {"notes", notes},
                        {"runs", std::move(runs)}});
  }

  std::vector<std::string> words_;
};

}  // namespace

void command_plan(CommandList& commands) {
  commands.add<PlanCommand>({.name = "plan",
                             .group = CommandGroup::experiments,
                             .position = 1,
                             .summary = "List the exact runs of an experiment, which of them are "
                                        "done, and an estimate of the time"});
}

}  // namespace genrebench::cli
