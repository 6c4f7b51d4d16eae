// A genre drawn at random, each as often as the training part has it, whatever the music.

#include <string_view>

#include "base/random.hpp"
#include "baselines/class_shares.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kStratifiedRandom = "stratified_random";

// An answer must not depend on what else is predicted, so it is drawn by a hash of the example's
// features and the seed: features of the same bits get the same genre.
class StratifiedRandom final : public Method {
 public:
  explicit StratifiedRandom(std::uint64_t seed) : seed_(seed) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext&) override {
    shares_ = class_shares(train, kStratifiedRandom);
  }

  Predictions predict(const Examples& examples) const override {
    assert(shares_.size() > 0 && "predict before fit");
    Predictions result;
    result.probabilities =
        Eigen::MatrixXd::Zero(Eigen::Index(examples.size()), Eigen::Index(shares_.size()));
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const int label = drawn(*examples.features[i]);
      result.probabilities(Eigen::Index(i), label) = 1.0;
      result.labels.push_back(label);
    }
    return result;
  }

  std::optional<MethodCost> cost() const override {
    return MethodCost{.parameters = shares_.size(), .multiply_adds = 0};
  }

 private:
  int drawn(const FeatureMatrix& features) const {
    const std::string_view bytes(reinterpret_cast<const char*>(features.data()),
                                 static_cast<std::size_t>(features.size()) * sizeof(float));
    Random random(derive_seed(seed_, bytes));
    const double place = random.uniform();
    double sum = 0.0;
    int last = 0;  // the last class that has any share: rounding may leave the sum below one
    for (Eigen::Index c = 0; c < shares_.size(); ++c) {
      if (shares_[c] == 0.0) continue;
      last = static_cast<int>(c);
      sum += shares_[c];
      if (place < sum) break;
    }
    return last;
  }

  std::uint64_t seed_;
  Eigen::RowVectorXd shares_;  // of the training tracks, by class
};

}  // namespace

void register_stratified_random(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kStratifiedRandom;
  plugin.summary =
      "A genre drawn at random for each excerpt, as often as training tracks have it, whatever the "
      "music";
  plugin.source = "scikit-learn, DummyClassifier(strategy='stratified')";
  plugin.takes_sequences = true;
  plugin.ignores_features = true;
  plugin.make = [](const OptionValues&, std::uint64_t seed) {
    return std::make_unique<StratifiedRandom>(seed);
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
