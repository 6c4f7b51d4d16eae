#pragma once
// The cells of the paper's Table 2, and which runs belong into which.

#include <array>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/document.hpp"
#include "reports/support/runs.hpp"

namespace genrebench::table2 {

/// Number of kinds of excerpts in the paper.
inline constexpr std::size_t kNExcerpts = 2;

struct Column {
  std::string_view excerpt;  ///< the plug-in
  std::string_view title;    ///< the paper's name for it
};
/// Those after the paper's are shown where runs have them.
inline constexpr std::array<Column, kNExcerpts + 1> kColumns = {
    {{"full", "full songs"}, {"chunks", "segmented songs"}, {"sem", "largest SEM cluster"}}};

struct Row {
  std::string_view method;
  std::string_view title;
  std::array<double, kNExcerpts> paper;  ///< test accuracy, as a fraction
};
/// Table 2 of the paper, row by row; its third row reads 50.08 % and 39.64 %.
inline constexpr std::array<Row, 5> kRows = {{{"svm", "SVM", {0.4356, 0.4567}},
                                              {"softmax", "Soft-Max", {0.38, 0.4267}},
                                              {"decision_tree", "Decision Tree", {0.5008, 0.3964}},
                                              {"naive_bayes", "Naive Bayes", {0.3067, 0.3067}},
                                              {"knn", "KNN", {0.2767, 0.34}}}};

/// The table has a cell for the run.
bool in_table(const RunRecord& run);

/// Options of method and excerpt: what tells the cells of one block apart.
struct Place {
  Parameters method;
  Parameters excerpt;
  auto operator<=>(const Place&) const = default;

  std::string method_name() const { return method.at("method.name"); }
  std::string excerpt_name() const { return excerpt.at("excerpt.name"); }
};

/// The paper's number for a cell; nothing where it has none.
std::optional<double> paper_value(const Place& place);

/// Runs that may stand in one table: they share everything but seed, method and excerpt.
struct Block : RunGroup {
  std::string id;
  std::map<Place, Runs> cells;
  std::vector<std::vector<Parameters>> methods;  ///< for each row of the paper its variants, in the
                                                 ///< plan's order
  std::vector<std::vector<Parameters>> excerpts;  ///< likewise for the columns
  bool folds = false;

  bool is_leaky() const { return protocol.is_leaky(); }
  bool is_grouped() const { return protocol.kind == Protocol::Kind::grouped; }
  const Runs& runs_of(const Place& place) const;
};

/// The blocks of the report: honest splits first, within a protocol in the order of the plans.
std::vector<Block> make_blocks(const Scope& scope);

/// "KNN", or "KNN (neighbours=3)" where the method has variants.
std::string variant_title(std::string_view title, const std::vector<Parameters>& variants,
                          const Parameters& variant, std::string_view prefix);

/// Columns of data tables that say which cell a row is about: the cell, then the protocol; and
/// their cells.
inline constexpr std::array<const char*, 6> kCellColumns = {
    "table", "method", "method_options", "excerpt", "excerpt_options", "dataset"};
inline constexpr std::array<const char*, 2> kProtocolColumns = {"protocol", "leaky"};
std::vector<Cell> cell_cells(const Block& block, const Place& place);
std::vector<Cell> protocol_cells(const Block& block);

}  // namespace genrebench::table2
