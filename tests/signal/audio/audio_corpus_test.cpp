// A corpus of sound files of every container that is read, whole and damaged, as tools write them
// and as bytes changed afterwards leave them. Each gives the samples that ffmpeg finds, or an
// error.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <iostream>
#include <optional>
#include <sstream>

#include "base/subprocess.hpp"
#include "signal/audio/audio_view.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace audio_corpus_test {

using testing::bytes_of;
using testing::noise;
using testing::TemporaryFolder;
using testing::write_bytes;
using testing::write_sound;

bool is_installed(const std::string& tool) {
  std::istringstream folders(std::getenv("PATH") == nullptr ? "" : std::getenv("PATH"));
  for (std::string folder; std::getline(folders, folder, ':');)
    if (::access((folder + "/" + tool).c_str(), X_OK) == 0) return true;
  return false;
}

/// Samples of one channel at the file's own rate; 0: ffmpeg does not read it.
std::int64_t ffmpeg_samples(const std::filesystem::path& file) {
  const SubprocessResult result =
      run_subprocess({"ffmpeg", "-nostdin", "-v", "error", "-i", file.string(), "-map", "0:a:0",
                      "-f", "s16le", "-ac", "1", "-"});
  return static_cast<std::int64_t>(result.out.size() / 2);
}

std::vector<float> streamed(const std::filesystem::path& file) {
  AudioReader reader(file, 0.0);
  std::vector<float> samples, block(1777);
  while (const std::size_t n = reader.read(block))
    samples.insert(samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n));
  EXPECT_EQ(static_cast<std::int64_t>(samples.size()), reader.info().n_frames) << file;
  return samples;
}

enum class Expected { whole, either, error };

class Corpus : public ::testing::Test {
 protected:
  /// A file of this content. @param truth  its samples, where ffmpeg does not know better
  void check(const std::string& name, const std::string& bytes, Expected expected = Expected::whole,
             std::optional<std::int64_t> truth = {}) {
    write_bytes(folder_ / name, bytes);
    const std::int64_t by_ffmpeg = ffmpeg_samples(folder_ / name);
    ++n_files_;
    std::string fault;
    std::vector<float> samples;
    try {
      samples = read_audio(folder_ / name, 0.0);
    } catch (const DataError& error) {
      fault = error.what();
      EXPECT_NE(fault.find(name), std::string::npos) << fault;
      EXPECT_EQ(fault.find('\n'), std::string::npos) << fault;
    }
    if (!fault.empty()) {
      ++n_errors_;
      EXPECT_NE(expected, Expected::whole) << fault << " (ffmpeg: " << by_ffmpeg << ")";
      return;
    }
    const auto found = static_cast<std::int64_t>(samples.size());
    if (truth) {
      EXPECT_EQ(found, *truth) << name;
    } else {
      EXPECT_EQ(found, by_ffmpeg) << name;
    }
    EXPECT_NE(expected, Expected::error) << name << ": read as " << found << " samples";
    EXPECT_TRUE(streamed(folder_ / name) == samples) << name;
  }

  /// What libsndfile writes; empty where it lacks the format.
  std::string sound(int format, std::size_t n_samples = 20001, int channels = 1,
                    int rate_hz = 22050) {
    const auto file = folder_ / "made";
    std::filesystem::remove(file);
    const auto clip = noise(n_samples * static_cast<std::size_t>(channels), n_samples, 0.3);
    return write_sound(file, format, clip, channels, rate_hz) ? bytes_of(file) : std::string();
  }

  /// What a tool makes of a WAV file; its words "IN" and "OUT" are files.
  std::string made(std::vector<std::string> command, const std::string& wav,
                   const std::string& extension) {
    const auto in = folder_ / "in.wav", out = folder_ / ("out" + extension);
    write_bytes(in, wav);
    std::filesystem::remove(out);
    for (std::string& word : command) {
      if (word == "IN") word = in.string();
      if (word == "OUT") word = out.string();
    }
    const SubprocessResult result = run_subprocess(command);
    EXPECT_EQ(result.exit_code, 0) << command.front() << ": " << result.err;
    return bytes_of(out);
  }

