#include "harness/data/feature_cache.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace feature_cache_test {

using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// Features of two excerpts of different lengths.
std::vector<FeatureMatrix> features() {
  return {FeatureMatrix::Random(3, 5), FeatureMatrix::Random(3, 1)};
}

/// The only file of a folder and its subfolders.
fs::path only_file(const fs::path& folder) {
  fs::path file;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) {
      EXPECT_TRUE(file.empty()) << "a second file: " << entry.path();
      file = entry.path();
    }
  return file;
}

TEST(FeatureCache, GivesBackWhatWasStoredUnderTheKey) {
  const TemporaryFolder folder;
  const FeatureCache cache(folder.path());
  EXPECT_FALSE(cache.load("key"));
  EXPECT_FALSE(cache.contains("key"));
  const std::vector<FeatureMatrix> stored = features();
  cache.store("key", stored);
  EXPECT_TRUE(cache.contains("key"));
  EXPECT_EQ(cache.load("key"), stored);
  EXPECT_EQ(FeatureCache(folder.path()).load("key"), stored) << "another process";
  EXPECT_FALSE(cache.load("another key"));
}

TEST(FeatureCache, ADamagedFileIsAsIfItWereNotThere) {
  const TemporaryFolder folder;
  const FeatureCache cache(folder.path());
  cache.store("key", features());
  const fs::path file = only_file(folder.path());
  const std::string sound = read_file_text(file);
  for (std::size_t at = 0; at < sound.size(); at += 3) {
    std::string damaged = sound;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    write_file_atomically(file, damaged);
    EXPECT_FALSE(cache.load("key")) << "byte " << at;
    write_file_atomically(file, sound.substr(0, at));
    EXPECT_FALSE(cache.load("key")) << "cut to " << at << " bytes";
  }
  write_file_atomically(file, sound);
  EXPECT_TRUE(cache.load("key"));
}

TEST(FeatureCache, WithoutAFolderNothingIsKept) {
  const FeatureCache cache({});
  EXPECT_FALSE(cache.enabled());
  cache.store("key", features());
  EXPECT_FALSE(cache.load("key"));
  EXPECT_FALSE(cache.contains("key"));
}

TEST(FeatureCache, AFolderThatCannotBeMadeIsSaidWhereItIsWritten) {
  const TemporaryFolder folder;
  const fs::path file = folder.write("file", "text");
  const FeatureCache cache(file / "features");
  EXPECT_FALSE(cache.load("key"));
  EXPECT_THROW(cache.store("key", features()), DataError);
}

}  // namespace feature_cache_test
}  // namespace genrebench
