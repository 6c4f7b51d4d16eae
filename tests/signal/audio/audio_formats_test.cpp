#include "signal/audio/audio_formats.hpp"

#include <gtest/gtest.h>

#include "signal/audio/external_decoder.hpp"
#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace audio_formats_test {

using namespace std::string_literals;
using testing::TemporaryFolder;
using testing::write_bytes;

TEST(AudioFormats, NamesTellWhoDecodes) {
  for (const char* name : {"a.wav", "a.WAV", "a.b.Flac", "a.mp2", "a.w64", "x/a.aif", "a.AIFC"})
    EXPECT_EQ(sound_name(name), SoundName::library) << name;
  for (const char* name : {"a.m4a", "a.WMA", "a.aac", "a.webm", "a.ape", "a.wv", "a.mp4", "a.dsf"})
    EXPECT_EQ(sound_name(name), SoundName::extra) << name;
  for (const char* name : {"a.txt", "a.jpg", "wav", ".wav", "a.wav.part", "a.", "a.mid", "a m4a"})
    EXPECT_EQ(sound_name(name), SoundName::none) << name;
  EXPECT_TRUE(is_audio_file("a.wav"));
  EXPECT_FALSE(is_audio_file("a.txt"));
  EXPECT_EQ(is_audio_file("a.m4a"), !external_decoder().empty());
}

/// Name and demuxer, or "".
std::string format_of(const std::string& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / "a", bytes);
  const ExtraFormat* format = extra_format(folder / "a");
  return format == nullptr ? "" : std::string(format->demuxer);
}

TEST(AudioFormats, FirstBytesTellTheContainer) {
  EXPECT_EQ(format_of("\0\0\0\x1C"s + "ftypM4A "), "mov");
  EXPECT_EQ(format_of("\0\0\0\x08"s + "wide\0\0\0\0mdat"s), "mov");
  EXPECT_EQ(format_of("\x30\x26\xB2\x75\x8E\x66\xCF\x11 and more"), "asf");
  EXPECT_EQ(format_of("\x1A\x45\xDF\xA3\x9F"), "matroska");
  EXPECT_EQ(format_of("\xFF\xF1\x50\x80"), "aac");
  EXPECT_EQ(format_of("\x56\xE2\x10"), "loas");
  EXPECT_EQ(format_of("\x0B\x77\xFF\xBC\x54\x40"), "ac3");
  EXPECT_EQ(format_of("\x0B\x77\x01\x3F\x30\x80"), "eac3");
  EXPECT_EQ(format_of("OggS" + std::string(24, '\0') + "Speex   1.2"), "ogg");
  const std::string tag = "ID3\x04\0\0\0\0\0\x05"s + "12345";
  std::string tags;
  for (const int n : {1, 2, 1000}) {
    while (std::ssize(tags) < n * std::ssize(tag)) tags.append(tag);
    EXPECT_EQ(format_of(std::string(tags).append("\xFF\xF9\x50\x80")), "aac") << n;
    EXPECT_EQ(format_of(std::string(tags).append("MAC \x96")), "ape") << n;
  }
}

TEST(AudioFormats, WhatLibsndfileDecodesAndWhatIsNoSoundIsNone) {
  const std::string vorbis = std::string("OggS").append(24, '\0').append("\x01vorbis");
  for (const std::string& bytes :
       {"RIFF\x24\0\0\0WAVE"s, "fLaC\0"s, vorbis, "\xFF\xFB\x90\x44"s,
        "ID3\x04\0\0\0\0\0\0\xFF\xFB\x90\x44"s, ".snd"s, "FORM\0\0\0\0AIFF"s, ""s, "<html>"s,
        "\xFF\xFE<\0"s, "version https://git-lfs"s,
        // A tag that claims more than the file holds, and tags without end.
        "ID3\x04\0\0\x7F\x7F\x7F\x7F"s + "12345"})
    EXPECT_EQ(format_of(bytes), "") << bytes;
  EXPECT_EQ(extra_format("/no/such/file"), nullptr);
}

}  // namespace audio_formats_test
}  // namespace genrebench