  /// The same for a tool that writes into a pipe, where it cannot go back to mend its header.
  std::string piped(std::vector<std::string> command, const std::string& wav) {
    write_bytes(folder_ / "in.wav", wav);
    for (std::string& word : command)
      if (word == "IN") word = (folder_ / "in.wav").string();
    const SubprocessResult result = run_subprocess(command);
    EXPECT_EQ(result.exit_code, 0) << command.front() << ": " << result.err;
    return result.out;
  }

  void SetUp() override {
    if (!is_installed("ffmpeg")) GTEST_SKIP() << "ffmpeg, with which files are compared, is absent";
  }

  void TearDown() override {
    if (n_files_ == 0) return;
    std::cout << n_files_ << " files: " << n_files_ - n_errors_ << " read, " << n_errors_
              << " refused\n";
    RecordProperty("files", n_files_);
    RecordProperty("refused", n_errors_);
  }

  const TemporaryFolder folder_;
  int n_files_ = 0, n_errors_ = 0;
};

std::string with(std::string bytes, std::size_t at, const std::string& part) {
  return bytes.replace(at, part.size(), part);
}

const std::string kTag1 = "TAG" + std::string(125, 'x');
const std::string kTag2 = std::string("ID3\3\0\0\0\0\0\x14", 10) + std::string(20, '\0');
const std::string kApe =
    std::string("APETAGEX\xD0\x07\0\0\x20\0\0\0\0\0\0\0\0\0\0\x80", 24) + std::string(8, '\0');

TEST_F(Corpus, OfWave) {
  const std::string wav = sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  const auto sized = [&](std::uint64_t size) { return with(wav, 40, little_endian(size, 4)); };
  check("a.wav", wav);
  const std::uint64_t length = wav.size();
  for (const std::uint64_t size :
       {std::uint64_t{0}, std::uint64_t{0xFFFFFFFF}, std::uint64_t{0x7FFFFFFF},
        std::uint64_t{0x7FFFF000}, std::uint64_t{0x80000000}, std::uint64_t{0x7FFFFFFF - 36},
        std::uint64_t{0xFFFFFFFF - 44}, length, length - 8, length + 999})
    check("size-" + std::to_string(size) + ".wav", sized(size));
  for (const std::uint64_t size : {length / 2, std::uint64_t{2}, length - 144})
    check("small-" + std::to_string(size) + ".wav", sized(size), Expected::error);
  const std::string no_form = with(wav, 4, std::string(4, '\0'));
  check("form-0.wav", no_form);
  check("both-unknown.wav", with(sized(0xFFFFFFFF), 4, little_endian(0xFFFFFFFF, 4)));
  check("both-small.wav", with(sized(1000), 4, little_endian(1036, 4)), Expected::error);
  check("cut.wav", wav.substr(0, wav.size() / 2), Expected::error);
  const std::string list =
      "LIST" + little_endian(18, 4) + "INFOIART" + little_endian(6, 4) + "Björk";
  check("list.wav", wav + list);
  check("odd-list.wav", with(wav, 40, little_endian(length - 45, 4)).substr(0, length - 1) + list,
        Expected::either);
  for (const std::string& tail : {std::string("junk!"), std::string(700, '\0'), kTag1, kTag2, kApe})
    check("tail-" + std::to_string(tail.size()) + ".wav", wav + tail);
  check("tail-noise.wav", wav + std::string(3000, '\x5A'), Expected::error);
  const std::string second = "data" + little_endian(2000, 4) + std::string(2000, '\1');
  check("two-chunks.wav", wav + second, Expected::error);
  check("joined.wav", wav + sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 3000), Expected::error);
  check("id3.wav", kTag2 + wav);
}

