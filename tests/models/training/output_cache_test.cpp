#include "models/training/output_cache.hpp"

#include <gtest/gtest.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace output_cache_test {

const std::string kOne = content_hash("one"), kTwo = content_hash("two");

TEST(OutputCache, GivesBackTheBitsShapesAndTypesThatItWasGiven) {
  const testing::TemporaryFolder folder;
  const OutputCache cache(folder.path());
  for (const auto type : {torch::kFloat32, torch::kFloat16, torch::kBFloat16}) {
    const torch::Tensor output = torch::randn({3, 2, 5}).to(type);
    cache.store(kOne, output);
    const OutputCache::Found found = cache.load(kOne);
    EXPECT_TRUE(found.damage.empty()) << found.damage;
    ASSERT_TRUE(found.output.defined());
    EXPECT_EQ(found.output.scalar_type(), type);
    EXPECT_TRUE(torch::equal(found.output, output));
  }
}

TEST(OutputCache, HasNothingUnderOtherKeysAndKeepsNothingWithoutAFolder) {
  const testing::TemporaryFolder folder;
  const OutputCache cache(folder.path()), none({});
  cache.store(kOne, torch::ones({2}));
  EXPECT_FALSE(cache.load(kTwo).output.defined());
  EXPECT_TRUE(cache.load(kTwo).damage.empty());
  none.store(kOne, torch::ones({2}));
  EXPECT_FALSE(none.enabled());
  EXPECT_FALSE(none.load(kOne).output.defined());
}

TEST(OutputCache, AnOutputOutlivesItsFile) {
  const testing::TemporaryFolder folder;
  const OutputCache cache(folder.path());
  cache.store(kOne, torch::full({1000}, 3.0f));
  const OutputCache::Found found = cache.load(kOne);
  cache.store(kOne, torch::full({1000}, 4.0f));
  std::filesystem::remove_all(folder.path());
  EXPECT_TRUE(torch::equal(found.output, torch::full({1000}, 3.0f)));
}

TEST(OutputCache, NoticesEveryDamageAndNamesTheFile) {
  const testing::TemporaryFolder folder;
  const OutputCache cache(folder.path());
  cache.store(kOne, torch::randn({50}));
  cache.store(kTwo, torch::randn({50}));
  const std::string whole = read_file_text(cache.file(kOne));
  const auto expect_damage = [&](const std::string& content, const std::string& what) {
    write_file_atomically(cache.file(kOne), content);
    const OutputCache::Found found = cache.load(kOne);
    EXPECT_FALSE(found.output.defined()) << what;
    EXPECT_NE(found.damage.find(cache.file(kOne).string()), std::string::npos) << what;
  };
  for (std::size_t i = 0; i < whole.size(); i += 7) {
    std::string flipped = whole;
    flipped[i] = static_cast<char>(flipped[i] ^ 0x10);
    expect_damage(flipped, "byte " + std::to_string(i));
  }
  expect_damage(whole.substr(0, whole.size() / 2), "half a file");
  expect_damage("", "an empty file");
  expect_damage(read_file_text(cache.file(kTwo)), "the file of another key");
  cache.store(kOne, torch::ones({50}));
  EXPECT_TRUE(cache.load(kOne).output.defined());
}

TEST(OutputCache, SaysWhyItCannotWrite) {
  const testing::TemporaryFolder folder;
  const OutputCache cache(folder.write("no-folder", "text"));
  EXPECT_THROW(cache.store(kOne, torch::ones({2})), DataError);
  EXPECT_FALSE(cache.load(kOne).output.defined());
}

}  // namespace output_cache_test
}  // namespace genrebench
