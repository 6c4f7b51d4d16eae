#pragma once
// How well an estimated segmentation of a song agrees with its known sections, by mir_eval's
// definitions.

#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// Agreement of the boundaries alone. All are 0 where one of the two has no boundary.
struct BoundaryScores {
  double precision = 0.0;  ///< estimated boundaries that are matched
  double recall = 0.0;     ///< true boundaries that are matched
  double f = 0.0;          ///< their harmonic mean
};

/// 1 is full agreement, and none is below 0 but the two that are adjusted for chance; the mutual
/// information and the deviations have units of their own.
struct SectionScores {
  /// Of the frames' labels; 0 is what chance gives, it may be negative.
  double adjusted_rand = 0.0;
  /// Of the frames' labels: mutual information over the geometric mean of the entropies.
  double normalised_mutual_information = 0.0;
  /// Pairs of frames of one estimated label that are of one true label.
  double pairwise_precision = 0.0;
  /// Pairs of frames of one true label that are of one estimated label.
  double pairwise_recall = 0.0;
  double pairwise_f = 0.0;
  /// 1 - H(estimate | truth) / log(estimated labels): low where a true section is split. 0 for one
  /// estimated label.
  double over_segmentation = 0.0;
  /// 1 - H(truth | estimate) / log(true labels): low where true sections are joined. 0 for one true
  /// label.
  double under_segmentation = 0.0;
  double nce_f = 0.0;  ///< harmonic mean of these two: normalised conditional entropies (NCE)
  /// As over_segmentation, over the entropy of the estimated labels: 1 - H(estimate | truth) /
  /// H(estimate).
  double v_precision = 0.0;
  /// 1 - H(truth | estimate) / H(truth).
  double v_recall = 0.0;
  double v_measure = 0.0;  ///< their harmonic mean
  double rand = 0.0;       ///< share of pairs of frames that are joined in both or in neither
  double mutual_information = 0.0;  ///< of the frames' labels, in nats
  /// (information - what chance gives) / (larger entropy - what chance gives); may be negative.
  double adjusted_mutual_information = 0.0;
  BoundaryScores boundary_05;  ///< boundaries match within 0.5 s, each at most once
  BoundaryScores boundary_3;   ///< within 3 s
  /// The same without the first and the last boundary, which every segmentation of a song has.
  BoundaryScores trimmed_05, trimmed_3;
  /// Median distance of a true boundary to the nearest estimated one, in s, at least 0.
  double truth_deviation_s = 0.0;
  /// Median distance of an estimated boundary to the nearest true one, in s, at least 0.
  double estimate_deviation_s = 0.0;
};

/// Scores of an estimate, as mir_eval.segment.evaluate computes them (0.8).
///
/// - Both are made to span the truth's range: from 0 s to the end of the last known section.
/// Sections beyond are cut off,
///   what is missing at either end becomes a section with a label of its own; a section that is cut
///   to nothing is dropped.
/// - Frames are taken every 0.1 s. Frames in no section share a label, the same in both. Upper and
/// lower case are one.
/// - Boundaries are the starts and ends of all sections, the song's own included, rounded to 0.01
/// ms.
/// - Where only one of the two has a single label, their mutual information is 0 here and there
/// rounding, up to 1e-5.
/// - Where a ratio has nothing to divide by (one frame or none), it is 0 here and NaN there.
///
/// @param truth     the known sections, by start
/// @param estimate  the sections found, by start; empty means one section
/// @throws DataError  if there is no known section, a time is negative, infinite or NaN, a section
/// does not end after its
///                    start, or starts before the one above it
/// Source: mir_eval.segment, checked in tests/harness; Levy and Sandler 2008 (pairwise),
/// Lukashevich 2008 (over and under), Turnbull et al. 2007 (boundaries, deviations), Rosenberg and
/// Hirschberg 2007 (V-measure), Vinh et al. 2010 (adjusted mutual information)
SectionScores score_sections(const std::vector<Section>& truth,
                             const std::vector<Section>& estimate);

/// Rand index of two labelings of the same things, adjusted for chance. 1 for two labelings of one
/// label each, of nothing, or of as many labels as things each.
/// @throws DataError  if the sizes differ
/// Source: Hubert and Arabie, Journal of Classification 2 (1985); scikit-learn's
/// adjusted_rand_score
double adjusted_rand_index(const std::vector<int>& a, const std::vector<int>& b);

/// Mutual information over the geometric mean of the entropies, in [0, 1]. 1 for two labelings of
/// one label each or of nothing, 0 where only one of them has one label.
/// @throws DataError  if the sizes differ
/// Source: mir_eval.segment; scikit-learn's normalized_mutual_info_score with
/// average_method="geometric"
double normalised_mutual_information(const std::vector<int>& a, const std::vector<int>& b);

/// Mutual information adjusted for chance, over the larger entropy. 1 for two labelings of one
/// label each or of nothing, and for equal labelings.
/// @throws DataError  if the sizes differ
/// Source: Vinh, Epps and Bailey, JMLR 11 (2010); scikit-learn's adjusted_mutual_info_score with
/// average_method="max"
double adjusted_mutual_information(const std::vector<int>& a, const std::vector<int>& b);

}  // namespace genrebench
