#include "cli/method_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <deque>
#include <optional>
#include <stdexcept>
#include <utility>

#include "base/random.hpp"
#include "base/text.hpp"

namespace genrebench::cli {
namespace {

constexpr int kGenres = 3;
constexpr int kFeatures = 6;
constexpr int kFrames = 16;  // of a sequence
constexpr std::uint64_t kSeed = 1;
constexpr double kSameAnswer = 1e-4;  // of two probabilities: batches may round differently
constexpr double kBetterThanChance = 0.8;

/// A promise that was not kept.
class Broken : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Examples with their features.
struct TinyData {
  std::deque<FeatureMatrix> features;
  Examples examples;
};

/// Clouds a few deviations apart, two excerpts per track.
/// @param present  the genres that have tracks
TinyData clouds(const std::vector<int>& present, int n_genres, int n_tracks, std::uint64_t seed,
                bool sequences) {
  TinyData data;
  Random random(seed);
  data.examples.n_classes = n_genres;
  int track = 0;
  for (int i = 0; i < n_tracks; ++i)
    for (const int genre : present) {
      for (int excerpt = 0; excerpt < 2; ++excerpt) {
        FeatureMatrix feature(kFeatures, sequences ? kFrames : 1);
        for (Eigen::Index column = 0; column < feature.cols(); ++column)
          for (Eigen::Index row = 0; row < feature.rows(); ++row)
            feature(row, column) =
                static_cast<float>(random.normal() + (row % n_genres == genre ? 6.0 : 0.0));
        data.features.push_back(std::move(feature));
        data.examples.features.push_back(&data.features.back());
        data.examples.labels.push_back(genre);
        data.examples.tracks.push_back(track);
      }
      ++track;
    }
  return data;
}

Examples without_labels(Examples examples) {
  examples.labels.clear();
  return examples;
}

/// Counts what a method reports.
class Listener final : public FitContext {
 public:
  explicit Listener(const MethodCheckSettings& settings) : settings_(settings) {}
  void curve(const std::string&, const std::string&, std::int64_t, double) override { ++n_points; }
  void note(const std::string&, double) override {}
  void warn(const std::string& message) override { warnings.push_back(message); }
  int threads() const override { return settings_.threads; }
  std::filesystem::path log_file() const override { return settings_.log_file; }
  std::vector<std::string> genres() const override { return names; }
  bool interrupted() const override { return settings_.interrupted(); }

  std::size_t n_points = 0;
  std::vector<std::string> warnings;
  std::vector<std::string> names;

 private:
  const MethodCheckSettings& settings_;
};

/// The promises, each a function that throws where it is broken and returns what is worth saying.
class Trial {
 public:
  explicit Trial(const MethodCheckSettings& settings)
      : settings_(settings),
        train_(clouds({0, 1, 2}, kGenres, 8, 11, settings.sequences)),
        valid_(clouds({0, 1, 2}, kGenres, 3, 12, settings.sequences)),
        test_(clouds({0, 1, 2}, kGenres, 5, 13, settings.sequences)) {}

  std::string answers() {
    Listener listener(settings_);
    method_ = fitted(train_.examples, valid_.examples, test(), listener);
    first_ = method_->predict(test());
    std::string said = listener.n_points == 0
                           ? "it prints no points of curves"
                           : fmt::format("it prints {}", counted(listener.n_points, "point"));
    for (const std::string& warning : listener.warnings) said += fmt::format("; {}", warning);
    return said;
  }

  std::string tells_genres_apart() const {
    const std::vector<int>& truth = test_.examples.labels;
    std::size_t n_right = 0;
    for (std::size_t i = 0; i < truth.size(); ++i) n_right += first_->labels[i] == truth[i];
    const double share = static_cast<double>(n_right) / static_cast<double>(truth.size());
    std::string said = fmt::format("{} of {} examples are right", n_right, truth.size());
    if (share < kBetterThanChance)
      throw Broken(
          fmt::format("expected at least {:.0f} %, found that {}: are the columns of the "
                      "probabilities in the order of `genres`, and the rows those of the "
                      "training, the validation and the test part in this order?",
                      100.0 * kBetterThanChance, said));
    return said;
  }

  std::string repeats_itself() {
    Listener listener(settings_);
    const auto again = fitted(train_.examples, valid_.examples, test(), listener);
    const Predictions second = again->predict(test());
    const Eigen::MatrixXd &a = first_->probabilities, &b = second.probabilities;
    if (std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.size()) * sizeof(double)) != 0)
      throw Broken(
          fmt::format("probabilities differ by up to {:.3g} between two runs of one seed: "
                      "seed everything that is random with `seed`",
                      (a - b).cwiseAbs().maxCoeff()));
    return {};
  }

  std::string answers_alone_as_among_others() const {
    for (const std::size_t i : {std::size_t{0}, test_.examples.size() - 1}) {
      Examples one;
      one.n_classes = kGenres;
      one.features = {test_.examples.features[i]};
      one.tracks = {test_.examples.tracks[i]};
      require_same(method_->predict(one), 0, i, "one example is alone");
    }
    return {};
  }