TEST_F(Corpus, OfOtherKindsOfWave) {
  for (const int codec :
       {SF_FORMAT_PCM_U8, SF_FORMAT_PCM_24, SF_FORMAT_PCM_32, SF_FORMAT_FLOAT, SF_FORMAT_DOUBLE,
        SF_FORMAT_ULAW, SF_FORMAT_ALAW, SF_FORMAT_IMA_ADPCM, SF_FORMAT_MS_ADPCM}) {
    const std::string wav = sound(SF_FORMAT_WAV | codec, 16160, 1 + codec % 2);
    check("codec-" + std::to_string(codec) + ".wav", wav);
    const std::size_t data = wav.find("data") + 4;
    check("unknown-" + std::to_string(codec) + ".wav",
          with(wav, data, little_endian(0xFFFFFFFF, 4)));
  }
  check("x.wav", sound(SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, 9000, 2, 96000));
  check("big.wav", sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16 | SF_ENDIAN_BIG));
  const std::string rf64 = sound(SF_FORMAT_RF64 | SF_FORMAT_PCM_16);
  check("a.rf64", rf64);
  check("bw64.wav", with(rf64, 0, "BW64"));
  const std::size_t size = 28;  // of the audio, in the 'ds64' chunk
  check("unknown.rf64", with(rf64, size, std::string(8, '\xFF')), Expected::whole, 20001);
  check("cut.rf64", rf64.substr(0, rf64.size() / 2), Expected::error);
  const std::string w64 = sound(SF_FORMAT_W64 | SF_FORMAT_PCM_16);
  check("a.w64", w64);
  const std::size_t data = w64.find("data\xF3") + 16;
  check("zero.w64", with(w64, data, std::string(8, '\0')), Expected::whole, 20001);
  check("unknown.w64", with(w64, data, std::string(8, '\xFF')), Expected::whole, 20001);
  check("cut.w64", w64.substr(0, w64.size() / 3), Expected::error);
}

TEST_F(Corpus, OfAiffAuAndCaf) {
  const std::string aiff = sound(SF_FORMAT_AIFF | SF_FORMAT_PCM_16);
  const std::size_t size = aiff.find("SSND") + 4, frames = aiff.find("COMM") + 10;
  check("a.aiff", aiff);
  for (const std::uint64_t claim : {0u, 8u, 0xFFFFFFFFu, 0x7FFFFFFFu, 0x7F000008u})
    check("size-" + std::to_string(claim) + ".aiff", with(aiff, size, big_endian(claim, 4)),
          Expected::whole, 20001);
  for (const std::uint64_t claim : {0u, 10000u, 0x7F000000u, 0xFFFFFFFFu})
    check("frames-" + std::to_string(claim) + ".aiff", with(aiff, frames, big_endian(claim, 4)),
          Expected::whole, 20001);
  check("header.aiff", with(aiff, size, big_endian(aiff.size(), 4)));
  check("small.aiff", with(aiff, size, big_endian(aiff.size() / 3, 4)), Expected::error);
  check("cut.aiff", aiff.substr(0, aiff.size() - 4000), Expected::error);
  check("text.aiff", aiff + "NAME" + big_endian(4, 4) + "Song");
  check("float.aifc", sound(SF_FORMAT_AIFF | SF_FORMAT_FLOAT, 7001, 2));
  check("little.aifc", sound(SF_FORMAT_AIFF | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE, 7001, 2));
  check("ulaw.aifc", sound(SF_FORMAT_AIFF | SF_FORMAT_ULAW, 7001));

  const std::string au = sound(SF_FORMAT_AU | SF_FORMAT_PCM_16);
  check("a.au", au);
  for (const std::uint64_t claim : {std::size_t{0}, std::size_t{0xFFFFFFFF},
                                    std::size_t{0x7FFFFFFF}, std::size_t{20000}, au.size()})
    check("size-" + std::to_string(claim) + ".au", with(au, 8, big_endian(claim, 4)));
  check("cut.au", au.substr(0, 9999), Expected::error);
  check("ulaw.au", sound(SF_FORMAT_AU | SF_FORMAT_ULAW, 8000, 2, 8000));
  check("little.au", sound(SF_FORMAT_AU | SF_FORMAT_PCM_16 | SF_ENDIAN_LITTLE), Expected::whole,
        20001);  // ffmpeg knows big-endian files alone

  const std::string caf = sound(SF_FORMAT_CAF | SF_FORMAT_PCM_16);
  check("a.caf", caf);
  const std::size_t data = caf.find("data") + 4;
  check("unknown.caf", with(caf, data, std::string(8, '\xFF')));
  check("cut.caf", caf.substr(0, caf.size() / 2), Expected::error);
}

