// Always the genre that the training part has most of, whatever the music: a method that does not
// beat it has learned nothing.

#include "baselines/class_shares.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

constexpr std::string_view kMajority = "majority";

class Majority final : public Method {
 public:
  void fit(const Examples& train, const Examples& /*valid*/, FitContext& context) override {
    shares_ = class_shares(train, kMajority);
    context.note("share_of_majority", shares_.maxCoeff());
  }

  Predictions predict(const Examples& examples) const override {
    assert(shares_.size() > 0 && "predict before fit");
    Predictions result;
    result.probabilities = shares_.replicate(Eigen::Index(examples.size()), 1);
    result.labels = most_probable(result.probabilities);
    return result;
  }

  std::optional<MethodCost> cost() const override {
    return MethodCost{.parameters = shares_.size(), .multiply_adds = 0};
  }

 private:
  Eigen::RowVectorXd shares_;  // of the training tracks, by class
};

}  // namespace

void register_majority(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = kMajority;
  plugin.summary =
      "Always the genre with the most training tracks, whatever the music; probabilities are the "
      "genres' shares";
  plugin.source = "scikit-learn, DummyClassifier(strategy='prior')";
  plugin.takes_sequences = true;
  plugin.ignores_features = true;
  plugin.make = [](const OptionValues&, std::uint64_t /*seed*/) {
    return std::make_unique<Majority>();
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
