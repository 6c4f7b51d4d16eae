// The one function by which the program reaches the library of networks.

#include "models/networks/image_network.hpp"
#include "models/networks/recurrent_network.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/support/deep_method.hpp"
#include "models/support/network_library.hpp"

namespace genrebench {

extern "C" void genrebench_network_library(NetworkLibrary& library);
extern "C" void genrebench_network_library(NetworkLibrary& library) {
  library = {.deep_method = make_deep_method_in_library,
             .recurrent = make_recurrent_network,
             .resnet34 = [](const Resnet34Options& options) -> std::shared_ptr<Network> {
               return make_resnet34(options);
             },
             .vgg16 = [](const Vgg16Options& options) -> std::shared_ptr<Network> {
               return make_vgg16(options);
             }};
}

}  // namespace genrebench
