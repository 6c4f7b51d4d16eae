#pragma once
// The library of networks, libgenrebench_networks.so, which alone needs LibTorch. It is loaded when
// the first deep method is made, for LibTorch takes a second to start, and most commands do
// without.
//
// Across the border go functions with C names that the networks' files define:
//   extern "C" void genrebench_NAME(const Options&, std::shared_ptr<Network>& result);

#include <memory>

namespace genrebench {

class Network;

/// @return  the address of a function of the library
/// @throws DataError  if the library cannot be loaded, saying where it was looked for and what to
/// do, or lacks the function
void* network_library_function(const char* name);

/// Calls such a function.
template <typename Options>
std::shared_ptr<Network> make_network(const char* function, const Options& options) {
  std::shared_ptr<Network> result;
  reinterpret_cast<void (*)(const Options&, std::shared_ptr<Network>&)>(
      network_library_function(function))(options, result);
  return result;
}

}  // namespace genrebench
