#include "signal/features/descriptors.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "base/error.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace descriptors_test {

using testing::message_of;
using testing::noise;
using testing::tone;

Eigen::Index row_of(const std::string& name, const DescriptorOptions& options = {}) {
  const auto names = descriptor_names(options);
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return found - names.begin();
}

TEST(Descriptors, NamesItsRowsInOrder) {
  const auto names = descriptor_names();
  ASSERT_EQ(names.size(), 24u);
  EXPECT_EQ(names[0], "centroid");
  EXPECT_EQ(names[1], "bandwidth");
  EXPECT_EQ(names[2], "contrast_0");
  EXPECT_EQ(names[8], "contrast_6");
  EXPECT_EQ(names[9], "roll_off");
  EXPECT_EQ(names[10], "chroma_0");
  EXPECT_EQ(names[21], "chroma_11");
  EXPECT_EQ(names[22], "zero_crossing_rate");
  EXPECT_EQ(names[23], "rms");
  EXPECT_EQ(Descriptors({}, 22050.0).rows(), 24);
}

TEST(Descriptors, OfAToneAreThoseOfItsFrequency) {
  const Eigen::MatrixXf rows = Descriptors({}, 22050.0)(tone(2205.0, 22050));
  const Eigen::Index t = 10;
  EXPECT_NEAR(rows(row_of("centroid"), t), 2205.0f, 5.0f);
  EXPECT_LT(rows(row_of("bandwidth"), t), 60.0f);
  EXPECT_NEAR(rows(row_of("roll_off"), t), 2205.0f, 22.0f);
  EXPECT_NEAR(rows(row_of("zero_crossing_rate"), t), 0.2f, 0.001f);  // two crossings every ten
                                                                     // samples
  EXPECT_NEAR(rows(row_of("rms"), t), 0.5f / std::sqrt(2.0f), 1e-3f);
}

TEST(Descriptors, ChromaOfATuningForkIsA) {
  const Eigen::MatrixXf rows = Descriptors({}, 22050.0)(tone(440.0, 22050));
  Eigen::Index pitch_class = 0;
  rows.col(10).segment(row_of("chroma_0"), 12).maxCoeff(&pitch_class);
  EXPECT_EQ(pitch_class, 9);  // C is 0
  EXPECT_EQ(rows(row_of("chroma_9"), 10), 1.0f);
}

TEST(Descriptors, CountsCrossingsAsByHand) {
  DescriptorOptions options;
  options.n_fft = 16;
  options.hop_length = 16;
  options.centred = false;
  options.contrast = options.chroma = options.centroid = options.bandwidth = options.roll_off =
      false;
  std::vector<float> clip(16, 1.0f);
  clip[3] = -1.0f;    // two crossings
  clip[7] = 0.0f;     // none: 0 counts as positive
  clip[9] = -1e-11f;  // none: too small
  clip[15] = -1.0f;   // one
  const Eigen::MatrixXf rows = Descriptors(options, 22050.0)(clip);
  ASSERT_EQ(rows.rows(), 2);
  EXPECT_FLOAT_EQ(rows(0, 0), 3.0f / 16.0f);
  EXPECT_FLOAT_EQ(rows(1, 0), std::sqrt(14.0f / 16.0f));
}

TEST(Descriptors, DoNotChangeWithTheVolumeExceptRms) {
  std::vector<float> clip = noise(30000, 2);
  const Descriptors descriptors({}, 22050.0);
  const Eigen::MatrixXf quiet = descriptors(clip);
  for (float& x : clip) x *= 2.0f;
  const Eigen::MatrixXf loud = descriptors(clip);
  EXPECT_LT((loud - quiet).topRows(23).cwiseAbs().maxCoeff(), 1e-4f);
  EXPECT_EQ(loud.row(23), 2.0f * quiet.row(23));
}

