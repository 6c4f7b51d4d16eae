#include "base/digest.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <vector>

#include "base/open_file.hpp"
#include "base/temporary_folder.hpp"

namespace genrebench {
namespace digest_test {

TEST(Digest, IsThatOfThePublishedExamples) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(content_hash(""), "99aa06d3014798d86001c324468d497f");
}

TEST(Digest, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder("test");
  std::ofstream(folder / "abc") << "abc";
  EXPECT_EQ(sha256_of_file(folder / "abc"), sha256("abc"));
  EXPECT_EQ(md5_of_file(folder / "abc"), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_THROW(sha256_of_file(folder / "none"), FileUnreadable);
  EXPECT_THROW(md5_of_file(folder.path()), FileUnreadable) << "a folder";
}

TEST(Digest, OfPiecesIsThatOfTheWhole) {
  const std::vector<std::string_view> pieces = {"one", "", " and ", "two"};
  EXPECT_EQ(content_hash(pieces), content_hash("one and two"));
  ContentHasher hasher;
  for (const std::string_view piece : pieces) hasher.add(piece);
  EXPECT_EQ(hasher.hash(), content_hash("one and two"));
  hasher.add("!");
  EXPECT_EQ(hasher.hash(), content_hash("one and two!")) << "it goes on after an answer";
}

}  // namespace digest_test
}  // namespace genrebench
