// The paper's Figures 3 to 7: an example of each segmentation that the runs made, and its scores.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string>

#include "harness/registry.hpp"
#include "harness/segmentation_example.hpp"
#include "reports/support/results.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/settings.hpp"
#include "reports/support/segmentation_figures.hpp"

namespace genrebench {
namespace {

constexpr const char* kExample = "structure.example";

/// Runs that share their segmentation: equal but for seed, split, features and method.
struct Group {
  Parameters parameters;
  Runs runs;
};

SegmentationPicture to_picture(const SegmentationExample& e, std::string id, const std::string& what) {
  SegmentationPicture picture{.id = std::move(id), .title = e.track + what, .duration_s = e.duration_s, .minimum = e.minimum, .maximum = e.maximum};
  picture.window_starts_s = e.window_starts_s;
  picture.distances = e.distances;
  picture.adjacency = e.adjacency;
  picture.labels = e.labels;
  for (const FoundSection& s : e.sections) picture.sections.push_back({s.start_s, s.end_s, s.cluster});
  picture.eigenvalues = e.eigenvalues;
  picture.mds_points = e.points;
  return picture;
}

class SegmentationReport final : public Report {
 public:
  Document render(const StoreReader& store, const ReportScope& report_scope) const override {
    const Scope scope = load_scope(store, report_scope);
    const std::vector<Parameters> all = configurations(scope.runs);
    std::vector<Group> groups;
    for (std::size_t i = 0; i < scope.runs.size(); ++i) {
      if (!scope.runs[i].facts.contains(kExample)) continue;
      const Parameters shared = without_prefix(all[i], {"split.", "features.", "method.", "standardise", "vote"});
      auto group = std::find_if(groups.begin(), groups.end(), [&](const Group& g) { return g.parameters == shared; });
      if (group == groups.end()) group = groups.insert(groups.end(), {.parameters = shared, .runs = {}});
      group->runs.push_back(&scope.runs[i]);
    }
    if (groups.empty())
      throw ConfigError("report segmentation: no run has segmented a dataset whose sections are known (excerpt sem, dataset synthetic or medley)");

    std::vector<Parameters> variants;
    for (const Group& group : groups) variants.push_back(group.parameters);
    const std::vector<std::string> varying = varying_keys(variants);
    Document document{.name = "segmentation", .title = "Segmentation by the spectral error measure", .body = {}, .data = {}};
    document.body.emplace_back(Paragraph{"Figures 3 to 7 of the paper for the first track of each dataset, and scores against the known "
                                         "sections, as means over its tracks (mir_eval's definitions)."});
    Table scores{.id = "segmentation_scores", .title = "Agreement with the known sections",
                 .columns = {"segmentation", "tracks", "adjusted Rand", "NMI", "pairwise F", "boundary F 0.5 s", "boundary F 3 s", "clusters", "run"},
                 .rows = {}, .notes = {"± is the 95 % Student t interval over tracks."}};
    std::vector<Document> pages;
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const RunRecord& run = *groups[g].runs.front();
      const std::string variant = describe(groups[g].parameters, varying);
      std::vector<Cell> row = {shown(with_segmentation(variant.empty() ? run.parameter("excerpt.name") : variant, run.parameters)), shown_number(run.facts.at("structure.n_tracks"))};
      for (const char* metric : {"adjusted_rand", "normalised_mutual_information", "pairwise_f", "boundary_f_0.5", "boundary_f_3", "n_clusters"}) {
        const Measured measured = measure_structure(store, {&run}, metric, 0.95);
        row.push_back(shown_number(score_text(measured)));
      }
      row.push_back(shown(short_id(run.id)));
      scores.rows.push_back(std::move(row));
      const std::string id = groups.size() == 1 ? "segmentation" : "segmentation_" + std::to_string(g + 1);
      pages.push_back(segmentation_document(to_picture(segmentation_example_from_json(run.facts.at(kExample)), id, variant.empty() ? "" : " (" + variant + ")")));
    }
    document.body.emplace_back(std::move(scores));
    for (Document& page : pages) {
      std::move(page.body.begin(), page.body.end(), std::back_inserter(document.body));
      std::move(page.data.begin(), page.data.end(), std::back_inserter(document.data));
    }
    return document;
  }

 private:
  static std::string score_text(const Measured& measured) {
    if (measured.values.empty()) return {};
    return fmt::format("{:.3f}{}", measured.mean, measured.interval ? fmt::format(" ± {:.3f}", measured.interval->half_width()) : "");
  }
};

}  // namespace

void register_segmentation(Registry& registry) {
  registry.reports.add({{.name = "segmentation",
                         .summary = "Figures 3 to 7: an example of each segmentation, and its scores against known sections.",
                         .source = "the paper, section 5"},
                        [](const OptionValues&) { return std::make_unique<SegmentationReport>(); }});
}

}  // namespace genrebench
