#include "signal/audio/external_decoder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/subprocess.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace external_decoder_test {

using testing::bytes_of;
using testing::fault_of;
using testing::message_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

using Words = std::vector<std::string>;

constexpr int kRateHz = 44100;

/// Runs ffmpeg, here to make files. @return  false if it lacks an encoder
bool ffmpeg(Words words) {
  words.insert(words.begin(), {"ffmpeg", "-nostdin", "-y", "-v", "error"});
  return run_subprocess(words).exit_code == 0;
}

std::vector<float> in_blocks_of(const std::filesystem::path& file, std::size_t block) {
  AudioReader reader(file, 0.0);
  std::vector<float> samples, buffer(block);
  while (const std::size_t n = reader.read(buffer))
    samples.insert(samples.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(n));
  return samples;
}

/// What ffmpeg finds if it guesses everything and stops at nothing, one channel's number.
std::int64_t frames_by_ffmpeg(const std::filesystem::path& file, int channels) {
  const SubprocessResult result =
      run_subprocess({"ffmpeg", "-nostdin", "-v", "quiet", "-i", "file:" + file.string(), "-map",
                      "0:a:0", "-f", "f32le", "pipe:1"});
  return static_cast<std::int64_t>(result.out.size() / sizeof(float)) / channels;
}

/// Two seconds of stereo noise in 16 bits, and what ffmpeg makes of them.
class ExternalDecoderTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (external_decoder().empty()) GTEST_SKIP() << "ffmpeg is not installed";
    write("song.wav", 2 * kRateHz);
  }

  std::filesystem::path write(const std::string& name, std::size_t n_frames) {
    std::vector<float> samples = noise(2 * n_frames);
    for (float& x : samples) x = std::round(8000.0f * x) / 32768.0f;
    EXPECT_TRUE(write_sound(folder_ / name, SF_FORMAT_WAV | SF_FORMAT_PCM_16, samples, 2, kRateHz));
    return folder_ / name;
  }

  /// Empty where ffmpeg lacks the encoder.
  std::filesystem::path encode(const std::string& name, const Words& how,
                               const std::string& from = "song.wav") {
    Words words = {"-i", (folder_ / from).string()};
    words.insert(words.end(), how.begin(), how.end());
    words.push_back("file:" + (folder_ / name).string());
    return ffmpeg(words) ? folder_ / name : std::filesystem::path();
  }

  TemporaryFolder folder_;
};

struct Encoding {
  std::string name;
  Words how;
  bool lossless = false;
};

const std::vector<Encoding>& encodings() {
  static const std::vector<Encoding> all = {
      {"aac.m4a", {"-c:a", "aac"}},
      {"fast.m4a", {"-c:a", "aac", "-movflags", "+faststart"}},
      {"alac.m4a", {"-c:a", "alac"}, true},
      {"raw.aac", {"-c:a", "aac", "-f", "adts"}},
      {"two.wma", {"-c:a", "wmav2"}},
      {"opus.webm", {"-c:a", "libopus"}},
      {"flac.mka", {"-c:a", "flac"}, true},
      {"pack.wv", {"-c:a", "wavpack"}, true},
      {"true.tta", {"-c:a", "tta"}, true},
      {"dolby.ac3", {"-c:a", "ac3"}},
      {"voice.spx", {"-c:a", "libspeex", "-ar", "32000"}},
  };
  return all;
}

TEST_F(ExternalDecoderTest, GivesEverySampleThatFfmpegFindsWholeAndInBlocks) {
  const std::vector<float> original = read_audio(folder_ / "song.wav", 0.0);
  std::size_t n_tried = 0;
  for (const Encoding& encoding : encodings()) {
    SCOPED_TRACE(encoding.name);
    const std::filesystem::path file = encode(encoding.name, encoding.how);
    if (file.empty()) continue;
    ++n_tried;
    const AudioInfo info = probe_audio(file);
    EXPECT_EQ(info.channels, 2);
    EXPECT_EQ(info.sample_rate_hz, encoding.name == "opus.webm"   ? 48000.0
                                   : encoding.name == "voice.spx" ? 32000.0
                                                                  : kRateHz);
    EXPECT_EQ(info.n_frames, frames_by_ffmpeg(file, 2));
    EXPECT_TRUE(says(info.format, external_decoder())) << info.format;
    EXPECT_EQ(decoder_of(file), external_decoder());
    const std::vector<float> samples = read_audio(file, 0.0);
    EXPECT_EQ(std::ssize(samples), info.n_frames);
    EXPECT_EQ(in_blocks_of(file, 1009), samples);
    if (encoding.lossless) {
      EXPECT_EQ(samples, original);
    }
  }
  EXPECT_GE(n_tried, 6u);
}

