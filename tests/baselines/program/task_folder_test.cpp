#include "baselines/program/task_folder.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <span>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/npy.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace task_folder_test {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

struct Data {
  std::deque<FeatureMatrix> features;
  Examples examples;

  /// Adds an excerpt of two features, the first of which is `mark`.
  void add(int track, int genre, float mark, Eigen::Index frames = 1) {
    FeatureMatrix feature = FeatureMatrix::Constant(2, frames, 0.5f);
    feature.row(0).setConstant(mark);
    features.push_back(feature);
    examples.features.push_back(&features.back());
    examples.labels.push_back(genre);
    examples.tracks.push_back(track);
    examples.n_classes = 2;
  }
};

/// Forty tracks of two excerpts, sorted by genre as datasets are; the mark is the genre.
void fill_by_genre(Data& data) {
  for (int track = 0; track < 40; ++track)
    for (int excerpt = 0; excerpt < 2; ++excerpt)
      data.add(100 + track, track / 20, static_cast<float>(track / 20));
}

std::vector<double> numbers(const fs::path& file) { return double_values(NpyFile(file).array()); }

nlohmann::json task_in(const TaskFolder& folder) {
  return nlohmann::json::parse(read_file_text(folder.path() / "task.json"));
}

class Tasks : public ::testing::Test {
 protected:
  Tasks() {
    train_.add(7, 0, 1.0f);
    train_.add(7, 0, 2.0f);
    train_.add(9, 1, 3.0f);
    valid_.add(3, 1, 4.0f);
    fill_by_genre(test_);
    test_.examples.labels.clear();
  }

  Data train_, valid_, test_;
  TaskFolder folder_{"method x"};
};

