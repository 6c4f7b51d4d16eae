// The spectral error measure: Algorithm 1 by hand and by properties, the direct form against SciPy,
// the fast form against the direct one, for every option.

#include "signal/segmentation/sem.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <span>
#include <string>

#include "base/error.hpp"
#include "signal/audio/audio.hpp"
#include "signal/test_clips.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace sem_test {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr ArMethod kMethods[] = {ArMethod::yule_walker, ArMethod::burg, ArMethod::forward_backward};
constexpr Residual kResiduals[] = {Residual::zero_state, Residual::valid, Residual::full};

std::string to_string(ArMethod method) {
  return method == ArMethod::yule_walker ? "yule_walker"
         : method == ArMethod::burg      ? "burg"
                                         : "forward_backward";
}
std::string to_string(Residual residual) {
  return residual == Residual::zero_state ? "zero_state"
         : residual == Residual::valid    ? "valid"
                                          : "full";
}

Eigen::MatrixXd golden(const std::string& name) {
  return testing::read_matrix(std::filesystem::path(GENREBENCH_SOURCE_DIR "/tests/golden/sem") /
                              (name + ".txt"));
}

/// The largest relative difference; equal infinities differ by nothing.
double worst_difference(const Eigen::MatrixXd& got, const Eigen::MatrixXd& expected) {
  double worst = 0.0;
  for (Eigen::Index i = 0; i < got.rows(); ++i)
    for (Eigen::Index j = 0; j < got.cols(); ++j)
      if (got(i, j) != expected(i, j))
        worst = std::max(worst, std::abs(got(i, j) - expected(i, j)) / std::abs(expected(i, j)));
  return worst;
}

SemOptions with(SemImplementation implementation, SemOptions options = {}) {
  options.implementation = implementation;
  return options;
}

/// Music-like windows of different level: tones over noise.
std::vector<float> generated_music(std::size_t n_windows, std::size_t length) {
  Random random(11);
  std::vector<float> clip;
  for (std::size_t w = 0; w < n_windows; ++w) {
    const double f1 = random.uniform(0.01, 0.2), f2 = random.uniform(0.05, 0.4),
                 level = random.uniform(0.05, 1.0);
    for (std::size_t n = 0; n < length; ++n) {
      const double t = static_cast<double>(n);
      clip.push_back(static_cast<float>(level * (0.5 * std::sin(2.0 * std::numbers::pi * f1 * t) +
                                                 0.2 * std::sin(2.0 * std::numbers::pi * f2 * t) +
                                                 0.05 * random.normal())));
    }
  }
  return clip;
}

TEST(Sem, TwoSamplesAndOneTapByHand) {
  // A(z) = 1 - z^-1 / 2 on 2, 3 leaves 2, 2 | -1.5: zero-state r = (8, 4) / 2; full r = (10.25, 1,
  // -3) / 3; valid r = (4) / 1.
  const ArModel reference{.coefficients = Eigen::Vector2d(1.0, -0.5), .noise_variance = 3.0};
  const std::vector<double> sliding = {2.0, 3.0};
  SemOptions options{.ar_order = 1};
  EXPECT_NEAR(DirectSem(2, options)(reference, sliding),
              (3.0 / 4.0 - 1.0) * (3.0 / 4.0 - 1.0) + 2.0 * 0.25, 1e-15);
  options.residual = Residual::valid;
  EXPECT_NEAR(DirectSem(2, options)(reference, sliding), (3.0 / 4.0 - 1.0) * (3.0 / 4.0 - 1.0),
              1e-15);
  options.residual = Residual::full;
  const double power = 10.25 / 3.0, ratio = 3.0 / power - 1.0;
  EXPECT_NEAR(DirectSem(2, options)(reference, sliding),
              ratio * ratio + 2.0 * (1.0 + 9.0) / (10.25 * 10.25), 1e-14);
  options.lags = 1;
  EXPECT_NEAR(DirectSem(2, options)(reference, sliding),
              ratio * ratio + 2.0 * 1.0 / (10.25 * 10.25), 1e-14);
}