TEST_F(ExternalDecoderTest, DecodesFilesThatAreTooLongToKeepASecondTime) {
  write("long.wav", 55 * kRateHz);  // 4.85 million samples of both channels
  const std::filesystem::path file = encode("long.m4a", {"-c:a", "alac"}, "long.wav");
  if (file.empty()) GTEST_SKIP() << "this ffmpeg has no ALAC";
  EXPECT_EQ(read_audio(file, 0.0), read_audio(folder_ / "long.wav", 0.0));
}

TEST_F(ExternalDecoderTest, ACutFileIsAnErrorOrHasWhatFfmpegFinds) {
  for (const Encoding& encoding : encodings()) {
    const std::filesystem::path whole = encode(encoding.name, encoding.how);
    if (whole.empty()) continue;
    const std::string bytes = bytes_of(whole);
    for (const int percent : {30, 60, 95}) {
      SCOPED_TRACE(encoding.name + " cut at " + std::to_string(percent) + " %");
      const std::filesystem::path file = folder_ / ("cut." + encoding.name);
      write_bytes(file, bytes.substr(0, bytes.size() * static_cast<std::size_t>(percent) / 100));
      // These say nowhere how long they are.
      const bool silent = encoding.name == "raw.aac" || encoding.name == "dolby.ac3" ||
                          encoding.name == "voice.spx";
      try {
        EXPECT_EQ(std::ssize(read_audio(file, 0.0)), frames_by_ffmpeg(file, 2));
        EXPECT_TRUE(silent) << "its container says how long it is";
      } catch (const DataError& error) {
        EXPECT_TRUE(says(error.what(), "cut short")) << error.what();
        EXPECT_TRUE(says(error.what(), file.string())) << error.what();
        EXPECT_FALSE(says(error.what(), " @ 0x")) << error.what();
      }
    }
  }
}

TEST_F(ExternalDecoderTest, AnMp4FileThatIsCutAnywhereIsAnError) {
  const Encoding& plain = encodings()[0];
  const std::filesystem::path whole = encode(plain.name, plain.how);
  const std::string bytes = bytes_of(whole);
  for (std::size_t cut = 1; cut < bytes.size() - 8; cut += bytes.size() / 9) {
    write_bytes(folder_ / "cut.m4a", bytes.substr(0, bytes.size() - cut));
    EXPECT_TRUE(says(fault_of(folder_ / "cut.m4a"), "cut short")) << cut;
  }
  write_bytes(folder_ / "more.m4a", bytes + std::string(1000, '\0'));
  EXPECT_EQ(probe_audio(folder_ / "more.m4a").n_frames, probe_audio(whole).n_frames)
      << "what follows the last part does not matter";
}

TEST_F(ExternalDecoderTest, DamageInTheMiddleIsAnErrorWithFfmpegsLine) {
  for (const char* name : {"fast.m4a", "raw.aac", "true.tta", "dolby.ac3"}) {
    SCOPED_TRACE(name);
    const auto encoding = std::ranges::find(encodings(), name, &Encoding::name);
    const std::filesystem::path file = encode(name, encoding->how);
    ASSERT_FALSE(file.empty());
    std::string bytes = bytes_of(file);
    for (std::size_t i = 0; i < 300; ++i)
      bytes[bytes.size() / 2 + i] = static_cast<char>(i * 37 + i / 7);
    write_bytes(file, bytes);
    const std::string message = fault_of(file);
    EXPECT_TRUE(says(message, "cut short or damaged: ffmpeg stopped after ")) << message;
    EXPECT_EQ(message.find('\n'), std::string::npos) << message;
  }
}

