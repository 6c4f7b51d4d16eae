#include "signal/spectrum/stft_options.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "signal/spectrum/stft.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace stft_options_test {

using testing::message_of;
using testing::noise;

TEST(Stft, CountsFrames) {
  const StftOptions centred{.n_fft = 2048, .hop_length = 1024};
  EXPECT_EQ(frame_count(660000, centred), 645);  // the paper's
  EXPECT_EQ(frame_count(1, centred), 1);
  EXPECT_EQ(frame_count(1023, centred), 1);
  EXPECT_EQ(frame_count(1024, centred), 2);
  EXPECT_EQ(frame_count(0, centred), 0);
  const StftOptions uncentred{.n_fft = 2048, .hop_length = 1024, .centred = false};
  EXPECT_EQ(frame_count(2047, uncentred), 0);
  EXPECT_EQ(frame_count(2048, uncentred), 1);
  EXPECT_EQ(frame_count(3072, uncentred), 2);
  for (const std::size_t n : {std::size_t{1}, std::size_t{100}, std::size_t{2049},
                              std::size_t{16 * 1024}, std::size_t{50001}}) {
    EXPECT_EQ(power_spectrogram(noise(n), centred).cols(),
              frame_count(static_cast<std::int64_t>(n), centred))
        << n;
  }
}

TEST(Stft, NamesTheOptionThatIsOutOfRange) {
  for (const int n_fft : {0, -2, 15, 17, (1 << 20) + 2}) {
    EXPECT_NE(message_of<ConfigError>([&] { stft(noise(10), {.n_fft = n_fft}); }).find("n_fft"),
              std::string::npos);
  }
  EXPECT_NE(message_of<ConfigError>([] {
              power_spectrogram(noise(10), {.hop_length = 0});
            }).find("hop_length"),
            std::string::npos);
}

TEST(Stft, WindowIsPeriodic) {
  const std::vector<float> window = hann_window(4);
  EXPECT_EQ(window, (std::vector<float>{0.0f, 0.5f, 1.0f, 0.5f}));
  EXPECT_EQ(fft_frequencies_hz(4, 8000.0), (std::vector<double>{0.0, 2000.0, 4000.0}));
}

}  // namespace stft_options_test
}  // namespace genrebench
