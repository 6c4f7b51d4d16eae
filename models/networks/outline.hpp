#pragma once
// Reads the layers of a network off its modules.

#include "harness/plugin/network_outline.hpp"
#include "models/networks/network.hpp"

namespace genrebench {

/// The layers of a network, with the shapes that one example of zeros takes on its way through
/// them, and the number of their parameters. A layer of several modules (a head) is one entry per
/// module with parameters.
NetworkOutline outline_of(Network& network, const InputShape& shape);

}  // namespace genrebench
