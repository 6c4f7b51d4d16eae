// From the files of features that others computed to tracks.
#include "harness/data/stored_numbers.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "base/files.hpp"
#include "harness/data/extraction.hpp"
#include "support/arrays.hpp"
#include "support/memory_dataset.hpp"
#include "support/temporary_folder.hpp"
#include "support/zip.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace stored_numbers_test {

namespace fs = std::filesystem;

using testing::MemoryDataset;
using testing::TemporaryFolder;
using testing::write_vector;
using testing::write_vectors;

class StoredNumbersOfTracks : public ::testing::Test {
 protected:
  StoredNumbersOfTracks() : dataset_({"high", "low"}) {
    register_all_pipeline(registry_);
    for (int t = 0; t < 6; ++t) dataset_.add("t" + std::to_string(t), t % 2);
    write_vectors(root(), dataset_, [](const Track& track) {
      return std::vector<float>{static_cast<float>(track.id[1]), 1.0f};
    });
  }

  fs::path root() const { return folder_ / "numbers"; }

  std::unique_ptr<StoredFeature> feature(const fs::path& place, OptionValues options = {}) const {
    const FeaturePlugin& plugin = registry_.features.get("embeddings", "test");
    options["root"] = place.string();
    auto made = plugin.make(plugin.options.resolve(options, "test"));
    auto* stored = dynamic_cast<StoredFeature*>(made.get());
    EXPECT_NE(stored, nullptr);
    made.release();
    return std::unique_ptr<StoredFeature>(stored);
  }

  StoredContent content(const StoredFeature& of) {
    return stored_content(of, "embeddings", dataset_, hashes_);
  }

  ReadNumbers read(const StoredFeature& of, const StoredContent& known, int threads = 2) {
    return read_numbers(of, "embeddings", dataset_, known, hashes_, {.threads = threads});
  }

  /// All tracks in one file, whose member of track 2 has those numbers.
  fs::path write_archive(const std::vector<float>& of_track_2) {
    const auto npy = [](const std::vector<float>& values) {
      return npy_header(NpyType::float32, std::vector<std::size_t>{values.size()}) +
             std::string(reinterpret_cast<const char*>(values.data()),
                         values.size() * sizeof(float));
    };
    std::vector<testing::Member> members;
    for (const Track& track : dataset_.tracks())
      members.push_back(
          {track.id + ".npy", npy(track.id == "t2" ? of_track_2 : std::vector<float>{5, 6})});
    write_file_atomically(folder_ / "numbers.npz", testing::zip(members));
    return folder_ / "numbers.npz";
  }

  TemporaryFolder folder_;
  Registry registry_;
  MemoryDataset dataset_;
  FileHashes hashes_{{}};
};

TEST_F(StoredNumbersOfTracks, AreReadInTheOrderOfTheTracks) {
  const auto numbers = feature(root());
  const StoredContent known = content(*numbers);
  ASSERT_EQ(known.tracks.size(), 6u);
  EXPECT_EQ(known.tracks[1].file, root() / "low" / "t1.npy");
  const ReadNumbers found = read(*numbers, known);
  EXPECT_EQ(found.n_read, 6u);
  for (std::size_t t = 0; t < 6; ++t) {
    EXPECT_EQ(found.errors[t], "");
    ASSERT_EQ(found.features[t].size(), 1u);
    EXPECT_EQ(found.features[t][0](0, 0), static_cast<float>('0' + static_cast<int>(t)));
  }
}

TEST_F(StoredNumbersOfTracks, TheHashIsOfTheContentAndNotOfThePlace) {
  const std::string before = content(*feature(root())).hash;
  fs::copy(root(), folder_ / "copy", fs::copy_options::recursive);
  EXPECT_EQ(content(*feature(folder_ / "copy")).hash, before);
  write_vector(folder_ / "copy" / "high" / "t4.npy", {4.0f, 1.5f});
  EXPECT_NE(content(*feature(folder_ / "copy")).hash, before);
  fs::remove(folder_ / "copy" / "high" / "t4.npy");
  EXPECT_NE(content(*feature(folder_ / "copy")).hash, before) << "a file that is missing, too";
}

