// `genrebench leaks`: which artists, songs and other groups each kind of split would put on two
// sides.

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "cli/experiments.hpp"
#include "cli/leak_tables.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/data/open_dataset.hpp"
#include "harness/plan/plan.hpp"

namespace genrebench::cli {
namespace {

bool same(const PluginChoice& a, const PluginChoice& b) {
  return a.name == b.name && a.options == b.options;
}

/// Gathers the cases of one experiment, run by run.
class Cases {
 public:
  explicit Cases(Context& context) : context_(context) {}

  void add(const RunSpec& spec) {
    LeakCase& found = case_of(spec);
    check_all_splits(found, spec);
    check_own_split_once(found, spec);
  }

  const std::vector<LeakCase>& all() const { return cases_; }

 private:
  std::shared_ptr<const OpenDataset> open(const PluginChoice& choice) {
    for (const auto& [known, data] : datasets_)
      if (same(known, choice)) return data;
    return datasets_
        .emplace_back(choice, open_dataset(choice, context_.registry, context_.cache_folder,
                                           context_.hashes(), context_.progress()))
        .second;
  }

  LeakCase& case_of(const RunSpec& spec) {
    const auto data = open(spec.dataset);
    for (LeakCase& other : cases_)
      if (same(other.spec.dataset, spec.dataset) && same(other.spec.excerpt, spec.excerpt))
        return other;
    return cases_.emplace_back(
        LeakCase{.spec = spec,
                 .n_excerpts = count_excerpts(*data->dataset, spec.excerpt, context_.registry),
                 .data = data});
  }

  /// Every kind of split, once per seed.
  void check_all_splits(LeakCase& found, const RunSpec& spec) const {
    std::vector<LeakCheck>& checks = found.checks;
    if (std::ranges::any_of(checks, [&](const LeakCheck& c) { return c.seed == spec.seed; }))
      return;
    for (LeakCheck& check : check_leaks(*found.data->dataset, found.data->content, spec,
                                        found.n_excerpts, context_.registry))
      if (std::ranges::none_of(checks, [&](const LeakCheck& other) {
            return other.split == check.split && other.seed == check.seed;
          }))
        checks.push_back(std::move(check));
  }

  /// The run's own split. Folds of one seed differ in their options only.
  void check_own_split_once(LeakCase& found, const RunSpec& spec) const {
    if (std::ranges::any_of(found.own, [&](const auto& other) {
          return same(other.first, spec.split) && other.second == spec.seed;
        }))
      return;
    found.own.emplace_back(spec.split, spec.seed);
    found.checks.push_back(check_own_split(*found.data->dataset, found.data->content, spec,
                                           found.n_excerpts, context_.registry));
  }

  Context& context_;
  std::vector<LeakCase> cases_;
  std::vector<std::pair<PluginChoice, std::shared_ptr<const OpenDataset>>> datasets_;
};

class LeaksCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    add_experiments(arguments, words_);
    add_work(arguments, context);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    nlohmann::ordered_json document = nlohmann::ordered_json::array();
    for (const Experiment& experiment : load_experiments(words_, context.registry)) {
      Cases cases(context);
      for (const RunSpec& spec : experiment.runs)
        if (!spec.segmentation()) cases.add(spec);
      if (cases.all().empty())
        throw ConfigError(
            fmt::format("{}: no run of this experiment has a split", experiment.source_file));
      for (const LeakCase& leaks : cases.all()) {
        if (context.json)
          document.push_back(leak_json(experiment, leaks));
        else
          print_table(leak_table(experiment, leaks));
      }
    }
    if (context.json) print_json(document);
    return kDone;
  }

 private:
  std::vector<std::string> words_;
};

}  // namespace

void command_leaks(CommandList& commands) {
  commands.add<LeaksCommand>({.name = "leaks",
                              .group = CommandGroup::data,
                              .summary = "Show which artists, songs and other groups each kind of "
                                         "split would put on two sides"});
}

}  // namespace genrebench::cli
