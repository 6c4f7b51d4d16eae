// Trainings with frozen layers: with and without the cache, and with one that is damaged.
#include "models/training/frozen_layers.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "models/networks/vgg16_network.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace frozen_layers_test {

using testing::Data;
using testing::Listener;
using testing::quick;
using testing::same_bits;
using testing::sequences;
using testing::unlabelled;

using Curves = std::map<std::string, std::map<std::int64_t, double>>;

OptionValues frozen(const std::string& layer, OptionValues more = {}) {
  more.emplace("freeze_up_to", layer);
  more.emplace("epochs", std::int64_t{3});
  return more;
}

/// What a fit leaves, without times.
struct Left {
  Curves curves;
  Eigen::MatrixXd probabilities;
  std::vector<std::string> warnings;
};

class Frozen : public testing::Training {
 protected:
  MethodCache cache(std::vector<std::string>* warnings = nullptr) const {
    return {.folder = folder_.path() / "cache", .warn = [warnings](const std::string& message) {
              if (warnings != nullptr) warnings->push_back(message);
            }};
  }

  Left fit(const std::string& name, const OptionValues& options, bool cached,
           std::uint64_t seed = 1) const {
    Left left;
    const auto method = quick(name, options, seed);
    if (cached) method->use_cache(cache(&left.warnings));
    Listener context;
    method->fit(train_.examples, valid_.examples, context);
    for (const char* time : {"train/seconds", "train/samples_per_second", "train/data_wait_s"})
      context.curves.erase(time);
    left.curves = context.curves;
    left.probabilities = predictions(*method).probabilities;
    return left;
  }

  std::vector<std::filesystem::path> files() const {
    std::vector<std::filesystem::path> result;
    if (!std::filesystem::exists(cache().folder)) return result;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(cache().folder))
      if (entry.is_regular_file()) result.push_back(entry.path());
    return result;
  }

  std::size_t n_examples() const {
    return train_.examples.size() + valid_.examples.size() + test_.examples.size();
  }

  static void expect_same(const Left& a, const Left& b, const std::string& what) {
    EXPECT_EQ(a.curves, b.curves) << what;
    EXPECT_TRUE(same_bits(a.probabilities, b.probabilities)) << what;
  }

  testing::TemporaryFolder folder_;
};

TEST_F(Frozen, TheCacheChangesNoBit) {
  const std::vector<std::tuple<std::string, std::string, OptionValues>> cases = {
      {"vgg16", "block5_conv2", {}},
      {"vgg16", "features.28", {{"grid", std::int64_t{2}}}},
      {"vgg16", "block1_conv1", {{"channels_last", true}}},
      {"vgg16", "block4_conv1", {{"frozen_precision", std::string("half")}}},
      {"vgg16", "block5_conv2", {{"precision", std::string("mixed")}}},
      {"vgg16", "block5_conv2", {{"unfreeze_epoch", std::int64_t{3}}}},
      {"resnet34", "conv1", {}},
      {"resnet34", "layer2", {{"batch_size", std::int64_t{5}}}},
      {"resnet34", "layer4", {{"dropout", 0.3}}}};
  for (const auto& [name, layer, more] : cases) {
    const OptionValues options = frozen(layer, more);
    const std::string what = name + " " + layer;
    const Left without = fit(name, options, /*cached=*/false);
    EXPECT_TRUE(files().empty()) << what;
    expect_same(fit(name, options, /*cached=*/true), without, what + ", filling the cache");
    const std::size_t n = files().size();
    EXPECT_EQ(n,
              more.contains("unfreeze_epoch") ? n_examples() - test_.examples.size() : n_examples())
        << what;
    const Left again = fit(name, options, /*cached=*/true);
    expect_same(again, without, what + ", from the cache");
    EXPECT_TRUE(again.warnings.empty()) << what;
    EXPECT_EQ(files().size(), n) << what;
    std::filesystem::remove_all(cache().folder);
  }
}

