#include "signal/audio/audio_view.hpp"

#include <gtest/gtest.h>

#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace audio_view_test {

using testing::TemporaryFolder;
using testing::write_bytes;

std::string read(const AudioView& view, const FileBytes& bytes, std::int64_t from,
                 std::size_t count) {
  std::string text(count, '?');
  text.resize(view.read(bytes, from, text.data(), count));
  return text;
}

TEST(AudioView, ReadsRangesAndMadeBytesAsOneFile) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "0123456789abcdef");
  const FileBytes bytes(folder / "file");
  AudioView view;
  view.add("head");
  view.add(2, 3);
  view.add(5, 2);  // goes on where the last ended
  view.add(14, 2);
  view.add("");
  view.add(3, 0);
  view.add("tail");
  EXPECT_EQ(view.size(), 15);
  const std::string all = "head23456eftail";
  for (std::int64_t from = 0; from <= 16; ++from) {
    for (std::size_t count = 0; count < 20; ++count) {
      const std::string expected =
          from > 15 ? "" : all.substr(static_cast<std::size_t>(from), count);
      EXPECT_EQ(read(view, bytes, from, count), expected) << from << " " << count;
    }
  }
  AudioView part;
  part.add(view, 6);
  EXPECT_EQ(read(part, bytes, 0, 99), all.substr(6));
}

TEST(AudioView, EndsWhereTheFileDoes) {
  const TemporaryFolder folder;
  write_bytes(folder / "file", "0123");
  const FileBytes bytes(folder / "file");
  AudioView view;
  view.add(2, 100);
  view.add("never");
  EXPECT_EQ(read(view, bytes, 0, 50), "23");
}

TEST(Numbers, AreWrittenInBothOrders) {
  EXPECT_EQ(little_endian(0x01020304, 4), "\x04\x03\x02\x01");
  EXPECT_EQ(big_endian(0x01020304, 4), "\x01\x02\x03\x04");
  EXPECT_EQ(big_endian(0x010203, 2), "\x02\x03");
}

}  // namespace audio_view_test
}  // namespace genrebench
