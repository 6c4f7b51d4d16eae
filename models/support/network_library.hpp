#pragma once
// The library of networks, libgenrebench_networks.so, which alone needs LibTorch. It is loaded when
// the first deep method is made, because LibTorch takes a second to start and most commands do not
// need it.

#include <cstdint>
#include <memory>

namespace genrebench {

class Method;
class Network;
struct DeepMethodSpec;
struct RecurrentOptions;
struct Resnet34Options;
struct Vgg16Options;

/// What the library provides. A new network gets a member here, which library_entry.cpp sets.
struct NetworkLibrary {
  std::unique_ptr<Method> (*deep_method)(DeepMethodSpec spec, std::uint64_t seed) = nullptr;
  std::shared_ptr<Network> (*recurrent)(const RecurrentOptions& options) = nullptr;
  std::shared_ptr<Network> (*resnet34)(const Resnet34Options& options) = nullptr;
  std::shared_ptr<Network> (*vgg16)(const Vgg16Options& options) = nullptr;
};

/// Loads the library on the first call.
/// @throws DataError  if it cannot be loaded, saying where it was looked for and what to do
const NetworkLibrary& network_library();

}  // namespace genrebench
