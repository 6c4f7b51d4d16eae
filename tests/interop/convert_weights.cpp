// convert_weights NETWORK WEIGHTS IMAGES OUTPUT: for weights.py, which compares with torchvision.
// Loads WEIGHTS into the network (vgg16 or resnet34) and writes to OUTPUT its own entries but the
// head's and "pooled", its features of the tensor "images" in IMAGES.

#include <torch/torch.h>

#include <cstdio>
#include <exception>
#include <stdexcept>
#include <string>

#include "models/networks/image_network.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/weights/weight_file.hpp"
#include "models/weights/weights.hpp"

namespace {

using namespace genrebench;

std::shared_ptr<ImageNetwork> make_network(const std::string& name) {
  if (name == "vgg16") return make_vgg16({.n_classes = 10});
  if (name == "resnet34") return make_resnet34({.n_classes = 10});
  throw std::runtime_error("expected vgg16 or resnet34, found " + name);
}

void convert(const std::string& name, const std::string& weights, const std::string& images,
             const std::string& output) {
  const torch::NoGradGuard no_gradients;
  const auto network = make_network(name);
  network->eval();
  const WeightFile given = read_weights(weights);
  load_weights(*network, given, {.ignored = {"fc.", "classifier."}, .optional = {"head."}});
  WeightFile result = weights_of(*network);
  std::erase_if(result.tensors, [](const auto& entry) { return entry.first.starts_with("head."); });
  result.tensors.emplace_back("pooled",
                              network->pooled_features(read_weights(images).tensors.at(0).second));
  result.metadata["read as"] = given.source.format;
  write_safetensors(output, result);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: convert_weights NETWORK WEIGHTS IMAGES OUTPUT\n");
    return 2;
  }
  try {
    convert(argv[1], argv[2], argv[3], argv[4]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
