// The paper's Figures 3 to 7: an example of each segmentation that the runs made, and its scores.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

#include "harness/plugin/registry.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "reports/support/results.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/segmentation_figures.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

constexpr double kLevel = 0.95;
constexpr const char* kSeed = "excerpt.seed";  ///< of k-means
constexpr const char* kExample = "structure.example";

/// Runs that segment in the same way: equal but for seeds, split, features and method.
struct Group {
  Parameters parameters;
  Runs runs;
};

SegmentationPicture to_picture(const SegmentationExample& e, std::string id,
                               const std::string& what) {
  SegmentationPicture picture{e};
  picture.id = std::move(id);
  picture.title = e.track + what;
  return picture;
}

class SegmentationReport final : public Report {
 public:
  Document render(const StoreReader& store, const ReportScope& report_scope) const override {
    const Scope scope = load_scope(store, report_scope);
    const Scores evidence(store);
    const std::vector<Parameters> all = configurations(scope.runs);
    std::vector<Group> groups;
    for (std::size_t i = 0; i < scope.runs.size(); ++i) {
      if (!scope.runs[i].facts.contains(kExample)) continue;
      const Parameters shared =
          without_prefix(all[i], {"split.", "features.", "method.", "standardise", "vote", kSeed});
      auto group = std::find_if(groups.begin(), groups.end(),
                                [&](const Group& g) { return g.parameters == shared; });
      if (group == groups.end())
        group = groups.insert(groups.end(), {.parameters = shared, .runs = {}});
      group->runs.push_back(&scope.runs[i]);
    }
    if (groups.empty())
      throw ConfigError(
          "report segmentation: no run has segmented a dataset whose sections are known (excerpt "
          "sem, dataset synthetic or medley)");

    std::vector<Parameters> variants;
    for (const Group& group : groups) variants.push_back(group.parameters);
    const std::vector<std::string> varying = varying_keys(variants);
    Document document{.name = "segmentation",
                      .title = "Segmentation by the spectral error measure",
                      .body = {},
                      .data = {}};
    document.body.emplace_back(Paragraph{
        "Figures 3 to 7 of the paper for the first track of each dataset, and scores against the "
        "known sections, as means over its tracks (mir_eval's definitions)."});
    Table scores{.id = "segmentation_scores",
                 .title = "Agreement with the known sections",
                 .columns = {"segmentation", "tracks", "adjusted Rand", "NMI", "pairwise F",
                             "boundary F 0.5 s", "boundary F 3 s", "clusters", "run"},
                 .rows = {},
                 .notes = {}};
    scores.columns.insert(scores.columns.end() - 1, "runs");
    Table data{.id = "segmentation_score_intervals",
               .title = "Every score with its interval",
               .columns = {"segmentation", "metric"},
               .rows = {},
               .notes = {"ci_method made the interval, over ci_n tracks or sources. n_tracks: "
                         "tracks that the score is the mean over."}};
    data.columns.insert(data.columns.end(), kMeasuredColumns.begin(), kMeasuredColumns.end());
    for (const char* column : {"n_runs", "n_planned", "n_tracks", "run_ids"})
      data.columns.emplace_back(column);
    IntervalLegend legend(kLevel, /*of_scores=*/true);
    std::vector<std::string> remarks;
    Runs shown_runs;
    std::vector<Document> pages;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const RunRecord& run = *groups[g].runs.front();
      const std::string variant = describe(groups[g].parameters, varying);
      const Runs seeds = one_run_per_seed(groups[g].runs);
      const std::string title = with_segmentation(
          variant.empty() ? run.parameter("excerpt.name") : variant, run.parameters);
      const bool ill_conditioned = run.parameter("excerpt.scale") == "literal";
      std::vector<Cell> row = {
          shown(title + (ill_conditioned ? " ¶" : ""), /*caution=*/ill_conditioned),
          shown_number(run.facts.at("structure.n_tracks"))};
      for (const char* metric : {"adjusted_rand", "normalised_mutual_information", "pairwise_f",
                                 "boundary_f_0.5", "boundary_f_3", "n_clusters"}) {
        const Measured measured = measure_structure(evidence, seeds, metric, kLevel);
        legend.add(measured);
        row.push_back(shown_number(format_score(measured)));
        std::vector<Cell> cells = {text_cell(title), text_cell(metric)};
        append(cells, measured_cells(measured, kLevel));
        append(cells, {count_cell(measured.values.size()), count_cell(seeds.size()),
                       count_cell(measured.n_tracks), text_cell(run_ids(seeds))});
        data.rows.push_back(std::move(cells));
      }
      row.push_back(count_cell(seeds.size()));
      row.push_back(shown(short_id(run.id)));
      if (ill_conditioned) remarks.push_back(spread_over_seeds(evidence, title, seeds));
      shown_runs.insert(shown_runs.end(), seeds.begin(), seeds.end());
      scores.rows.push_back(std::move(row));
      const std::string id =
          groups.size() == 1 ? "segmentation" : "segmentation_" + std::to_string(g + 1);
      pages.push_back(
          segmentation_document(to_picture(segmentation_example_from_json(run.facts.at(kExample)),
                                           id, variant.empty() ? "" : " (" + variant + ")")));
    }
    if (!remarks.empty())
      add_note(scores.notes,
               fmt::format("¶ Ill-conditioned: Eq. 5 as printed (scale literal). The last bit of "
                           "one sample can change the sections of a song, so other machines give "
                           "other numbers. Adjusted Rand by seed of k-means: {}.",
                           fmt::join(remarks, "; ")));
    if (shown_runs.size() > groups.size())
      add_note(scores.notes,
               "Where a row has several runs, they differ in the seed of k-means: each track's "
               "score is the mean over them.");
    for (std::string& note : legend.notes()) add_note(scores.notes, std::move(note));
    document.body.emplace_back(std::move(scores));
    document.data.push_back(std::move(data));
    for (Document& page : pages) {
      std::move(page.body.begin(), page.body.end(), std::back_inserter(document.body));
      std::move(page.data.begin(), page.data.end(), std::back_inserter(document.data));
    }
    return document;
  }

 private:
  /// Runs that differ in split, features, method or their own seed repeat the scores of one seed of
  /// k-means.
  static Runs one_run_per_seed(const Runs& runs) {
    std::map<std::string, const RunRecord*> of_seed;
    for (const RunRecord* run : runs) of_seed.try_emplace(run->parameter(kSeed), run);
    Runs result;
    for (const auto& [seed, run] : of_seed) result.push_back(run);
    return result;
  }

  /// "excerpt.preset=paper: 0.531 to 0.533 over 5 seeds".
  static std::string spread_over_seeds(const Scores& scores, const std::string& title,
                                       const Runs& seeds) {
    std::vector<double> values;
    for (const RunRecord* run : seeds)
      if (const std::optional<double> value =
              final_metric(scores.store(), *run, "structure", "adjusted_rand"))
        values.push_back(*value);
    if (values.size() < 2)
      return title + ": not known, this is one seed (sweep excerpt.seed for more)";
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    return fmt::format("{}: {:.3f} to {:.3f} over {} seeds", title, *least, *most, values.size());
  }
};

}  // namespace

void register_segmentation(Registry& registry) {
  registry.reports.add(
      {{.name = "segmentation",
        .summary = "Figures 3 to 7: an example of each segmentation, and its scores against known "
                   "sections.",
        .source = "the paper, section 5"},
       [](const OptionValues&) { return std::make_unique<SegmentationReport>(); }});
}

}  // namespace genrebench
