#pragma once
// Small trainings for tests: examples that are easy to tell apart, a context that listens and can
// interrupt.

#include <gtest/gtest.h>

#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {

void register_all_models(Registry& registry);

namespace testing {

inline const Registry& models() {
  static const Registry all = [] {
    Registry r;
    register_all_models(r);
    return r;
  }();
  return all;
}

/// A method with its quick preset, and `given` beside it.
inline std::unique_ptr<Method> quick(const std::string& name, OptionValues given = {},
                                     std::uint64_t seed = 1) {
  const MethodPlugin& plugin = models().methods.get(name, "test");
  given.emplace("preset", std::string("quick"));
  return plugin.make(plugin.options.resolve(given, name), seed);
}

/// Keeps features alive beside the examples that look at them.
struct Data {
  std::deque<FeatureMatrix> features;
  Examples examples;
};

/// Sequences whose class shows in the level of one row, `distance` deviations above the noise.
inline Data sequences(int n_classes, int per_class, Eigen::Index frames, std::uint64_t seed,
                      double distance = 3.0, Eigen::Index rows = 6) {
  Data data;
  data.examples.n_classes = n_classes;
  Random random(seed);
  for (int i = 0; i < per_class; ++i)
    for (int c = 0; c < n_classes; ++c) {
      FeatureMatrix& feature = data.features.emplace_back(rows, frames);
      for (Eigen::Index t = 0; t < frames; ++t)
        for (Eigen::Index r = 0; r < rows; ++r)
          feature(r, t) =
              static_cast<float>(random.normal() + (r % n_classes == c ? distance : 0.0));
      data.examples.features.push_back(&feature);
      data.examples.labels.push_back(c);
      data.examples.tracks.push_back(i * n_classes + c);
    }
  return data;
}

inline Examples unlabelled(Examples examples) {
  examples.labels.clear();
  return examples;
}

class Listener : public FitContext {
 public:
  explicit Listener(std::filesystem::path folder = {}, int n_threads = 1)
      : folder_(std::move(folder)), threads_(n_threads) {}

  void curve(const std::string& metric, const std::string& split, std::int64_t step,
             double value) override {
    curves[split + "/" + metric][step] = value;
  }
  void note(const std::string& name, double value) override { notes[name] = value; }
  void fact(const std::string& name, const std::string& text) override { facts[name] = text; }
  void warn(const std::string& message) override { warnings.push_back(message); }
  int threads() const override { return threads_; }
  std::filesystem::path checkpoint_folder() const override { return folder_; }
  bool interrupted() const override { return stop_after >= 0 && asked_++ >= stop_after; }

  std::map<std::string, std::map<std::int64_t, double>> curves;
  std::map<std::string, double> notes;
  std::map<std::string, std::string> facts;
  std::vector<std::string> warnings;
  int stop_after = -1;  ///< batches; -1: never

 private:
  std::filesystem::path folder_;
  int threads_;
  mutable int asked_ = 0;
};

inline bool same_bits(const Eigen::MatrixXd& a, const Eigen::MatrixXd& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) == 0;
}

inline const std::vector<std::string> kMethods = {"vgg16", "resnet34", "gru", "skip_gru"};

/// Examples of three classes for training, validation and prediction.
class Training : public ::testing::Test {
 protected:
  Data train_ = sequences(3, 8, 40, 1), valid_ = sequences(3, 3, 40, 2),
       test_ = sequences(3, 5, 40, 3);

  Predictions predictions(const Method& method) const {
    return method.predict(unlabelled(test_.examples));
  }
};

inline OptionValues epochs(int n) { return {{"epochs", OptionValue(std::int64_t{n})}}; }

}  // namespace testing
}  // namespace genrebench
