#include "signal/audio/file_bytes.hpp"

#include <gtest/gtest.h>

#include "signal/audio/sound_files.hpp"

namespace genrebench {
namespace file_bytes_test {

using testing::TemporaryFolder;
using testing::write_bytes;

TEST(FileBytes, ShowsWhatIsThereAndNoMore) {
  const TemporaryFolder folder;
  std::string content(300000, 'x');
  content.replace(200000, 4, "\x01\x02\x03\x04");
  write_bytes(folder / "file", content);
  FileBytes bytes(folder / "file");
  EXPECT_EQ(bytes.size(), 300000);
  ASSERT_TRUE(bytes.look(200000, 4));
  EXPECT_EQ(bytes.big(0, 4), 0x01020304u);
  EXPECT_EQ(bytes.little(1, 2), 0x0302u);
  EXPECT_TRUE(bytes.look(299999, 1));
  for (const auto& [offset, count] : {std::pair<std::int64_t, std::int64_t>{299999, 2},
                                      {300000, 1},
                                      {-1, 1},
                                      {0, 300000},
                                      {0, -1},
                                      {5, std::int64_t{1} << 62}})
    EXPECT_FALSE(bytes.look(offset, count)) << offset << " " << count;
  EXPECT_EQ(bytes.text(299990, 50).size(), 10u);
  EXPECT_TRUE(bytes.text(400000, 50).empty());
}

TEST(FileBytes, SkipsTagsOneAfterTheOther) {
  const TemporaryFolder folder;
  std::string tag("ID3\4\0\0\0\0\1\2", 10);
  tag.append(130, 't');
  write_bytes(folder / "file", tag + tag + "rest");
  FileBytes bytes(folder / "file");
  EXPECT_EQ(after_id3v2(bytes, 0), 280);
  EXPECT_EQ(after_id3v2(bytes, 5), 5);
  EXPECT_FALSE(bytes.only_zeros_from(0));
  EXPECT_TRUE(bytes.only_zeros_from(284));
}

}  // namespace file_bytes_test
}  // namespace genrebench
