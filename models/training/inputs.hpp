#pragma once
// From features of excerpts to batches of tensors: cut or repeated to one length, resized,
// normalised, made ready ahead of the network that wants them.

#include <torch/torch.h>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/training/input_options.hpp"

namespace genrebench {

/// One batch.
struct Batch {
  torch::Tensor inputs;  ///< image: n x channels x height x width; sequence: n x steps x features;
                         ///< float32
  torch::Tensor labels;  ///< n, int64; undefined where the examples have none
};

/// Turns features into inputs, in a way that is fixed by the training examples.
class InputPipeline {
 public:
  /// Lengths and statistics of the training examples.
  /// @throws ConfigError  if they differ in their number of features, or have none
  InputPipeline(const InputOptions& options, const Examples& train);

  /// As state() described it.
  /// @throws DataError  if it does not fit the options
  InputPipeline(const InputOptions& options, const std::map<std::string, std::string>& state);

  /// What the examples fixed, as words.
  std::map<std::string, std::string> state() const;

  InputShape shape() const;

  /// @param which  indices of examples
  /// @throws ConfigError  if an example has another number of features than those of training
  Batch batch(const Examples& examples, const std::vector<std::size_t>& which) const;

 private:
  InputOptions options_;
  std::int64_t n_features_ = 0;
  std::int64_t frames_ = 0;
  double offset_ = 0.0;  ///< (value - offset) * scale is what `normalise` asks for, before
                         ///< ImageNet's statistics
  double scale_ = 1.0;
};

/// Batches of one pass over examples, made on a thread of its own, a few ahead. Keeps references to
/// all that it is given.
class BatchStream {
 public:
  /// @param batches  indices of examples of each batch
  BatchStream(const InputPipeline& pipeline, const Examples& examples,
              std::vector<std::vector<std::size_t>> batches, int prefetch, bool pinned);
  ~BatchStream();
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;

  /// @return  the next batch; nothing after the last
  /// @throws  what making it threw
  std::optional<Batch> next();

  /// Time that next() waited.
  double waited_s() const { return waited_s_; }

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
  double waited_s_ = 0.0;
};

/// Divides indices into batches of at most `size`, equal to within one.
std::vector<std::vector<std::size_t>> divide(const std::vector<std::size_t>& indices,
                                             std::size_t size);

}  // namespace genrebench
