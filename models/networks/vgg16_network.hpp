#pragma once
// VGG16 with the paper's head.

#include <memory>
#include <vector>

namespace genrebench {

class ImageNetwork;

/// How a head's first weights are drawn.
enum class HeadInit {
  glorot,  ///< Glorot and Bengio's uniform, biases zero: Keras's default, so the authors'
  torch,   ///< uniform up to 1 / sqrt(inputs), biases too: PyTorch's default, smaller
};

struct Vgg16Options {
  /// Number of logits.
  int n_classes = 0;
  /// Of the images; 3 for weights of ImageNet.
  int channels = 3;
  /// Factor on the convolutions' channels, which are never fewer than 4. 1 for weights of ImageNet;
  /// smaller to try something quickly. The head's sizes stay.
  double width = 1.0;
  /// Cells along each side of the pooled image that the head sees. Images of 224 x 224 have 7
  /// without pooling.
  int grid = 7;
  /// Probability of dropout after each hidden layer of the head.
  double dropout = 0.5;
  /// Units of the head's hidden layers, each at least 1. Empty: the logits follow at once.
  std::vector<int> head = {256, 128, 64};
  HeadInit head_init = HeadInit::glorot;
};

/// The convolutional part with torchvision's names (features.26.weight) and Keras's as aliases
/// (block5_conv2), then the average over a grid, and a head of fully connected layers, 256-128-64
/// in the paper, section 4.3, whose module is named "head". The convolutions are group 0, the head
/// is group 1. First weights: Kaiming's normal as in torchvision, in the head those of `head_init`.
/// Images are at least 32 x 32, or forward throws a ConfigError.
/// @throws ConfigError  if an option is out of range
/// Source: Simonyan & Zisserman, ICLR 2015, configuration D; checked against torchvision in
/// tests/models
std::shared_ptr<ImageNetwork> make_vgg16(const Vgg16Options& options);

}  // namespace genrebench
