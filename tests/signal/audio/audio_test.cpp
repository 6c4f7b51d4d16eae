#include "signal/audio/audio.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <thread>

#include "signal/audio/audio_formats.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace audio_test {

using testing::bytes_of;
using testing::fault_of;
using testing::kMp3;
using testing::message_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::tone;
using testing::write_bytes;
using testing::write_sound;

std::vector<float> in_blocks_of(const std::filesystem::path& file, double rate_hz,
                                std::size_t block) {
  AudioReader reader(file, rate_hz);
  std::vector<float> samples;
  std::vector<float> buffer(block);
  while (const std::size_t n = reader.read(buffer))
    samples.insert(samples.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(n));
  return samples;
}

TEST(AudioReader, ReadsWhatWriteWavWrote) {
  const TemporaryFolder folder;
  const std::vector<float> clip = {0.0f, 0.5f, -0.5f, -1.0f, 1.0f / 32768.0f, 1.0f, 2.0f, -3.0f};
  write_wav(folder / "a.wav", clip, 22050);
  EXPECT_EQ(read_audio(folder / "a.wav"),
            (std::vector<float>{0.0f, 0.5f, -0.5f, -1.0f, 1.0f / 32768.0f, 32767.0f / 32768.0f,
                                32767.0f / 32768.0f, -1.0f}));
  write_wav(folder / "f.wav", clip, 22050, SampleFormat::float32);
  EXPECT_EQ(read_audio(folder / "f.wav"), clip);
}

TEST(AudioReader, TellsWhatAFileHolds) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      write_sound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24, noise(2 * 44100), 2, 44100));
  const AudioInfo info = probe_audio(folder / "a.wav");
  EXPECT_EQ(info.sample_rate_hz, 44100.0);
  EXPECT_EQ(info.channels, 2);
  EXPECT_EQ(info.n_frames, 44100);
  EXPECT_EQ(info.duration_s, 1.0);
  EXPECT_TRUE(says(info.format, "WAV")) << info.format;
  EXPECT_TRUE(says(info.format, "24")) << info.format;
  const AudioReader reader(folder / "a.wav");
  EXPECT_EQ(reader.sample_rate_hz(), 22050.0);
  EXPECT_EQ(reader.expected_samples(), 22050);
  EXPECT_EQ(AudioReader(folder / "a.wav", 0.0).sample_rate_hz(), 44100.0);
}

TEST(AudioReader, MixesChannelsByTheirMean) {
  const TemporaryFolder folder;
  for (const int channels : {2, 8}) {
    const std::vector<float> interleaved = noise(static_cast<std::size_t>(1000 * channels));
    ASSERT_TRUE(
        write_sound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, interleaved, channels));
    const std::vector<float> mono = read_audio(folder / "a.wav");
    ASSERT_EQ(mono.size(), 1000u);
    for (std::size_t i = 0; i < mono.size(); ++i) {
      double sum = 0.0;
      for (int c = 0; c < channels; ++c)
        sum += static_cast<double>(
            interleaved[i * static_cast<std::size_t>(channels) + static_cast<std::size_t>(c)]);
      ASSERT_NEAR(mono[i], sum / channels, 1e-7);
    }
  }
}

TEST(AudioReader, ResamplesAsAskedAndToTheExactLength) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", tone(1000.0, 44101, 44100.0), 44100, SampleFormat::float32);
  const std::vector<float> samples = read_audio(folder / "a.wav");
  ASSERT_EQ(samples.size(), 22051u);
  const std::vector<float> expected = tone(1000.0, 22051);
  for (std::size_t n = 2000; n < 20000; ++n) ASSERT_NEAR(samples[n], expected[n], 1e-5f) << n;
  EXPECT_EQ(read_audio(folder / "a.wav", 48000.0).size(),
            static_cast<std::size_t>(std::ceil(44101.0 * (48000.0 / 44100.0))));
  EXPECT_EQ(read_audio(folder / "a.wav", 0.0).size(), 44101u);
}

TEST(AudioReader, GivesTheSameBitsInBlocksOfAnySize) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      write_sound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16, noise(2 * 50000), 2, 44100));
  for (const double rate_hz : {22050.0, 0.0, 16000.0}) {
    const std::vector<float> whole = read_audio(folder / "a.wav", rate_hz);
    for (const std::size_t block : {1u, 777u, 16384u, 100000u}) {
      EXPECT_EQ(in_blocks_of(folder / "a.wav", rate_hz, block), whole) << rate_hz << " " << block;
    }
    EXPECT_EQ(static_cast<std::int64_t>(whole.size()),
              AudioReader(folder / "a.wav", rate_hz).expected_samples());
  }
}

