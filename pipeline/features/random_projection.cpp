// Log-mel spectra through a matrix of random numbers: an embedding that has learned nothing. One
// that is worth its training must beat it.

#include <cmath>
#include <cstdint>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "pipeline/features/support/frame_features.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace {

struct RandomProjectionFeatureOptions : MelFramingOptions {
  RandomProjectionFeatureOptions() { summary = FrameSummary::mean_deviation; }
  int dims = 256;
  std::uint64_t seed = 0;
};

const OptionTable<RandomProjectionFeatureOptions>& random_projection_options() {
  static const OptionTable<RandomProjectionFeatureOptions> options = [] {
    OptionTable<RandomProjectionFeatureOptions> t;
    return add_mel_options(t)
        .integer("dims", &RandomProjectionFeatureOptions::dims, 1, 65536,
                 "Number of values per frame; as many as the embedding has that it is compared "
                 "with.",
                 "HEAR's naive baseline: 4096")
        .seed("seed", &RandomProjectionFeatureOptions::seed,
              "Seed of the matrix, which is the same for every run.");
  }();
  return options;
}

/// dims x n_mels, independent normal numbers of variance 1 / n_mels, so that values keep the size
/// of levels.
Eigen::MatrixXf random_matrix(Eigen::Index dims, Eigen::Index n_mels, std::uint64_t seed) {
  Random random(derive_seed(seed, "random_projection"));
  const double deviation = 1.0 / std::sqrt(static_cast<double>(n_mels));
  Eigen::MatrixXf matrix(dims, n_mels);
  for (Eigen::Index i = 0; i < matrix.size(); ++i)
    matrix.data()[i] = static_cast<float>(deviation * random.normal());
  return matrix;
}

/// An extractor as those of signal/: it makes streams.
class RandomProjection {
 public:
  RandomProjection(LogMel log_mel, const RandomProjectionFeatureOptions& options)
      : log_mel_(std::move(log_mel)),
        matrix_(std::make_shared<const Eigen::MatrixXf>(
            random_matrix(options.dims, log_mel_.rows(), options.seed))) {}

  std::unique_ptr<FrameStream> stream(std::int64_t expected_samples) const {
    return std::make_unique<Stream>(log_mel_.stream(expected_samples), matrix_);
  }

 private:
  class Stream final : public FrameStream {
   public:
    Stream(std::unique_ptr<FrameStream> frames, std::shared_ptr<const Eigen::MatrixXf> matrix)
        : frames_(std::move(frames)), matrix_(std::move(matrix)) {}
    void push(std::span<const float> samples) override { frames_->push(samples); }
    Eigen::MatrixXf finish() override { return *matrix_ * frames_->finish(); }

   private:
    std::unique_ptr<FrameStream> frames_;
    std::shared_ptr<const Eigen::MatrixXf> matrix_;
  };

  LogMel log_mel_;
  std::shared_ptr<const Eigen::MatrixXf> matrix_;
};

}  // namespace

void register_random_projection(Registry& registry) {
  registry.features.add(
      {{.name = "random_projection",
        .summary = "Log-mel spectra times a matrix of random numbers: an embedding without "
                   "training, which others must beat.",
        .source = "the naive baseline of HEAR, Turian et al., NeurIPS 2021 Competitions",
        .options = random_projection_options().schema(),
        .relies_on = {{"decoder", kDecoderVersion}}},
       [](const OptionValues& values) -> std::unique_ptr<Feature> {
         const RandomProjectionFeatureOptions options = random_projection_options().parse(values);
         LogMelOptions kernel;
         apply(options, kernel);
         RandomProjection extractor(LogMel(kernel, options.sample_rate_hz), options);
         return std::make_unique<FrameFeature<RandomProjection>>(
             std::move(extractor), options, mel_notes(kernel, options.sample_rate_hz));
       }});
}

}  // namespace genrebench
