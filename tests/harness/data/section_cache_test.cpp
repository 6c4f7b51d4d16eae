#include "harness/data/section_cache.hpp"

#include <gtest/gtest.h>

#include "support/segmented_songs.hpp"

namespace genrebench {
namespace section_cache_test {

using namespace testing::segmentation;
namespace fs = std::filesystem;

class Remembered : public SegmentationPipeline {
 protected:
  Remembered() { add_song("song", 0, {{'A', 1.0}, {'B', 0.7}}); }
  const fs::path& file() const { return songs_.tracks()[0].audio; }
  std::vector<ClusterSpan> ask(SectionCache& found, const fs::path& song) {
    return found(song, hashes_(song));
  }
  fs::path cached() const {
    for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache"))
      if (entry.is_regular_file()) return entry.path();
    return {};
  }
  Halves halves_{asked_};
};

TEST_F(Remembered, EachTrackIsSegmentedOnceInMemoryAndOnceOnDisk) {
  SectionCache found(halves_, folder_ / "cache", hashes_);
  const auto sections = ask(found, file());
  EXPECT_EQ(sections, halves_.segment(file(), std::nullopt));
  asked_.n = 0;
  EXPECT_EQ(ask(found, file()), sections);
  SectionCache later(halves_, folder_ / "cache", hashes_);
  EXPECT_EQ(ask(later, file()), sections) << "to the bit";
  EXPECT_EQ(asked_.n, 0);
  EXPECT_GT(found.computed_s(), 0.0);
  EXPECT_EQ(later.n_cached(), 1u);
  EXPECT_EQ(later.computed_s(), 0.0) << "reading from the cache is not counted as segmenting";
}

TEST_F(Remembered, WithoutAFolderInMemoryAlone) {
  SectionCache found(halves_, {}, hashes_);
  ask(found, file());
  ask(found, file());
  EXPECT_EQ(asked_.n, 1);
  SectionCache later(halves_, {}, hashes_);
  ask(later, file());
  EXPECT_EQ(asked_.n, 2);
}

TEST_F(Remembered, ACopyOfTheFileIsTheSameSongAndAnotherRecipeIsAnother) {
  SectionCache found(halves_, folder_ / "cache", hashes_);
  ask(found, file());
  fs::copy_file(file(), folder_ / "copy.wav");
  ask(found, folder_ / "copy.wav");
  EXPECT_EQ(asked_.n, 1);
  asked_.recipe = "halves 2";
  SectionCache changed(halves_, folder_ / "cache", hashes_);
  ask(changed, file());
  EXPECT_EQ(asked_.n, 2);
}

TEST_F(Remembered, ADamagedFileIsComputedAnewAndMended) {
  const auto fresh = [&] {
    SectionCache found(halves_, folder_ / "cache", hashes_);
    return ask(found, file());
  };
  const auto sections = fresh();
  const fs::path cache_file = cached();
  std::string whole;
  {
    std::ifstream stream(cache_file);
    whole.assign(std::istreambuf_iterator<char>(stream), {});
  }
  std::string changed = whole;
  changed[changed.find("0.85") + 3] = '6';
  for (const std::string& damaged :
       {whole.substr(0, whole.size() / 2), whole.substr(0, whole.find('\n') + 1), std::string(),
        std::string("\n"), changed, std::string("not sections at all\n"),
        whole.substr(whole.find('\n') + 1)}) {
    std::ofstream(cache_file) << damaged;
    asked_.n = 0;
    EXPECT_EQ(fresh(), sections) << damaged;
    EXPECT_EQ(asked_.n, 1) << damaged;
    EXPECT_EQ(fresh(), sections);
    EXPECT_EQ(asked_.n, 1) << "it was mended";
  }
}

TEST_F(Remembered, AFolderThatCannotBeWrittenCostsNoResult) {
  folder_.write("cache", "a file, where a folder should be");
  SectionCache found(halves_, folder_ / "cache", hashes_);
  EXPECT_EQ(ask(found, file()).size(), 2u);
  EXPECT_EQ(ask(found, file()).size(), 2u);
  EXPECT_EQ(asked_.n, 1);
}

TEST_F(Remembered, ABadFileIsReportedEachTimeAndNeverRemembered) {
  fs::copy_file(file(), folder_ / "bad.wav");
  SectionCache found(halves_, folder_ / "cache", hashes_);
  EXPECT_THROW_SAYING(ask(found, folder_ / "bad.wav"), DataError, "bad.wav");
  EXPECT_THROW_SAYING(ask(found, folder_ / "bad.wav"), DataError, "bad.wav");
  EXPECT_THROW_SAYING(ask(found, folder_ / "none.wav"), DataError, "none.wav");
  EXPECT_EQ(ask(found, file()).size(), 2u);
}

}  // namespace section_cache_test
}  // namespace genrebench
