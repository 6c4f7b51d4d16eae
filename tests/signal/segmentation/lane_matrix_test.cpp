#include "signal/segmentation/lane_matrix.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.hpp"

namespace genrebench::fast_sem {
namespace lane_matrix_test {

TEST(LaneMatrix, EachLaneIsOneProduct) {
  constexpr auto kLanes = static_cast<Eigen::Index>(simd::kLanes<double>);
  Random random(1);
  for (const Eigen::Index rows : {1, 11, 12, 13, 40})
    for (const Eigen::Index columns : {0, 1, 7, 30}) {
      Eigen::MatrixXd matrix(rows, columns), x(kLanes, columns);
      for (double& value : matrix.reshaped()) value = random.normal();
      for (double& value : x.reshaped()) value = random.normal();
      const LaneMatrix packed(matrix);
      EXPECT_EQ(packed.rows(), static_cast<std::size_t>(rows));
      EXPECT_EQ(packed.columns(), static_cast<std::size_t>(columns));
      simd::Array<double> out(packed.rows() + 1);
      out[packed.rows()] = simd::fill(3.0);
      packed.multiply(x.data(), out.data());
      const Eigen::MatrixXd expected = matrix * x.transpose();
      for (Eigen::Index row = 0; row < rows; ++row)
        for (Eigen::Index lane = 0; lane < kLanes; ++lane)
          EXPECT_NEAR(out[static_cast<std::size_t>(row)][lane], expected(row, lane), 1e-13);
      EXPECT_EQ(out[packed.rows()][0], 3.0) << "nothing is written beyond the rows";
    }
}

}  // namespace lane_matrix_test
}  // namespace genrebench::fast_sem