TEST_F(Corpus, OfWhatProgramsWriteIntoPipes) {
  const std::string wav = sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16);
  if (is_installed("sox")) {
    for (const std::string type : {"wav", "aiff", "aifc", "au"})
      check("sox." + type, piped({"sox", "-q", "IN", "-t", type, "-", "speed", "1"}, wav),
            Expected::whole, 20001);
  }
  const auto ffmpeg = [&](const std::string& type, std::vector<std::string> more = {}) {
    std::vector<std::string> command = {"ffmpeg", "-v", "error", "-i", "IN", "-f", type};
    command.insert(command.end(), more.begin(), more.end());
    command.push_back("-");
    return piped(command, wav);
  };
  for (const std::string type : {"wav", "aiff", "au", "w64", "caf", "flac"})
    check("ffmpeg." + type, ffmpeg(type), Expected::whole, 20001);
  check("rf64.wav", ffmpeg("wav", {"-rf64", "always"}), Expected::whole, 20001);
  check("ffmpeg.ogg", ffmpeg("ogg", {"-c:a", "flac"}));
  if (is_installed("flac")) {
    const std::string flac = piped({"flac", "-s", "-c", "IN"}, wav);
    check("flac.flac", flac, Expected::whole, 20001);
  }
}

/// With another number of samples in STREAMINFO.
std::string with_total(const std::string& flac, std::uint64_t total) {
  const auto upper = static_cast<unsigned char>(flac[21]) & 0xF0u;
  return with(flac, 21, big_endian(std::uint64_t{upper} << 32 | total, 5));
}

TEST_F(Corpus, OfFlac) {
  const std::string flac = sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 50001);
  if (flac.empty()) GTEST_SKIP() << "libsndfile writes no FLAC";
  check("a.flac", flac);
  for (const std::uint64_t total : {0u, 1u, 25000u, 50000u})
    check("total-" + std::to_string(total) + ".flac", with_total(flac, total));
  for (const std::uint64_t total :
       {std::uint64_t{50002}, std::uint64_t{100000}, std::uint64_t{0xFFFFFFFFF}})
    check("total-" + std::to_string(total) + ".flac", with_total(flac, total), Expected::error);
  check("tags.flac", kTag2 + with_total(flac, 0) + kTag1);
  check("ape.flac", with_total(flac, 0) + kApe);
  for (const double part : {0.2, 0.7, 0.999}) {
    const auto size = static_cast<std::size_t>(part * static_cast<double>(flac.size()));
    check("cut-" + std::to_string(size) + ".flac", flac.substr(0, size), Expected::error);
    check("cut-0-" + std::to_string(size) + ".flac", with_total(flac, 0).substr(0, size),
          Expected::error);
  }
  check("joined.flac", flac + sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 30000), Expected::error);
  check("joined-short.flac", flac + sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 300), Expected::error);
  std::string hole = flac;
  hole.erase(flac.size() / 3, flac.size() / 3);
  check("hole.flac", hole, Expected::error);
  check("24.flac", with_total(sound(SF_FORMAT_FLAC | SF_FORMAT_PCM_24, 9001, 2, 96000), 0));
  if (is_installed("flac"))
    check("large-blocks.flac",
          with_total(made({"flac", "-s", "-8", "--lax", "-b", "16384", "IN", "-o", "OUT"},
                          sound(SF_FORMAT_WAV | SF_FORMAT_PCM_24, 60000, 2, 48000), ".flac"),
                     7));
}

