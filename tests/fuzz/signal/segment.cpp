// Segmentation: arbitrary samples and options through the whole, and arbitrary matrices through
// each step of it.
#include <cmath>
#include <vector>

#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/k_means.hpp"
#include "signal/segmentation/leading_eigenpairs.hpp"
#include "signal/segmentation/mds.hpp"
#include "signal/segmentation/segmentation.hpp"
#include "signal/segmentation/sem.hpp"
#include "signal/segmentation/spectral_clustering.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

void take(Values& values, SemOptions& o) {
  o.ar_order = values.within(-1, 40);
  o.ar_method = values.one_of({ArMethod::yule_walker, ArMethod::burg, ArMethod::forward_backward});
  o.residual = values.one_of({Residual::zero_state, Residual::valid, Residual::full});
  o.lags = values.flag() ? std::optional(values.within(-1, 300)) : std::nullopt;
  o.implementation = values.one_of({SemImplementation::fast, SemImplementation::direct});
  o.tolerance = values.real(0.0, 1e-3);
  o.n_checks = values.within(-1, 20);
  o.threads = 1;
}

SegmentationOptions take_options(Values& values) {
  SegmentationOptions o;
  take(values, o);
  o.decimate = values.within(1, 4);
  if (values.flag()) {
    o.windows = values.within(-1, 40);
    o.window_s = std::nullopt;
  } else {
    o.window_s = values.real(0.001, 0.1);
  }
  o.overlap = values.real(0.0, 0.95);
  o.max_windows = values.within(-1, 40);
  o.taper = values.one_of({Taper::none, Taper::hann, Taper::hamming});
  o.variance = values.one_of({VarianceTerm::power, VarianceTerm::amplitude});
  o.variance_weight = values.real(0.0, 4.0);
  o.symmetrise = values.one_of({Symmetrisation::mean, Symmetrisation::min});
  o.scale =
      values.one_of({AffinityScale::literal, AffinityScale::median, AffinityScale::self_tuning});
  o.neighbour = values.flag() ? std::optional(values.within(-1, 50)) : std::nullopt;
  o.nearest = values.real(0.0, 5.0);
  o.exclude = values.within(-1, 20);
  o.path = values.real(0.0, 10.0);
  o.clusters = values.flag() ? std::optional(values.within(-1, 20)) : std::nullopt;
  o.choose = values.one_of({ClusterRule::eigengap, ClusterRule::modularity});
  o.max_clusters = values.within(-1, 20);
  o.restarts = values.within(-1, 5);
  return o;
}

std::vector<float> take_samples(Values& values) {
  const int kind = values.within(0, 2);
  const std::size_t repeats = std::size_t{1} << values.within(0, 5);
  std::vector<float> once;
  while (!values.empty() && once.size() < 3000) {
    if (kind == 0)
      once.push_back(values.raw<float>());
    else
      once.push_back(static_cast<float>(values.raw<std::int8_t>()) / (kind == 1 ? 127.0f : 1e30f));
  }
  std::vector<float> samples;
  for (std::size_t i = 0; i < repeats && samples.size() < 3000; ++i)
    samples.insert(samples.end(), once.begin(), once.end());
  return samples;
}

Eigen::MatrixXd take_matrix(Values& values) {
  const auto rows = values.within<Eigen::Index>(0, 40);
  const Eigen::Index columns =
      values.within(0, 15) == 0 ? values.within<Eigen::Index>(0, 40) : rows;
  const int kind = values.within(0, 2);
  const bool mirrored = values.flag();
  Eigen::MatrixXd matrix(rows, columns);
  for (Eigen::Index c = 0; c < columns; ++c)
    for (Eigen::Index r = 0; r < rows; ++r)
      matrix(r, c) = mirrored && r < c && c < rows && r < columns ? matrix(c, r)
                     : kind == 0                                  ? values.raw<double>()
                     : kind == 1 ? values.raw<std::uint8_t>() / 16.0
                                 : std::ldexp(1.0, values.raw<std::int8_t>() * 8);
  if (mirrored && rows == columns) matrix = matrix.selfadjointView<Eigen::Lower>();
  return matrix;
}

