#pragma once
// ResNet34 with a head of one or more layers.

#include <memory>
#include <vector>

namespace genrebench {

class ImageNetwork;

struct Resnet34Options {
  /// Number of logits.
  int n_classes = 0;
  /// Of the images; 3 for weights of ImageNet.
  int channels = 3;
  /// Factor on the convolutions' channels, which are never fewer than 4. 1 for weights of ImageNet;
  /// smaller to try something quickly.
  double width = 1.0;
  /// Probability of dropout before the head and after each of its hidden layers.
  double dropout = 0.0;
  /// Units of the head's hidden layers, each at least 1. Empty: the logits follow at once.
  std::vector<int> head = {};
};

/// Torchvision's network and names (conv1, bn1, layer1.0.conv1 ... layer4.2.bn2), then the image's
/// average and a linear layer named "head" (with hidden layers: several). The first weights are
/// torchvision's. Layers for rates of their own: {conv1, bn1, layer1, layer2}, {layer3, layer4},
/// {head}.
/// @throws ConfigError  if an option is out of range; in forward, if the batch has other channels
/// Source: He et al., Deep Residual Learning for Image Recognition, CVPR 2016; checked against
/// torchvision in tests/models
std::shared_ptr<ImageNetwork> make_resnet34(const Resnet34Options& options);

}  // namespace genrebench
