#pragma once
// The NVIDIA GPUs of this machine, as the driver lists them in /proc.

#include <string>
#include <vector>

namespace genrebench {

/// The GPUs that this process may use, by the names that CUDA_VISIBLE_DEVICES gives them. If that
/// variable is not set: the numbers of all GPUs of the machine.
std::vector<std::string> visible_gpus();

/// The models of all GPUs of the machine, in the order of their places on the bus, such as "NVIDIA
/// H100 80GB HBM3". Empty if there are none.
std::vector<std::string> gpu_models();

}  // namespace genrebench