TEST(Sem, DirectAgreesWithSciPyForEveryOption) {
  const std::vector<float> clip = testing::golden_clip();
  const WindowSeries windows(std::span<const float>(clip).first(4000), 500, 500);
  for (const ArMethod method : kMethods)
    for (const Residual residual : kResiduals)
      for (const std::optional<int> lags : {std::optional<int>(), std::optional<int>(16)}) {
        SemOptions options{.ar_order = 12,
                           .ar_method = method,
                           .residual = residual,
                           .lags = lags,
                           .implementation = SemImplementation::direct};
        const std::string name =
            "sem_" + to_string(method) + "_" + to_string(residual) + "_" + (lags ? "16" : "window");
        EXPECT_LT(worst_difference(sem_matrix(windows, options).distances, golden(name)), 1e-8)
            << name;
        options.implementation = SemImplementation::fast;
        EXPECT_LT(worst_difference(sem_matrix(windows, options).distances, golden(name)), 1e-8)
            << name;
      }
  const WindowSeries tapered(std::span<const float>(clip).first(4000), 500, 500, Taper::hann);
  EXPECT_LT(worst_difference(sem_matrix(tapered, {.ar_order = 12}).distances, golden("sem_hann")),
            1e-8);
}

TEST(Sem, BothFormsAgreeWithTheOracleOnRealMusic) {
  GENREBENCH_REQUIRE_SHARED(shared);
  for (const std::string genre : {"blues", "classical", "metal"}) {
    const std::vector<float> clip =
        read_audio(shared / "oracles" / ("clip_" + genre + ".wav"), 0.0);
    const WindowSeries windows(clip, 11025, 11025);
    for (const ArMethod method : {ArMethod::yule_walker, ArMethod::forward_backward})
      for (const bool all : {true, false}) {
        SemOptions options{
            .ar_order = 20, .ar_method = method, .implementation = SemImplementation::direct};
        if (!all) options.lags = 20;
        const Eigen::MatrixXd oracle = testing::read_matrix(
            shared / "oracles" / ("signal_" + genre) /
            ((all ? "sem_p20_lags_window_" : "sem_p20_lags20_") + to_string(method) + ".txt"));
        EXPECT_LT(worst_difference(sem_matrix(windows, options).distances, oracle), 1e-8) << genre;
        const SemMatrix fast = sem_matrix(windows, with(SemImplementation::fast, options));
        EXPECT_LT(worst_difference(fast.distances, oracle), 1e-6) << genre;
        EXPECT_LT(fast.check.worst_relative_difference, 1e-6);
      }
  }
}

TEST(Sem, WhiteNoiseIsNearItsExpectedValue) {
  // Of white noise by order 1 the residual is white as well: r[k] / r[0] has variance (M - k) /
  // M^2, so the sum of its squares over all lags is about 1/2 and over L lags L / M, twice each in
  // Eq. 2; the first term is of order 1 / M.
  const std::size_t length = 4000;
  const std::vector<float> clip = testing::noise(20 * length, 5);
  const WindowSeries windows(clip, length, length);
  EXPECT_NEAR(sem_matrix(windows, {.ar_order = 1}).distances.mean(), 1.0, 0.02);
  EXPECT_NEAR(sem_matrix(windows, {.ar_order = 1, .lags = 40}).distances.mean(),
              2.0 * 40.0 / 4000.0, 0.003);
}

TEST(Sem, IdenticalWindowsAreAtTheirSelfDistance) {
  const std::vector<float> once = generated_music(1, 600);
  std::vector<float> twice = once;
  twice.insert(twice.end(), once.begin(), once.end());
  for (const SemImplementation implementation :
       {SemImplementation::direct, SemImplementation::fast}) {
    const Eigen::MatrixXd s =
        sem_matrix(WindowSeries(twice, 600, 600), with(implementation)).distances;
    EXPECT_EQ(s(0, 1), s(0, 0));
    EXPECT_EQ(s(1, 0), s(0, 0));
    EXPECT_EQ(s(1, 1), s(0, 0));
  }
}

