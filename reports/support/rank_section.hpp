#pragma once
// Five datasets or more: tests by ranks, the diagram of critical differences, and the probabilities
// that one method is better in practice.

#include "reports/support/across_subject.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {

/// With fewer datasets no test by ranks is made.
inline constexpr std::size_t kFewestDatasets = 5;

/// The data tables of all matrices.
struct RankData {
  Table tests{.id = "across_tests",
              .title = "Are all methods equally good?",
              .columns = {"data", "n_methods", "n_datasets", "friedman_chi_square", "friedman_df",
                          "friedman_p", "iman_davenport_f", "f_df_numerator", "f_df_denominator",
                          "iman_davenport_p", "alpha", "critical_difference", "run_ids"},
              .notes = {"critical_difference is Nemenyi's, of mean ranks. An empty F is infinite: "
                        "all datasets rank the methods alike."}};
  Table ranks{.id = "across_ranks",
              .title = "Every rank",
              .columns = {"data", "dataset", "method", "rank", "run_ids"},
              .notes = {"1 is the best. Rows without a dataset are means over the datasets."}};
  Table pairs{
      .id = "across_pairs",
      .title = "Every pair of methods",
      .columns = {"data", "method", "minus", "difference", "rank_difference", "nemenyi_p",
                  "wilcoxon_positive", "wilcoxon_negative", "wilcoxon_p", "wilcoxon_holm_p",
                  "p_better", "p_equivalent", "p_worse", "rope", "run_ids", "minus_run_ids"},
      .notes = {"difference is the mean over datasets of differences of mean accuracies, "
                "fractions. Holm's correction is over all pairs of the data. p_better, "
                "p_equivalent and p_worse are of the Bayesian signed rank test with the "
                "region rope; empty where it was not made."}};
};

/// Appends paragraphs, a figure and a table to the document, and rows to the data.
/// @param subject  at least kFewestDatasets compared datasets
void add_rank_section(const AcrossSubject& subject, Document& document, RankData& data);

/// The mean rank of each compared method over the compared datasets.
std::vector<double> mean_ranks(const DatasetMatrix& matrix);

/// The places of the compared methods by mean rank, the best first.
std::vector<std::size_t> order_of_ranks(const std::vector<double>& mean_ranks);

/// "0.031", "< 0.001"
std::string format_p(double p);

}  // namespace genrebench
