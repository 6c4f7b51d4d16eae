// The paper's Figures 3 to 7: an example of each segmentation that the runs made, and its scores
// against known sections.

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "harness/plugin/registry.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "harness/records/facts.hpp"
#include "harness/records/run_cost.hpp"
#include "harness/records/short_id.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/notes.hpp"
#include "reports/support/runs.hpp"
#include "reports/support/segmentation_figures.hpp"
#include "reports/support/settings.hpp"

namespace genrebench {
namespace {

constexpr double kLevel = 0.95;
constexpr const char* kSeed = "excerpt.seed";  ///< of k-means
constexpr std::array<const char*, 6> kSegmentationMetrics = {
    "adjusted_rand", "normalised_mutual_information",
    "pairwise_f",    "boundary_f_0.5",
    "boundary_f_3",  "n_clusters"};
/// Those of the second table, with its columns.
constexpr std::array<std::pair<const char*, const char*>, 7> kFurther = {
    {{"trimmed_f_0.5", "trimmed F 0.5 s"},
     {"trimmed_f_3", "trimmed F 3 s"},
     {"truth_deviation_s", "truth to found (s)"},
     {"estimate_deviation_s", "found to truth (s)"},
     {"nce_f", "NCE F"},
     {"v_measure", "V-measure"},
     {"adjusted_mutual_information", "AMI"}}};
/// Runs that segment in the same way: equal but for seeds, split, features and method.
struct Group {
  Parameters parameters;
  Runs runs = {};
  std::string variant = {};      ///< what tells it from the other groups; empty for a single one
  std::string title = {};        ///< the variant, or the excerpt's name, with the segmentation's
  bool ill_conditioned = false;  ///< Eq. 5 as printed
};

SegmentationPicture to_picture(const SegmentationExample& e, std::string id,
                               const std::string& what) {
  SegmentationPicture picture{e};
  picture.id = std::move(id);
  picture.title = e.track + what;
  return picture;
}

/// Where the sound of a track is, if its file still lies on this machine.
void find_audio(const StoreReader& store, const RunRecord& run, SegmentationPicture& picture) {
  for (const TrackRecord& track : store.tracks(run.dataset_fingerprint)) {
    if (track.id != picture.track || !track.audio) continue;
    std::error_code unreadable;
    if (!std::filesystem::is_regular_file(*track.audio, unreadable)) return;
    picture.audio = *track.audio;
    picture.audio_start_s = track.start_s;
    return;
  }
}

/// One run for each seed of k-means. Runs that differ in split, features, method or their own seed
/// repeat its scores.
Runs one_run_per_seed(const Runs& runs) {
  std::map<std::string, const RunRecord*> of_seed;
  for (const RunRecord* run : runs) of_seed.try_emplace(run->parameter(kSeed), run);
  Runs result;
  for (const auto& [seed, run] : of_seed) result.push_back(run);
  return result;
}

/// "excerpt.preset=paper: 0.531 to 0.533 over 5 seeds".
std::string spread_over_seeds(const Scores& scores, const std::string& title, const Runs& seeds) {
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

/// The groups of the runs that segmented a dataset of known sections, in order of appearance.
std::vector<Group> make_groups(const std::vector<RunRecord>& runs) {
  const std::vector<Parameters> all = configurations(runs);
  std::vector<Group> groups;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (!facts::kExample.recorded(runs[i])) continue;
    const Parameters shared =
        without_prefix(all[i], {"split.", "features.", "method.", "standardise", "vote", kSeed});
    auto group = std::find_if(groups.begin(), groups.end(),
                              [&](const Group& g) { return g.parameters == shared; });
    if (group == groups.end()) group = groups.insert(groups.end(), {.parameters = shared});
    group->runs.push_back(&runs[i]);
  }
  std::vector<Parameters> variants;
  for (const Group& group : groups) variants.push_back(group.parameters);
  const std::vector<std::string> varying = varying_keys(variants);
  for (Group& group : groups) {
    const RunRecord& run = *group.runs.front();
    group.variant = describe(group.parameters, varying);
    group.title = with_segmentation(
        group.variant.empty() ? run.parameter("excerpt.name") : group.variant, run.parameters);
    group.ill_conditioned = run.parameter("excerpt.scale") == "literal";
  }
  return groups;
}

/// The table of scores and the data behind it, and what their notes need.
struct ScoreTables {
  Table scores{.id = "segmentation_scores",
               .title = "Agreement with the known sections",
               .columns = {"segmentation", "tracks", "adjusted Rand", "NMI", "pairwise F",
                           "boundary F 0.5 s", "boundary F 3 s", "clusters", "runs", "run"}};
  Table further{.id = "segmentation_further_scores",
                .title = "Boundaries within the songs, entropies, and time",
                .columns = {"segmentation"}};
  Table by_annotator{.id = "segmentation_by_annotator",
                     .title = "Agreement with each annotator",
                     .columns = {"segmentation", "annotator", "tracks", "adjusted Rand",
                                 "pairwise F", "boundary F 0.5 s", "boundary F 3 s"},
                     .notes = {"Annotators are counted in the order of their names, which may be "
                               "other people in other songs. Tracks of one annotator are left "
                               "out."}};
  Table data{.id = "segmentation_score_intervals",
             .title = "Every score with its interval",
             .columns = column_names({"segmentation", "metric"}, kMeasuredColumns,
                                     {"n_runs", "n_planned", "n_tracks", "run_ids"}),
             .notes = {"ci_method made the interval, over ci_n tracks or sources. n_tracks: "
                       "tracks that the score is the mean over."}};
  IntervalLegend legend = IntervalLegend(kLevel, /*of_scores=*/true);
  std::vector<std::string> spreads = {};  ///< of ill-conditioned segmentations
  std::set<std::string> annotated = {};   ///< fingerprints of datasets with several annotators
  std::size_t n_runs = 0;
};

/// One line of both tables, and its data.
class ScoreLine {
 public:
  ScoreLine(const Scores& evidence, const Runs& runs, std::string title, std::string split,
            ScoreTables& tables)
      : evidence_(evidence),
        runs_(runs),
        title_(std::move(title)),
        split_(std::move(split)),
        tables_(tables) {}

