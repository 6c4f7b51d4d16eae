#pragma once
// The network of the method `mlp`: layers of rectified linear units in single precision, their
// gradients, and Adam. One thread does the work, so equal seeds give equal bits.

#include <Eigen/Core>
#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/random.hpp"

namespace genrebench::mlp {

/// Weights and biases of one layer, or numbers that belong to each of them.
struct Layer {
  Eigen::MatrixXf weights;  ///< n_out x n_in
  Eigen::VectorXf biases;   ///< n_out

  static Layer zero_like(const Layer& other) {
    return {.weights = Eigen::MatrixXf::Zero(other.weights.rows(), other.weights.cols()),
            .biases = Eigen::VectorXf::Zero(other.biases.size())};
  }
};

using Layers = std::vector<Layer>;

/// Uniform weights, zero biases.
/// @param sizes  number of features, of the units of each hidden layer, of classes
/// Source: Glorot & Bengio, AISTATS 2010, equation 16
inline Layers initial_layers(const std::vector<Eigen::Index>& sizes, std::uint64_t seed) {
  Random random(seed);
  Layers layers;
  for (std::size_t l = 0; l + 1 < sizes.size(); ++l) {
    Layer layer{.weights = Eigen::MatrixXf(sizes[l + 1], sizes[l]),
                .biases = Eigen::VectorXf::Zero(sizes[l + 1])};
    const double bound = std::sqrt(6.0 / double(sizes[l] + sizes[l + 1]));
    for (Eigen::Index i = 0; i < layer.weights.size(); ++i)
      layer.weights.data()[i] = static_cast<float>(random.uniform(-bound, bound));
    layers.push_back(std::move(layer));
  }
  return layers;
}

/// Scores of the classes, before the softmax.
/// @param examples  n_features x n
/// @return          n_classes x n
inline Eigen::MatrixXf scores_of(const Layers& layers, const Eigen::MatrixXf& examples) {
  Eigen::MatrixXf values = examples;
  for (std::size_t l = 0; l < layers.size(); ++l) {
    values = (layers[l].weights * values).eval();
    values.colwise() += layers[l].biases;
    if (l + 1 < layers.size()) values = values.cwiseMax(0.0f);
  }
  return values;
}

/// The sums over some examples.
struct Pass {
  double loss = 0.0;  ///< cross-entropy
  double n_right = 0.0;
  std::size_t n_examples = 0;

  double mean_loss() const { return loss / double(n_examples); }
  double accuracy() const { return n_right / double(n_examples); }
};

/// Adds the losses of a batch, and turns its scores into probabilities.
/// @param places  the row of each example's class
inline void add_losses(Eigen::MatrixXf& scores, std::span<const int> places, Pass& pass) {
  for (Eigen::Index i = 0; i < scores.cols(); ++i) {
    auto column = scores.col(i);
    const Eigen::Index place = places[static_cast<std::size_t>(i)];
    Eigen::Index best = 0;
    const float largest = column.maxCoeff(&best);
    const double of_truth = double(column(place)) - double(largest);
    column = (column.array() - largest).exp();
    const float sum = column.sum();
    column /= sum;
    pass.loss += std::log(double(sum)) - of_truth;
    pass.n_right += best == place;
    ++pass.n_examples;
  }
}

/// Adam. Source: Kingma & Ba, ICLR 2015, algorithm 1; the penalty as in PyTorch's Adam
class Adam {
 public:
  Adam(const Layers& layers, double weight_decay) : weight_decay_(float(weight_decay)) {
    for (const Layer& layer : layers) {
      first_.push_back(Layer::zero_like(layer));
      second_.push_back(Layer::zero_like(layer));
    }
  }

  /// Changes the layers by one step.
  void step(const Layers& gradients, double learning_rate, Layers& layers) {
    ++n_steps_;
    const double rate = learning_rate * std::sqrt(1.0 - std::pow(kBeta2, n_steps_)) /
                        (1.0 - std::pow(kBeta1, n_steps_));
    // Algorithm 1 adds epsilon to the root of the corrected mean. The correction is in the rate
    // here, so epsilon takes its part of it too.
    const double epsilon = kEpsilon * std::sqrt(1.0 - std::pow(kBeta2, n_steps_));
    for (std::size_t l = 0; l < layers.size(); ++l) {
      update(gradients[l].weights, first_[l].weights, second_[l].weights, {rate, epsilon},
             layers[l].weights);
      update(gradients[l].biases, first_[l].biases, second_[l].biases, {rate, epsilon},
             layers[l].biases);
    }
  }

 private:
  static constexpr double kBeta1 = 0.9, kBeta2 = 0.999, kEpsilon = 1e-8;  // the paper's

  struct Rates {
    double rate, epsilon;
  };

  template <typename Values>
  void update(const Values& gradient, Values& first, Values& second, const Rates& rates,
              Values& values) const {
    const Values full = gradient + weight_decay_ * values;
    first = float(kBeta1) * first + float(1.0 - kBeta1) * full;
    second = float(kBeta2) * second + float(1.0 - kBeta2) * full.cwiseAbs2();
    values.array() -=
        float(rates.rate) * first.array() / (second.array().sqrt() + float(rates.epsilon));
  }

  float weight_decay_;
  int n_steps_ = 0;
  Layers first_, second_;  // running means of the gradients and of their squares
};

/// Runs through the network forward and backward.
class Gradients {
 public:
  /// Keeps a reference to the layers, which change between two batches.
  /// @param dropout  fraction of the hidden units that each batch leaves out
  Gradients(const Layers& layers, double dropout, std::uint64_t seed)
      : dropout_(dropout), random_(seed), layers_(layers) {
    for (const Layer& layer : layers) gradients_.push_back(Layer::zero_like(layer));
  }

  /// The gradients of the mean loss of a batch, which is added to the pass.
  const Layers& operator()(const Eigen::MatrixXf& batch, std::span<const int> places, Pass& pass) {
    std::vector<Eigen::MatrixXf> inputs = {batch};  // of each layer
    Eigen::MatrixXf values;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
      values.noalias() = layers_[l].weights * inputs.back();
      values.colwise() += layers_[l].biases;
      if (l + 1 == layers_.size()) break;
      values = values.cwiseMax(0.0f);
      drop(values);
      inputs.push_back(values);
    }
    add_losses(values, places, pass);
    for (std::size_t i = 0; i < places.size(); ++i) values(places[i], Eigen::Index(i)) -= 1.0f;
    values /= float(places.size());
    for (std::size_t l = layers_.size(); l-- > 0;) {
      gradients_[l].weights.noalias() = values * inputs[l].transpose();
      gradients_[l].biases = values.rowwise().sum();
      if (l == 0) break;
      // A unit that was not positive, or was left out, passes nothing back.
      const Eigen::MatrixXf back = layers_[l].weights.transpose() * values;
      values = (inputs[l].array() > 0.0f).select(back.array() * kept_scale(), 0.0f);
    }
    return gradients_;
  }

  Random& random() { return random_; }

 private:
  float kept_scale() const { return float(1.0 / (1.0 - dropout_)); }

  /// Leaves units out, and scales the others, so that the mean stays.
  void drop(Eigen::MatrixXf& values) {
    if (dropout_ == 0.0) return;
    for (Eigen::Index i = 0; i < values.size(); ++i)
      values.data()[i] *= random_.uniform() < dropout_ ? 0.0f : kept_scale();
  }

  double dropout_;
  Random random_;
  const Layers& layers_;
  Layers gradients_;
};

}  // namespace genrebench::mlp
