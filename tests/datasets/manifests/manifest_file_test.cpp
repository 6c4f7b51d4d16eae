#include "datasets/manifests/manifest_file.hpp"

#include <map>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "datasets/dataset_test_support.hpp"
#include "support/memory_dataset.hpp"

namespace genrebench {
void register_manifest(Registry& registry);

namespace manifest_file_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

using Words = std::vector<std::string>;

/// What a dataset may say of its tracks, all at once.
class Rich final : public Dataset {
 public:
  explicit Rich(const fs::path& folder) {
    Track a;
    a.id = "rock/a, \"live\"";
    a.genre = 1;
    a.audio = folder / "music/rock/a, \"live\".wav";
    a.groups = {{"artist", "Earth, Wind & Fire"}, {"label", "EMI, 2"}, {"album", "x"}};
    a.published_md5 = "d41d8cd98f00b204e9800998ecf8427e";
    Track b;
    b.id = "b";
    b.genre = 1;
    b.audio = folder / "music/b.wav";
    b.start_s = 0.1;
    b.end_s = 30.25;
    tracks_ = {b, a};
    for (const Track& track : tracks_) write_tone(track.audio);
  }
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }
  std::vector<std::string> usual_groups() const override { return {"artist"}; }
  std::vector<std::string> sources(const Track& track) const override {
    return track.id == "b" ? Words{"one", "two"} : Words();
  }
  std::vector<PublishedSplit> published_splits() const override {
    return {{.name = "own", .description = "x", .parts = {{"b", "train"}}, .folds = false},
            {.name = "ten", .description = "x", .parts = {{"b", "10"}}, .folds = true}};
  }
  std::vector<std::pair<std::string, std::vector<std::string>>> further_columns() const override {
    return {{"bpm", {"120", ""}}, {"title", {"", "x"}}};
  }

 private:
  std::vector<std::string> genres_ = {"jazz", "rock"};
  std::vector<Track> tracks_;
};

std::unique_ptr<Dataset> read_back(const ManifestText& manifest, const fs::path& list) {
  OptionValues options = manifest.options;
  options["root"] = list.string();
  options["audio_root"] = manifest.audio_root.string();
  return make_dataset(register_manifest, options);
}

TEST(ManifestFile, EverythingThatADatasetSaysOfItsTracksIsReadBack) {
  const TemporaryFolder folder;
  const Rich dataset(folder.path());
  const ManifestText manifest = manifest_text(dataset);
  EXPECT_EQ(manifest.audio_root, folder / "music");
  const auto again = read_back(manifest, folder.write("manifest.csv", manifest.csv));
  EXPECT_EQ(again->genres(), dataset.genres()) << "also the one without tracks";
  EXPECT_EQ(again->usual_groups(), dataset.usual_groups());
  ASSERT_EQ(again->tracks().size(), 2U);
  for (std::size_t t = 0; t < 2; ++t) {
    const Track &first = dataset.tracks()[t], &second = again->tracks()[t];
    EXPECT_EQ(second.id, first.id);
    EXPECT_EQ(second.genre, first.genre);
    EXPECT_EQ(second.audio, first.audio);
    EXPECT_EQ(second.groups, first.groups);
    EXPECT_EQ(second.published_md5, first.published_md5);
    EXPECT_EQ(second.start_s, first.start_s);
    EXPECT_EQ(second.end_s, first.end_s);
    EXPECT_EQ(again->sources(second), dataset.sources(first));
  }
  const auto splits = again->published_splits();
  ASSERT_EQ(splits.size(), 2U);
  for (std::size_t s = 0; s < 2; ++s) {
    EXPECT_EQ(splits[s].name, dataset.published_splits()[s].name);
    EXPECT_EQ(splits[s].parts, dataset.published_splits()[s].parts);
    EXPECT_EQ(splits[s].folds, dataset.published_splits()[s].folds);
  }
  const auto further = again->further_columns();
  ASSERT_EQ(further.size(), 2U);
  EXPECT_EQ(further[0].second, (Words{"120", ""}));
  EXPECT_EQ(further[1].first, "further:title") << "its own name would make songs of titles";
}

TEST(ManifestFile, FeaturesAreReadBackToTheBit) {
  MemoryDataset dataset({"pop", "rock"});
  dataset.add("a", 0, "Queen", {0.1F, -1e-30F});
  dataset.add("b", 1, {}, {1.0F / 3.0F, 3.4e38F});
  const TemporaryFolder folder;
  const ManifestText manifest = manifest_text(dataset);
  EXPECT_TRUE(manifest.audio_root.empty());
  EXPECT_TRUE(manifest.options.empty());
  const auto again = read_back(manifest, folder.write("manifest.csv", manifest.csv));
  EXPECT_EQ(again->feature_names(), dataset.feature_names());
  for (std::size_t t = 0; t < 2; ++t) {
    EXPECT_EQ(again->tracks()[t].features, dataset.tracks()[t].features);
    EXPECT_TRUE(again->tracks()[t].audio.empty());
  }
}

TEST(ManifestFile, TheListNamesNoPlaceAndTheYamlNamesBoth) {
  const TemporaryFolder folder;
  const Rich dataset(folder.path());
  const auto files = write_manifest(dataset, "rich", folder / "out/deep");
  ASSERT_EQ(files.size(), 2U);
  const std::string list = read_bytes(files[0]), yaml = read_bytes(files[1]);
  EXPECT_EQ(list.find(folder.path().string()), std::string::npos) << list;
  EXPECT_CONTAINS(yaml, "extends: manifest.yaml");
  EXPECT_CONTAINS(yaml, "  name: manifest\n");
  EXPECT_CONTAINS(yaml, (folder / "out/deep/manifest.csv").string());
  EXPECT_CONTAINS(yaml, (folder / "music").string());
  EXPECT_CONTAINS(yaml, "  genres: [\"jazz\",\"rock\"]\n");
  EXPECT_CONTAINS(yaml, "  usual_groups: [\"artist\"]\n");
}

TEST(ManifestFile, AFolderThatCannotBeWrittenIsAnError) {
  const TemporaryFolder folder;
  const Rich dataset(folder.path());
  folder.write("file", "x");
  EXPECT_CONTAINS(message_of<DataError>([&] { write_manifest(dataset, "rich", folder / "file"); }),
                  "manifest.csv");
}

}  // namespace manifest_file_test
}  // namespace genrebench
