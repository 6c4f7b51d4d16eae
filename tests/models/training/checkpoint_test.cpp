// Checkpoints, through the methods whose training they continue.
#include "models/training/checkpoint.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "models/networks/recurrent_network.hpp"
#include "models/training_support.hpp"

namespace genrebench {
namespace checkpoint_test {

using testing::epochs;
using testing::kMethods;
using testing::Listener;
using testing::quick;
using testing::same_bits;

using Checkpoints = testing::Training;

TEST_F(Checkpoints, GoesOnAfterAnInterruptionToTheSameBits) {
  for (const std::string& name : kMethods)
    for (const std::string optimiser : {"adam", "sgd", "adamw"}) {
      OptionValues options = epochs(4);
      options["optimiser"] = optimiser;
      options["dropout"] = 0.3;
      const auto undisturbed = quick(name, options);
      Listener quiet;
      undisturbed->fit(train_.examples, valid_.examples, quiet);

      const testing::TemporaryFolder folder;
      for (const int batches : {2, 5, 9}) {  // within the first epoch, and in later ones
        Listener context(folder.path());
        context.stop_after = batches;
        EXPECT_THROW(quick(name, options)->fit(train_.examples, valid_.examples, context),
                     Interrupted)
            << name;
      }
      Listener context(folder.path());
      const auto resumed = quick(name, options);
      resumed->fit(train_.examples, valid_.examples, context);
      EXPECT_TRUE(
          same_bits(predictions(*resumed).probabilities, predictions(*undisturbed).probabilities))
          << name << " " << optimiser;
      for (const char* curve : {"train/loss", "train/accuracy", "valid/loss", "valid/accuracy",
                                "train/learning_rate", "train/gradient_norm"})
        EXPECT_EQ(context.curves[curve], quiet.curves[curve])
            << name << " " << optimiser << " " << curve;
      EXPECT_EQ(context.notes["best_epoch"], quiet.notes["best_epoch"]);
    }
}

TEST_F(Checkpoints, GoesOnToTheSameBitsWithChangedInputsAveragedWeightsAndPhases) {
  OptionValues options = epochs(4);
  options["frames"] = std::int64_t{33};
  options["crop"] = std::string("random");
  options["crops_per_epoch"] = std::int64_t{2};
  options["test_crops"] = std::int64_t{2};
  options["time_shift"] = std::int64_t{3};
  options["time_masks"] = std::int64_t{2};
  options["time_mask_frames"] = std::int64_t{5};
  options["frequency_masks"] = std::int64_t{1};
  options["frequency_mask_bands"] = std::int64_t{2};
  options["mixup"] = 0.3;
  options["label_smoothing"] = 0.1;
  options["weight_average"] = 0.9;
  options["batch_sizes"] = std::vector<std::string>{"3:16"};
  options["schedule"] = std::string("cyclical");
  options["schedule_epoch"] = std::int64_t{2};
  for (const std::string& name : kMethods) {
    const auto undisturbed = quick(name, options);
    Listener quiet;
    undisturbed->fit(train_.examples, valid_.examples, quiet);

    const testing::TemporaryFolder folder;
    for (const int batches : {3, 8, 9}) {
      Listener context(folder.path());
      context.stop_after = batches;
      EXPECT_THROW(quick(name, options)->fit(train_.examples, valid_.examples, context),
                   Interrupted)
          << name;
    }
    Listener context(folder.path());
    const auto resumed = quick(name, options);
    resumed->fit(train_.examples, valid_.examples, context);
    EXPECT_TRUE(context.warnings.empty()) << context.warnings.front();
    EXPECT_TRUE(
        same_bits(predictions(*resumed).probabilities, predictions(*undisturbed).probabilities))
        << name;
    for (const char* curve : {"train/loss", "train/accuracy", "valid/loss", "valid/accuracy",
                              "train/learning_rate", "train/gradient_norm"})
      EXPECT_EQ(context.curves[curve], quiet.curves[curve]) << name << " " << curve;
  }
}

TEST_F(Checkpoints, TakesNoCheckpointOfAnotherConfiguration) {
  const testing::TemporaryFolder folder;
  Listener first(folder.path());
  quick("gru", epochs(3))->fit(train_.examples, valid_.examples, first);
  Listener second(folder.path());
  const auto method = quick("gru", epochs(4));
  method->fit(train_.examples, valid_.examples, second);
  ASSERT_EQ(second.warnings.size(), 1u);
  EXPECT_NE(second.warnings.front().find("another configuration"), std::string::npos);
  Listener quiet;
  const auto undisturbed = quick("gru", epochs(4));
  undisturbed->fit(train_.examples, valid_.examples, quiet);
  EXPECT_TRUE(
      same_bits(predictions(*method).probabilities, predictions(*undisturbed).probabilities));
}

/// Trains where `content` lies in the place of a checkpoint, and expects one warning that holds
/// `words`, and the bits of a training without checkpoints.
void expect_new_start(const testing::Data& train, const testing::Data& valid,
                      const testing::TemporaryFolder& folder,
                      const std::vector<std::string>& words) {
  Listener context(folder.path()), quiet;
  const auto method = quick("gru", epochs(2)), undisturbed = quick("gru", epochs(2));
  method->fit(train.examples, valid.examples, context);
  undisturbed->fit(train.examples, valid.examples, quiet);
  ASSERT_EQ(context.warnings.size(), 1u);
  for (const std::string& word : words)
    EXPECT_NE(context.warnings.front().find(word), std::string::npos) << context.warnings.front();
  EXPECT_EQ(context.warnings.front().find('\n'), std::string::npos) << context.warnings.front();
  const Examples examples = testing::unlabelled(valid.examples);
  EXPECT_TRUE(same_bits(method->predict(examples).probabilities,
                        undisturbed->predict(examples).probabilities));
}

TEST_F(Checkpoints, ADamagedOneIsToldAndTrainingStartsFromTheBeginning) {
  const testing::TemporaryFolder folder;
  Listener first(folder.path());
  quick("gru", epochs(2))->fit(train_.examples, valid_.examples, first);
  const auto file = folder.path() / "checkpoint.safetensors";
  const std::string bytes = read_file_text(file);
  std::string flipped = bytes;
  flipped[bytes.size() - 5] ^= 0x10;  // in a tensor
  for (const std::string& damaged : {bytes.substr(0, bytes.size() / 2), flipped, std::string(),
                                     bytes + "more", std::string("PK\x03\x04 TorchScript")}) {
    write_file_atomically(file, damaged);
    expect_new_start(
        train_, valid_, folder,
        {"gru", "checkpoint.safetensors", "damaged", "training starts from the beginning"});
  }
}

TEST_F(Checkpoints, OneOfAnEarlierVersionIsToldAndTrainingStartsFromTheBeginning) {
  const testing::TemporaryFolder folder;
  folder.write("checkpoint.pt", "PK\x03\x04 what LibTorch wrote");
  expect_new_start(train_, valid_, folder, {"checkpoint.pt", "earlier version"});
}

TEST_F(Checkpoints, EveryFlippedBitIsSeen) {
  const testing::TemporaryFolder folder;
  const auto network = make_recurrent_network({.n_features = 2, .n_classes = 2, .hidden = 2});
  const TrainingOptions options;
  Optimiser optimiser(*network, options);
  const auto file = folder / "checkpoint.safetensors";
  write_checkpoint(file, "recipe", *network, optimiser,
                   {.history = std::vector<Epoch>(3), .best_epoch = 2, .best = snapshot(*network)});
  const std::string bytes = read_file_text(file);
  const std::vector<torch::Tensor> before = snapshot(*network);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string flipped = bytes;
    flipped[i] = static_cast<char>(flipped[i] ^ (1 << (i % 8)));
    folder.write("checkpoint.safetensors", flipped);
    EXPECT_THROW_SAYING(read_checkpoint(file, "recipe", *network, optimiser, torch::kCPU),
                        DataError, "checkpoint.safetensors");
  }
  for (std::size_t i = 0; i < before.size(); ++i)
    EXPECT_TRUE(torch::equal(snapshot(*network)[i], before[i]));
}

TEST_F(Checkpoints, OfAnotherOptimiserAreRefused) {
  const testing::TemporaryFolder folder;
  const auto network = make_recurrent_network({.n_features = 2, .n_classes = 2, .hidden = 2});
  TrainingOptions options;
  Optimiser adam(*network, options);
  network->forward(torch::ones({3, 4, 2})).sum().backward();
  adam.step();
  write_checkpoint(folder / "c", "recipe", *network, adam,
                   {.history = std::vector<Epoch>(1), .best_epoch = 1, .best = snapshot(*network)});
  options.optimiser = TrainingOptions::Optimiser::sgd;
  Optimiser sgd(*network, options);
  EXPECT_THROW_SAYING(read_checkpoint(folder / "c", "recipe", *network, sgd, torch::kCPU),
                      DataError, "another optimiser");
}

TEST_F(Checkpoints, OfAnotherNetworkAreRefused) {
  const testing::TemporaryFolder folder;
  const auto network = [](int hidden) {
    return make_recurrent_network({.n_features = 3, .n_classes = 2, .hidden = hidden});
  };
  const auto small = network(4), large = network(5);
  const TrainingOptions options;
  Optimiser of_small(*small, options), of_large(*large, options);
  const TrainingState state{
      .history = std::vector<Epoch>(2), .best_epoch = 1, .best = snapshot(*small)};
  write_checkpoint(folder / "c.pt", "recipe", *small, of_small, state);
  EXPECT_THROW_SAYING(read_checkpoint(folder / "c.pt", "recipe", *large, of_large, torch::kCPU),
                      DataError, "c.pt", "another network");
  const auto again = network(4);
  Optimiser of_again(*again, options);
  const auto read = read_checkpoint(folder / "c.pt", "recipe", *again, of_again, torch::kCPU);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->best_epoch, 1);
  EXPECT_EQ(read->history.size(), 2u);
  for (std::size_t i = 0; i < state.best.size(); ++i)
    EXPECT_TRUE(torch::equal(snapshot(*again)[i], state.best[i]));
}

}  // namespace checkpoint_test
}  // namespace genrebench