  /// Measures a score and keeps it as data.
  Measured measured(const char* metric) {
    const Measured result = measure_structure(evidence_, runs_, metric, kLevel, split_);
    tables_.legend.add(result);
    std::vector<Cell> cells = {text_cell(title_), text_cell(metric)};
    append(cells, measured_cells(result, kLevel));
    append(cells, {count_cell(result.values.size()), count_cell(runs_.size()),
                   count_cell(result.n_tracks), text_cell(run_ids(runs_))});
    tables_.data.rows.push_back(std::move(cells));
    return result;
  }

  /// Adds the line of the second table, unless the runs are of a program that had no such scores.
  /// @param shown_title  with its marks
  void add_further(Cell shown_title, const std::string& seconds) {
    if (!final_metric(evidence_.store(), *runs_.front(), split_, kFurther.front().first)) return;
    std::vector<Cell> row = {std::move(shown_title)};
    for (const auto& [metric, column] : kFurther)
      row.push_back(shown_number(format_score(measured(metric))));
    row.push_back(shown_number(seconds));
    tables_.further.rows.push_back(std::move(row));
  }

 private:
  const Scores& evidence_;
  const Runs& runs_;
  std::string title_, split_;
  ScoreTables& tables_;
};

/// Seconds of one thread per song, on average over the runs that segmented some; a dash for none.
std::string seconds_per_song(const StoreReader& store, const Runs& runs) {
  TimedWork work;
  for (const RunRecord* run : runs) {
    const RunCost cost = cost_of(store.environment(run->id));
    work.seconds += cost.sections.seconds;
    work.n += cost.sections.n;
  }
  const std::optional<double> each = work.seconds_each();
  return each ? fmt::format("{:.3g}", *each) : "–";
}

void add_scores(const Scores& evidence, const Group& group, ScoreTables& tables) {
  const RunRecord& run = *group.runs.front();
  const Runs seeds = one_run_per_seed(group.runs);
  const Cell title = shown(group.title + (group.ill_conditioned ? " ¶" : ""),
                           /*caution=*/group.ill_conditioned);
  std::vector<Cell> row = {title, shown_number(facts::kScoredTracks.text(run))};
  ScoreLine line(evidence, seeds, group.title, "structure", tables);
  for (const char* metric : kSegmentationMetrics)
    row.push_back(shown_number(format_score(line.measured(metric))));
  append(row, {count_cell(seeds.size()), shown(short_id(run.id))});
  tables.scores.rows.push_back(std::move(row));
  line.add_further(title, seconds_per_song(evidence.store(), group.runs));
  if (group.ill_conditioned)
    tables.spreads.push_back(spread_over_seeds(evidence, group.title, seeds));
  tables.n_runs += seeds.size();
}

/// Adds a row for each annotator of songs that several people annotated.
void add_by_annotator(const Scores& evidence, const Group& group, ScoreTables& tables) {
  constexpr std::array<const char*, 4> kShown = {"adjusted_rand", "pairwise_f", "boundary_f_0.5",
                                                 "boundary_f_3"};
  const Runs seeds = one_run_per_seed(group.runs);
  for (int a = 1;; ++a) {
    const std::string split = fmt::format("annotator_{}", a);
    if (!final_metric(evidence.store(), *seeds.front(), split, kShown.front())) return;
    ScoreLine line(evidence, seeds, fmt::format("{}, annotator {}", group.title, a), split, tables);
    std::vector<Cell> row = {shown(group.title), shown_number(std::to_string(a)), {}};
    for (const char* metric : kShown) {
      const Measured measured = line.measured(metric);
      row[2] = shown_number(std::to_string(measured.n_tracks));
      row.push_back(shown_number(format_score(measured)));
    }
    tables.by_annotator.rows.push_back(std::move(row));
  }
}

/// Adds a row that tells how far the annotators of a dataset agree, once per dataset.
void add_annotators(const Scores& evidence, const Group& group, ScoreTables& tables) {
  const RunRecord& run = *group.runs.front();
  if (!final_metric(evidence.store(), run, "annotators", kSegmentationMetrics.front()) ||
      !tables.annotated.insert(run.dataset_fingerprint).second)
    return;
  const std::string title =
      fmt::format("annotators of {} against each other", dataset_title(group.parameters));
  std::vector<Cell> row = {shown(title), {}};
  const Runs one = {&run};
  ScoreLine line(evidence, one, title, "annotators", tables);
  for (const char* metric : kSegmentationMetrics) {
    const Measured measured = line.measured(metric);
    if (row[1].text.empty()) row[1] = shown_number(std::to_string(measured.n_tracks));
    row.push_back(shown_number(format_score(measured)));
  }
  append(row, {shown_number("–"), shown(short_id(run.id))});
  tables.scores.rows.push_back(std::move(row));
  line.add_further(shown(title), "–");
}

/// What the columns of the second table are.
std::vector<std::string> further_notes() {
  return {
      "Trimmed: without the first and the last boundary of a song. Truth to found: the median "
      "distance of a known boundary to the nearest one found, and the reverse. NCE, V-measure, "
      "AMI: entropies and information of the frames' labels (mir_eval). The last column is "
      "seconds of one thread per song, reading included, where this process computed them."};
}

std::vector<std::string> score_notes(const ScoreTables& tables) {
  std::vector<std::string> notes;
  if (!tables.spreads.empty())
    add_note(notes,
             fmt::format("¶ Ill-conditioned: Eq. 5 as printed (scale literal). The last bit of "
                         "one sample can change the sections of a song, so other machines give "
                         "other numbers. Adjusted Rand by seed of k-means: {}.",
                         fmt::join(tables.spreads, "; ")));
  if (!tables.annotated.empty())
    add_note(notes,
             "Where several people annotated a track, its score is the mean over them. The row of "
             "the annotators has the scores of each by each other one: more than that cannot be "
             "asked of a segmentation.");
  if (tables.n_runs > tables.scores.rows.size() - tables.annotated.size())
    add_note(notes,
             "Where a row has several runs, they differ in the seed of k-means: each track's "
             "score is the mean over them.");
  add_notes(notes, tables.legend.notes());
  return notes;
}

class SegmentationReport final : public Report {
 public:
  Document render(const StoreReader& store, const ReportScope& report_scope) const override {
    const Scope scope = load_scope(store, report_scope);
    const std::vector<Group> groups = make_groups(scope.runs);
    if (groups.empty())
      throw ConfigError(
          "report segmentation: no run has segmented a dataset whose sections are known (excerpt "
          "sem, foote or another that segments; dataset synthetic, medley, or any with "
          "sections_from)");

    Document document{
        .name = "segmentation", .title = "Segmentation of songs", .body = {}, .data = {}};
    document.body.emplace_back(Paragraph{
        "Figures 3 to 7 of the paper for the first track of each dataset, and scores against the "
        "known sections, as means over its tracks (mir_eval's definitions)."});
    const Scores evidence(store);
    ScoreTables tables;
    for (const Group& group : groups) add_scores(evidence, group, tables);
    for (const Group& group : groups) add_annotators(evidence, group, tables);
    for (const Group& group : groups) add_by_annotator(evidence, group, tables);
    tables.scores.notes = score_notes(tables);
    document.body.emplace_back(std::move(tables.scores));
    if (!tables.further.rows.empty()) {
      for (const auto& [metric, column] : kFurther) tables.further.columns.push_back(column);
      tables.further.columns.emplace_back("s per song");
      tables.further.notes = further_notes();
      document.body.emplace_back(std::move(tables.further));
    }
    if (!tables.by_annotator.rows.empty())
      document.body.emplace_back(std::move(tables.by_annotator));
    document.data.push_back(std::move(tables.data));
    for (std::size_t g = 0; g < groups.size(); ++g) {
      const std::string id =
          groups.size() == 1 ? "segmentation" : "segmentation_" + std::to_string(g + 1);
      Document page = example_page(store, groups[g], id);
      std::move(page.body.begin(), page.body.end(), std::back_inserter(document.body));
      std::move(page.data.begin(), page.data.end(), std::back_inserter(document.data));
    }
    return document;
  }

 private:
  static Document example_page(const StoreReader& store, const Group& group,
                               const std::string& id) {
    const SegmentationExample example =
        segmentation_example_from_json(facts::kExample.of(*group.runs.front()));
    SegmentationPicture picture =
        to_picture(example, id, group.variant.empty() ? "" : " (" + group.variant + ")");
    find_audio(store, *group.runs.front(), picture);
    return segmentation_document(picture);
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
