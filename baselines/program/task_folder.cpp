#include "baselines/program/task_folder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <numeric>
#include <span>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/npy.hpp"
#include "base/random.hpp"
#include "base/unfinished_file.hpp"
#include "baselines/program/program_answers.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kTrain = "train";
constexpr const char* kValid = "valid";
constexpr const char* kTest = "test";

std::vector<std::size_t> as_given(const Examples& examples) {
  std::vector<std::size_t> order(examples.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  return order;
}

/// The examples with their tracks in a random order; excerpts of one track stay together. Datasets
/// list their tracks by genre, so that their order would tell it.
std::vector<std::size_t> by_shuffled_tracks(const Examples& examples, std::uint64_t seed) {
  std::map<int, std::vector<std::size_t>> by_track;
  for (std::size_t i = 0; i < examples.size(); ++i)
    by_track[examples.tracks.empty() ? static_cast<int>(i) : examples.tracks[i]].push_back(i);
  std::vector<const std::vector<std::size_t>*> tracks;
  for (const auto& [track, rows] : by_track) tracks.push_back(&rows);
  Random random(derive_seed(seed, "order of the test part"));
  random.shuffle(std::span(tracks));
  std::vector<std::size_t> order;
  for (const auto* rows : tracks) order.insert(order.end(), rows->begin(), rows->end());
  return order;
}

/// The track of each row, counted from 0 in the order of the rows.
std::vector<std::int64_t> numbered_tracks(const Examples& examples,
                                          const std::vector<std::size_t>& order) {
  std::map<int, std::int64_t> numbers;
  std::vector<std::int64_t> result;
  for (const std::size_t i : order) {
    const int track = examples.tracks.empty() ? static_cast<int>(i) : examples.tracks[i];
    result.push_back(numbers.emplace(track, std::ssize(numbers)).first->second);
  }
  return result;
}

/// ".wav", where a file has an ending that is plain; empty otherwise.
std::string plain_ending(const fs::path& file) {
  const std::string ending = file.extension().string();
  const bool plain = ending.size() > 1 && ending.size() <= 8 &&
                     std::all_of(ending.begin() + 1, ending.end(),
                                 [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; });
  return plain ? ending : std::string();
}

/// The same content under another name: a hard link, or a copy on another file system. A symbolic
/// link would tell the name.
void place_hidden(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::create_hard_link(from, to, error);
  if (error) fs::copy_file(from, to, error);
  if (error)
    throw DataError(fmt::format("{}: cannot be copied to {}: {}", from.string(),
                                to.parent_path().string(), error.message()));
}

void place_link(const fs::path& from, const fs::path& to) {
  std::error_code error;
  const fs::path target = fs::absolute(from, error);
  if (!error) fs::create_symlink(target, to, error);
  if (error)
    throw DataError(fmt::format("{}: cannot be linked from {}: {}", from.string(),
                                to.parent_path().string(), error.message()));
}

void write_numbers(const fs::path& file, const std::vector<std::int64_t>& numbers) {
  const std::size_t n = numbers.size();
  write_npy(file, std::span<const std::int64_t>(numbers), std::span(&n, 1));
}

std::string_view bytes_of(const FeatureMatrix& feature) {
  return {reinterpret_cast<const char*>(feature.data()),
          static_cast<std::size_t>(feature.size()) * sizeof(float)};
}

/// Rows [first, first + n) of the answers.
Predictions slice(const Predictions& all, std::size_t first, std::size_t n) {
  const auto begin = all.labels.begin() + static_cast<std::ptrdiff_t>(first);
  return {.probabilities = all.probabilities.middleRows(static_cast<Eigen::Index>(first),
                                                        static_cast<Eigen::Index>(n)),
          .labels = {begin, begin + static_cast<std::ptrdiff_t>(n)}};
}

}  // namespace

TaskFolder::TaskFolder(std::string method) : folder_("method"), method_(std::move(method)) {}

void TaskFolder::write_learning(const Examples& train, const Examples& valid) {
  if (train.size() == 0)
    throw ConfigError(
        fmt::format("{}, fit: expected at least one training example, got none", method_));
  learn_shape(train);
  train_ = write_part(kTrain, train, as_given(train), /*labels=*/true);
  valid_ = write_part(kValid, valid, as_given(valid), /*labels=*/true);
}

void TaskFolder::write_task(const Examples& test, const ProgramTask& task) {
  std::error_code ignored;
  for (const char* name : {kPredictionsFile, kLabelsFile}) fs::remove(file(name), ignored);
  fs::remove_all(file(kTest), ignored);
  order_ = by_shuffled_tracks(test, task.seed);
  test_ = write_part(kTest, test, order_, /*labels=*/false);
  write_file_atomically(file("task.json"), task_text(task));
}

ProgramAnswers TaskFolder::read_answers() const {
  const Predictions all = read_program_answers(
      path(), {.train = train_.n, .valid = valid_.n, .test = test_.n}, n_classes_, method_);
  ProgramAnswers answers{
      .train = slice(all, 0, train_.n), .valid = slice(all, train_.n, valid_.n), .test = {}};
  const Predictions shuffled = slice(all, train_.n + valid_.n, test_.n);
  answers.test = shuffled;  // of the same size
  for (std::size_t row = 0; row < order_.size(); ++row) {
    answers.test.probabilities.row(static_cast<Eigen::Index>(order_[row])) =
        shuffled.probabilities.row(static_cast<Eigen::Index>(row));
    answers.test.labels[order_[row]] = shuffled.labels[row];
  }
  return answers;
}