TEST_F(Tasks, HoldFeaturesTracksAndTheLabelsOfTwoParts) {
  folder_.write_learning(train_.examples, valid_.examples);
  folder_.write_task(test_.examples, {.seed = (std::uint64_t{1} << 40) + 5,
                                      .genres = {"blues", "\xff\"rock"},
                                      .threads = 3,
                                      .checkpoint_folder = "/checkpoints",
                                      .parameters = {{"c", "10"}}});
  const nlohmann::json task = task_in(folder_);
  EXPECT_EQ(task["protocol"], kProgramProtocol);
  EXPECT_EQ(task["seed"], 5) << "32 bits";
  EXPECT_EQ(task["genres"].size(), 2u);
  EXPECT_EQ(task["n_genres"], 2);
  EXPECT_EQ(task["n_features"], 2);
  EXPECT_EQ(task["sequences"], false);
  EXPECT_EQ(task["n_train"], 3);
  EXPECT_EQ(task["n_valid"], 1);
  EXPECT_EQ(task["n_test"], 80);
  EXPECT_EQ(task["threads"], 3);
  EXPECT_EQ(task["device"], "cpu");
  EXPECT_EQ(task["checkpoint_folder"], "/checkpoints");
  EXPECT_EQ(task["parameters"]["c"], "10");
  EXPECT_EQ(numbers(task["train"]["features"].get<std::string>()),
            (std::vector<double>{1, 0.5, 2, 0.5, 3, 0.5}));
  EXPECT_EQ(numbers(task["train"]["labels"].get<std::string>()), (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(numbers(task["train"]["tracks"].get<std::string>()), (std::vector<double>{0, 0, 1}));
  EXPECT_EQ(numbers(task["valid"]["labels"].get<std::string>()), std::vector<double>{1});
  EXPECT_FALSE(task["test"].contains("labels"));
}

TEST_F(Tasks, DoNotTellTheGenresOfTheTestPartByItsOrder) {
  folder_.write_learning(train_.examples, valid_.examples);
  folder_.write_task(test_.examples, {.seed = 3});
  const std::vector<double> features = numbers(folder_.path() / "test.npy"),
                            tracks = numbers(folder_.path() / "test_tracks.npy");
  ASSERT_EQ(features.size(), 160u);
  std::size_t changes = 0;
  for (std::size_t i = 2; i < 80; i += 2) changes += features[2 * i] != features[2 * i - 2];
  EXPECT_GT(changes, 8u) << "genres alternate; sorted, they would change once";
  for (std::size_t i = 0; i < 80; ++i)
    EXPECT_EQ(tracks[i], static_cast<double>(i / 2)) << "excerpts of one track stay together";
  folder_.write_task(test_.examples, {.seed = 3});
  EXPECT_EQ(numbers(folder_.path() / "test.npy"), features) << "the same for the same seed";
  folder_.write_task(test_.examples, {.seed = 4});
  EXPECT_NE(numbers(folder_.path() / "test.npy"), features);
}

TEST_F(Tasks, PutAnswersBackIntoTheOrderOfTheExamples) {
  folder_.write_learning(train_.examples, valid_.examples);
  folder_.write_task(test_.examples, {.seed = 3});
  const std::vector<double> features = numbers(folder_.path() / "test.npy");
  std::vector<double> answers = {1, 0, 0, 1, 1, 0, 0, 1};  // of train and valid
  for (std::size_t i = 0; i < 80; ++i) {
    answers.push_back(1.0 - features[2 * i]);
    answers.push_back(features[2 * i]);
  }
  const std::vector<std::size_t> shape = {84, 2};
  write_npy(folder_.path() / "predictions.npy", std::span<const double>(answers), shape);
  const ProgramAnswers read = folder_.read_answers();
  EXPECT_EQ(read.train.labels, (std::vector<int>{0, 1, 0}));
  EXPECT_EQ(read.valid.labels, std::vector<int>{1});
  for (std::size_t i = 0; i < 80; ++i) {
    EXPECT_EQ(read.test.labels[i], static_cast<int>(i / 40));
    EXPECT_EQ(read.test.probabilities(static_cast<Eigen::Index>(i), 1),
              static_cast<double>(i / 40));
  }
  folder_.write_task(test_.examples, {.seed = 3});
  EXPECT_THROW_SAYING(folder_.read_answers(), DataError, "without writing predictions.npy");
}

TEST_F(Tasks, HoldSequencesFrameAfterFrame) {
  Data train, test;
  train.add(0, 0, 1.0f, 2);
  train.add(1, 1, 2.0f, 1);
  test.add(2, 0, 3.0f, 3);
  folder_.write_learning(train.examples, {});
  folder_.write_task(test.examples, {});
  const nlohmann::json task = task_in(folder_);
  EXPECT_EQ(task["sequences"], true);
  EXPECT_EQ(NpyFile(folder_.path() / "train.npy").array().shape, (std::vector<std::size_t>{3, 2}));
  EXPECT_EQ(numbers(folder_.path() / "train.npy"), (std::vector<double>{1, 0.5, 1, 0.5, 2, 0.5}));
  EXPECT_EQ(numbers(task["train"]["frames"].get<std::string>()), (std::vector<double>{2, 1}));
  EXPECT_EQ(NpyFile(folder_.path() / "valid.npy").array().shape, (std::vector<std::size_t>{0, 2}));
}

TEST_F(Tasks, NameSoundFilesOfTheTestPartByNumbersOnly) {
  const TemporaryFolder music;
  for (Data* data : {&train_, &test_})
    for (std::size_t i = 0; i < data->examples.size(); ++i)
      data->examples.files.push_back(
          music.write(fmt::format("blues/song{}_{}.wav", data->examples.tracks[i], i),
                      fmt::format("sound {}", i)));
  folder_.write_learning(train_.examples, {});
  folder_.write_task(test_.examples, {.seed = 3});
  const nlohmann::json task = task_in(folder_);
  EXPECT_EQ(fs::read_symlink(task["train"]["files"][0].get<std::string>()),
            train_.examples.files[0]);
  ASSERT_EQ(task["test"]["files"].size(), 80u);
  std::set<std::string> contents;
  for (const auto& file : task["test"]["files"]) {
    const fs::path path = file.get<std::string>();
    EXPECT_TRUE(fs::is_regular_file(fs::symlink_status(path))) << "a link would tell its name";
    EXPECT_EQ(path.string().find("blues"), std::string::npos);
    EXPECT_EQ(path.extension(), ".wav");
    contents.insert(read_file_text(path));
  }
  EXPECT_EQ(contents.size(), 80u);
  EXPECT_FALSE(fs::exists(folder_.path() / "test.npy"));
}

TEST_F(Tasks, RefuseExamplesThatDoNotGoTogether) {
  EXPECT_THROW_SAYING(folder_.write_learning({}, {}), ConfigError, "method x", "training example");
  Data other = train_;
  other.examples.features.clear();
  for (FeatureMatrix& feature : other.features) other.examples.features.push_back(&feature);
  other.features.back() = FeatureMatrix::Zero(3, 1);
  EXPECT_THROW_SAYING(folder_.write_learning(other.examples, {}), ConfigError, "2 features",
                      "got 3 in row 2 of train");
  other.features.back() = FeatureMatrix::Constant(2, 1, std::numeric_limits<float>::infinity());
  EXPECT_THROW_SAYING(folder_.write_learning(other.examples, {}), DataError, "finite",
                      "row 2 of train");
  Data sequence;
  sequence.add(0, 0, 1.0f, 4);
  EXPECT_THROW_SAYING(folder_.write_learning(train_.examples, sequence.examples), ConfigError,
                      "sequence of 4 frames", "row 0 of valid");
}

}  // namespace task_folder_test
}  // namespace genrebench
