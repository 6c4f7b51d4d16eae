#include "base/zip_members.hpp"

#include <gtest/gtest.h>

#include "base/byte_reader.hpp"
#include "support/gzip.hpp"
#include "support/temporary_folder.hpp"
#include "support/zip.hpp"

namespace genrebench::testing {
namespace zip_members_test {

TEST(ZipMembers, AreFoundByNameWithTheirBytesInPlace) {
  const std::string archive = zip({{"a/data.pkl", "pickle"}, {"a/data/0", "floats"}, {"e", ""}});
  const auto members = zip_members(archive, "some.pth");
  ASSERT_EQ(members.size(), 3u);
  EXPECT_EQ(members.at("a/data.pkl"), "pickle");
  EXPECT_EQ(members.at("e"), "");
  const std::string_view found = members.at("a/data/0");
  EXPECT_EQ(found, "floats");
  EXPECT_EQ(found.data(), archive.data() + archive.find("floats")) << "nothing is copied";
}

TEST(ZipMembers, AnEmptyArchiveHasNone) {
  const std::string archive = zip({});
  EXPECT_TRUE(zip_members(archive, "some.pth").empty());
}

TEST(ZipMembers, CompressedDoubledAndOverlappingOnesAreRefused) {
  EXPECT_THROW_SAYING(zip_members(zip({{"a", "bytes", /*method=*/8}}), "some.pth"), DataError,
                      "some.pth", "compressed");
  EXPECT_THROW_SAYING(zip_directory(zip({{"a", "bytes", /*method=*/12}}), "some.npz"), DataError,
                      "some.npz", "method 12");
  EXPECT_THROW_SAYING(zip_members(zip({{"a", "one"}, {"a", "two"}}), "some.pth"), DataError,
                      "a twice");
  EXPECT_THROW_SAYING(
      zip_members(zip({{"a", "one", 0, /*claimed_size=*/3 + 30 + 1 + 3}, {"b", "two"}}),
                  "some.pth"),
      DataError, "overlap");
  EXPECT_THROW_SAYING(zip_members("PK\x03\x04 and then nothing", "some.pth"), DataError,
                      "end record");
}

TEST(ZipMembers, CompressedOnesAreUnpackedWhereTheyAreAskedFor) {
  const std::string text = "some bytes, some bytes, some bytes";
  const std::string packed = raw_deflate(text);
  const auto size = static_cast<std::uint32_t>(text.size());
  const std::string archive = zip({{"a", packed, 8, 0, size}, {"b", "stored"}});
  const auto members = zip_directory(archive, "some.npz");
  ASSERT_EQ(members.size(), 2u);
  EXPECT_TRUE(members.at("a").compressed);
  EXPECT_EQ(members.at("a").size, text.size());
  EXPECT_EQ(unpacked(members.at("a"), "some.npz: a"), text);
  EXPECT_FALSE(members.at("b").compressed);
  EXPECT_EQ(members.at("b").bytes, "stored");
}

TEST(ZipMembers, CompressedDataThatIsDamagedOrOfAnotherSizeIsRefused) {
  const std::string text = "some bytes, some bytes, some bytes";
  const std::string packed = raw_deflate(text);
  const auto content = [&](const std::string& bytes, std::uint64_t size) {
    return unpacked({.bytes = bytes, .size = size, .compressed = true}, "some.npz: a");
  };
  EXPECT_THROW_SAYING(content(packed.substr(0, packed.size() - 3), text.size()), DataError,
                      "some.npz: a", "damaged or cut short");
  EXPECT_THROW_SAYING(content(std::string(20, '\xff'), 20), DataError, "damaged");
  EXPECT_THROW_SAYING(content(packed, text.size() - 1), DataError, "expected 33 bytes", "more");
  EXPECT_THROW_SAYING(content(packed, text.size() + 1), DataError, "expected 35 bytes", "found 34");
  EXPECT_THROW_SAYING(content(packed, std::uint64_t{1} << 40), DataError, "which no data does");
}

TEST(ZipMembers, DamagedArchivesAreReadOrRefusedAndNeverCrash) {
  survive_damage(zip({{"a", "one"}, {"b", "two"}}), [](std::string_view bytes) {
    for (const auto& [name, content] : zip_members(bytes, "some.pth"))
      EXPECT_LE(content.data() + content.size(), bytes.data() + bytes.size());
  });
}

TEST(ZipMembers, AnArchiveThatEndsWithinItsEndRecordIsRefused) {
  const std::string end = "PK\x05\x06";
  for (const std::string& archive :
       {end, end + std::string(5, '\0'), end + std::string(6, '\0'), end + std::string(17, '\0'),
        "PK\x03\x04" + end, std::string()})
    EXPECT_THROW_SAYING(zip_members(archive, "short.pth"), DataError, "short.pth", "cut short");
}

TEST(ByteReader, NeverBeginsBeyondTheEnd) {
  for (const std::size_t position : {std::size_t{4}, std::size_t{10}, SIZE_MAX})
    EXPECT_THROW_SAYING(ByteReader("abc", "some", position), DataError, "some", "cut short");
  ByteReader at_the_end("abc", "some", 3);
  EXPECT_EQ(at_the_end.remaining(), 0u);
  EXPECT_THROW(at_the_end.take(1), DataError);
  EXPECT_EQ(ByteReader("abc", "some", 1).take(2), "bc");
}

}  // namespace zip_members_test
}  // namespace genrebench::testing
