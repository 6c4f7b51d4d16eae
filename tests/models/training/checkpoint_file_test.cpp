#include "models/training/checkpoint_file.hpp"

#include <gtest/gtest.h>

#include <string>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace checkpoint_file_test {

std::string joined(const SafetensorsBytes& bytes) {
  std::string text;
  for (const std::string_view piece : bytes.pieces()) text += piece;
  return text;
}

/// Sealed bytes of a file without tensors other than the history.
std::string file_of(std::map<std::string, std::string> metadata, std::int64_t rows,
                    std::int64_t columns = 9) {
  static const std::string zeros(10'000, '\0');
  WeightLayout weights;
  TensorLayout& history = weights.tensors.emplace_back();
  history.name = "history";
  history.type = &element_types()[static_cast<std::size_t>(ElementKind::float64)];
  history.shape = {rows, columns};
  history.strides = contiguous_strides(history.shape);
  history.storage = std::string_view(zeros).substr(0, static_cast<std::size_t>(rows * columns) * 8);
  weights.metadata = std::move(metadata);
  weights.metadata[std::string(kSealKey)] = kUnsealed;
  SafetensorsBytes bytes = safetensors_bytes(weights, "made");
  EXPECT_TRUE(seal(bytes));
  return joined(bytes);
}

using Words = std::map<std::string, std::string>;
const Words kGood = {
    {"format", "genrebench checkpoint 2"}, {"recipe", "epochs=3"}, {"best_epoch", "2"}};

Words with(const std::string& key, const std::string& value) {
  Words words = kGood;
  words[key] = value;
  return words;
}

TEST(CheckpointFile, IsReadAsItWasWritten) {
  const float values[] = {1.0f, -2.0f};
  CheckpointFile checkpoint;
  checkpoint.recipe = "a=\"b\"\nc=content_hash\":\"";
  checkpoint.history.resize(2);
  checkpoint.history[1].valid.loss = 0.25;
  checkpoint.best_epoch = 2;
  TensorLayout& tensor = checkpoint.weights.tensors.emplace_back();
  tensor.name = "weights.w";
  tensor.type = &element_types()[static_cast<std::size_t>(ElementKind::float32)];
  tensor.shape = {2};
  tensor.strides = {1};
  tensor.storage = {reinterpret_cast<const char*>(values), sizeof values};
  const std::string bytes = joined(checkpoint_bytes(checkpoint, "c"));
  const CheckpointFile read = parse_checkpoint(bytes, "c");
  EXPECT_EQ(read.recipe, checkpoint.recipe);
  EXPECT_EQ(read.best_epoch, 2);
  ASSERT_EQ(read.history.size(), 2u);
  EXPECT_EQ(read.history[1].valid.loss, 0.25);
  ASSERT_EQ(read.weights.tensors.size(), 1u);
  EXPECT_EQ(read.weights.tensors[0].name, "weights.w");
  EXPECT_EQ(read.weights.tensors[0].storage, tensor.storage);
}

TEST(CheckpointFile, IsRefusedWhereItSaysWhatCannotBeEvenIfTheHashIsRight) {
  const auto refused = [](const std::string& bytes, const std::string& word) {
    EXPECT_THROW_SAYING(parse_checkpoint(bytes, "c.safetensors"), DataError, "c.safetensors", word);
  };
  EXPECT_NO_THROW(parse_checkpoint(file_of(kGood, 3), "c"));
  for (const char* epoch : {"0", "4", "-1", "99999999999999999999", "two", ""})
    refused(file_of(with("best_epoch", epoch), 3), "best");
  refused(file_of(with("format", "genrebench checkpoint 3"), 3), "another version");
  refused(file_of({{"format", "genrebench checkpoint 2"}, {"best_epoch", "1"}}, 3), "recipe");
  refused(file_of(kGood, 0), "numbers of each epoch");
  refused(file_of(kGood, 3, 8), "numbers of each epoch");
  refused(file_of({}, 3), "format");
}

TEST(CheckpointFile, WithoutAHashIsRefused) {
  SafetensorsBytes bytes = safetensors_bytes({.metadata = kGood}, "c");
  EXPECT_FALSE(seal(bytes));
  for (const std::string& text : {joined(bytes), std::string(), std::string("PK\x03\x04"),
                                  std::string(100, '\xff'), std::string("<html>")})
    EXPECT_THROW_SAYING(parse_checkpoint(text, "c"), DataError, "hash of its content");
}

}  // namespace checkpoint_file_test
}  // namespace genrebench
