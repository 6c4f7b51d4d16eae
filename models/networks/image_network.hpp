#pragma once
// What the networks that see a spectrogram as an image have in common.

#include <string_view>
#include <vector>

#include "models/networks/network.hpp"

namespace genrebench {

/// A convolutional part, whose weights can be those of ImageNet, and a head that is ours.
class ImageNetwork : public Network {
 public:
  torch::Tensor forward(const torch::Tensor& batch) override {
    return through(batch, 0, layers().size());
  }

  /// A part of the network: layers [begin, end) of layers(), each with what follows it and has no
  /// weights, up to the next layer.
  /// @param batch  images if begin is 0, else what the layers before gave
  virtual torch::Tensor through(const torch::Tensor& batch, std::size_t begin, std::size_t end) = 0;

  /// The convolutional part's answer, averaged over the image.
  /// @param batch  n x channels x height x width
  /// @return       n x n_features
  virtual torch::Tensor pooled_features(const torch::Tensor& batch) = 0;
};

/// `channels` of the published network times `width`, rounded, and at least 4.
int scaled_channels(int channels, double width);

/// @throws ConfigError  naming the method and the option, unless classes, channels and width are
/// positive and the
///                      dropout is in [0, 1)
void check_image_options(std::string_view method, int n_classes, int channels, double width,
                         double dropout);

/// @throws ConfigError  naming the method, unless all sizes of a head's hidden layers are positive
void check_head(std::string_view method, const std::vector<int>& sizes);

/// @throws ConfigError  naming the method, unless the batch is n x channels x at least smallest x
/// at least smallest
void check_images(std::string_view method, const torch::Tensor& batch, int channels, int smallest);

/// Averages over the cells of a grid, as torch::adaptive_avg_pool2d has them.
/// @param images       n x channels x height x width
/// @param by_products  multiply each side by a matrix, which gives other last bits. On GPUs the
///                     gradient of torch::adaptive_avg_pool2d sums in any order; that of products
///                     is the same each time
/// @return             n x channels x grid x grid
torch::Tensor averaged_over_grid(const torch::Tensor& images, std::int64_t grid, bool by_products);

/// Sets convolutions and batch norms below `module` as torchvision does: Kaiming's normal by the
/// number of outputs, batch norm the identity, biases zero. Source: He et al., Delving Deep into
/// Rectifiers, ICCV 2015; torchvision 0.14, models/vgg.py and models/resnet.py
void initialise_convolutions(torch::nn::Module& module);

}  // namespace genrebench