TEST_F(Frozen, ChangedInputsAreNotCachedAndAWarningSaysSo) {
  OptionValues options = frozen("block5_conv2", {{"time_masks", std::int64_t{1}}});
  const auto method = quick("vgg16", options);
  method->use_cache(cache());
  Listener context;
  method->fit(train_.examples, valid_.examples, context);
  ASSERT_EQ(context.warnings.size(), 1u);
  EXPECT_NE(context.warnings.front().find("not cached"), std::string::npos);
  EXPECT_EQ(files().size(), valid_.examples.size()) << "validation inputs are not changed";
  std::filesystem::remove_all(cache().folder);
  expect_same(fit("vgg16", options, /*cached=*/true), fit("vgg16", options, /*cached=*/false),
              "with masks");
  std::filesystem::remove_all(cache().folder);
  options = frozen("block5_conv2", {{"frames", std::int64_t{36}}, {"test_crops", std::int64_t{2}}});
  expect_same(fit("vgg16", options, /*cached=*/true), fit("vgg16", options, /*cached=*/false),
              "with crops of the test part");
}

TEST_F(Frozen, AnOutputDoesNotDependOnTheExamplesBesideIt) {
  const auto network = make_vgg16({.n_classes = 3, .channels = 1, .width = 0.125, .grid = 1});
  network->eval();
  const InputPipeline inputs(
      {.kind = InputOptions::Kind::image, .image_height = 32, .image_width = 32}, train_.examples);
  const TrainingOptions options;
  FrozenLayers layers(*network, 11, inputs, options, torch::kCPU, {});
  const torch::Tensor together = layers.outputs(layers.batch(train_.examples, {3, 0, 7, 5, 1}));
  const torch::Tensor alone = layers.outputs(layers.batch(train_.examples, {7}));
  EXPECT_TRUE(torch::equal(together[2], alone[0]));
  // The stage and what follows it are the network.
  const torch::NoGradGuard no_grad;
  const torch::Tensor images = inputs.batch(train_.examples, {7}).inputs;
  EXPECT_TRUE(torch::equal(network->through(alone, 11, network->layers().size()),
                           network->forward(images)));
}

TEST_F(Frozen, SeedsHeadsAndRatesShareWhatTheSameWeightsGive) {
  const auto weights = folder_.path() / "weights";
  {
    Listener context;
    const auto method = quick("vgg16", testing::epochs(1));
    method->fit(train_.examples, {}, context);
    method->save(weights);
  }
  const auto of = [&](OptionValues more) {
    more.emplace("weights", weights.string());
    return frozen("block4_conv3", more);
  };
  fit("vgg16", of({}), /*cached=*/true, /*seed=*/1);
  EXPECT_EQ(files().size(), n_examples());
  fit("vgg16", of({{"learning_rate", 0.01}, {"dropout", 0.1}}), /*cached=*/true, /*seed=*/2);
  fit("vgg16", of({{"epochs", std::int64_t{2}}, {"batch_size", std::int64_t{4}}}), /*cached=*/true);
  EXPECT_EQ(files().size(), n_examples());
  fit("vgg16", of({{"image_height", std::int64_t{40}}}), /*cached=*/true);
  EXPECT_EQ(files().size(), 2 * n_examples()) << "another input";
  fit("vgg16", frozen("block4_conv3"), /*cached=*/true);
  EXPECT_EQ(files().size(), 3 * n_examples()) << "other weights";
}

TEST_F(Frozen, ADamagedOutputIsNoticedOnceAndMadeAnew) {
  const OptionValues options = frozen("layer3");
  const Left before = fit("resnet34", options, /*cached=*/true);
  const auto all = files();
  const std::string whole = read_file_text(all[0]), other = read_file_text(all[1]);
  for (int i = 0; i < 4; ++i) {
    std::string changed = read_file_text(all[static_cast<std::size_t>(i)]);
    if (i == 0) changed.back() = static_cast<char>(changed.back() ^ 1);
    if (i == 1) changed.resize(changed.size() / 2);
    if (i == 2) changed.clear();
    if (i == 3) changed = other;
    write_file_atomically(all[static_cast<std::size_t>(i)], changed);
  }
  const Left after = fit("resnet34", options, /*cached=*/true);
  expect_same(after, before, "with damaged files");
  std::size_t n_fit = 0;
  for (const std::string& warning : after.warnings) {
    n_fit += warning.find("it is computed again") != std::string::npos;
    EXPECT_NE(warning.find(cache().folder.string()), std::string::npos);
  }
  EXPECT_GE(n_fit, 1u);
  EXPECT_LE(n_fit, 2u) << "once in the training and, for examples of its own, once in prediction";
  EXPECT_EQ(read_file_text(all[0]), whole);
  EXPECT_TRUE(fit("resnet34", options, /*cached=*/true).warnings.empty());
}