void whole(Values& values) {
  const SegmentationOptions options = take_options(values);
  const double rate_hz = values.within(1000, 48000);
  const std::vector<float> samples = take_samples(values);
  accepts([&] {
    const Segmentation result = segment(samples, rate_hz, options, "song");
    require(result.n_windows() >= 1, "there are windows");
    require(!result.sections.empty() && result.sections.front().start_s == 0.0,
            "sections begin with the song");
    for (std::size_t i = 0; i < result.sections.size(); ++i) {
      const ClusterSpan& section = result.sections[i];
      require(section.end_s > section.start_s, "a section has a length");
      require(section.label >= 0 && section.label < result.clustering.clusters,
              "a section is of a cluster");
      require(i == 0 || section.start_s == result.sections[i - 1].end_s, "sections have no gaps");
    }
    const auto n = static_cast<Eigen::Index>(result.n_windows());
    require(result.symmetric.rows() == n && result.adjacency.cols() == n, "matrices are n x n");
    require(!result.symmetric.hasNaN() && !result.adjacency.hasNaN(), "the graph has no NaN");
  });
}

void check_pairs(const LeadingEigenpairs& pairs, const Eigen::MatrixXd& matrix, int count) {
  require(pairs.values.size() == count && pairs.vectors.cols() == count, "as many pairs as asked");
  for (Eigen::Index i = 1; i < pairs.values.size(); ++i)
    require(!(pairs.values[i] > pairs.values[i - 1]), "eigenvalues descend");
  const double norm = matrix.norm();
  if (!std::isfinite(norm) || norm < 1e-100 || norm > 1e100) return;
  const double residual =
      (matrix * pairs.vectors - pairs.vectors * pairs.values.asDiagonal()).norm();
  require(residual <= 1e-6 * norm, "eigenpairs are those of the matrix");
}

void steps(Values& values) {
  AffinityOptions affinity;
  affinity.scale =
      values.one_of({AffinityScale::literal, AffinityScale::median, AffinityScale::self_tuning});
  affinity.neighbour = values.within(-1, 50);
  SpectralOptions spectral;
  if (values.flag()) spectral.clusters = values.within(-1, 45);
  spectral.max_clusters = values.within(-1, 45);
  spectral.restarts = values.within(-1, 4);
  const Eigen::MatrixXd matrix = take_matrix(values);
  accepts([&] {
    const Eigen::MatrixXd symmetric = symmetrise(matrix);
    require(!symmetric.hasNaN() && symmetric == symmetric.transpose(), "symmetric and no NaN");
    const Eigen::MatrixXd laplacian = normalised_laplacian(affinity_exponents(symmetric, affinity));
    require(laplacian.allFinite() && (laplacian.array() >= 0.0).all(), "a Laplacian is finite");
    const SpectralClustering clustering = spectral_cluster(laplacian, spectral);
    require(std::ssize(clustering.labels) == laplacian.rows(), "every vertex has a label");
    for (const int label : clustering.labels)
      require(label >= 0 && label < clustering.clusters, "labels are within the clusters");
  });
  accepts([&] { normalised_laplacian_of_adjacency(matrix); });
  accepts([&] {
    const int count = static_cast<int>(matrix.rows() / 2);
    if (matrix.rows() == matrix.cols() && matrix == matrix.transpose())
      check_pairs(leading_eigenpairs(matrix, count), matrix, count);
  });
  accepts([&] {
    k_means(matrix, {.clusters = spectral.clusters.value_or(3), .restarts = spectral.restarts});
  });
  accepts([&] { require(classical_scaling(matrix).allFinite(), "points are finite"); });
}

}  // namespace

void fuzz_segment(std::string_view input) {
  Values values(input);
  values.flag() ? whole(values) : steps(values);
}

}  // namespace genrebench::fuzz
