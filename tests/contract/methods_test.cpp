// What every method promises (harness/plugin/method.hpp), and what every plug-in's options must be.
// A new plug-in is covered without an edit here.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <deque>
#include <limits>
#include <ostream>
#include <span>

#include "base/error.hpp"
#include "contract/contract_support.hpp"
#include "contract/golden_versions.hpp"

namespace genrebench {
namespace methods_test {

using testing::options_of;
using testing::registry;
using testing::same_bits;

constexpr int kClasses = 3;
constexpr int kRows = 6;

class NoContext final : public FitContext {
 public:
  void curve(const std::string& metric, const std::string& split, std::int64_t, double) override {
    EXPECT_FALSE(metric.empty());
    EXPECT_TRUE(split == "train" || split == "valid")
        << "a curve on '" << split << "': a method sees no test part";
  }
  void note(const std::string& name, double value) override {
    EXPECT_TRUE(std::isfinite(value)) << name;
  }
  void fact(const std::string& name, const std::string& text) override {
    EXPECT_EQ(text.find('\n'), std::string::npos) << name;
  }
  void warn(const std::string& message) override {
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
};

/// Keeps features alive beside the examples that look at them.
struct Data {
  std::deque<FeatureMatrix> features;
  Examples examples;
};

/// Clusters a few deviations apart, two excerpts a track.
/// @param classes  the class of each cluster; each has `tracks` tracks
/// @param frames   1: vectors; more: sequences of that many frames
void fill(Data& data, const std::vector<int>& classes, int n_classes, int tracks,
          Eigen::Index frames, std::uint64_t seed) {
  Random random(seed);
  data.examples.n_classes = n_classes;
  for (int track = 0; track < tracks; ++track)
    for (const int c : classes) {
      const int id = track * n_classes + c;
      for (int excerpt = 0; excerpt < 2; ++excerpt) {
        FeatureMatrix feature(kRows, frames);
        for (Eigen::Index i = 0; i < feature.size(); ++i)
          feature.data()[i] =
              static_cast<float>(random.normal() + (i % kRows % n_classes == c ? 6.0 : 0.0));
        data.features.push_back(std::move(feature));
        data.examples.features.push_back(&data.features.back());
        data.examples.labels.push_back(c);
        data.examples.tracks.push_back(id);
      }
    }
}

Examples without_labels(Examples examples) {
  examples.labels.clear();
  return examples;
}

struct Kind {
  std::string method;
  Eigen::Index frames = 1;
};

void PrintTo(const Kind& kind, std::ostream* out) {
  *out << kind.method << ", " << kind.frames << " frames";
}

std::vector<Kind> kinds() {
  std::vector<Kind> result;
  for (const MethodPlugin& plugin : registry().methods) {
    result.push_back({plugin.name, 1});
    if (plugin.takes_sequences) result.push_back({plugin.name, 64});
  }
  return result;
}

class EveryMethod : public ::testing::TestWithParam<Kind> {
 protected:
  EveryMethod() {
    fill(train_, {0, 1, 2}, kClasses, 8, GetParam().frames, 11);
    fill(valid_, {0, 1, 2}, kClasses, 3, GetParam().frames, 12);
    fill(test_, {0, 1, 2}, kClasses, 5, GetParam().frames, 13);
  }

  std::unique_ptr<Method> make(std::uint64_t seed = 1) const {
    const MethodPlugin& plugin = registry().methods.get(GetParam().method, "test");
    return plugin.make(options_of(plugin), seed);
  }

  std::unique_ptr<Method> fitted(const Examples& train, std::uint64_t seed = 1) {
    auto method = make(seed);
    method->fit(train, valid_.examples, context_);
    return method;
  }

  Examples test() const { return without_labels(test_.examples); }