TEST_F(Frozen, ACacheThatCannotBeWrittenCostsTimeAndOneWarning) {
  write_file_atomically(cache().folder, "no folder");
  const OptionValues options = frozen("block5_conv2");
  const Left left = fit("vgg16", options, /*cached=*/true);
  ASSERT_FALSE(left.warnings.empty());
  EXPECT_NE(left.warnings.front().find("not cached"), std::string::npos);
  expect_same(left, fit("vgg16", options, /*cached=*/false), "without a folder");
}

TEST_F(Frozen, HalfPrecisionHalvesTheFilesAndRefusesWhatItCannotHold) {
  const auto size = [&] {
    std::uintmax_t bytes = 0;
    for (const auto& file : files()) bytes += std::filesystem::file_size(file);
    return bytes;
  };
  const OptionValues half{{"frozen_precision", std::string("half")}};
  const Left single = fit("vgg16", frozen("block2_conv2"), /*cached=*/true);
  const auto of_single = size();
  std::filesystem::remove_all(cache().folder);
  const Left rounded = fit("vgg16", frozen("block2_conv2", half), /*cached=*/true);
  EXPECT_LT(static_cast<double>(size()), 0.6 * static_cast<double>(of_single));
  EXPECT_FALSE(same_bits(single.probabilities, rounded.probabilities));
  for (FeatureMatrix& feature : train_.features) feature *= 1e7f;
  OptionValues large = half;
  large["normalise"] = std::string("none");
  EXPECT_THROW_SAYING(fit("vgg16", frozen("block2_conv2", large), /*cached=*/false), DataError,
                      "frozen_precision", "take single");
}

TEST_F(Frozen, NothingIsKeptWhereNothingIsFrozenOrTheUserWantsNoCache) {
  fit("vgg16", testing::epochs(1), /*cached=*/true);
  fit("vgg16", frozen("block5_conv2", {{"frozen_cache", false}}), /*cached=*/true);
  fit("gru", frozen("rnn.l0"), /*cached=*/true);
  EXPECT_TRUE(files().empty());
}

TEST_F(Frozen, AnInterruptedTrainingKeepsWhatItComputedAndGoesOnToTheSameBits) {
  const OptionValues options = frozen("block5_conv2", {{"epochs", std::int64_t{6}}});
  const Left straight = fit("vgg16", options, /*cached=*/false);
  const auto checkpoints = folder_.path() / "checkpoints";
  std::unique_ptr<Method> method;
  for (const int stop_after : {0, 1, 7, 9, -1}) {
    method = quick("vgg16", options);
    method->use_cache(cache());
    Listener context(checkpoints);
    context.stop_after = stop_after;
    if (stop_after >= 0)
      EXPECT_THROW(method->fit(train_.examples, valid_.examples, context), Interrupted);
    else
      method->fit(train_.examples, valid_.examples, context);
    EXPECT_FALSE(files().empty());
  }
  EXPECT_TRUE(same_bits(predictions(*method).probabilities, straight.probabilities));
}

TEST_F(Frozen, ALoadedMethodPredictsFromTheCache) {
  const OptionValues options = frozen("layer4");
  Listener context;
  const auto method = quick("resnet34", options);
  method->fit(train_.examples, {}, context);
  ASSERT_TRUE(method->save(folder_.path() / "model"));
  const auto expected = predictions(*method).probabilities;
  for (int i = 0; i < 2; ++i) {
    const auto again = quick("resnet34", options, 99);
    again->use_cache(cache());
    again->load(folder_.path() / "model");
    EXPECT_TRUE(same_bits(predictions(*again).probabilities, expected));
    EXPECT_EQ(files().size(), test_.examples.size());
  }
}

TEST_F(Frozen, TheRangeTestIsThatOfTheTrainingAndSharesItsOutputs) {
  const auto range = [&](bool cached) {
    const auto method = quick("vgg16", frozen("block5_conv2"));
    if (cached) method->use_cache(cache());
    Listener context;
    std::vector<double> losses;
    for (const auto& point : dynamic_cast<GradientMethod&>(*method).learning_rate_range(
             train_.examples, {.low = 1e-4, .high = 0.1, .steps = 7}, context))
      losses.push_back(point.loss);
    return losses;
  };
  fit("vgg16", frozen("block5_conv2"), /*cached=*/true);
  EXPECT_EQ(range(true), range(false));
  EXPECT_EQ(files().size(), n_examples());
}

}  // namespace frozen_layers_test
}  // namespace genrebench