TEST_F(Corpus, OfOgg) {
  const auto vorbis = [&](std::size_t n, int rate_hz = 22050, int channels = 1) {
    return sound(SF_FORMAT_OGG | SF_FORMAT_VORBIS, n, channels, rate_hz);
  };
  const std::string one = vorbis(30001), two = vorbis(20011), three = vorbis(999);
  if (one.empty()) GTEST_SKIP() << "libsndfile writes no Vorbis";
  check("a.ogg", one);
  // ffmpeg gives up to a block more at each joint, where it takes the last block of one stream for
  // the one before the next.
  check("chain-2.ogg", one + two, Expected::whole, 30001 + 20011);
  check("chain-3.ogg", two + three + one, Expected::whole, 20011 + 999 + 30001);
  check("rates.ogg", one + vorbis(9000, 44100), Expected::error);
  check("channels.ogg", one + vorbis(9000, 22050, 2), Expected::error);
  for (const std::string& tail : {std::string(700, '\0'), std::string(70000, 'x'), kTag1})
    check("tail-" + std::to_string(tail.size()) + ".ogg", one + tail);
  check("between.ogg", one + std::string(100, 'x') + two, Expected::error);
  check("cut.ogg", one.substr(0, one.size() / 2), Expected::error);
  check("cut-chain.ogg", one.substr(0, one.size() / 2) + two, Expected::error);
  check("cut-last.ogg", one + two.substr(0, two.size() / 2), Expected::error);
  const std::size_t page = one.find("OggS", one.size() / 2), next = one.find("OggS", page + 4);
  if (next != std::string::npos) {
    std::string hole = one;
    check("hole.ogg", hole.erase(page, next - page), Expected::error);
  }
  const std::string wav = sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 40000, 1, 48000);
  const std::string flac =
      made({"ffmpeg", "-v", "error", "-i", "IN", "-c:a", "flac", "OUT"}, wav, ".ogg");
  check("flac.ogg", flac);
  check("flac-chain.ogg", flac + flac);
  const std::string opus = sound(SF_FORMAT_OGG | SF_FORMAT_OPUS, 48000, 2, 48000);
  if (opus.empty()) return;
  check("a.opus", opus);
  check("chain.opus", opus + opus, Expected::whole, 96000);  // ffmpeg keeps the second's pre-skip
  check("cut.opus", opus.substr(0, opus.size() / 2), Expected::error);
}

TEST_F(Corpus, OfMpeg) {
  if (!is_installed("lame")) GTEST_SKIP() << "lame is absent";
  const std::string wav = sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 60001, 1, 44100);
  std::string quiet = with(wav, 44, std::string(60000, '\0'));
  const auto lame = [&](std::vector<std::string> options, const std::string& in) {
    std::vector<std::string> command = {"lame", "--quiet"};
    command.insert(command.end(), options.begin(), options.end());
    command.insert(command.end(), {"IN", "OUT"});
    return made(command, in, ".mp3");
  };
  const std::string cbr = lame({"-b", "64"}, wav), bare = lame({"-b", "64", "-t"}, wav);
  check("cbr.mp3", cbr);
  check("bare.mp3", bare);
  check("vbr.mp3", lame({"-V5"}, quiet));
  check("vbr-bare.mp3", lame({"-V5", "-t"}, quiet));
  check("abr-bare.mp3", lame({"--abr", "90", "-t"}, quiet));
  for (const int rate_hz : {8000, 16000, 22050, 48000}) {
    const std::string in = sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 30001, 2, rate_hz);
    check("rate-" + std::to_string(rate_hz) + ".mp3", lame({"-V4"}, in));
    check("bare-" + std::to_string(rate_hz) + ".mp3", lame({"-V4", "-t"}, in));
  }
  check("tags.mp3", kTag2 + kTag2 + cbr + kApe + kTag1);
  check("zeros.mp3", cbr + std::string(5000, '\0'), Expected::whole, 60001);
  check("cut.mp3", cbr.substr(0, cbr.size() / 2), Expected::error);
  check("cut-bare.mp3", bare.substr(0, bare.size() / 2 + 50), Expected::error);
  const std::size_t count = cbr.find("Info") + 8;
  check("half.mp3", with(cbr, count, big_endian(25, 4)));
  check("double.mp3", with(cbr, count, big_endian(104, 4)), Expected::error);
  check("none.mp3", with(cbr, count, big_endian(0, 4)), Expected::either);
  // A header without counts, and Fraunhofer's kind with them, without, and of another version.
  check("blank.mp3", with(cbr, count - 4, big_endian(0, 4)));
  check("zero-counts.mp3", with(cbr, count, big_endian(0, 8)));
  const std::string frames = cbr.substr(count, 4), blank = with(cbr, 4, std::string(180, '\0'));
  const auto vbri = [&](std::uint64_t version, const std::string& counts) {
    return with(blank, 36, "VBRI" + big_endian(version, 2) + big_endian(0, 4) + counts);
  };
  check("vbri.mp3", vbri(1, big_endian(cbr.size(), 4) + frames));
  check("vbri-more.mp3", vbri(1, big_endian(cbr.size(), 4) + big_endian(1000, 4)), Expected::error);
  check("vbri-none.mp3", vbri(1, big_endian(0, 8)));
  check("vbri-2.mp3", vbri(2, big_endian(cbr.size(), 4) + frames));
  std::string hole = bare;
  hole.replace(bare.size() / 2, 2000, std::string(2000, '\x55'));
  check("hole.mp3", hole, Expected::error);
  check("front.mp3", "some bytes of junk" + bare);
  // libavcodec takes no free format.
  check("free.mp3", lame({"--freeformat", "-b", "400"}, wav), Expected::whole, 60001);
  check("free-bare.mp3", lame({"--freeformat", "-b", "400", "-t"}, wav), Expected::whole,
        read_audio(folder_ / "bare.mp3", 0.0).size());
  const std::string two =
      made({"ffmpeg", "-v", "error", "-i", "IN", "-c:a", "mp2", "OUT"}, wav, ".mp2");
  check("a.mp2", two);
  const auto n_two = static_cast<std::int64_t>(read_audio(folder_ / "a.mp2", 0.0).size());
  check("joined.mp2", two + two);
  check("tag.mp2", two + kTag1 + two, Expected::whole, 2 * n_two);  // ffmpeg loses a frame there
}

