#include "signal/audio/multi_rate_reader.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/sound_files.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace multi_rate_reader_test {

class MultiRate : public ::testing::Test {
 protected:
  /// Two channels at 44.1 kHz, over several blocks and not a whole number of them.
  std::filesystem::path stereo() {
    std::vector<float> samples(2 * 50001);
    for (std::size_t i = 0; i < samples.size(); ++i)
      samples[i] = 0.4f * static_cast<float>(std::sin(1e-5 * static_cast<double>(i * (i % 7))));
    EXPECT_TRUE(testing::write_sound(folder_ / "stereo.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                                     samples, 2, 44100));
    return folder_ / "stereo.wav";
  }

  testing::TemporaryFolder folder_;
};

TEST_F(MultiRate, EachRateHasTheSamplesOfAReaderOfItsOwn) {
  const auto file = stereo();
  const std::vector<double> rates = {0.0, 22050.0, 8000.0, 48000.0, 11025.0};
  MultiRateReader reader(file);
  std::vector<std::vector<float>> samples(rates.size());
  for (const double rate : rates) reader.add_rate(rate);
  while (reader.next())
    for (std::size_t i = 0; i < rates.size(); ++i) {
      const auto block = reader.samples(i);
      samples[i].insert(samples[i].end(), block.begin(), block.end());
    }
  for (std::size_t i = 0; i < rates.size(); ++i) {
    EXPECT_EQ(samples[i], read_audio(file, rates[i])) << rates[i];
    EXPECT_EQ(std::ssize(samples[i]), reader.expected_samples(i)) << rates[i];
    EXPECT_EQ(reader.sample_rate_hz(i), rates[i] == 0.0 ? 44100.0 : rates[i]);
  }
  EXPECT_FALSE(reader.next()) << "the end stays the end";
}

TEST_F(MultiRate, EqualRatesShareANumber) {
  MultiRateReader reader(stereo());
  EXPECT_EQ(reader.add_rate(22050.0), 0u);
  EXPECT_EQ(reader.add_rate(0.0), 1u);
  EXPECT_EQ(reader.add_rate(44100.0), 1u) << "the file's own";
  EXPECT_EQ(reader.add_rate(22050.0), 0u);
  EXPECT_THROW_SAYING(reader.add_rate(100.0), ConfigError, "1000", "768000", "100");
}

TEST_F(MultiRate, AFileCountsOnceItIsDecodedHoweverManyRatesItHas) {
  const auto file = stereo();
  const std::size_t before = n_decoded_files();
  probe_audio(file);
  EXPECT_EQ(n_decoded_files(), before) << "its headers alone were read";
  MultiRateReader reader(file);
  for (const double rate : {22050.0, 8000.0, 0.0}) reader.add_rate(rate);
  while (reader.next()) {
  }
  EXPECT_EQ(n_decoded_files(), before + 1);
  read_audio(file);
  EXPECT_EQ(n_decoded_files(), before + 2);
}

TEST_F(MultiRate, FindsTheDamageThatAReaderFinds) {
  std::vector<float> samples(40000, 0.25f);
  samples[30000] = std::numeric_limits<float>::quiet_NaN();
  ASSERT_TRUE(testing::write_sound(folder_ / "nan.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, samples));
  MultiRateReader reader(folder_ / "nan.wav");
  reader.add_rate(8000.0);
  reader.add_rate(16000.0);
  const std::string message = testing::message_of<DataError>([&] {
    while (reader.next()) {
    }
  });
  EXPECT_EQ(message, testing::fault_of(folder_ / "nan.wav"));
  EXPECT_NE(message.find("sample 30000"), std::string::npos) << message;
  EXPECT_THROW_SAYING(MultiRateReader(folder_ / "none.wav"), DataError, "none.wav");
}

}  // namespace multi_rate_reader_test
}  // namespace genrebench
