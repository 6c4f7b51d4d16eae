// The paper's Figures 14 to 17: loss and accuracy of RNN and skip-RNN, training and validation in
// one plot.

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>

#include "harness/plugin/registry.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/curves.hpp"
#include "reports/support/skip_rnn.hpp"

namespace genrebench {
namespace {

const std::vector<std::string> kPlottedMetrics = {"loss", "accuracy"};

CurveSet curves_of(const Scores& scores, const SkipGroup& group) {
  return {.label = group.title,
          .group = group,
          .runs = load_curves(scores.store(), group.runs),
          .guessing = guessing_of_curves(scores, group.runs)};
}

class Figures14To17 final : public Report {
 public:
  explicit Figures14To17(const LevelOptions& options) : level_(options.level) {}

  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    Document document{.name = "figures_14_to_17",
                      .title = "Figures 14 to 17: RNN and skip-RNN",
                      .body = {},
                      .data = {}};
    const Scores scores(store);
    CurveData data = make_curve_data("figures_14_to_17");
    std::set<std::string> ids;
    for (const SkipFamily& family : skip_families(scope.runs)) {
      std::set<const SkipGroup*> references;
      for (const SkipGroup& group : family.groups) {
        const SkipGroup* reference = family.reference();
        if (group.length == 0 || reference == nullptr) continue;
        const std::vector<CurveSet> sets = {curves_of(scores, *reference),
                                            curves_of(scores, group)};
        if (std::any_of(sets.begin(), sets.end(),
                        [](const CurveSet& set) { return set.runs.empty(); }))
          continue;
        add_figures(sets, family, unique_slug(family.title + " " + group.title, ids), document);
        if (references.insert(reference).second) add_data(store, family, sets.front(), data);
        add_data(store, family, sets.back(), data);
      }
    }
    if (document.body.empty())
      throw ConfigError(
          "figures_14_to_17: nothing to compare; expected runs with curves of the methods gru (or "
          "skip_gru with length 0) and skip_gru (length above 0) that share dataset, split, "
          "features and all other options");
    document.data =
        data_tables(std::move(data.runs), std::move(data.values), std::move(data.points));
    return document;
  }

 private:
  void add_figures(const std::vector<CurveSet>& sets, const SkipFamily& family,
                   const std::string& id, Document& document) const {
    for (const std::string& metric : kPlottedMetrics) {
      const std::string title =
          fmt::format("{} of {} and {} on {}", metric == "loss" ? "Loss" : "Accuracy",
                      sets.front().label, sets.back().label, family.title);
      if (std::optional<Figure> figure =
              curve_figure(sets, metric, level_, "figures_14_to_17-" + id + "-" + metric, title))
        document.body.emplace_back(std::move(*figure));
    }
  }

  void add_data(const StoreReader& store, const SkipFamily& family, CurveSet set,
                CurveData& data) const {
    set.group.title += " on " + family.title;
    add_curve_data(store, set, kPlottedMetrics, level_, data);
  }

  double level_;
};

}  // namespace

void register_figures_14_to_17(Registry& registry) {
  registry.reports.add(
      {{.name = "figures_14_to_17",
        .summary =
            "Loss and accuracy of RNN and skip-RNN by epoch, training and validation in one plot.",
        .source = "the paper, section 6, Figures 14 to 17",
        .options = level_option_table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Figures14To17>(level_option_table().parse(values));
       }});
}

}  // namespace genrebench
