#pragma once
// Turns features of excerpts into batches of tensors. Excerpts are cut or repeated to one length,
// resized and normalised, and batches are prepared ahead of the network.

#include <torch/torch.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "harness/plugin/method.hpp"
#include "models/networks/input_options.hpp"

namespace genrebench {

/// What a cache knows of the output of a network's frozen layers for one example.
struct KnownOutput {
  torch::Tensor output;      ///< undefined: it is to be computed
  std::string key = {};      ///< under which to keep what is computed; empty: nowhere
  std::string warning = {};  ///< why an output that was kept cannot be used; usually empty
};

/// One batch.
struct Batch {
  torch::Tensor inputs;  ///< image: n x channels x height x width; sequence: n x steps x features;
                         ///< float32
  torch::Tensor labels;  ///< n, int64; undefined if the examples have none
  /// What is known of the frozen layers' outputs, one entry per example; `inputs` then holds only
  /// the examples whose output is not known (undefined if there are none). Empty: nothing is asked.
  std::vector<KnownOutput> outputs = {};
  /// Where a second example is mixed into each: its label. The first one's share is `share`.
  torch::Tensor other_labels = {};
  double share = 1.0;
};

/// What is done to examples on their way into a batch. An empty function does nothing.
struct InputChanges {
  /// The first frame of the input, in [0, frames of the feature): what precedes it comes at the
  /// end, if at all.
  /// @param index  of the example
  std::function<std::int64_t(std::size_t index, const FeatureMatrix& feature)> start = {};
  /// Changes normalised frames, n x frames x features, before they are images.
  std::function<void(torch::Tensor& frames)> change = {};
};

/// Turns features into inputs. The training examples determine the lengths and scales.
class InputPipeline {
 public:
  /// Lengths and statistics of the training examples.
  /// @throws ConfigError  if they differ in their number of features, or have none
  InputPipeline(const InputOptions& options, const Examples& train);

  /// The pipeline whose state() this is.
  /// @throws DataError  if it does not fit the options
  InputPipeline(const InputOptions& options, const std::map<std::string, std::string>& state);

  /// The values that the training examples determined, as text.
  std::map<std::string, std::string> state() const;

  InputShape shape() const;

  /// Frames of an input, before it is resized.
  std::int64_t n_frames() const { return frames_; }

  /// All that decides an input beside the features, as text.
  std::string recipe() const;

  /// @param which  indices of examples
  /// @throws ConfigError  if an example has another number of features than those of training
  Batch batch(const Examples& examples, const std::vector<std::size_t>& which,
              const InputChanges& changes = {}) const;

 private:
  InputOptions options_;
  std::int64_t n_features_ = 0;
  std::int64_t frames_ = 0;
  double offset_ = 0.0;  ///< (value - offset) * scale is what `normalise` asks for, before
                         ///< ImageNet's statistics
  double scale_ = 1.0;
};

/// Labels of examples. @return  n, int64; undefined if the examples have none
torch::Tensor labels_of(const Examples& examples, const std::vector<std::size_t>& which);

/// Makes the batch of examples with these indices.
using MakeBatch = std::function<Batch(const std::vector<std::size_t>& which)>;

/// The batches of one pass over examples, which a background thread prepares ahead. It keeps
/// references to the pipeline and the examples.
class BatchStream {
 public:
  /// @param make     called in the background thread
  /// @param batches  indices of examples of each batch
  BatchStream(MakeBatch make, std::vector<std::vector<std::size_t>> batches, int prefetch,
              bool pinned);

  /// Batches of a pipeline.
  /// @param batches  indices of examples of each batch
  BatchStream(const InputPipeline& pipeline, const Examples& examples,
              std::vector<std::vector<std::size_t>> batches, int prefetch, bool pinned);
  ~BatchStream();
  BatchStream(const BatchStream&) = delete;
  BatchStream& operator=(const BatchStream&) = delete;

  /// @return  the next batch; nothing after the last
  /// @throws  what making it threw
  std::optional<Batch> next();

  /// Time spent waiting in next(), seconds.
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