TaskFolder::Written TaskFolder::write_part(const std::string& part, const Examples& examples,
                                           const std::vector<std::size_t>& order,
                                           bool labels) const {
  Written written{.n = examples.size()};
  if (sounds_)
    written.files = place_sounds(part, examples, order, /*links=*/labels);
  else
    write_features(part, examples, order);
  write_numbers(file(part + "_tracks.npy"), numbered_tracks(examples, order));
  if (!labels) return written;
  std::vector<std::int64_t> classes;
  for (const std::size_t i : order) classes.push_back(examples.labels[i]);
  write_numbers(file(part + "_labels.npy"), classes);
  return written;
}

void TaskFolder::write_features(const std::string& part, const Examples& examples,
                                const std::vector<std::size_t>& order) const {
  std::vector<std::int64_t> frames;
  std::size_t n_frames = 0;
  for (const std::size_t i : order) {
    const FeatureMatrix& feature = *examples.features[i];
    check(feature, part, frames.size());
    frames.push_back(feature.cols());
    n_frames += static_cast<std::size_t>(feature.cols());
  }
  const std::vector<std::size_t> shape = {n_frames, static_cast<std::size_t>(n_features_)};
  UnfinishedFile array(file(part + ".npy"));
  array.write(npy_header(NpyType::float32, shape));
  // A matrix holds frame after frame, which is the order of the file.
  for (const std::size_t i : order) array.write(bytes_of(*examples.features[i]));
  array.commit();
  if (sequences_) write_numbers(file(part + "_frames.npy"), frames);
}

std::vector<std::string> TaskFolder::place_sounds(const std::string& part, const Examples& examples,
                                                  const std::vector<std::size_t>& order,
                                                  bool links) const {
  if (examples.files.size() != examples.size())
    throw ConfigError(fmt::format("{}: expected a sound file for each of {} {} examples, got {}",
                                  method_, examples.size(), part, examples.files.size()));
  std::error_code error;
  fs::remove_all(file(part), error);
  fs::create_directories(file(part), error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", file(part).string(), error.message()));
  std::vector<std::string> placed;
  for (const std::size_t i : order) {
    const fs::path& from = examples.files[i];
    const fs::path to = file(part) / fmt::format("{:06}{}", placed.size(), plain_ending(from));
    (links ? place_link : place_hidden)(from, to);
    placed.push_back(to.string());
  }
  return placed;
}

void TaskFolder::learn_shape(const Examples& train) {
  n_classes_ = train.n_classes;
  sounds_ = !train.files.empty();
  n_features_ = sounds_ ? 0 : train.features.front()->rows();
  sequences_ = !sounds_ && std::any_of(train.features.begin(), train.features.end(),
                                       [](const auto* f) { return f->cols() != 1; });
  if (!sounds_ && n_features_ == 0)
    throw ConfigError(
        fmt::format("{}, fit: expected at least one feature, got examples without any", method_));
}

void TaskFolder::check(const FeatureMatrix& feature, const std::string& part,
                       std::size_t row) const {
  if (feature.rows() != n_features_)
    throw ConfigError(
        fmt::format("{}: expected {} features per example, as the first of the training part has, "
                    "got {} in row {} of {}",
                    method_, n_features_, feature.rows(), row, part));
  if (!sequences_ && feature.cols() != 1)
    throw ConfigError(
        fmt::format("{}: expected vectors, as in the training part, got a sequence of {} frames in "
                    "row {} of {}",
                    method_, feature.cols(), row, part));
  if (!feature.allFinite())
    throw DataError(fmt::format("{}: expected finite features, got others in row {} of {}", method_,
                                row, part));
}

std::string TaskFolder::task_text(const ProgramTask& task) const {
  // Libraries of Python take seeds of 32 bits.
  nlohmann::ordered_json document = {{"protocol", kProgramProtocol},
                                     {"seed", task.seed & 0xffffffffU},
                                     {"genres", task.genres},
                                     {"n_genres", n_classes_},
                                     {"n_features", n_features_},
                                     {"sequences", sequences_},
                                     {"n_train", train_.n},
                                     {"n_valid", valid_.n},
                                     {"n_test", test_.n}};
  const auto add_part = [&](const std::string& part, const Written& written, bool labels) {
    nlohmann::ordered_json& place = document[part];
    const auto add = [&](const std::string& key, const std::string& name) {
      place[key] = file(name).string();
    };
    if (sounds_)
      place["files"] = written.files;
    else
      add("features", part + ".npy");
    if (sequences_) add("frames", part + "_frames.npy");
    add("tracks", part + "_tracks.npy");
    if (labels) add("labels", part + "_labels.npy");
  };
  add_part(kTrain, train_, true);
  add_part(kValid, valid_, true);
  add_part(kTest, test_, false);
  document["predictions"] = file(kPredictionsFile).string();
  document["predicted_labels"] = file(kLabelsFile).string();
  document["threads"] = task.threads;
  document["device"] = task.device;
  document["checkpoint_folder"] = nullptr;
  if (!task.checkpoint_folder.empty())
    document["checkpoint_folder"] = fs::absolute(task.checkpoint_folder).string();
  document["parameters"] = nlohmann::ordered_json(task.parameters);
  return document.dump(1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

}  // namespace genrebench