TEST(Sem, ScalingBothWindowsChangesNothingAndScalingOneTheVarianceTermAlone) {
  const std::vector<float> clip = generated_music(2, 600);
  std::vector<float> both = clip, second = clip;
  for (float& x : both) x *= 8.0f;
  for (std::size_t n = 600; n < 1200; ++n) second[n] *= 2.0f;
  for (const SemImplementation implementation :
       {SemImplementation::direct, SemImplementation::fast}) {
    const auto distance = [&](const std::vector<float>& samples) {
      return sem_matrix(WindowSeries(samples, 600, 600), with(implementation)).distances;
    };
    const Eigen::MatrixXd s = distance(clip);
    EXPECT_LT(worst_difference(distance(both), s), 1e-12);
    // A sliding window of four times the power is as a reference of a quarter of the variance, and
    // the other way round.
    const Eigen::MatrixXd scaled = distance(second);
    const WindowSeries windows(clip, 600, 600);
    std::vector<ArModel> models = fit_ar_models(windows, {});
    models[0].noise_variance /= 4.0;
    models[1].noise_variance *= 4.0;
    DirectSem sem(600, {});
    std::vector<double> window(600);
    windows.copy(1, window);
    EXPECT_NEAR(scaled(0, 1), sem(models[0], window), 1e-9 * scaled(0, 1));
    windows.copy(0, window);
    EXPECT_NEAR(scaled(1, 0), sem(models[1], window), 1e-9 * scaled(1, 0));
    EXPECT_LT(std::abs(scaled(0, 0) - s(0, 0)) + std::abs(scaled(1, 1) - s(1, 1)), 1e-9);
  }
}

TEST(Sem, FastEqualsDirectForEveryOption) {
  const std::vector<float> clip = generated_music(11, 700);
  for (const int order : {1, 2, 7, 20, 64, 174})
    for (const ArMethod method : kMethods)
      for (const Residual residual : kResiduals)
        for (const int lags : {0, 1, 5, 20, 100}) {
          SemOptions options{
              .ar_order = order, .ar_method = method, .residual = residual, .n_checks = 30};
          if (lags > 0) options.lags = lags;
          const WindowSeries windows(clip, 700, 700);
          const SemMatrix fast = sem_matrix(windows, options);
          const Eigen::MatrixXd direct =
              sem_matrix(windows, with(SemImplementation::direct, options)).distances;
          const std::string what = "order " + std::to_string(order) + " " + to_string(method) +
                                   " " + to_string(residual) + " lags " + std::to_string(lags);
          EXPECT_LT(worst_difference(fast.distances, direct), options.tolerance) << what;
          EXPECT_LE(fast.check.worst_bound, options.tolerance) << what;
          EXPECT_EQ(fast.check.n_pairs, 121u);
          if (order <= 20) {
            EXPECT_LT(fast.check.n_direct, 12u) << what << ": the fast form is not used";
          }
        }
}

TEST(Sem, FastEqualsDirectOnEveryTrackOfGtzanMini) {
  GENREBENCH_REQUIRE_SHARED(shared);
  std::vector<double> differences;
  std::size_t n_direct = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(shared / "data/gtzan-mini/genres")) {
    if (entry.path().extension() != ".ogg") continue;
    // Every fifth sample, as the authors decimate; ten windows of 3 s. At full rate the benchmark
    // program compares.
    const std::vector<float> clip = read_audio(entry.path(), 4410.0);
    const WindowSeries windows(clip, 13230, 13230);
    const SemOptions options{.ar_order = 12, .ar_method = ArMethod::burg};
    const SemMatrix fast = sem_matrix(windows, options);
    const Eigen::MatrixXd direct =
        sem_matrix(windows, with(SemImplementation::direct, options)).distances;
    n_direct += fast.check.n_direct;
    for (Eigen::Index k = 0; k < direct.size(); ++k)
      differences.push_back(std::abs(fast.distances(k) - direct(k)) / direct(k));
  }
  ASSERT_GE(differences.size(), 9000u);
  std::sort(differences.begin(), differences.end());
  EXPECT_LT(differences.back(), 1e-3);
  EXPECT_LT(differences[differences.size() / 2], 1e-6);
  EXPECT_LT(n_direct, differences.size() / 20);
}

TEST(Sem, TheBoundSendsPairsThatRoundAwayToTheDirectPath) {
  // Pure tones: the model predicts nearly everything, and what is left is rounding of the lag sums.
  std::vector<float> clip;
  for (const double hz : {200.0, 210.0, 3000.0}) {
    const std::vector<float> tone = testing::tone(hz, 2000);
    clip.insert(clip.end(), tone.begin(), tone.end());
  }
  SemOptions options{.ar_order = 40, .ar_method = ArMethod::forward_backward, .tolerance = 1e-10};
  const WindowSeries windows(clip, 2000, 2000);
  const SemMatrix fast = sem_matrix(windows, options);
  EXPECT_GT(fast.check.n_direct, 0u);
  EXPECT_LT(
      worst_difference(fast.distances,
                       sem_matrix(windows, with(SemImplementation::direct, options)).distances),
      options.tolerance);
}

