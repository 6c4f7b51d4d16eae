#include "signal/segmentation/band_quadrature.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <vector>

#include "base/random.hpp"

namespace genrebench {
namespace band_quadrature_test {

/// A polynomial of cosines of a given degree at an angle.
double polynomial(std::size_t degree, double angle) {
  Random random(degree + 1);
  double sum = 0.0;
  for (std::size_t l = 0; l <= degree; ++l)
    sum += random.uniform(-1.0, 1.0) * std::cos(static_cast<double>(l) * angle);
  return sum;
}

/// The largest difference over bands and columns between the sums over the bins and those over the
/// nodes, relative to the sum of absolute values.
double worst_difference(const BandQuadrature& quadrature, std::size_t fft_size,
                        std::size_t degree) {
  constexpr Eigen::Index kColumns = 3;
  double worst = 0.0;
  for (std::size_t band = 0; band < quadrature.n_bands(); ++band) {
    const auto [first, last] = quadrature.bins(band);
    const auto [first_node, last_node] = quadrature.nodes(band);
    Random random(band);
    Eigen::MatrixXd values(static_cast<Eigen::Index>(last - first), kColumns);
    for (double& value : values.reshaped()) value = random.uniform(0.0, 1.0);
    Eigen::MatrixXd weights(static_cast<Eigen::Index>(last_node - first_node), kColumns);
    quadrature.compress(band, values, weights);
    for (Eigen::Index column = 0; column < kColumns; ++column) {
      double expected = 0.0, found = 0.0, scale = 0.0;
      for (std::size_t k = first; k < last; ++k) {
        const double angle =
            2.0 * std::numbers::pi * static_cast<double>(k) / static_cast<double>(fft_size);
        const double term =
            values(static_cast<Eigen::Index>(k - first), column) * polynomial(degree, angle);
        expected += term;
        scale += std::abs(term);
      }
      for (std::size_t q = first_node; q < last_node; ++q)
        found += weights(static_cast<Eigen::Index>(q - first_node), column) *
                 polynomial(degree, quadrature.angles()[q]);
      worst = std::max(worst, std::abs(found - expected) / scale);
    }
  }
  return worst;
}

TEST(BandQuadrature, SumsOverNodesAreThoseOverBins) {
  for (const std::size_t degree : {2U, 9U, 40U})
    EXPECT_LT(worst_difference(BandQuadrature(8192, degree), 8192, degree), 1e-13) << degree;
}

TEST(BandQuadrature, WhereThereAreFewBinsTheyAreTheNodes) {
  const BandQuadrature quadrature(256, 40);
  EXPECT_EQ(quadrature.n_bands(), 1U);
  EXPECT_EQ(quadrature.n_nodes(), 129U);
  EXPECT_LT(worst_difference(quadrature, 256, 40), 1e-14);
}

TEST(BandQuadrature, BandsHoldEveryBinOnce) {
  const BandQuadrature quadrature(4096, 30);
  std::size_t next = 0;
  for (std::size_t band = 0; band < quadrature.n_bands(); ++band) {
    EXPECT_EQ(quadrature.bins(band).first, next);
    next = quadrature.bins(band).second;
  }
  EXPECT_EQ(next, 2049U);
}

}  // namespace band_quadrature_test
}  // namespace genrebench