TEST_F(Corpus, OfMpegThatWasJoined) {
  if (!is_installed("lame")) GTEST_SKIP() << "lame is absent";
  const auto lame = [&](int rate_hz, int channels, bool header, std::size_t n) {
    const std::string wav = sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, n, channels, rate_hz);
    return made({"lame", "--quiet", header ? "-V6" : "-t", "IN", "OUT"}, wav, ".mp3");
  };
  const std::string a = lame(44100, 1, true, 44100), b = lame(44100, 1, true, 70001);
  const std::string bare_a = lame(44100, 1, false, 44100), bare_b = lame(44100, 1, false, 70001);
  check("headers.mp3", a + b);
  check("three.mp3", a + b + a);
  check("bare.mp3", bare_a + bare_b);
  check("bare-then-header.mp3", bare_a + b);
  const auto samples = [&](const std::string& name) {
    return static_cast<std::int64_t>(read_audio(folder_ / name, 0.0).size());
  };
  const std::int64_t n_bare = samples("bare.mp3"), n_headers = samples("headers.mp3");
  for (const std::string& tag : {kTag1, kTag2, kApe, kApe + kTag1, kTag1 + kTag2}) {
    const std::string size = std::to_string(tag.size());  // ffmpeg loses the frame after the tag
    check("tag-" + size + ".mp3", bare_a + tag + bare_b, Expected::whole, n_bare);
    check("tag-header-" + size + ".mp3", kTag2 + a + tag + b + tag, Expected::whole, n_headers);
  }
  check("rates.mp3", bare_a + lame(48000, 1, false, 60000), Expected::error);
  check("version.mp3", bare_a + lame(22050, 1, false, 60000), Expected::error);
  check("layers.mp3",
        bare_a + made({"ffmpeg", "-v", "error", "-i", "IN", "-c:a", "mp2", "OUT"},
                      sound(SF_FORMAT_WAV | SF_FORMAT_PCM_16, 44100, 1, 44100), ".mp2"),
        Expected::error);
  check("channels.mp3", bare_a + lame(44100, 2, false, 60000));
  check("channels-2.mp3", lame(44100, 2, false, 60000) + bare_a);
}

}  // namespace audio_corpus_test
}  // namespace genrebench
