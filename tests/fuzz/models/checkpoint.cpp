// Checkpoints: as they are, and with their hash mended so that what it vouches for is reached.
#include <cmath>
#include <string>

#include "models/training/checkpoint_file.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

void check(std::string_view bytes) {
  const CheckpointFile checkpoint = parse_checkpoint(bytes, "checkpoint");
  require(!checkpoint.history.empty(), "a checkpoint is of an epoch that has ended");
  require(checkpoint.best_epoch >= 1 && checkpoint.best_epoch <= std::ssize(checkpoint.history),
          "the best epoch is one of the history");
  std::string written;
  const SafetensorsBytes bytes_again = checkpoint_bytes(checkpoint, "checkpoint");
  for (const std::string_view piece : bytes_again.pieces()) written += piece;
  const CheckpointFile again = parse_checkpoint(written, "checkpoint");
  require(again.recipe == checkpoint.recipe && again.best_epoch == checkpoint.best_epoch &&
              again.history.size() == checkpoint.history.size() &&
              again.weights.tensors.size() == checkpoint.weights.tensors.size(),
          "a checkpoint that is written again is the same");
}

}  // namespace

void fuzz_checkpoint(std::string_view input) {
  accepts([&] { check(input); });
  SafetensorsBytes mended{std::string(input), {}};
  if (seal(mended)) accepts([&] { check(mended.head); });
}

}  // namespace genrebench::fuzz