  static void expect_sound(const Predictions& predictions, std::size_t n, int n_classes) {
    ASSERT_EQ(predictions.probabilities.rows(), static_cast<Eigen::Index>(n));
    ASSERT_EQ(predictions.probabilities.cols(), n_classes);
    ASSERT_EQ(predictions.labels.size(), n);
    EXPECT_TRUE(predictions.probabilities.allFinite());
    EXPECT_GE(predictions.probabilities.minCoeff(), 0.0);
    EXPECT_LT((predictions.probabilities.rowwise().sum().array() - 1.0).abs().maxCoeff(), 1e-6);
    for (const int label : predictions.labels) {
      EXPECT_GE(label, 0);
      EXPECT_LT(label, n_classes);
    }
  }

  static void expect_same(const Predictions& a, const Predictions& b) {
    EXPECT_TRUE(same_bits(a.probabilities, b.probabilities));
    EXPECT_EQ(a.labels, b.labels);
  }

  Data train_, valid_, test_;
  NoContext context_;
};

INSTANTIATE_TEST_SUITE_P(Contract, EveryMethod, ::testing::ValuesIn(kinds()), [](const auto& test) {
  return test.param.method + (test.param.frames > 1 ? "_on_sequences" : "");
});

TEST_P(EveryMethod, GivesFiniteProbabilitiesThatSumToOne) {
  const auto method = fitted(train_.examples);
  expect_sound(method->predict(test()), test_.examples.size(), kClasses);
}

TEST_P(EveryMethod, BeatsChanceOnSeparableData) {
  // The epochs of the quick presets are enough for this on one processor and not quite on another:
  // their last bits differ.
  const MethodPlugin& plugin = registry().methods.get(GetParam().method, "test");
  if (plugin.ignores_features) GTEST_SKIP() << "it guesses";
  const bool epochs = plugin.options.find("epochs") != nullptr;
  const auto method = plugin.make(
      options_of(plugin, epochs ? OptionValues{{"epochs", std::int64_t{24}}} : OptionValues{}), 1);
  method->fit(train_.examples, valid_.examples, context_);
  const Predictions predictions = method->predict(test());
  int right = 0;
  for (std::size_t i = 0; i < test_.examples.size(); ++i)
    right += predictions.labels[i] == test_.examples.labels[i];
  EXPECT_GE(right, static_cast<int>(0.8 * static_cast<double>(test_.examples.size())));
}

TEST_P(EveryMethod, GivesTheSameBitsForTheSameSeed) {
  expect_same(fitted(train_.examples, 7)->predict(test()),
              fitted(train_.examples, 7)->predict(test()));
}

TEST_P(EveryMethod, NeverLooksAtTheLabelsOrTracksOfWhatItPredicts) {
  const auto method = fitted(train_.examples);
  Examples wrong = test_.examples;
  for (int& label : wrong.labels) label = (label + 1) % kClasses;
  Examples shuffled = test();
  std::reverse(shuffled.tracks.begin(), shuffled.tracks.end());
  Examples bare = test();
  bare.tracks.clear();
  const Predictions expected = method->predict(test());
  expect_same(expected, method->predict(test_.examples));
  expect_same(expected, method->predict(wrong));
  expect_same(expected, method->predict(shuffled));
  expect_same(expected, method->predict(bare));
}

TEST_P(EveryMethod, PredictsAnExcerptAloneAsAmongOthers) {
  const auto method = fitted(train_.examples);
  const Predictions all = method->predict(test());
  for (const std::size_t i : {std::size_t{0}, test_.examples.size() - 1}) {
    Examples one;
    one.features = {test_.examples.features[i]};
    one.tracks = {test_.examples.tracks[i]};
    one.n_classes = kClasses;
    const Predictions alone = method->predict(one);
    EXPECT_EQ(alone.labels.front(), all.labels[i]);
    // Products of one row and of many may round differently.
    EXPECT_LT((alone.probabilities.row(0) - all.probabilities.row(static_cast<Eigen::Index>(i)))
                  .cwiseAbs()
                  .maxCoeff(),
              1e-5);
  }
}

TEST_P(EveryMethod, PredictsNothingForNoExamples) {
  Examples none;
  none.n_classes = kClasses;
  const Predictions predictions = fitted(train_.examples)->predict(none);
  EXPECT_EQ(predictions.labels.size(), 0u);
  EXPECT_EQ(predictions.probabilities.rows(), 0);
}

TEST_P(EveryMethod, GivesAClassThatIsAbsentFromTrainingNoProbability) {
  Data train;
  fill(train, {0, 2, 3}, 5, 6, GetParam().frames, 21);  // 1 and 4 are absent
  Data test;
  fill(test, {0, 1, 2, 3}, 5, 2, GetParam().frames, 22);
  auto method = make();
  method->fit(train.examples, {.features = {}, .labels = {}, .tracks = {}, .n_classes = 5},
              context_);
  const Predictions predictions = method->predict(without_labels(test.examples));
  expect_sound(predictions, test.examples.size(), 5);
  EXPECT_EQ(predictions.probabilities.col(1).maxCoeff(), 0.0);
  EXPECT_EQ(predictions.probabilities.col(4).maxCoeff(), 0.0);
  for (const int label : predictions.labels) EXPECT_TRUE(label != 1 && label != 4) << label;
}

TEST_P(EveryMethod, LearnsFromASingleClass) {
  Data train;
  fill(train, {1}, kClasses, 4, GetParam().frames, 31);
  auto method = make();
  method->fit(train.examples, {.features = {}, .labels = {}, .tracks = {}, .n_classes = kClasses},
              context_);
  const Predictions predictions = method->predict(test());
  expect_sound(predictions, test_.examples.size(), kClasses);
  EXPECT_EQ(predictions.probabilities.col(1).minCoeff(), 1.0);
  EXPECT_EQ(predictions.labels, std::vector<int>(test_.examples.size(), 1));
}

TEST_P(EveryMethod, ForgetsAnEarlierFit) {
  Data other;
  fill(other, {0, 2}, kClasses, 5, GetParam().frames, 41);
  const auto twice = fitted(other.examples);
  twice->fit(train_.examples, valid_.examples, context_);
  expect_same(twice->predict(test()), fitted(train_.examples)->predict(test()));
}

TEST_P(EveryMethod, TakesFeaturesThatNeverVary) {
  for (FeatureMatrix& feature : train_.features) feature.row(0).setZero();
  expect_sound(fitted(train_.examples)->predict(test()), test_.examples.size(), kClasses);
}

TEST(EveryVectorMethod, RefusesSequencesInOneLine) {
  Data train;
  fill(train, {0, 1, 2}, kClasses, 2, 4, 51);
  NoContext context;
  for (const MethodPlugin& plugin : registry().methods) {
    if (plugin.takes_sequences) continue;
    EXPECT_THROW_SAYING(plugin.make(options_of(plugin), 1)->fit(train.examples, {}, context),
                        ConfigError, "sequence");
  }
}

// Options of every kind of plug-in.

struct Described {
  std::string kind;
  const PluginInfo* plugin;
};

void PrintTo(const Described& described, std::ostream* out) {
  *out << described.kind << " " << described.plugin->name;
}

std::vector<Described> every_plugin() {
  std::vector<Described> result;
  const auto collect = [&](const auto& table) {
    for (const auto& plugin : table) result.push_back({table.kind(), &plugin});
  };
  collect(registry().datasets);
  collect(registry().splits);
  collect(registry().excerpts);
  collect(registry().features);
  collect(registry().methods);
  collect(registry().reports);
  return result;
}

bool is_snake_case(const std::string& name) {
  return !name.empty() && std::islower(static_cast<unsigned char>(name.front())) != 0 &&
         std::all_of(name.begin(), name.end(), [](unsigned char c) {
           return std::islower(c) || std::isdigit(c) || c == '_';
         });
}

/// Words of snake_case with dots between: "train_size.per_genre".
bool is_option_name(const std::string& name) {
  const std::size_t dot = name.find('.');
  return is_snake_case(name.substr(0, dot)) &&
         (dot == std::string::npos || is_option_name(name.substr(dot + 1)));
}

class EveryPlugin : public ::testing::TestWithParam<Described> {};

INSTANTIATE_TEST_SUITE_P(Contract, EveryPlugin, ::testing::ValuesIn(every_plugin()),
                         [](const auto& test) {
                           return test.param.kind + "_" + test.param.plugin->name;
                         });

TEST_P(EveryPlugin, SaysWhatItIsAndWhatItsOptionsMean) {
  const PluginInfo& plugin = *GetParam().plugin;
  EXPECT_TRUE(is_snake_case(plugin.name)) << plugin.name;
  EXPECT_FALSE(plugin.summary.empty());
  for (const OptionInfo& option : plugin.options.options()) {
    EXPECT_TRUE(is_option_name(option.name)) << option.name;
    EXPECT_GE(option.help.size(), 10u) << option.name;
    EXPECT_LE(option.minimum, option.maximum) << option.name;
    EXPECT_TRUE(option.type != OptionType::choice || option.choices.size() >= 2) << option.name;
    EXPECT_NO_THROW(plugin.options.check(option, option.default_value, plugin.name)) << option.name;
  }
}

TEST_P(EveryPlugin, HasNoOptionThatAnExperimentFileCouldNotReach) {
  // The word that names the plug-in, and `tune`, mean something else in an experiment file.
  const std::string selector = GetParam().kind == "split" ? "kind" : "name";
  for (const OptionInfo& option : GetParam().plugin->options.options()) {
    EXPECT_NE(option.name, selector);
    EXPECT_NE(option.name, "tune");
  }
}

TEST_P(EveryPlugin, RefusesAnUnknownOption) {
  const PluginInfo& plugin = *GetParam().plugin;
  EXPECT_THROW_SAYING(
      plugin.options.resolve({{"no_such_option", OptionValue(true)}}, "plug-in " + plugin.name),
      ConfigError, plugin.name, "no_such_option");
}

TEST_P(EveryPlugin, RefusesValuesOutOfRange) {
  const PluginInfo& plugin = *GetParam().plugin;
  for (const OptionInfo& option : plugin.options.options()) {
    if (option.type != OptionType::integer && option.type != OptionType::number) continue;
    constexpr double kEnd = std::numeric_limits<double>::infinity();
    const bool whole = option.type == OptionType::integer;
    for (const double bound :
         {whole ? option.minimum - 1.0 : std::nextafter(option.minimum, -kEnd),
          whole ? option.maximum + 1.0 : std::nextafter(option.maximum, kEnd)}) {
      if (!std::isfinite(bound)) continue;
      const OptionValue value = option.type == OptionType::integer
                                    ? OptionValue(static_cast<std::int64_t>(bound))
                                    : OptionValue(bound);
      EXPECT_THROW_SAYING(plugin.options.resolve({{option.name, value}}, plugin.name), ConfigError,
                          option.name);
    }
  }
}

TEST_P(EveryMethod, KeepsItsNumbersOrRaisesItsVersion) {
  const MethodPlugin& plugin = registry().methods.get(GetParam().method, "test");
  if (GetParam().frames == 1 && plugin.takes_sequences)
    GTEST_SKIP() << "its sequences are compared";
  OptionValues given;
  const bool trained = plugin.options.find("epochs") != nullptr;
  if (trained) given["epochs"] = std::int64_t{1};  // rounding grows with every step
  const auto method = plugin.make(options_of(plugin, given), 1);
  method->fit(train_.examples, valid_.examples, context_);
  const Predictions predictions = method->predict(test());
  testing::GoldenResult golden;
  testing::summarise_values(std::span(predictions.probabilities.data(),
                                      static_cast<std::size_t>(predictions.probabilities.size())),
                            golden.numbers);
  if (!trained) testing::summarise_values(predictions.labels, golden.numbers);
  testing::expect_golden("method", plugin, golden, trained ? 1e-3 : 1e-5);
}

}  // namespace methods_test
}  // namespace genrebench
