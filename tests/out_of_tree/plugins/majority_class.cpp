// The genre that training has most of, whatever the music: what any method must beat.

#include <algorithm>

#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct MajorityClassOptions {
  double smoothing = 0.0;
};

const OptionTable<MajorityClassOptions>& table() {
  static const OptionTable<MajorityClassOptions> options =
      OptionTable<MajorityClassOptions>().number(
          "smoothing", &MajorityClassOptions::smoothing, 0.0, 1000.0,
          "Examples added to every class that training has.");
  return options;
}

class MajorityClass final : public Method {
 public:
  explicit MajorityClass(const MajorityClassOptions& options) : options_(options) {}

  void fit(const Examples& train, const Examples&, FitContext&) override {
    shares_ = Eigen::RowVectorXd::Zero(train.n_classes);
    for (const int label : train.labels) shares_[label] += 1.0;
    shares_ = (shares_.array() > 0.0).select(shares_.array() + options_.smoothing, 0.0);
    shares_ /= shares_.sum();
  }

  Predictions predict(const Examples& examples) const override {
    Predictions result;
    result.probabilities = shares_.replicate(static_cast<Eigen::Index>(examples.size()), 1);
    result.labels = most_probable(result.probabilities);
    return result;
  }

 private:
  MajorityClassOptions options_;
  Eigen::RowVectorXd shares_;
};

}  // namespace

void register_majority_class(Registry& registry);
void register_majority_class(Registry& registry) {
  MethodPlugin plugin;
  plugin.name = "majority_class";
  plugin.summary = "The most frequent genre of the training part";
  plugin.options = table().schema();
  plugin.takes_sequences = true;
  plugin.make = [](const OptionValues& values, std::uint64_t) {
    return std::make_unique<MajorityClass>(table().parse(values));
  };
  registry.methods.add(std::move(plugin));
}

}  // namespace genrebench
