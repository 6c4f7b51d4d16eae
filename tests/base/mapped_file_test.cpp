#include "base/mapped_file.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench::testing {
namespace mapped_file_test {

TEST(MappedFile, ShowsTheBytesOfAFile) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "some", std::string("a\0b", 3));
  EXPECT_EQ(MappedFile(folder / "some").bytes(), std::string_view("a\0b", 3));
  write_file_atomically(folder / "empty", "");
  EXPECT_TRUE(MappedFile(folder / "empty").bytes().empty());
}

TEST(MappedFile, NamesAFileThatCannotBeReadAndTheReason) {
  const TemporaryFolder folder;
  EXPECT_THROW_SAYING(MappedFile(folder / "absent"), DataError, "absent", "cannot read",
                      "No such file");
  EXPECT_THROW_SAYING(MappedFile(folder.path()), DataError, folder.path().string(),
                      "expected a file, found a folder or a device");
  EXPECT_THROW_SAYING(MappedFile("/dev/zero"), DataError, "/dev/zero", "expected a file");
}

}  // namespace mapped_file_test
}  // namespace genrebench::testing
