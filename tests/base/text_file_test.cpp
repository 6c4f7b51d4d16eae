#include "base/text_file.hpp"

#include "datasets/dataset_test_support.hpp"
#include "support/gzip.hpp"

namespace genrebench {
namespace text_file_test {

using namespace testing;
using namespace std::string_literals;
using testing::TemporaryFolder;

class TextFile : public ::testing::Test {
 protected:
  std::string read(const std::string& bytes) {
    write_bytes(folder_ / "t.csv", bytes);
    return read_text_file(folder_ / "t.csv");
  }
  std::string fault(const std::string& bytes) {
    return message_of<DataError>([&] { read(bytes); });
  }
  TemporaryFolder folder_;
};

TEST_F(TextFile, OtherTextIsGivenAsItIs) {
  for (const std::string& text : {"a,b\n1,2\n"s, ""s, "\xFF"s, "\xEF\xBB\xBF"s + "a"s, "a\0b"s})
    EXPECT_EQ(read(text), text);
}

TEST_F(TextFile, GzipIsUnpackedAlsoInSeveralMembersAndOfUtf16) {
  EXPECT_EQ(read(gzip("a,b\n1,2\n")), "a,b\n1,2\n");
  EXPECT_EQ(read(gzip("a,b\n") + gzip("1,2\n") + "\0\0"s), "a,b\n1,2\n");
  EXPECT_EQ(read(gzip("\xFF\xFE" + utf16("a,b\n", false))), "\xEF\xBB\xBF"s + "a,b\n");
  std::string large;
  for (int i = 0; i < 100000; ++i) large += std::to_string(i * 7919) + "\n";
  EXPECT_EQ(read(gzip(large)), large);
}

TEST_F(TextFile, DamagedGzipIsRefused) {
  const std::string whole = gzip("a,b\n1,2\n3,4\n");
  EXPECT_CONTAINS(fault(whole.substr(0, whole.size() / 2)), "t.csv: the gzip data is cut short");
  EXPECT_CONTAINS(fault(whole.substr(0, 3)), "cut short");
  EXPECT_CONTAINS(fault(whole.substr(0, whole.size() - 4)), "cut short");
  std::string flipped = whole;
  flipped[whole.size() - 6] ^= 1;  // the checksum
  EXPECT_CONTAINS(fault(flipped), "the gzip data is damaged");
  EXPECT_CONTAINS(fault(whole + "more"), "the gzip data is damaged");
  EXPECT_CONTAINS(fault(gzip(std::string(100 << 20, '0'))), "which no table does");
}

TEST_F(TextFile, Utf16OfEitherOrderBecomesUtf8) {
  const std::string mark = "\xEF\xBB\xBF";
  EXPECT_EQ(read("\xFF\xFE" + utf16("a;b\n1;2\n", false)), mark + "a;b\n1;2\n");
  EXPECT_EQ(read("\xFE\xFF" + utf16("a;b\n1;2\n", true)), mark + "a;b\n1;2\n");
  EXPECT_EQ(read(utf16("ab\n", false)), "ab\n") << "without a mark";
  EXPECT_EQ(read(utf16("ab\n", true)), "ab\n");
  EXPECT_EQ(read("\xFF\xFE\xF3\0\x3D\xD8\xB5\xDF"s), mark + "ó" + "\xF0\x9F\x9E\xB5");
}

TEST_F(TextFile, DamagedUtf16IsRefused) {
  EXPECT_CONTAINS(fault("\xFF\xFE" + utf16("ab", false) + "c"), "an odd number");
  EXPECT_CONTAINS(fault("\xFF\xFE\x3D\xD8"s + utf16("a", false)), "not valid UTF-16");
  EXPECT_CONTAINS(fault("\xFF\xFE\xB5\xDF"s), "not valid UTF-16");
}

TEST_F(TextFile, FilesOfOtherKindsAreNamed) {
  const std::pair<std::string, const char*> kFiles[] = {
      {"PK\3\4rest", "is a zip archive, as Excel's workbooks are"},
      {"\xD0\xCF\x11\xE0rest", "is an Excel workbook"},
      {"BZh91AY", "is compressed by bzip2"},
      {"\xFD\x37zXZ\0"s, "is compressed by xz"},
      {"\x28\xB5\x2F\xFD"s, "is compressed by zstd"},
      {"PAR1....", "is a Parquet file"},
      {"\x89HDF\r\n", "is an HDF5 file"},
      {"\n<!DOCTYPE HTML>\n<title>Sign in</title>", "is an HTML page"},
      {"<html><body>404", "is an HTML page"},
      {"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", "is a Git LFS pointer"},
      {"\xFF\xFE\0\0a\0\0\0"s, "is UTF-32"},
      {gzip("PAR1...."), "is a Parquet file"}};
  for (const auto& [bytes, what] : kFiles) EXPECT_CONTAINS(fault(bytes), what);
}

TEST_F(TextFile, AMissingFileIsNamed) {
  EXPECT_CONTAINS(message_of<DataError>([] { read_text_file("/nowhere/t.csv"); }),
                  "/nowhere/t.csv: cannot be opened");
}

}  // namespace text_file_test
}  // namespace genrebench