TEST(Descriptors, EachRowIsTheSameWithoutTheOthers) {
  const std::vector<float> clip = noise(30000, 3);
  const Eigen::MatrixXf all = Descriptors({}, 22050.0)(clip);
  const auto alone = [&](bool DescriptorOptions::*wanted, Eigen::Index first, Eigen::Index count) {
    DescriptorOptions options;
    options.centroid = options.bandwidth = options.contrast = options.roll_off = options.chroma =
        false;
    options.zero_crossing_rate = options.rms = false;
    options.*wanted = true;
    const Eigen::MatrixXf rows = Descriptors(options, 22050.0)(clip);
    ASSERT_EQ(rows.rows(), count);
    EXPECT_TRUE(testing::same_bits(rows, all.middleRows(first, count))) << first;
  };
  alone(&DescriptorOptions::centroid, 0, 1);
  alone(&DescriptorOptions::bandwidth, 1, 1);
  alone(&DescriptorOptions::contrast, 2, 7);
  alone(&DescriptorOptions::roll_off, 9, 1);
  alone(&DescriptorOptions::chroma, 10, 12);
  alone(&DescriptorOptions::zero_crossing_rate, 22, 1);
  alone(&DescriptorOptions::rms, 23, 1);
}

TEST(Descriptors, OfSilenceAreFinite) {
  const Eigen::MatrixXf rows = Descriptors({}, 22050.0)(std::vector<float>(5000, 0.0f));
  EXPECT_TRUE(rows.allFinite());
  EXPECT_EQ(rows.maxCoeff(), 0.0f);
}

TEST(Descriptors, NanSpoilsOnlyTheFramesThatHoldIt) {
  std::vector<float> clip = noise(40960, 4);
  clip[20480] = std::numeric_limits<float>::quiet_NaN();
  const Eigen::MatrixXf rows = Descriptors({}, 22050.0)(clip);
  EXPECT_TRUE(rows.leftCols(19).allFinite());
  EXPECT_TRUE(rows.rightCols(rows.cols() - 22).allFinite());
  EXPECT_FALSE(std::isfinite(rows(0, 20)));
  EXPECT_FALSE(std::isfinite(rows(3, 20)));
}

TEST(Descriptors, TakeShortClipsAndRefuseEmptyOnes) {
  const Descriptors descriptors({}, 22050.0);
  EXPECT_TRUE(descriptors(noise(1)).allFinite());
  EXPECT_EQ(descriptors(noise(700)).cols(), 1);
  EXPECT_THROW(descriptors({}), DataError);
}

TEST(Descriptors, NamesTheOptionThatIsOutOfRange) {
  const auto message = [](auto change, double rate = 22050.0) {
    DescriptorOptions options;
    change(options);
    return message_of<ConfigError>([&] { Descriptors(options, rate); });
  };
  EXPECT_NE(message([](auto& o) { o.roll_off_fraction = 1.0; }).find("roll_off_fraction"),
            std::string::npos);
  EXPECT_NE(message([](auto& o) { o.contrast_bands = 0; }).find("contrast_bands"),
            std::string::npos);
  EXPECT_NE(message([](auto& o) { o.contrast_bands = 8; }).find("contrast_bands"),
            std::string::npos);
  EXPECT_NE(message([](auto& o) { o.contrast_fmin_hz = 0.0; }).find("contrast_fmin_hz"),
            std::string::npos);
  EXPECT_NE(message([](auto& o) { o.contrast_quantile = 0.0; }).find("contrast_quantile"),
            std::string::npos);
  EXPECT_NE(message([](auto& o) { o.n_chroma = 0; }).find("n_chroma"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.tuning = 0.6; }).find("tuning"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.n_fft = 32; }).find("n_fft"), std::string::npos);
  EXPECT_NE(message([](auto& o) { o.hop_length = 0; }).find("hop_length"), std::string::npos);
  EXPECT_NE(message([](auto&) {}, -1.0).find("sample_rate_hz"), std::string::npos);
  EXPECT_NE(message([](auto& o) {
              o.centroid = o.bandwidth = o.contrast = o.roll_off = o.chroma = o.zero_crossing_rate =
                  o.rms = false;
            }).find("at least one"),
            std::string::npos);
}

}  // namespace descriptors_test
}  // namespace genrebench