  std::string ignores_the_order() {
    Examples reversed = test();
    std::reverse(reversed.features.begin(), reversed.features.end());
    std::reverse(reversed.tracks.begin(), reversed.tracks.end());
    const Predictions answers = method_->predict(reversed);
    for (std::size_t i = 0; i < reversed.size(); ++i)
      require_same(answers, i, reversed.size() - 1 - i, "the test part comes in another order");
    return {};
  }

  std::string works_without_validation() {
    Examples none;
    none.n_classes = kGenres;
    Listener listener(settings_);
    fitted(train_.examples, none, test(), listener)->predict(test());
    return {};
  }

  std::string never_predicts_an_absent_genre() {
    constexpr int kMore = 5;
    const TinyData train = clouds({0, 2, 3}, kMore, 6, 21, settings_.sequences),
                   other = clouds({0, 1, 2, 3}, kMore, 2, 22, settings_.sequences);
    Examples none;
    none.n_classes = kMore;
    Listener listener(settings_);
    const Examples test = without_labels(other.examples);
    const Predictions answers = fitted(train.examples, none, test, listener)->predict(test);
    for (const int label : answers.labels)
      if (label == 1 || label == 4)
        throw Broken(fmt::format("it predicts genre {}, which has no training example", label));
    const double most =
        std::max(answers.probabilities.col(1).maxCoeff(), answers.probabilities.col(4).maxCoeff());
    return most > 0.0 ? fmt::format(
                            "genres without training examples get probabilities of up to "
                            "{:.3g}; those of genrebench's own methods get 0",
                            most)
                      : std::string();
  }

  std::string takes_constant_features() {
    TinyData train = train_copy();
    for (FeatureMatrix& feature : train.features) feature.row(0).setZero();
    Listener listener(settings_);
    fitted(train.examples, valid_.examples, test(), listener)->predict(test());
    return {};
  }

 private:
  Examples test() const { return without_labels(test_.examples); }

  TinyData train_copy() const {
    TinyData copy;
    copy.features = train_.features;
    copy.examples = train_.examples;
    copy.examples.features.clear();
    for (const FeatureMatrix& feature : copy.features) copy.examples.features.push_back(&feature);
    return copy;
  }

  std::unique_ptr<Method> fitted(const Examples& train, const Examples& valid, const Examples& test,
                                 Listener& listener) const {
    for (int genre = 0; genre < train.n_classes; ++genre)
      listener.names.push_back(fmt::format("genre {}", genre));
    auto method = settings_.make(kSeed);
    if (auto* program = dynamic_cast<ProgramMethod*>(method.get())) program->expect(test);
    method->fit(train, valid, listener);
    return method;
  }

  /// @param row      of the new answers
  /// @param example  of the test part, whose first answer is expected
  void require_same(const Predictions& answers, std::size_t row, std::size_t example,
                    const std::string& when) const {
    const double difference = (answers.probabilities.row(static_cast<Eigen::Index>(row)) -
                               first_->probabilities.row(static_cast<Eigen::Index>(example)))
                                  .cwiseAbs()
                                  .maxCoeff();
    if (difference > kSameAnswer)
      throw Broken(
          fmt::format("the probabilities of an example change by {:.3g} when {}: it must "
                      "not learn from the test part, such as by statistics of its batches",
                      difference, when));
  }

  const MethodCheckSettings& settings_;
  TinyData train_, valid_, test_;
  std::unique_ptr<Method> method_;
  std::optional<Predictions> first_;
};

using Promise = std::pair<const char*, std::function<std::string(Trial&)>>;

const std::vector<Promise>& promises() {
  static const std::vector<Promise> all = {
      {"answers for every example", &Trial::answers},
      {"tells separable genres apart", &Trial::tells_genres_apart},
      {"gives the same answers for the same seed", &Trial::repeats_itself},
      {"answers for an example alone as among others", &Trial::answers_alone_as_among_others},
      {"answers in whatever order the test part comes", &Trial::ignores_the_order},
      {"works without a validation part", &Trial::works_without_validation},
      {"never predicts a genre without training examples", &Trial::never_predicts_an_absent_genre},
      {"takes features that never vary", &Trial::takes_constant_features}};
  return all;
}

}  // namespace

std::vector<MethodCheck> check_method(const MethodCheckSettings& settings,
                                      const std::function<void(const std::string&)>& before) {
  Trial trial(settings);
  std::vector<MethodCheck> checks;
  for (const auto& [promise, keep] : promises()) {
    before(promise);
    MethodCheck& check = checks.emplace_back(MethodCheck{.promise = promise});
    try {
      check.message = keep(trial);
      check.kept = true;
    } catch (const Interrupted&) {
      throw;
    } catch (const std::runtime_error& error) {
      check.message = error.what();
    }
    if (!checks.front().kept) break;
  }
  return checks;
}

}  // namespace genrebench::cli
