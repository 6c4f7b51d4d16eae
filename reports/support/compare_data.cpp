#include "reports/support/compare_data.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "reports/support/cells.hpp"

namespace genrebench::compare {
namespace {

std::string metric_id(ScoreKind kind) {
  return kind == ScoreKind::accuracy ? "accuracy" : "macro_f1";
}

void add_runs(const Subject& subject, const Method& method, Data& data) {
  const std::set<int>& genres = subject.family.genres;
  for (const RunRecord* run : method.runs) {
    Answers answers = subject.scores.answers(*run, "test");
    std::erase_if(answers, [&](const Answer& answer) {
      return !genres.empty() && !genres.contains(answer.truth);
    });
    if (answers.empty()) continue;
    data.runs.rows.push_back(
        {text_cell(subject.family.title), text_cell(method.title), count_cell(run->seed),
         text_cell(run->parameter("split.fold")), text_cell(run->id), text_cell(division_of(*run)),
         number_cell(score_of(answers, ScoreKind::accuracy)),
         number_cell(score_of(answers, ScoreKind::macro_f1)), count_cell(answers.size())});
  }
}

void add_method(const Subject& subject, std::size_t place, const CompareOptions& options,
                Data& data) {
  const Method& method = subject.family.methods[place];
  Verdict verdict = Verdict::reference;
  for (const Rival& rival : subject.outcome.rivals)
    if (rival.method == place) verdict = rival.verdict;
  for (const ScoreKind kind : {options.metric, options.other()}) {
    std::vector<Cell> row = {
        text_cell(subject.family.title),       text_cell(method.title),
        text_cell(to_string(method.protocol)), flag_cell(method.protocol.is_leaky()),
        text_cell(to_string(verdict)),         text_cell(metric_id(kind))};
    append(row, measured_cells(method.score(kind), options.level));
    append(row, tally_cells(method.counts));
    append(row, {number_cell(method.valid), number_cell(method.valid_macro_f1),
                 text_cell(subject.letters(place)), text_cell(run_ids(method.runs))});
    data.methods.rows.push_back(std::move(row));
  }
  add_runs(subject, method, data);
}

/// A comparison: first - second.
struct PairRow {
  std::size_t first = 0, second = 0;
  const Pair* pair = nullptr;
  std::optional<double> corrected = {}, needed = {};
};

/// The comparisons that it was corrected with.
struct PairFamily {
  std::string name;
  ScoreKind kind;
  std::size_t size;
};

void add_pair(const Subject& subject, const PairRow& of, const PairFamily& family, double level,
              Data& data) {
  const Pair& pair = *of.pair;
  const Method &first = subject.family.methods[of.first],
               &second = subject.family.methods[of.second];
  const Estimate& difference = pair.difference(family.kind);
  std::vector<Cell> row = {text_cell(subject.family.title),   text_cell(first.title),
                           text_cell(second.title),           text_cell(family.name),
                           text_cell(metric_id(family.kind)), number_cell(difference.mean)};
  std::vector<Cell> interval = interval_cells(difference, level);
  interval[3] = text_cell(pair.method_id(family.kind));
  append(row, std::move(interval));
  const auto mcnemar = [&](double (*p)(const Discordant&)) {
    return number_cell(pair.n_divisions == 1 ? std::optional(p(pair.tracks)) : std::nullopt);
  };
  append(row, {number_cell(difference.standard_error), number_cell(difference.degrees_of_freedom),
               number_cell(difference.p_value), number_cell(of.corrected), count_cell(family.size),
               count_cell(pair.n_divisions), count_cell(pair.n_tracks), count_cell(pair.n_clusters),
               count_cell(pair.tracks.n_first), count_cell(pair.tracks.n_second),
               count_cell(pair.clusters.n_first), count_cell(pair.clusters.n_second),
               mcnemar(mcnemar_exact), mcnemar(mcnemar_mid_p), number_cell(of.needed),
               flag_cell(pair.identical), text_cell(run_ids(first.runs)),
               text_cell(run_ids(second.runs))});
  data.pairs.rows.push_back(std::move(row));
}

}  // namespace

std::string Subject::letters(std::size_t method) const {
  const std::vector<std::size_t>& all = outcome.all.methods;
  const auto found = std::find(all.begin(), all.end(), method);
  return found == all.end() ? "–"
                            : outcome.all.letters[static_cast<std::size_t>(found - all.begin())];
}

Data::Data()
    : methods{.id = "compare_methods",
              .title = "Every method",
              .columns = column_names(
                  column_names({"data", "method", "protocol", "leaky", "verdict", "metric"},
                               kMeasuredColumns),
                  kTallyColumns, {"valid_accuracy", "valid_macro_f1", "letters", "run_ids"}),
              .notes = {"Scores are fractions, over the genres that every method tests. verdict: "
                        "against the reference, by the metric that decides."}},
      pairs{
          .id = "compare_pairs",
          .title = "Every comparison",
          .columns = column_names(
              {"data", "method", "minus", "family", "metric", "difference"}, kIntervalColumns,
              {"standard_error", "degrees_of_freedom", "p", "p_corrected", "corrected_for",
               "n_divisions", "n_tracks", "n_artists", "tracks_for", "tracks_against",
               "artists_for", "artists_against", "mcnemar_exact_p", "mcnemar_mid_p",
               "tracks_needed", "identical", "run_ids", "minus_run_ids"}),
          .notes =
              {"Differences are fractions. family: the comparisons that p_corrected is corrected "
               "for, by Holm's method: those with the reference, or all pairs. tracks_for and "
               "tracks_against: by division, tracks that the runs of one side got right more "
               "often; McNemar's tests are of these, and take tracks of one artist as independent. "
               "n_artists: tracks of unknown artist are one each."}},
      runs{.id = "compare_runs",
           .title = "Every run",
           .columns = {"data", "method", "seed", "fold", "run_id", "division", "accuracy",
                       "macro_f1", "n_tracks"},
           .notes = {"Over the genres that every method tests; fractions."}} {}

void add_data(const Subject& subject, const CompareOptions& options, Data& data) {
  const auto& [scores, family, outcome, id] = subject;
  for (std::size_t i = 0; i < family.methods.size(); ++i) add_method(subject, i, options, data);
  const std::size_t n = outcome.n_corrected_for, to = outcome.reference.method;
  for (const Rival& rival : outcome.rivals) {
    add_pair(subject, {rival.method, to, &rival.pair, rival.corrected, rival.n_needed},
             {"with_reference", options.metric, n}, options.level, data);
    add_pair(subject, {rival.method, to, &rival.pair, rival.corrected_other},
             {"with_reference", options.other(), n}, options.level, data);
  }
  const AllPairs& all = outcome.all;
  for (std::size_t p = 0; p < all.pairs.size(); ++p)
    add_pair(subject,
             {all.methods[all.places[p].first], all.methods[all.places[p].second], &all.pairs[p],
              all.corrected[p]},
             {"all_pairs", options.metric, all.pairs.size()}, options.level, data);
}

}  // namespace genrebench::compare
