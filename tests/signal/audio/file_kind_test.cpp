#include "signal/audio/file_kind.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace file_kind_test {

using testing::fault_of;
using testing::noise;
using testing::says;
using testing::TemporaryFolder;
using testing::write_bytes;
using namespace std::string_literals;

std::string big(std::size_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16),
          static_cast<char>(number >> 8), static_cast<char>(number)};
}

std::string box(const std::string& id, const std::string& content) {
  return big(content.size() + 8) + id + content;
}

/// An MP4 file whose one track is of that codec.
std::string mp4(const std::string& codec) {
  const std::string description =
      box("stsd", "\0\0\0\0\0\0\0\1"s + box(codec, std::string(28, '\0')));
  return box("ftyp", "M4A \0\0\2\0"s) + box("free", "") +
         box("moov", box("mvhd", std::string(100, '\0')) +
                         box("trak", box("mdia", box("minf", box("stbl", description)))));
}

const std::string kEmptyTag = "ID3\4\0\0\0\0\0\x14"s + std::string(20, '\0');

TEST(DescribeContent, SaysWhatAFileIs) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"<!DOCTYPE html><html>404</html>", "an HTML page"},
      {"\n <HTML><head>", "an HTML page"},
      {"\xEF\xBB\xBF<!-- moved --><html>", "an HTML page"},
      {"<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>", "an XML document"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1", "a Git LFS pointer"},
      {"../../.git/annex/objects/x/y/SHA256E-s1--00.mp3\n", "a git-annex pointer"},
      {"{\"error\": \"not found\"}", "JSON"},
      {"[ {\"a\": 1} ]", "JSON"},
      {"PK\3\4rest", "a ZIP archive"},
      {"\x1F\x8B\x08\0"s, "gzip"},
      {"%PDF-1.5", "a PDF document"},
      {"\x89PNG\r\n", "a PNG image"},
      {"\xFF\xD8\xFF\xE0", "a JPEG image"},
      {"RIFF\4\0\0\0WEBP"s, "a WebP image"},
      {"RIFF\4\0\0\0AVI "s, "an AVI video"},
      {mp4("mp4a"), "AAC in MP4"},
      {mp4("alac"), "Apple Lossless in MP4"},
      {mp4("avc1"), "an MP4 file"},
      {kEmptyTag + mp4("mp4a"), "AAC in MP4"},
      {"\x30\x26\xB2\x75\x8E\x66\xCF\x11", "Windows Media (ASF: WMA or WMV)"},
      {"\x1A\x45\xDF\xA3", "Matroska or WebM"},
      {"MAC \x96\x0F", "Monkey's Audio"},
      {"wvpk", "WavPack"},
      {"MThd\0\0\0\6"s, "a MIDI file"},
      {"#EXTM3U\nsong.mp3\n", "an M3U playlist"},
      {"\0\5\x16\7\0\2\0\0"s, "macOS metadata (AppleDouble)"},
      {"SQLite format 3\0"s, "an SQLite database"},
      {std::string(4000, '\0'), "4000 zero bytes"},
      {"", "an empty file"},
      {kEmptyTag, "an ID3 tag without audio behind it"},
      {kEmptyTag + std::string(900, '\0'), "an ID3 tag without audio behind it"},
      {"ID3\4\0\0\0\0\x0D\x58"s + std::string(100, '\0'), "an ID3 tag without audio behind it"},
      {"Dear diary, today I heard a song that I liked",
       "text that begins 'Dear diary, today I heard a so…'"},
      {"\xFF\xFEH\0i\0"s, "text in UTF-16"},
      {"\x81\x02\x93\x04", "bytes of no known kind (81 02 93 04)"},
  };
  const TemporaryFolder folder;
  for (const auto& [bytes, kind] : kinds) {
    write_bytes(folder / "song.mp3", bytes);
    EXPECT_EQ(describe_content(folder / "song.mp3"), kind);
    EXPECT_TRUE(says(fault_of(folder / "song.mp3"), "expected audio, found " + kind)) << kind;
  }
  EXPECT_THROW(describe_content(folder / "absent.mp3"), DataError);
}

TEST(DescribeContent, KnowsAacByItsFrames) {
  const TemporaryFolder folder;
  std::string frame = "\xFF\xF1\x50\x80\x02\x1F\xFC"s + std::string(9, 'a');  // 16 bytes
  write_bytes(folder / "song.mp3", frame + frame + frame);
  EXPECT_EQ(describe_content(folder / "song.mp3"), "AAC (ADTS)");
  EXPECT_TRUE(says(fault_of(folder / "song.mp3"), "AAC (ADTS)"));
}

}  // namespace file_kind_test
}  // namespace genrebench