TEST(Sem, TheResultDoesNotDependOnTheNumberOfThreads) {
  const std::vector<float> clip = generated_music(37, 500);
  for (const SemImplementation implementation :
       {SemImplementation::direct, SemImplementation::fast}) {
    SemOptions options = with(implementation, {.ar_order = 12});
    const Eigen::MatrixXd one = sem_matrix(WindowSeries(clip, 500, 500), options).distances;
    options.threads = 5;
    EXPECT_EQ(sem_matrix(WindowSeries(clip, 500, 500), options).distances, one);
  }
}

TEST(Sem, SilenceIsNearSilenceAndInfinitelyFarFromSound) {
  std::vector<float> clip(1800, 0.0f);
  const std::vector<float> noise = testing::noise(600);
  std::copy(noise.begin(), noise.end(), clip.begin());
  for (const SemImplementation implementation :
       {SemImplementation::direct, SemImplementation::fast}) {
    const Eigen::MatrixXd s =
        sem_matrix(WindowSeries(clip, 600, 600), with(implementation, {.ar_order = 8})).distances;
    EXPECT_EQ(s(1, 2), 0.0);
    EXPECT_EQ(s(1, 1), 0.0);
    EXPECT_EQ(s(0, 1), kInfinity);
    // The reference [1, 0, ...] passes the noise through: no variance, so 1, plus its own
    // correlation.
    EXPECT_GT(s(1, 0), 1.0);
    EXPECT_TRUE(std::isfinite(s(1, 0)));
  }
}

TEST(Sem, AConstantAndAClippedSignalGiveNumbers) {
  std::vector<float> clip(3000, 0.25f);
  for (std::size_t n = 1000; n < 2000; ++n)
    clip[n] = std::clamp(3.0f * std::sin(0.05f * static_cast<float>(n)), -1.0f, 1.0f);
  for (const ArMethod method : kMethods)
    for (const Residual residual : kResiduals) {
      const SemOptions options{.ar_order = 10, .ar_method = method, .residual = residual};
      const WindowSeries windows(clip, 1000, 1000);
      const Eigen::MatrixXd fast = sem_matrix(windows, options).distances;
      const Eigen::MatrixXd direct =
          sem_matrix(windows, with(SemImplementation::direct, options)).distances;
      EXPECT_FALSE(fast.hasNaN());
      EXPECT_LT(worst_difference(fast, direct), 1e-5);
    }
}

TEST(Sem, ImpossibleOptionsAreRefused) {
  const std::vector<float> clip(100, 1.0f);
  EXPECT_THROW_SAYING(sem_matrix(WindowSeries(clip, 20, 20), {.ar_order = 20}), ConfigError,
                      "ar_order: expected 1 to 19 for windows of 20 samples, found 20");
  EXPECT_THROW_SAYING(sem_matrix(WindowSeries(clip, 20, 20), {.ar_order = 2, .lags = 0}),
                      ConfigError, "lags");
  EXPECT_THROW_SAYING(WindowSeries(clip, 0, 1), ConfigError, "at least one sample");
  EXPECT_THROW_SAYING(WindowSeries(clip, 1, 0), ConfigError, "at least one sample");
}

TEST(Sem, OrdersAndLagsUpToTheWindowsLengthWork) {
  const std::vector<float> clip = testing::noise(120);
  for (const int order : {5, 12, 38, 39})
    for (const int lags : {3, 39, 1000}) {
      const SemOptions options{.ar_order = order, .lags = lags};
      const WindowSeries windows(clip, 40, 40);
      const Eigen::MatrixXd s = sem_matrix(windows, options).distances;
      EXPECT_TRUE(s.allFinite());
      EXPECT_LT(worst_difference(
                    s, sem_matrix(windows, with(SemImplementation::direct, options)).distances),
                1e-5);
    }
}

}  // namespace sem_test
}  // namespace genrebench
