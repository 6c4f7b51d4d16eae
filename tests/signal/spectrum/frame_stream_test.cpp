#include "signal/spectrum/frame_stream.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "base/error.hpp"
#include "signal/features/descriptors.hpp"
#include "signal/features/mel.hpp"
#include "signal/features/mfcc.hpp"
#include "signal/test_clips.hpp"

namespace genrebench {
namespace frame_stream_test {

using testing::in_blocks;
using testing::noise;
using testing::same_bits;

/// Whole clip, blocks of all kinds, right and wrong hints of the length.
template <typename Extractor>
void expect_blocks_change_nothing(const Extractor& extractor, std::size_t n_samples) {
  const std::vector<float> clip = noise(n_samples, 11);
  const Eigen::MatrixXf whole = extractor(clip);
  const std::vector<std::vector<std::size_t>> block_sizes = {{1},     {1023, 1, 1025}, {4099},
                                                             {16384}, {2048, 77777},   {0, 333}};
  for (const auto& blocks : block_sizes) {
    if (blocks[0] == 1 && n_samples > 50000) continue;
    for (const std::int64_t hint : {std::int64_t{0}, static_cast<std::int64_t>(n_samples),
                                    std::int64_t{5000}, std::int64_t{1} << 40}) {
      ASSERT_TRUE(same_bits(whole, in_blocks(extractor, clip, blocks, hint)))
          << n_samples << " " << blocks[0] << " " << hint;
    }
  }
}

TEST(FrameStream, GivesTheWholeClipsBitsWhateverTheBlocks) {
  for (const std::size_t n_samples : {std::size_t{1}, std::size_t{1500}, std::size_t{16 * 1024},
                                      std::size_t{40001}, std::size_t{200000}}) {
    expect_blocks_change_nothing(MelSpectrogram({}, 22050.0), n_samples);
    expect_blocks_change_nothing(LogMel({}, 22050.0), n_samples);
    expect_blocks_change_nothing(Mfcc({}, 22050.0), n_samples);
    expect_blocks_change_nothing(Descriptors({}, 22050.0), n_samples);
  }
}

TEST(FrameStream, GivesTheWholeClipsBitsForOtherFramings) {
  for (const int n_fft : {256, 300, 2048}) {
    for (const int hop_length : {64, 500, 3000}) {
      for (const bool centred : {true, false}) {
        for (const PadMode pad_mode : {PadMode::constant, PadMode::reflect}) {
          MelOptions options;
          options.n_mels = 20;
          options.n_fft = n_fft;
          options.hop_length = hop_length;
          options.centred = centred;
          options.pad_mode = pad_mode;
          expect_blocks_change_nothing(MelSpectrogram(options, 22050.0), 30011);
        }
      }
    }
  }
}

TEST(FrameStream, AFrameDoesNotDependOnItsPlaceAmongOthers) {
  // Shifted by one hop, the same samples fall in another lane.
  const std::vector<float> clip = noise(60000, 12);
  MelOptions options;
  options.centred = false;
  const MelSpectrogram mel(options, 22050.0);
  const Eigen::MatrixXf all = mel(clip);
  for (std::size_t t = 1; t < 20; ++t) {
    const Eigen::MatrixXf rest = mel(std::span(clip).subspan(t * 1024));
    ASSERT_TRUE(same_bits(rest, all.rightCols(rest.cols()))) << t;
  }
}

template <typename Extractor>
void expect_threads_agree(const Extractor& extractor) {
  const std::vector<float> clip = noise(100000, 13);
  const Eigen::MatrixXf alone = extractor(clip);
  std::vector<Eigen::MatrixXf> results(6);
  std::vector<std::thread> threads;
  for (auto& result : results) {
    threads.emplace_back([&] {
      for (int repeat = 0; repeat < 3; ++repeat) result = extractor(clip);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_TRUE(same_bits(alone, result));
}

TEST(FrameStream, ThreadsMayShareAnExtractor) {
  expect_threads_agree(LogMel({}, 22050.0));
  expect_threads_agree(Mfcc({}, 22050.0));
  expect_threads_agree(Descriptors({}, 22050.0));
  MelOptions odd;
  odd.n_fft = 1000;
  expect_threads_agree(MelSpectrogram(odd, 22050.0));
}

TEST(FrameStream, OutlivesItsExtractor) {
  auto extractor = std::make_unique<Mfcc>(MfccOptions{}, 22050.0);
  const std::vector<float> clip = noise(9000, 14);
  const Eigen::MatrixXf expected = (*extractor)(clip);
  const auto stream = extractor->stream();
  extractor.reset();
  stream->push(clip);
  EXPECT_TRUE(same_bits(stream->finish(), expected));
}

TEST(FrameStream, SaysWhenTheClipHasNoFrame) {
  EXPECT_THROW(LogMel({}, 22050.0).stream()->finish(), DataError);
  EXPECT_THROW(Mfcc({}, 22050.0).stream()->finish(), DataError);
  EXPECT_THROW(Descriptors({}, 22050.0).stream()->finish(), DataError);
  LogMelOptions options;
  options.centred = false;
  const auto stream = LogMel(options, 22050.0).stream();
  stream->push(noise(2047));
  EXPECT_THROW(stream->finish(), DataError);
}

}  // namespace frame_stream_test
}  // namespace genrebench
