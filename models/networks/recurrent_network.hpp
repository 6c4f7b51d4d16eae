#pragma once
// Layers of (skip-)GRU with two fully connected layers on the last state (the paper's section 4.4).

#include <memory>

#include "models/networks/skip_gru_kernel.hpp"

namespace genrebench {

class Network;

struct RecurrentOptions {
  int n_features = 0;  ///< values of a step, at least 1
  int n_classes = 0;   ///< at least 1
  int hidden = 128;    ///< units of a recurrent layer, at least 1; raise it where the training loss
                       ///< stays high
  int layers = 1;      ///< recurrent layers, at least 1
  int fully_connected = 64;  ///< units between the last state and the logits, at least 1
  double dropout = 0.0;      ///< share in [0, 1) dropped between recurrent layers and before the
                             ///< logits, in training only
  int skip = 0;              ///< skip length k in steps, see skip_gru_layer.hpp; 0: the plain unit
  Combine combine = Combine::add;  ///< what becomes of the two states; without effect if skip is 0
};

/// Logits from the last step's state. Parameters are named as torch.nn.GRU's ("rnn.weight_ih_l0",
/// ..., and "rnn.weight_skip_l0" of a gate) and as a Sequential's ("head.0.weight",
/// "head.3.weight"); the recurrent ones start as PyTorch's, uniform within 1 / sqrt(hidden), from
/// LibTorch's global generator. Layers "rnn.l0", ... are groups of their own, "head" is the last.
std::shared_ptr<Network> make_recurrent_network(const RecurrentOptions& options);

}  // namespace genrebench
