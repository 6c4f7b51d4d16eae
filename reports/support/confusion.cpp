#include "reports/support/confusion.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "reports/support/cells.hpp"
#include "reports/support/comparison.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {

Confusion count_confusion(const StoreReader& store, const Runs& runs) {
  Confusion result;
  int highest = -1;
  std::vector<std::pair<int, int>> pairs;  // of one run
  for (const RunRecord* run : runs) {
    if (run->status != RunStatus::done) continue;
    pairs.clear();
    store.each_prediction(run->id, "test", [&](const PredictionView& prediction) {
      if (prediction.truth < 0 || prediction.predicted < 0) return;
      pairs.emplace_back(prediction.truth, prediction.predicted);
      highest = std::max({highest, prediction.truth, prediction.predicted});
    });
    if (pairs.empty()) continue;
    std::ranges::sort(pairs);
    std::vector<ConfusedTracks>& counts = result.by_run[run->id];
    for (std::size_t i = 0; i < pairs.size(); ++i) {
      if (i == 0 || pairs[i] != pairs[i - 1])
        counts.push_back({.truth = pairs[i].first, .predicted = pairs[i].second});
      ++counts.back().n;
    }
  }
  result.genres = genre_names(runs, static_cast<std::size_t>(highest + 1));
  if (!result.has_matrix()) return result;
  const auto n_classes = static_cast<Eigen::Index>(result.genres.size());
  result.total = Eigen::MatrixXi::Zero(n_classes, n_classes);
  for (const auto& [run_id, counts] : result.by_run)
    for (const auto& [truth, predicted, n] : counts) result.total(truth, predicted) += n;
  return result;
}

std::string no_matrix_note(const Confusion& confusion) {
  return fmt::format(
      "A confusion matrix of {} genres is not shown; its data are written with "
      "--out.",
      confusion.genres.size());
}

Table confusion_table(const Confusion& confusion, const RunGroup& group, std::string id,
                      std::string title) {
  Table result{.id = std::move(id),
               .title = std::move(title),
               .columns = {"truth"},
               .rows = {},
               .notes = {}};
  result.columns.insert(result.columns.end(), confusion.genres.begin(), confusion.genres.end());
  result.columns.emplace_back("tracks");
  result.columns.emplace_back("recall");
  const std::string protocol_mark(mark(group.protocol));
  for (int truth = 0; truth < confusion.total.rows(); ++truth) {
    std::vector<Cell> row = {shown(confusion.genres[static_cast<std::size_t>(truth)])};
    for (int predicted = 0; predicted < confusion.total.cols(); ++predicted) {
      row.push_back(count_cell(static_cast<std::size_t>(confusion.total(truth, predicted))));
      row.back().strong = truth == predicted;
    }
    const int n_tracks = confusion.total.row(truth).sum();
    row.push_back(count_cell(static_cast<std::size_t>(n_tracks)));
    row.push_back(shown_number(
        n_tracks == 0 ? "–" : format_percent(recall(confusion.total, truth)) + protocol_mark,
        /*caution=*/!protocol_mark.empty()));
    result.rows.push_back(std::move(row));
  }
  const std::size_t n_runs = confusion.by_run.size();
  result.notes.push_back(
      fmt::format("Rows are true genres, columns predicted ones; test tracks, summed over {} {}. A "
                  "track counts once in each run that tests it.",
                  n_runs, n_runs == 1 ? "run" : "runs"));
  if (const Tally counts = tally(group.runs); !counts.complete())
    result.notes.push_back("Of its planned runs " + to_string(counts) + " are done.");
  add_note(result.notes, mark_note(group.protocol));
  return result;
}

std::vector<std::vector<Cell>> confusion_rows(const Confusion& confusion,
                                              const std::string& configuration) {
  std::vector<std::vector<Cell>> rows;
  for (const auto& [run_id, counts] : confusion.by_run)
    for (const auto& [truth, predicted, n] : counts) {
      std::vector<Cell>& row = rows.emplace_back();  // not from a list, which would copy each cell
      row.reserve(kConfusionColumns.size());
      row.push_back(text_cell(configuration));
      row.push_back(text_cell(run_id));
      row.push_back(text_cell(confusion.genres[static_cast<std::size_t>(truth)]));
      row.push_back(text_cell(confusion.genres[static_cast<std::size_t>(predicted)]));
      row.push_back(count_cell(static_cast<std::size_t>(n)));
    }
  return rows;
}

std::vector<std::vector<Cell>> summed_confusion_rows(const Confusion& confusion,
                                                     const std::string& configuration) {
  std::map<std::pair<int, int>, std::size_t> sums;
  for (const auto& [run_id, counts] : confusion.by_run)
    for (const auto& [truth, predicted, n] : counts)
      sums[{truth, predicted}] += static_cast<std::size_t>(n);
  std::vector<std::vector<Cell>> rows;
  for (const auto& [pair, n] : sums)
    rows.push_back({text_cell(configuration),
                    text_cell(confusion.genres[static_cast<std::size_t>(pair.first)]),
                    text_cell(confusion.genres[static_cast<std::size_t>(pair.second)]),
                    count_cell(n), count_cell(confusion.by_run.size())});
  return rows;
}

}  // namespace genrebench
