#include "harness/plan/dataset_records.hpp"

#include <gtest/gtest.h>

#include "support/memory_dataset.hpp"

namespace genrebench {
namespace dataset_records_test {

/// A dataset with a file, a span of a file, and a row of a table.
class ThreeKinds : public testing::MemoryDataset {
 public:
  ThreeKinds() : MemoryDataset({"blues", "rock"}) {
    add("file", 1, "Queen");
    add("row", 0, "", {1.0f, 2.0f});
    add("span", 0);
    all_ = MemoryDataset::tracks();
    all_[0].audio = "/music/./file.wav";
    all_[2].audio = "music/long.wav";
    all_[2].start_s = 10.0;
    all_[2].end_s = 12.5;
  }
  const std::vector<Track>& tracks() const override { return all_; }

 private:
  std::vector<Track> all_;
};

std::shared_ptr<const OpenDataset> opened(const std::string& fingerprint) {
  auto data = std::make_shared<OpenDataset>();
  data->dataset = std::make_unique<ThreeKinds>();
  data->fingerprint = fingerprint;
  data->content = {"hash of file", "hash of row", ""};
  return data;
}

PlannedRun run_over(std::shared_ptr<const OpenDataset> data) {
  PlannedRun run;
  run.data = std::move(data);
  return run;
}

TEST(DatasetRecords, HoldEachDatasetOnceWithWhatIsKnownOfItsTracks) {
  Plan plan;
  const auto first = opened("first"), second = opened("second");
  for (const auto& data : {first, second, first, opened("first")})
    plan.runs.push_back(run_over(data));
  const std::vector<DatasetRecord> records = dataset_records(plan);
  ASSERT_EQ(records.size(), 2u);
  EXPECT_EQ(records[0].fingerprint, "first");
  EXPECT_EQ(records[1].fingerprint, "second");
  ASSERT_EQ(records[0].tracks.size(), 3u);
  const TrackRecord &file = records[0].tracks[0], &row = records[0].tracks[1],
                    &span = records[0].tracks[2];
  EXPECT_EQ(file.id, "file");
  EXPECT_EQ(file.genre, 1);
  EXPECT_EQ(file.groups, (std::map<std::string, std::string>{{"artist", "Queen"}}));
  EXPECT_EQ(file.audio, "/music/file.wav");
  EXPECT_EQ(file.content, "hash of file");
  EXPECT_FALSE(file.duration_s) << "nobody has decoded it";
  EXPECT_FALSE(row.audio);
  EXPECT_EQ(row.content, "hash of row");
  EXPECT_EQ(span.audio,
            (std::filesystem::current_path() / "music/long.wav").lexically_normal().string());
  EXPECT_EQ(span.start_s, 10.0);
  EXPECT_EQ(span.duration_s, 2.5);
  EXPECT_FALSE(span.content) << "it could not be read";
}

}  // namespace dataset_records_test
}  // namespace genrebench
