// Confusion matrices of the test tracks: a figure and a table per configuration.

#include "reports/support/confusion.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>

#include "harness/plugin/registry.hpp"
#include "reports/charts/charts.hpp"
#include "reports/support/cells.hpp"
#include "reports/support/guessing.hpp"
#include "reports/support/notes.hpp"

namespace genrebench {
namespace {

/// Each row divided by its sum; NaN for genres without tracks.
Eigen::MatrixXd row_shares(const Eigen::MatrixXi& counts) {
  Eigen::MatrixXd shares = counts.cast<double>();
  for (Eigen::Index r = 0; r < shares.rows(); ++r) {
    const double sum = shares.row(r).sum();
    shares.row(r) /= sum > 0.0 ? sum : std::numeric_limits<double>::quiet_NaN();
  }
  return shares;
}

class ConfusionReport final : public Report {
 public:
  Document render(const StoreReader& store, const ReportScope& scope_of_report) const override {
    const Scope scope = load_scope(store, scope_of_report);
    std::vector<RunGroup> groups = group_runs(scope.runs);
    name_groups(groups);
    Document document{.name = "confusion", .title = "Confusion of genres", .body = {}, .data = {}};
    Table data{.id = "confusion_runs",
               .title = "Confusion, run by run",
               .columns = {kConfusionColumns.begin(), kConfusionColumns.end()},
               .rows = {},
               .notes = {"Test tracks; pairs of genres that do not occur are left out."}};
    const Scores scores(store);
    std::set<std::string> ids;
    std::string left_out;
    for (const RunGroup& group : groups) {
      const Confusion confusion = count_confusion(store, group.runs);
      if (confusion.empty()) {
        left_out += (left_out.empty() ? "" : ", ") + group.title;
        continue;
      }
      if (confusion.has_matrix())
        add_matrix(scores, confusion, group, unique_slug(group.title, ids), document);
      else
        document.body.emplace_back(Paragraph{no_matrix_note(confusion)});
      append_rows(confusion_rows(confusion, group.title), data);
    }
    if (document.body.empty())
      throw ConfigError("confusion: no run in scope has predictions of a test part; found " +
                        left_out);
    if (!left_out.empty())
      document.body.emplace_back(
          Paragraph{"Without predictions of a test part: " + left_out + "."});
    document.data = data_tables(std::move(data));
    return document;
  }

 private:
  static void append_rows(std::vector<std::vector<Cell>> rows, Table& table) {
    std::move(rows.begin(), rows.end(), std::back_inserter(table.rows));
  }

  /// A figure, and the table below it.
  static void add_matrix(const Scores& scores, const Confusion& confusion, const RunGroup& group,
                         const std::string& slug, Document& document) {
    const std::string id = "confusion-" + slug;
    const std::string title = "Confusion of " + group.title;
    Table table = confusion_table(confusion, group, id + "-table", title);
    add_note(table.notes, guessing_note(scores, group.runs, "test"));
    HeatMap map{.x = {.label = "predicted", .names = confusion.genres},
                .y = {.label = "truth", .names = confusion.genres}};
    map.colour_label = "share of the true genre's tracks";
    map.values = row_shares(confusion.total);
    map.counts = confusion.total;
    std::vector<std::string> notes = table.notes;
    notes.insert(
        notes.begin() + 1,
        "Colours are shares of each row; numbers, where they fit, are counts, zeros left out.");
    document.body.emplace_back(to_figure(id, title, draw(map, {.id = id}), std::move(notes)));
    document.body.emplace_back(std::move(table));
  }
};

}  // namespace

void register_confusion(Registry& registry) {
  registry.reports.add(
      {{.name = "confusion",
        .summary =
            "Confusion matrix of the test tracks of each configuration, summed over its runs.",
        .source = ""},
       [](const OptionValues&) { return std::make_unique<ConfusionReport>(); }});
}

}  // namespace genrebench
