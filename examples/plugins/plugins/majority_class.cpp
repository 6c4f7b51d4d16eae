// A method: the genre that the training part has most of, whatever the music. Any method must beat
// it.

#include "harness/plugin/registry.hpp"

namespace genrebench {
namespace {

struct MajorityClassOptions {
  double smoothing = 0.0;
};

const OptionTable<MajorityClassOptions>& majority_class_options() {
  static const auto table = OptionTable<MajorityClassOptions>().number(
      "smoothing", &MajorityClassOptions::smoothing, 0.0, 1000.0,
      "Number of examples added to every class that the training part has.");
  return table;
}

class MajorityClass final : public Method {
 public:
  explicit MajorityClass(const MajorityClassOptions& options) : options_(options) {}

  void fit(const Examples& train, const Examples& /*valid*/, FitContext&) override {
    shares_ = Eigen::RowVectorXd::Zero(train.n_classes);
    for (const int label : train.labels) shares_[label] += 1.0;
    // A class that the training part lacks must get probability zero.
    shares_ = (shares_.array() > 0.0).select(shares_.array() + options_.smoothing, 0.0);
    shares_ /= shares_.sum();
  }

  // The harness gives no labels here, so a method cannot look at those of the test part.
  Predictions predict(const Examples& examples) const override {
    Predictions result;
    result.probabilities = shares_.replicate(Eigen::Index(examples.size()), 1);
    result.labels = most_probable(result.probabilities);
    return result;
  }

 private:
  MajorityClassOptions options_;
  Eigen::RowVectorXd shares_;
};

}  // namespace

void register_majority_class(Registry& registry) {
  registry.methods.add({{.name = "majority_class",
                         .summary = "The most frequent genre of the training part",
                         .options = majority_class_options().schema()},
                        /*takes_sequences=*/true,
                        [](const OptionValues& values, std::uint64_t /*seed*/) {
                          return std::make_unique<MajorityClass>(
                              majority_class_options().parse(values));
                        }});
}

}  // namespace genrebench
