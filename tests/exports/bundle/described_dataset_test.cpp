// tests/interop/bundle_test.py reads a description with mlcroissant.
#include "exports/bundle/described_dataset.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/digest.hpp"

namespace genrebench {
namespace described_dataset_test {

DescribedDataset example() {
  return {.name = "folder",
          .fingerprint = "f1",
          .genres = {"polka", "R&B"},
          .tracks = {{.id = "a",
                      .genre = 0,
                      .groups = {{"artist", "Queen, \"live\""}},
                      .start_s = 1.5,
                      .duration_s = 30.0,
                      .content = "abc",
                      .audio = "/music/secret.wav"},
                     {.id = "b",
                      .genre = 1,
                      .groups = {},
                      .start_s = 0.0,
                      .duration_s = {},
                      .content = {},
                      .audio = {}}}};
}

TEST(DescribedDataset, ListsTracksWithoutTheirFiles) {
  EXPECT_EQ(tracks_csv(example()),
            "track,genre,start_s,duration_s,content,artist\n"
            "a,polka,1.5,30,abc,\"Queen, \"\"live\"\"\"\n"
            "b,R&B,0,,,\n");
}

TEST(DescribedDataset, DescribesEveryColumnOfTheList) {
  const std::string csv = tracks_csv(example());
  const auto json = nlohmann::json::parse(croissant_json(example(), csv, "2026-11-30"));
  EXPECT_EQ(json["conformsTo"], "http://mlcommons.org/croissant/1.0");
  EXPECT_EQ(json["distribution"][0]["sha256"], sha256(csv));
  std::string columns;
  for (const auto& field : json["recordSet"][0]["field"]) {
    EXPECT_EQ(field["source"]["extract"]["column"], field["name"]);
    columns += (columns.empty() ? "" : ",") + field["name"].get<std::string>();
  }
  EXPECT_EQ(columns + "\n", csv.substr(0, csv.find('\n') + 1));
}

}  // namespace described_dataset_test
}  // namespace genrebench