TEST(AudioReader, MayBeMoved) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", noise(100), 22050);
  AudioReader first(folder / "a.wav");
  std::vector<float> buffer(60);
  EXPECT_EQ(first.read(buffer), 60u);
  AudioReader second = std::move(first);
  EXPECT_EQ(second.read(buffer), 40u);
  EXPECT_EQ(second.read(buffer), 0u);
  EXPECT_EQ(second.read(buffer), 0u);
}

TEST(AudioReader, DecodesTheOtherFormats) {
  const TemporaryFolder folder;
  const std::vector<float> clip = tone(440.0, 44100);
  const std::vector<std::pair<const char*, int>> formats = {
      {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16}, {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16},
      {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16}, {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
      {"r.wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},  {"a.mp3", kMp3}};
  for (const auto& [name, format] : formats) {
    if (!write_sound(folder / name, format, clip)) continue;
    EXPECT_TRUE(is_audio_file(folder / name));
    const std::vector<float> samples = read_audio(folder / name);
    EXPECT_NEAR(static_cast<double>(samples.size()), 44100.0, 2400.0) << name;  // MP3 pads frames
    double energy = 0.0;
    for (const float x : samples) energy += static_cast<double>(x * x);
    EXPECT_NEAR(energy / 44100.0, 0.125, 0.01) << name;
  }
}

TEST(AudioReader, NamesAFileThatIsNotThereOrNotAudio) {
  const TemporaryFolder folder;
  EXPECT_TRUE(says(fault_of(folder / "missing.wav"), "nothing there"));
  std::filesystem::create_directory(folder / "folder.wav");
  EXPECT_TRUE(says(fault_of(folder / "folder.wav"), "a folder"));
  write_bytes(folder / "text.wav", "This is a text file whose name claims that it is audio.\n");
  EXPECT_TRUE(says(fault_of(folder / "text.wav"), "found text that begins 'This is"));
  write_bytes(folder / "text.mp3", "This is a text file whose name claims that it is audio.\n");
  EXPECT_TRUE(says(fault_of(folder / "text.mp3"), "found text that begins 'This is"));
  write_bytes(folder / "empty.wav", "");
  EXPECT_TRUE(says(fault_of(folder / "empty.wav"), "empty"));
  write_bytes(folder / "secret.wav", "RIFF");
  std::filesystem::permissions(folder / "secret.wav", std::filesystem::perms::none);
  if (::geteuid() != 0) {
    EXPECT_TRUE(says(fault_of(folder / "secret.wav"), "ermission"));
  }
  EXPECT_THROW(probe_audio(folder / "missing.wav"), DataError);
}

TEST(AudioReader, RefusesAClipWithoutSamples) {
  const TemporaryFolder folder;
  write_wav(folder / "none.wav", {}, 22050);
  EXPECT_TRUE(says(fault_of(folder / "none.wav"), "at least one sample"));
  if (write_sound(folder / "none.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, {}))
    fault_of(folder / "none.flac");
  if (write_sound(folder / "none.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS, {}))
    fault_of(folder / "none.ogg");
}

TEST(AudioReader, RefusesSamplesThatAreNotFinite) {
  const TemporaryFolder folder;
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::vector<float> clip = noise(40000);
    clip[2 * 17000 + 1] = bad;
    ASSERT_TRUE(write_sound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, clip, 2));
    const std::string message = fault_of(folder / "a.wav");
    EXPECT_TRUE(says(message, "sample 17000 of channel 1")) << message;
  }
}

TEST(AudioReader, RefusesSamplesBeyondAllMeasure) {
  const TemporaryFolder folder;
  for (const float bad : {3.4e38f, -3.4e38f, 2e10f, -1.1e10f}) {
    for (const int channels : {1, 2}) {
      std::vector<float> clip = noise(40000);
      for (std::size_t c = 0; c < 2; ++c) clip[20000 + c] = bad;
      ASSERT_TRUE(
          write_sound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT, clip, channels, 44100));
      const std::string message = fault_of(folder / "a.wav");
      const std::string place = "sample " + std::to_string(20000 / channels) + " of channel 0";
      EXPECT_TRUE(says(message, place) && says(message, "1e+10")) << message;
    }
  }
  // Integers of 32 bits that were stored as floats are large, but can be computed with.
  for (const float large : {32767.0f, 2147483648.0f, 9.9e9f}) {
    ASSERT_TRUE(write_sound(folder / "a.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT,
                            std::vector<float>(20000, large), 2, 44100));
    for (const float x : read_audio(folder / "a.wav")) ASSERT_TRUE(std::isfinite(x));
  }
}

TEST(AudioReader, RefusesSampleRatesThatNoMusicHas) {
  const TemporaryFolder folder;
  for (const int rate_hz : {1, 999, 768001}) {
    write_wav(folder / "a.wav", noise(100), rate_hz);
    EXPECT_TRUE(says(fault_of(folder / "a.wav"), "sample rate")) << rate_hz;
  }
  write_wav(folder / "a.wav", noise(100), 22050);
  std::string bytes = bytes_of(folder / "a.wav");
  bytes.replace(24, 4, std::string(4, '\0'));
  write_bytes(folder / "zero.wav", bytes);
  fault_of(folder / "zero.wav");
  for (const double rate_hz : {-1.0, 500.0, 1e6, std::nan("")}) {
    EXPECT_TRUE(says(message_of<ConfigError>([&] { AudioReader(folder / "a.wav", rate_hz); }),
                     "sample_rate_hz"))
        << rate_hz;
  }
}

std::string utf16(std::u16string_view text, bool big_endian) {
  std::string bytes;
  for (const char16_t unit : text) {
    const char low = static_cast<char>(unit & 0xFF), high = static_cast<char>(unit >> 8);
    bytes += big_endian ? high : low;
    bytes += big_endian ? low : high;
  }
  return bytes;
}

/// An ID3v2 tag of one frame, the artist's. @param text  begins with the byte that says its
/// encoding
std::string id3v2(char version, const std::string& text) {
  const auto number = [](std::size_t n) {
    return std::string{0, 0, static_cast<char>(n >> 7), static_cast<char>(n & 0x7F)};
  };
  const std::string frame = version == 2
                                ? "TP1" + number(text.size()).substr(1) + text
                                : "TPE1" + number(text.size()) + std::string(2, '\0') + text;
  return std::string("ID3") + version + std::string(2, '\0') + number(frame.size()) + frame;
}

TEST(ReadTags, GivesTheArtistOfEveryKindOfId3TagAsUtf8) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(20000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string bytes = bytes_of(folder / "a.mp3");
  const auto artist = [&](const std::string& content) {
    write_bytes(folder / "tagged.mp3", content);
    return read_tags(folder / "tagged.mp3").artist;
  };
  const std::string expected = "Bj\xC3\xB6rk", latin1 = "Bj\xF6rk";
  const std::u16string wide = u"Bj\u00F6rk";
  using namespace std::string_literals;
  EXPECT_EQ(artist(id3v2(2, "\0"s + latin1) + bytes), expected);
  EXPECT_EQ(artist(id3v2(3, "\0"s + latin1) + bytes), expected);
  EXPECT_EQ(artist(id3v2(3, "\1\xFF\xFE" + utf16(wide, /*big_endian=*/false)) + bytes), expected);
  EXPECT_EQ(artist(id3v2(3, "\1\xFE\xFF" + utf16(wide, /*big_endian=*/true)) + bytes), expected);
  EXPECT_EQ(artist(id3v2(4, "\2" + utf16(wide, /*big_endian=*/true)) + bytes), expected);
  EXPECT_EQ(artist(id3v2(4, "\3" + expected) + bytes), expected);
  const auto padded = [](std::string text) { return text.append(30 - text.size(), '\0'); };
  const std::string id3v1 =
      "TAG" + padded("Title") + padded(latin1) + padded("Album") + std::string(35, '\0');
  EXPECT_EQ(artist(bytes + id3v1), latin1) << "of an encoding that the tag does not say";
  EXPECT_EQ(artist(id3v2(4, "\3Other") + bytes + id3v1), "Other") << "not cut to 30 letters";
  EXPECT_EQ(artist(bytes), "");
}

TEST(ReadTags, RefusesWhatIsNoAudio) {
  const TemporaryFolder folder;
  write_bytes(folder / "text.mp3", "no music");
  for (const char* name : {"text.mp3", "absent.mp3"})
    EXPECT_TRUE(says(message_of<DataError>([&] { read_tags(folder / name); }), name));
}

TEST(AudioReader, ReadsManyFilesInManyThreads) {
  const TemporaryFolder folder;
  ASSERT_TRUE(
      write_sound(folder / "a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16, noise(100000), 2, 44100));
  const std::vector<float> alone = read_audio(folder / "a.flac");
  std::vector<std::vector<float>> results(4);
  std::vector<std::thread> threads;
  for (auto& result : results)
    threads.emplace_back([&] { result = read_audio(folder / "a.flac"); });
  for (auto& thread : threads) thread.join();
  for (const auto& result : results) EXPECT_EQ(result, alone);
}

TEST(IsAudioFile, LooksAtTheExtensionAlone) {
  for (const char* name : {"a.wav", "a.WAV", "b.au", "c.flac", "d.ogg", "e.oga", "f.mp3", "g.aif",
                           "h.aiff", "i.snd", "x.y.Mp3"}) {
    EXPECT_TRUE(is_audio_file(name)) << name;
  }
  for (const char* name : {"a.txt", "wav", ".wav", "a.wav.part", "a"})
    EXPECT_FALSE(is_audio_file(name)) << name;
}

}  // namespace audio_test
}  // namespace genrebench