TEST_F(StoredNumbersOfTracks, MissingNonFiniteOddAndOtherwiseShapedFilesAreBadTracks) {
  fs::remove(root() / "high" / "t0.npy");
  write_vector(root() / "low" / "t1.npy", {1.0f, std::numeric_limits<float>::quiet_NaN()});
  write_vector(root() / "high" / "t2.npy", {1.0f, 2.0f, 3.0f});
  write_file_atomically(root() / "low" / "t3.npy", "no array");
  const auto numbers = feature(root());
  const ReadNumbers found = read(*numbers, content(*numbers));
  EXPECT_EQ(found.n_read, 2u);
  const std::vector<std::vector<std::string>> expected = {
      {"t0.npy", "No such file"},
      {"t1.npy", "NaN"},
      {"t2.npy", "expected 2 dims, as 2 of 3 tracks have, found 3 dims"},
      {"t3.npy", "NUMPY"},
      {},
      {}};
  for (std::size_t t = 0; t < 6; ++t) {
    EXPECT_EQ(found.features[t].empty(), !expected[t].empty());
    EXPECT_EQ(found.errors[t].empty(), expected[t].empty());
    for (const std::string& text : expected[t])
      EXPECT_NE(found.errors[t].find(text), std::string::npos) << found.errors[t];
  }
}

TEST_F(StoredNumbersOfTracks, WhereNoTrackCanBeUsedTheMessageHasTheFirstFault) {
  EXPECT_THROW_SAYING(content(*feature(root(), {{"pattern", std::string("{id}.wav.npy")}})),
                      DataError, "features embeddings", "none of the 6 tracks", "t0.wav.npy",
                      "features.root", "features.pattern");
  const auto numbers = feature(root(), {{"axes", std::vector<std::string>{"frames", "dims"}}});
  EXPECT_THROW_SAYING(read(*numbers, content(*numbers)), DataError, "none of the 6 tracks",
                      "frames x dims", "found 2");
  EXPECT_THROW_SAYING(content(*feature("")), ConfigError, "'root' is empty");
}

TEST_F(StoredNumbersOfTracks, AFileThatChangesAfterThePlanFailsTheRun) {
  const auto numbers = feature(root());
  const StoredContent known = content(*numbers);
  write_vector(root() / "low" / "t5.npy", {7.0f, 8.0f});
  EXPECT_THROW(read(*numbers, known), FileChanged);
  fs::remove(root() / "low" / "t5.npy");
  EXPECT_THROW(read(*numbers, known), FileUnreadable);
}

TEST_F(StoredNumbersOfTracks, OneFileMayHoldThemAll) {
  const auto numbers = feature(write_archive({7, 8}));
  const StoredContent known = content(*numbers);
  EXPECT_EQ(known.tracks[0].content.hash, known.tracks[5].content.hash);
  const ReadNumbers found = read(*numbers, known);
  EXPECT_EQ(found.n_read, 6u);
  EXPECT_EQ(found.features[2][0](1, 0), 8.0f);
  EXPECT_EQ(found.features[3][0](1, 0), 6.0f);

  const auto holed = feature(write_archive({std::numeric_limits<float>::infinity()}));
  const ReadNumbers again = read(*holed, content(*holed));
  EXPECT_EQ(again.n_read, 5u);
  EXPECT_NE(again.errors[2].find("numbers.npz: t2"), std::string::npos) << again.errors[2];
  EXPECT_THROW(read(*numbers, known), FileChanged);
}

TEST_F(StoredNumbersOfTracks, DoNotDependOnTheNumberOfThreads) {
  const auto numbers = feature(root());
  const StoredContent known = content(*numbers);
  EXPECT_EQ(read(*numbers, known, 1).features, read(*numbers, known, 4).features);
}

}  // namespace stored_numbers_test
}  // namespace genrebench
