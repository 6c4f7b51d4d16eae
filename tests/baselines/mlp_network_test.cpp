#include "baselines/mlp_network.hpp"

#include <gtest/gtest.h>

namespace genrebench::mlp {
namespace mlp_network_test {

constexpr Eigen::Index kFeatures = 3, kClasses = 3, kExamples = 5;

Eigen::MatrixXf examples() {
  Random random(3);
  Eigen::MatrixXf result(kFeatures, kExamples);
  for (Eigen::Index i = 0; i < result.size(); ++i)
    result.data()[i] = static_cast<float>(random.normal());
  return result;
}

const std::vector<int> kPlaces = {0, 2, 1, 1, 0};

/// The mean cross-entropy, written as plainly as can be, in double precision.
double plain_loss(const Layers& layers, const Eigen::MatrixXf& examples,
                  const std::vector<int>& places) {
  double loss = 0.0;
  for (Eigen::Index i = 0; i < examples.cols(); ++i) {
    Eigen::VectorXd values = examples.col(i).cast<double>();
    for (std::size_t l = 0; l < layers.size(); ++l) {
      values = layers[l].weights.cast<double>() * values + layers[l].biases.cast<double>();
      if (l + 1 < layers.size())
        for (Eigen::Index u = 0; u < values.size(); ++u) values[u] = std::max(0.0, values[u]);
    }
    loss += std::log(values.array().exp().sum()) - values[places[static_cast<std::size_t>(i)]];
  }
  return loss / static_cast<double>(examples.cols());
}

/// Compares the gradient of one parameter with a difference of plain losses.
void expect_slope(Layers& layers, float& parameter, float gradient, const Eigen::MatrixXf& batch) {
  constexpr float kStep = 2e-5f;
  const float kept = parameter;
  parameter = kept + kStep;
  const double up = parameter, above = plain_loss(layers, batch, kPlaces);
  parameter = kept - kStep;
  const double down = parameter, below = plain_loss(layers, batch, kPlaces);
  parameter = kept;
  // The step is small, so that hardly any rectified unit changes its sign between the two.
  EXPECT_NEAR(gradient, (above - below) / (up - down), 1e-4);
}

TEST(MlpNetwork, GradientsAreTheSlopesOfThePlainLoss) {
  const Eigen::MatrixXf batch = examples();
  for (const std::vector<Eigen::Index>& sizes :
       {std::vector<Eigen::Index>{kFeatures, kClasses},
        std::vector<Eigen::Index>{kFeatures, 6, kClasses},
        std::vector<Eigen::Index>{kFeatures, 6, 4, 5, kClasses}}) {
    Layers layers = initial_layers(sizes, 7);
    Random random(8);
    for (Layer& layer : layers)
      for (Eigen::Index i = 0; i < layer.biases.size(); ++i)
        layer.biases[i] = static_cast<float>(random.uniform(-0.5, 0.5));
    Gradients gradients(layers, /*dropout=*/0.0, 1);
    Pass pass;
    const Layers slopes = gradients(batch, kPlaces, pass);
    EXPECT_NEAR(pass.mean_loss(), plain_loss(layers, batch, kPlaces), 1e-5);
    EXPECT_EQ(pass.n_examples, kPlaces.size());
    for (std::size_t l = 0; l < layers.size(); ++l) {
      for (Eigen::Index i = 0; i < layers[l].weights.size(); ++i)
        expect_slope(layers, layers[l].weights.data()[i], slopes[l].weights.data()[i], batch);
      for (Eigen::Index i = 0; i < layers[l].biases.size(); ++i)
        expect_slope(layers, layers[l].biases[i], slopes[l].biases[i], batch);
    }
  }
}

TEST(MlpNetwork, ScoresOfManyExamplesAreThoseOfEach) {
  const Layers layers = initial_layers({kFeatures, 16, 8, kClasses}, 5);
  const Eigen::MatrixXf batch = examples();
  const Eigen::MatrixXf all = scores_of(layers, batch);
  ASSERT_EQ(all.rows(), kClasses);
  ASSERT_EQ(all.cols(), kExamples);
  for (Eigen::Index i = 0; i < kExamples; ++i)
    EXPECT_TRUE(scores_of(layers, batch.col(i)).isApprox(all.col(i), 1e-5f));
}

TEST(MlpNetwork, LossesOfHugeScoresAreFinite) {
  Eigen::MatrixXf scores(2, 2);
  scores << 1e30f, -1e30f, 0.0f, 3.0f;
  Pass pass;
  add_losses(scores, std::vector<int>{0, 1}, pass);
  EXPECT_TRUE(std::isfinite(pass.loss));
  EXPECT_EQ(pass.n_right, 2.0);
  EXPECT_TRUE(scores.allFinite());
  EXPECT_NEAR(scores.col(0).sum(), 1.0f, 1e-6f);
}

TEST(MlpNetwork, TheFirstStepOfAdamHasTheSizeOfTheLearningRate) {
  Layers layers = {{.weights = Eigen::MatrixXf::Zero(1, 2), .biases = Eigen::VectorXf::Zero(1)}};
  Layers gradient = layers;
  gradient[0].weights << 0.3f, -200.0f;
  Adam adam(layers, /*weight_decay=*/0.0);
  adam.step(gradient, 0.01, layers);
  EXPECT_NEAR(layers[0].weights(0, 0), -0.01f, 1e-6f);
  EXPECT_NEAR(layers[0].weights(0, 1), 0.01f, 1e-6f);
  EXPECT_EQ(layers[0].biases[0], 0.0f);
}

TEST(MlpNetwork, AdamDoesWhatThePaperSays) {
  // Algorithm 1 for one number, in double precision.
  const std::vector<double> slopes = {1.0, -0.5, 0.25, 3.0};
  double value = 0.7, first = 0.0, second = 0.0;
  Layers layers = {
      {.weights = Eigen::MatrixXf::Constant(1, 1, 0.7f), .biases = Eigen::VectorXf::Zero(1)}};
  Adam adam(layers, /*weight_decay=*/0.1);
  for (std::size_t t = 0; t < slopes.size(); ++t) {
    const double slope = slopes[t] + 0.1 * value;
    first = 0.9 * first + 0.1 * slope;
    second = 0.999 * second + 0.001 * slope * slope;
    const double n = static_cast<double>(t) + 1.0;
    value -= 0.05 * (first / (1.0 - std::pow(0.9, n))) /
             (std::sqrt(second / (1.0 - std::pow(0.999, n))) + 1e-8);
    Layers gradient = {{.weights = Eigen::MatrixXf::Constant(1, 1, static_cast<float>(slopes[t])),
                        .biases = Eigen::VectorXf::Zero(1)}};
    adam.step(gradient, 0.05, layers);
    EXPECT_NEAR(layers[0].weights(0, 0), value, 1e-5) << "step " << t;
  }
}

TEST(MlpNetwork, DropoutLeavesOutItsShareAndKeepsTheMean) {
  // One input of 1 to many units of weight 1, and from these to one score: the score is the number
  // of units that are kept, scaled.
  constexpr Eigen::Index kUnits = 4000;
  const Layers layers = {
      {.weights = Eigen::MatrixXf::Ones(kUnits, 1), .biases = Eigen::VectorXf::Zero(kUnits)},
      {.weights = Eigen::MatrixXf::Zero(2, kUnits), .biases = Eigen::VectorXf::Zero(2)}};
  Gradients gradients(layers, /*dropout=*/0.25, 11);
  Pass pass;
  const Layers slopes = gradients(Eigen::MatrixXf::Ones(1, 1), std::vector<int>{0}, pass);
  // The gradient of the second layer is the value of each unit times -1/2 for the true class.
  const Eigen::ArrayXf values = slopes[1].weights.row(0).transpose().array() / -0.5f;
  const float n_kept = (values > 0.0f).cast<float>().sum();
  EXPECT_NEAR(n_kept / kUnits, 0.75f, 0.03f);  // four standard deviations
  EXPECT_NEAR(values.maxCoeff(), 4.0f / 3.0f, 1e-5f);
  EXPECT_NEAR(values.mean(), 1.0f, 0.04f);
}

TEST(MlpNetwork, FirstWeightsAreWithinGlorotsBoundAndFollowTheSeed) {
  const Layers layers = initial_layers({10, 20, 4}, 3);
  ASSERT_EQ(layers.size(), 2u);
  const float bound = std::sqrt(6.0f / 30.0f);
  EXPECT_LE(layers[0].weights.cwiseAbs().maxCoeff(), bound);
  EXPECT_GT(layers[0].weights.cwiseAbs().maxCoeff(), 0.8f * bound);
  EXPECT_EQ(layers[0].biases.cwiseAbs().maxCoeff(), 0.0f);
  EXPECT_EQ(layers[0].weights, initial_layers({10, 20, 4}, 3)[0].weights);
  EXPECT_NE(layers[0].weights, initial_layers({10, 20, 4}, 4)[0].weights);
}

}  // namespace mlp_network_test
}  // namespace genrebench::mlp
