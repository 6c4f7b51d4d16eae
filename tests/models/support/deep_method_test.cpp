// What deep methods do beside training: prediction, saving, loading.
#include <gtest/gtest.h>

#include "base/error.hpp"
#include "models/training_support.hpp"
#include "models/weights/weight_file.hpp"

namespace genrebench {
namespace deep_method_test {

using testing::Data;
using testing::epochs;
using testing::kMethods;
using testing::Listener;
using testing::quick;
using testing::same_bits;
using testing::sequences;
using testing::unlabelled;

using DeepMethod = testing::Training;

TEST_F(DeepMethod, WarnsOfAClassWithoutExamplesAndNeverPredictsIt) {
  Data two = sequences(2, 8, 40, 5);
  two.examples.n_classes = 3;
  Listener context;
  const auto method = quick("gru");
  method->fit(two.examples, {}, context);
  ASSERT_EQ(context.warnings.size(), 1u);
  EXPECT_NE(context.warnings.front().find("1 of 3 classes"), std::string::npos);
  EXPECT_EQ(predictions(*method).probabilities.col(2).maxCoeff(), 0.0);
}

TEST_F(DeepMethod, SavedMethodsPredictTheSameBits) {
  for (const std::string& name : kMethods) {
    const testing::TemporaryFolder folder;
    Listener context;
    const auto method = quick(name, epochs(2));
    method->fit(train_.examples, valid_.examples, context);
    ASSERT_TRUE(method->save(folder.path() / "model"));
    const auto again = quick(name, epochs(2), 99);
    again->load(folder.path() / "model");
    EXPECT_TRUE(same_bits(predictions(*again).probabilities, predictions(*method).probabilities))
        << name;
  }
}

TEST_F(DeepMethod, RefusesTheFileOfAnotherMethod) {
  const testing::TemporaryFolder folder;
  Listener context;
  const auto method = quick("gru", epochs(1));
  method->fit(train_.examples, {}, context);
  method->save(folder.path() / "model");
  EXPECT_THROW_SAYING(quick("skip_gru")->load(folder.path() / "model"), DataError,
                      "expected a model of the method skip_gru", "gru");
}

TEST_F(DeepMethod, RefusesAModelWhoseMetadataClaimWhatItsTensorsDoNotHave) {
  const testing::TemporaryFolder folder;
  Listener context;
  const auto method = quick("gru", epochs(1));
  method->fit(train_.examples, {}, context);
  method->save(folder.path() / "model");
  const WeightFile saved = read_safetensors(folder.path() / "model");
  const std::vector<std::pair<std::string, std::string>> claims = {
      {"classes", "2000000000"},
      {"classes", "0"},
      {"classes", "three"},
      {"classes", "99999999999999999999"},
      {"present", "0,1,7"},
      {"present", "0,-1"},
      {"present", "0,,1"},
      {"input.features", "1000000"},
      {"input.features", "-6"},
      {"input.frames", "9223372036854775807"},
      {"input.frames", "1000000000"},
      {"input.scale", "one"}};
  for (const auto& [key, value] : claims) {
    WeightFile changed = saved;
    changed.metadata[key] = value;
    write_safetensors(folder.path() / "changed", changed);
    EXPECT_THROW_SAYING(quick("gru")->load(folder.path() / "changed"), DataError, "");
  }
}

TEST_F(DeepMethod, RefusesAModelThatIsTooSmallForItsOptionsBeforeTakingMemory) {
  const testing::TemporaryFolder folder;
  Listener context;
  const auto method = quick("gru", epochs(1));
  method->fit(train_.examples, {}, context);
  method->save(folder.path() / "model");
  OptionValues large = epochs(1);  // 25 GB of weights
  large["hidden"] = std::int64_t{8192};
  large["layers"] = std::int64_t{16};
  EXPECT_THROW_SAYING(quick("gru", large)->load(folder.path() / "model"), DataError,
                      "expected at least", "weights for the options of the method gru");
}

TEST_F(DeepMethod, TakesExcerptsOfAnyLength) {
  Data uneven = sequences(3, 4, 47, 7);  // the longest below: cutting leaves no cell without a
                                         // value
  for (std::size_t i = 0; i < uneven.features.size(); ++i)
    uneven.features[i].conservativeResize(Eigen::NoChange, 3 + static_cast<Eigen::Index>(i) * 4);
  for (const std::string& name : kMethods) {
    Listener context;
    const auto method = quick(name, epochs(1));
    method->fit(uneven.examples, {}, context);
    EXPECT_TRUE(method->predict(unlabelled(uneven.examples)).probabilities.allFinite()) << name;
  }
}

TEST_F(DeepMethod, RefusesFeaturesOfAnotherSizeThanInTraining) {
  Listener context;
  const auto method = quick("gru", epochs(1));
  method->fit(train_.examples, {}, context);
  const Data wide = sequences(3, 1, 40, 8, 3.0, 7);
  EXPECT_THROW_SAYING(method->predict(unlabelled(wide.examples)), ConfigError, "6 rows", "7 x 40");
}

}  // namespace deep_method_test
}  // namespace genrebench
