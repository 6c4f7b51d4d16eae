#include "baselines/svm/pair_machine.hpp"

#include <numeric>

#include "base/error.hpp"
#include "baselines/support.hpp"

namespace genrebench::testing {
namespace pair_machine_test {

/// Two clouds, one after the other.
struct TwoClouds {
  explicit TwoClouds(std::size_t n_each, Eigen::Index n_features, std::uint64_t seed)
      : matrix(Eigen::Index(2 * n_each), n_features), rows(2 * n_each), n_first(n_each) {
    Random random(seed);
    for (Eigen::Index i = 0; i < matrix.rows(); ++i)
      for (Eigen::Index c = 0; c < n_features; ++c)
        matrix(i, c) = random.normal() + (i < Eigen::Index(n_each) ? 0.3 : -0.3);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
  }

  Eigen::MatrixXd matrix;
  std::vector<std::size_t> rows;
  std::size_t n_first;
};

TEST(PairMachine, IsTheSameWhereTheCacheIsTooSmall) {
  const TwoClouds clouds(150, 9, 1);  // 300 x 300 values need 2.2 MB
  std::vector<std::size_t> some;
  for (std::size_t place = 0; place < 300; place += 3) some.push_back(place);
  for (const Kernel::Shape shape : {Kernel::Shape::linear, Kernel::Shape::rbf}) {
    PairMachineOptions options{.kernel = {.shape = shape, .gamma = 0.1}, .cache_mb = 100};
    const PairTrainer computed(clouds.matrix, clouds.rows, clouds.n_first, options);
    options.cache_mb = 1;
    const PairTrainer as_needed(clouds.matrix, clouds.rows, clouds.n_first, options);
    for (const std::vector<std::size_t>& places : {clouds.rows, some}) {
      const PairMachine a = computed.train(places), b = as_needed.train(places);
      EXPECT_EQ(a.support_vectors, b.support_vectors);
      EXPECT_EQ(a.coefficients, b.coefficients);
      EXPECT_EQ(a.offset, b.offset);
      EXPECT_EQ(a.n_iterations, b.n_iterations);
      EXPECT_GT(a.n_iterations, 0);
      EXPECT_FALSE(a.gave_up());
      EXPECT_EQ(computed.decide(a, clouds.rows), as_needed.decide(b, clouds.rows));
    }
  }
}

TEST(PairMachine, NamesItsSupportVectorsByTheirRows) {
  // The boundary between 1 and 5 rests on rows 3 and 1; the others are further out.
  Eigen::MatrixXd matrix(5, 1);
  matrix << 100, 5, -4, 1, 9;
  const PairTrainer trainer(matrix, {2, 3, 1, 4}, 2,
                            {.kernel = {.shape = Kernel::Shape::linear}, .c = 100.0});
  EXPECT_TRUE(trainer.is_first(1));
  EXPECT_FALSE(trainer.is_first(2));
  const PairMachine machine = trainer.train(std::vector<std::size_t>{0, 1, 2, 3});
  EXPECT_EQ(machine.support_vectors, (std::vector<std::size_t>{3, 1}));
  const std::vector<double> decisions =
      trainer.decide(machine, std::vector<std::size_t>{0, 1, 2, 3});
  EXPECT_NEAR(decisions[1], 1.0, 1e-6);
  EXPECT_NEAR(decisions[2], -1.0, 1e-6);
  EXPECT_GT(decisions[0], 1.0);
  EXPECT_LT(decisions[3], -1.0);
}

TEST(PairMachine, SaysWhatLibsvmRefuses) {
  const TwoClouds clouds(4, 2, 2);
  const PairTrainer trainer(clouds.matrix, clouds.rows, clouds.n_first, {.kernel = {}, .c = -1.0});
  EXPECT_THROW(trainer.train(clouds.rows), ConfigError);
}

}  // namespace pair_machine_test
}  // namespace genrebench::testing