TEST_F(ExternalDecoderTest, TakesAnyNameForAFile) {
  const std::string song = bytes_of(encode("plain.m4a", {"-c:a", "aac"}));
  for (const std::string& name :
       Words{"-i.m4a", "concat:a|b.m4a", "100%d %05d.m4a", "a'b \"c\".m4a", "http:..m4a",
             "two\nlines.m4a", "\xFF\xFE.m4a", "SONG.M4A", "$(x) `y`;z.m4a", "[0:a].m4a"}) {
    write_bytes(folder_ / name, song);
    EXPECT_EQ(probe_audio(folder_ / name).channels, 2) << name;
  }
  const std::filesystem::path before = std::filesystem::current_path();
  std::filesystem::current_path(folder_.path());
  EXPECT_EQ(probe_audio("-i.m4a").channels, 2) << "a relative name";
  std::filesystem::current_path(before);
}

TEST_F(ExternalDecoderTest, PicturesAndOtherStreamsAreNotInTheWay) {
  const std::filesystem::path film = folder_ / "film.mp4", mute = folder_ / "mute.mp4";
  if (!ffmpeg({"-i", (folder_ / "song.wav").string(), "-f", "lavfi", "-i", "color=d=3:s=64x64:r=5",
               "-c:v", "mpeg4", "-c:a", "aac", film.string()}))
    GTEST_SKIP() << "this ffmpeg cannot make a film";
  EXPECT_EQ(probe_audio(film).n_frames, frames_by_ffmpeg(film, 2))
      << "the film is longer than its sound";
  ASSERT_TRUE(ffmpeg({"-i", film.string(), "-an", "-c", "copy", mute.string()}));
  EXPECT_TRUE(says(fault_of(mute), "expected audio, found MPEG-4 without any")) << fault_of(mute);
}

TEST_F(ExternalDecoderTest, ReadsTags) {
  const Words tags = {"-metadata", "artist=Björk & \"Co\"", "-metadata", "title=a=b\\c",
                      "-metadata", "album=two\nlines"};
  for (const Encoding& encoding : {encodings()[0], encodings()[5], encodings()[4]}) {
    Words how = encoding.how;
    how.insert(how.end(), tags.begin(), tags.end());
    const std::filesystem::path file = encode("tags-" + encoding.name, how);
    if (file.empty()) continue;
    const AudioTags found = read_tags(file);
    EXPECT_EQ(found.artist, "Björk & \"Co\"") << encoding.name;
    EXPECT_EQ(found.title, "a=b\\c") << encoding.name;
    EXPECT_EQ(found.album, "two\nlines") << encoding.name;
  }
  EXPECT_EQ(read_tags(encode("none.m4a", {"-map_metadata", "-1"})).artist, "");
}

TEST_F(ExternalDecoderTest, IsGivenNothingButWhatItsBytesShow) {
  std::filesystem::copy_file(folder_ / "song.wav", folder_ / "wave.wma");
  EXPECT_EQ(decoder_of(folder_ / "wave.wma"), "") << "libsndfile decodes it";
  EXPECT_EQ(read_audio(folder_ / "wave.wma", 0.0), read_audio(folder_ / "song.wav", 0.0));
  const std::filesystem::path song = encode("song.m4a", {"-c:a", "aac"});
  std::filesystem::copy_file(song, folder_ / "song.mp3");
  EXPECT_EQ(decoder_of(folder_ / "song.mp3"), "") << "its name says something else";
  for (const std::string& text :
       Words{"<!DOCTYPE html>", "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
             "ffconcat version 1.0\nfile song.wav\n", "", "x"}) {
    write_bytes(folder_ / "text.m4a", text);
    EXPECT_EQ(decoder_of(folder_ / "text.m4a"), "") << text;
    fault_of(folder_ / "text.m4a");
  }
  EXPECT_EQ(decoder_of(folder_ / "absent.m4a"), "");
  fault_of(folder_ / "absent.m4a");
}

}  // namespace external_decoder_test
}  // namespace genrebench
