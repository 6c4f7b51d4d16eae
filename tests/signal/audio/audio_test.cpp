#include "signal/audio/audio.hpp"

#include <gtest/gtest.h>
#include <sndfile.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <limits>
#include <thread>

#include "base/error.hpp"
#include "signal/test_clips.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace {

using testing::message_of;
using testing::noise;
using testing::TemporaryFolder;
using testing::tone;

std::string bytes_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

/// Writes through libsndfile; false where it lacks the format.
bool write_sound(const std::filesystem::path& file, int format,
                 const std::vector<float>& interleaved, int channels = 1,
                 int sample_rate_hz = 22050) {
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = channels;
  info.format = format;
  if (sf_format_check(&info) == 0) return false;
  SNDFILE* sound = sf_open(file.c_str(), SFM_WRITE, &info);
  if (sound == nullptr) return false;
  const auto n_frames = static_cast<sf_count_t>(interleaved.size()) / channels;
  const sf_count_t block = 1000;
  for (sf_count_t from = 0; from < n_frames; from += block) {
    sf_writef_float(sound, interleaved.data() + from * channels, std::min(block, n_frames - from));
  }
  return sf_close(sound) == 0;
}

constexpr int kMp3 = SF_FORMAT_MPEG | 0x0082;  // layer III, constant or variable bit rate; absent
                                               // from headers before 1.1

/// The message of reading the whole file; it must name the file.
std::string fault_of(const std::filesystem::path& file) {
  const std::string message = message_of<DataError>([&] { read_audio(file); });
  EXPECT_NE(message.find(file.filename().string()), std::string::npos) << message;
  return message;
}

bool says(const std::string& message, const std::string& text) {
  return message.find(text) != std::string::npos;
}

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
  EXPECT_TRUE(says(fault_of(folder / "text.wav"), "libsndfile"));
  write_bytes(folder / "text.mp3", "This is a text file whose name claims that it is audio.\n");
  EXPECT_TRUE(says(fault_of(folder / "text.mp3"), "libsndfile"));
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

