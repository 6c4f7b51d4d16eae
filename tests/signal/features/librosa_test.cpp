// The signal chain against librosa 0.11: on a generated clip, with values kept in
// tests/golden/signal (made by generate.py there), and on real clips, with the oracle values
// outside the repository. Tolerances: both sides compute in float, whose rounding is 6e-8 of the
// largest value in a transform; the bounds leave two orders of magnitude and are still far below
// what matters to a classifier.

#include <gtest/gtest.h>

#include "signal/audio/audio.hpp"
#include "signal/features/descriptors.hpp"
#include "signal/features/mel.hpp"
#include "signal/features/mfcc.hpp"
#include "signal/test_clips.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace librosa_test {

using testing::golden_clip;
using testing::largest_difference;
using testing::read_matrix;

constexpr double kRateHz = 22050.0;

Eigen::MatrixXd golden(const std::string& name) {
  return read_matrix(std::filesystem::path(GENREBENCH_SOURCE_DIR "/tests/golden/signal") /
                     (name + ".txt"));
}

/// Difference relative to the largest expected value.
double relative_difference(const Eigen::MatrixXf& got, const Eigen::MatrixXd& expected) {
  return largest_difference(got, expected) / expected.cwiseAbs().maxCoeff();
}

TEST(Librosa, MelSpectrogramsAgree) {
  const std::vector<float> clip = golden_clip();
  EXPECT_LT(relative_difference(MelSpectrogram({}, kRateHz)(clip), golden("mel_slaney")), 1e-5);
  MelOptions htk;
  htk.scale = MelScale::htk;
  htk.norm = MelNorm::none;
  EXPECT_LT(relative_difference(MelSpectrogram(htk, kRateHz)(clip), golden("mel_htk")), 1e-5);
  MelOptions odd;  // a size that FFTW transforms
  odd.n_fft = 1500;
  odd.hop_length = 700;
  odd.n_mels = 40;
  odd.fmin_hz = 50.0;
  odd.fmax_hz = 8000.0;
  EXPECT_LT(relative_difference(MelSpectrogram(odd, kRateHz)(clip), golden("mel_1500_50_8000")),
            1e-5);
  MelOptions reflect;
  reflect.n_mels = 40;
  reflect.pad_mode = PadMode::reflect;
  EXPECT_LT(relative_difference(MelSpectrogram(reflect, kRateHz)(clip), golden("mel_reflect")),
            1e-5);
  MelOptions uncentred;
  uncentred.n_mels = 40;
  uncentred.centred = false;
  EXPECT_LT(relative_difference(MelSpectrogram(uncentred, kRateHz)(clip), golden("mel_uncentred")),
            1e-5);
}

TEST(Librosa, LevelsAgreeTo0_01Db) {
  EXPECT_LT(largest_difference(LogMel({}, kRateHz)(golden_clip()), golden("mel_db")), 0.01);
}

TEST(Librosa, MfccAgreeTo0_01) {
  EXPECT_LT(largest_difference(Mfcc({}, kRateHz)(golden_clip()), golden("mfcc")), 0.01);
  MfccOptions options;
  options.n_mfcc = 13;
  options.n_mels = 40;
  options.lifter = 22.0;
  EXPECT_LT(largest_difference(Mfcc(options, kRateHz)(golden_clip()), golden("mfcc_lifter")),
            0.05);  // weights up to 12
}

TEST(Librosa, DescriptorsAgree) {
  const Eigen::MatrixXf rows = Descriptors({}, kRateHz)(golden_clip());
  EXPECT_LT(largest_difference(rows.row(0), golden("centroid")), 0.05);  // Hz
  EXPECT_LT(largest_difference(rows.row(1), golden("bandwidth")), 0.05);
  EXPECT_LT(largest_difference(rows.middleRows(2, 7), golden("contrast")), 0.01);  // dB
  EXPECT_LT(largest_difference(rows.row(9), golden("roll_off")), 0.01);
  EXPECT_LT(largest_difference(rows.middleRows(10, 12), golden("chroma")), 1e-4);
  EXPECT_LT(largest_difference(rows.row(22), golden("zero_crossing_rate")), 1e-7);
  EXPECT_LT(largest_difference(rows.row(23), golden("rms")), 1e-6);
  DescriptorOptions tuned;
  tuned.tuning = 0.25;
  EXPECT_LT(largest_difference(Descriptors(tuned, kRateHz)(golden_clip()).middleRows(10, 12),
                               golden("chroma_tuned")),
            1e-4);
}

TEST(Librosa, OraclesOnRealClipsAgree) {
  GENREBENCH_REQUIRE_SHARED(shared);
  for (const std::string name : {"blues", "classical", "metal"}) {
    const std::vector<float> clip = read_audio(shared / "oracles" / ("clip_" + name + ".wav"));
    const auto oracle = [&](const char* file) {
      return read_matrix(shared / "oracles" / ("signal_" + name) / file);
    };
    EXPECT_LT(
        relative_difference(MelSpectrogram({}, kRateHz)(clip), oracle("mel_slaney_power.txt")),
        1e-4)
        << name;
    MelOptions htk;
    htk.scale = MelScale::htk;
    htk.norm = MelNorm::none;
    EXPECT_LT(
        relative_difference(MelSpectrogram(htk, kRateHz)(clip), oracle("mel_htk_nonorm_power.txt")),
        1e-4)
        << name;
    EXPECT_LT(
        largest_difference(LogMel({}, kRateHz)(clip), oracle("mel_slaney_db_refmax_top80.txt")),
        0.01)
        << name;
    EXPECT_LT(largest_difference(Mfcc({}, kRateHz)(clip), oracle("mfcc20_slaney.txt")), 0.01)
        << name;
  }
}

}  // namespace librosa_test
}  // namespace genrebench