TEST(AudioReader, NoticesFilesCutShort) {
  const TemporaryFolder folder;
  const std::vector<float> clip = noise(60000, 2);
  const std::vector<std::pair<const char*, int>> formats = {
      {"a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
      {"a.rf64", SF_FORMAT_RF64 | SF_FORMAT_PCM_16},
      {"a.au", SF_FORMAT_AU | SF_FORMAT_PCM_16},
      {"a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16},
      {"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
      {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
      {"a.mp3", kMp3}};
  for (const auto& [name, format] : formats) {
    if (!write_sound(folder / name, format, clip)) continue;
    const std::string bytes = bytes_of(folder / name);
    EXPECT_NO_THROW(read_audio(folder / name)) << name;
    for (const double part : {0.95, 0.6, 0.25}) {
      const std::string short_name = "short-" + std::string(name);
      write_bytes(
          folder / short_name,
          bytes.substr(0, static_cast<std::size_t>(part * static_cast<double>(bytes.size()))));
      EXPECT_TRUE(says(fault_of(folder / short_name), "cut short")) << name << " " << part;
    }
  }
}

TEST(AudioReader, NoticesEveryCutOfAWavFile) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", noise(500), 22050);
  const std::string bytes = bytes_of(folder / "a.wav");
  for (std::size_t size = 0; size + 1 < bytes.size(); size += 13) {
    write_bytes(folder / "cut.wav", bytes.substr(0, size));
    EXPECT_THROW(read_audio(folder / "cut.wav"), DataError) << size;
  }
}

TEST(AudioReader, NoticesEveryCutOfAnMp3ThatCountsItsFrames) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(60000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string bytes = bytes_of(folder / "a.mp3");
  ASSERT_TRUE(bytes.find("Xing") != std::string::npos || bytes.find("Info") != std::string::npos);
  for (std::size_t i = 0; i < 500; ++i) {  // longer than a frame: cuts inside frames and between
                                           // them
    write_bytes(folder / "cut.mp3", bytes.substr(0, bytes.size() / 2 + i));
    ASSERT_THROW(probe_audio(folder / "cut.mp3"), DataError) << i;
  }
}

TEST(AudioReader, TakesMp3sWithTagsAroundThem) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(60000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string bytes = bytes_of(folder / "a.mp3");
  const std::string id3v2 = std::string("ID3\x04\0\0\0\0\1\0", 10) + std::string(128, '\0');
  const std::string id3v1 = "TAG" + std::string(125, '\0');
  for (const std::string& tagged :
       {id3v2 + bytes, bytes + id3v1, id3v2 + bytes + id3v1, bytes + std::string(1000, '\0')}) {
    write_bytes(folder / "tagged.mp3", tagged);
    EXPECT_EQ(read_audio(folder / "tagged.mp3"), read_audio(folder / "a.mp3"));
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

TEST(AudioReader, TakesWavFilesOfUnknownLength) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", noise(500), 22050);
  std::string bytes = bytes_of(folder / "a.wav");
  bytes.replace(4, 4, "\xFF\xFF\xFF\xFF");
  bytes.replace(40, 4, "\xFF\xFF\xFF\xFF");
  write_bytes(folder / "stream.wav", bytes);
  EXPECT_EQ(read_audio(folder / "stream.wav"), read_audio(folder / "a.wav"));
}

TEST(AudioReader, NoticesDamageInTheMiddle) {
  const TemporaryFolder folder;
  const std::vector<float> clip = noise(200000, 3);
  Random random(4);
  for (const auto& [name, format] :
       std::vector<std::pair<const char*, int>>{{"a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
                                                {"a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS}}) {
    if (!write_sound(folder / name, format, clip)) continue;
    std::string bytes = bytes_of(folder / name);
    for (std::size_t i = 0; i < 2000; ++i)
      bytes[bytes.size() / 2 + i] = static_cast<char>(random.below(256));
    write_bytes(folder / name, bytes);
    EXPECT_TRUE(says(fault_of(folder / name), "damaged")) << name;
  }
}

/// What `act` prints on the file descriptor of stderr.
template <typename Act>
std::string printed_by(const TemporaryFolder& folder, Act&& act) {
  std::fflush(stderr);
  const int saved = ::dup(2);
  std::FILE* capture = std::fopen((folder / "stderr.txt").c_str(), "wb");
  ::dup2(::fileno(capture), 2);
  act();
  std::fflush(stderr);
  ::dup2(saved, 2);
  ::close(saved);
  std::fclose(capture);
  return bytes_of(folder / "stderr.txt");
}

TEST(AudioReader, KeepsTheDecodersOwnComplaintsToItself) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(200000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  std::string bytes = bytes_of(folder / "a.mp3");
  Random random(5);
  for (std::size_t i = 0; i < 4000; ++i)
    bytes[bytes.size() / 2 + i] = static_cast<char>(random.below(256));
  write_bytes(folder / "damaged.mp3", bytes);
  std::string message;
  const std::string printed = printed_by(folder, [&] {
    message = fault_of(folder / "damaged.mp3");
    std::fprintf(stderr, "ours");
  });
  EXPECT_EQ(printed, "ours");
  EXPECT_TRUE(says(message, "damaged")) << message;
}

TEST(AudioReader, LeavesOtherThreadsTheirStderr) {
  const TemporaryFolder folder;
  if (!write_sound(folder / "a.mp3", kMp3, noise(400000)))
    GTEST_SKIP() << "libsndfile writes no MP3";
  const std::string printed = printed_by(folder, [&] {
    std::thread reader([&] {
      for (int i = 0; i < 3; ++i) read_audio(folder / "a.mp3");
    });
    for (int i = 0; i < 500; ++i) std::fprintf(stderr, "%s", "x");
    reader.join();
  });
  EXPECT_EQ(printed, std::string(500, 'x'));
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

TEST(AudioReader, ReadsTheSharedFilesAndNoticesTheirCuts) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const TemporaryFolder folder;
  const auto samba = shared / "data/mp3-samples/samba.mp3";
  const auto ogg = shared / "data/gtzan-mini/genres/blues/blues.00000.ogg";
  EXPECT_NEAR(static_cast<double>(read_audio(samba).size()), 30.0 * 22050.0, 22050.0);
  EXPECT_EQ(read_audio(ogg).size(), 661794u);
  for (const auto& [file, name] : {std::pair(samba, "cut.mp3"), std::pair(ogg, "cut.ogg")}) {
    const std::string bytes = bytes_of(file);
    for (const std::size_t lost : {bytes.size() / 2, std::size_t{1000}, std::size_t{300}}) {
      write_bytes(folder / name, bytes.substr(0, bytes.size() - lost));
      EXPECT_TRUE(says(fault_of(folder / name), "cut short")) << name << " " << lost;
      EXPECT_THROW(probe_audio(folder / name), DataError);
    }
  }
}

TEST(WriteWav, WritesTheSameBytesAgain) {
  const TemporaryFolder folder;
  for (const SampleFormat format : {SampleFormat::pcm16, SampleFormat::float32}) {
    write_wav(folder / "a.wav", noise(1001), 22050, format);
    const std::string first = bytes_of(folder / "a.wav");
    write_wav(folder / "a.wav", noise(1001), 22050, format);
    EXPECT_EQ(bytes_of(folder / "a.wav"), first);
  }
  const std::string header(
      "RIFF\x28\0\0\0WAVEfmt "
      "\x10\0\0\0\1\0\1\0\x22\x56\0\0\x44\xAC\0\0\2\0\x10\0data\4\0\0\0\0\x40\0\xC0",
      48);
  write_wav(folder / "b.wav", std::vector<float>{0.5f, -0.5f}, 22050);
  EXPECT_EQ(bytes_of(folder / "b.wav"), header);
}

TEST(WriteWav, LeavesTheOldFileAndNoOtherWhereItFails) {
  const TemporaryFolder folder;
  write_wav(folder / "a.wav", noise(100), 22050);
  const std::string before = bytes_of(folder / "a.wav");
  std::vector<float> bad = noise(100);
  bad[7] = std::numeric_limits<float>::quiet_NaN();
  EXPECT_TRUE(
      says(message_of<DataError>([&] { write_wav(folder / "a.wav", bad, 22050); }), "sample 7"));
  // A file size limit stands for a full disk.
  struct rlimit old_limit {};
  ::getrlimit(RLIMIT_FSIZE, &old_limit);
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit limit = old_limit;
  limit.rlim_cur = 10000;
  ::setrlimit(RLIMIT_FSIZE, &limit);
  const std::string message =
      message_of<DataError>([&] { write_wav(folder / "a.wav", noise(100000), 22050); });
  ::setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(says(message, "a.wav: cannot be written")) << message;
  EXPECT_EQ(bytes_of(folder / "a.wav"), before);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(WriteWav, NamesWhatIsWrong) {
  const TemporaryFolder folder;
  EXPECT_TRUE(says(
      message_of<DataError>([&] { write_wav(folder / "no/such/folder.wav", noise(10), 22050); }),
      "folder.wav"));
  EXPECT_TRUE(says(message_of<ConfigError>([&] { write_wav(folder / "a.wav", noise(10), 0); }),
                   "sample_rate_hz"));
}

TEST(IsAudioFile, LooksAtTheExtensionAlone) {
  for (const char* name : {"a.wav", "a.WAV", "b.au", "c.flac", "d.ogg", "e.oga", "f.mp3", "g.aif",
                           "h.aiff", "i.snd", "x.y.Mp3"}) {
    EXPECT_TRUE(is_audio_file(name)) << name;
  }
  for (const char* name : {"a.txt", "wav", ".wav", "a.wav.part", "a", "a.m4a"})
    EXPECT_FALSE(is_audio_file(name)) << name;
}

}  // namespace
}  // namespace genrebench
