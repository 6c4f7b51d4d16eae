// tests/interop/bundle_test.py compares a whole bundle with its description.
#include "exports/bundle/ro_crate.hpp"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "support/temporary_folder.hpp"

namespace genrebench {
namespace ro_crate_test {

using testing::TemporaryFolder;

TEST(RoCrate, DescribesEveryFileAndEveryPersonOnce) {
  const TemporaryFolder folder;
  folder.write("README.md", "text");
  folder.write("csv/a b.csv", "x\n");
  const auto json = nlohmann::json::parse(
      ro_crate_json(folder.path(),
                    {.title = "T",
                     .description = "D",
                     .authors = {"Ada Lovelace"},
                     .licence = "CC-BY-4.0",
                     .date = "2026-11-30"},
                    {.program = "0.1.0", .experiments = {}, .results = "README.md"}));
  std::map<std::string, nlohmann::json> entities;
  for (const auto& entity : json["@graph"])
    EXPECT_TRUE(entities.emplace(entity["@id"], entity).second) << entity["@id"];
  EXPECT_EQ(entities.at("./")["hasPart"].size(), 2u);
  EXPECT_EQ(entities.at("./")["license"]["@id"], "https://spdx.org/licenses/CC-BY-4.0");
  EXPECT_EQ(entities.at("./")["author"][0]["@id"], "#Ada%20Lovelace");
  // printf 'x\n' | sha256sum
  EXPECT_EQ(entities.at("csv/a%20b.csv")["sha256"],
            "73cb3858a687a8494ca3323053016282f3dad39d42cf62ca4e79dda2aac7d9ac");
  EXPECT_EQ(entities.at("csv/a%20b.csv")["encodingFormat"], "text/csv");
  EXPECT_EQ(entities.at("ro-crate-metadata.json")["about"]["@id"], "./");
}

TEST(RoCrate, WithoutALicenceNamesNone) {
  const TemporaryFolder folder;
  const auto json = nlohmann::json::parse(ro_crate_json(
      folder.path(),
      {.title = "T", .description = "D", .authors = {}, .licence = {}, .date = "2026-11-30"},
      {.program = "0.1.0", .experiments = {}, .results = "runs.db"}));
  EXPECT_FALSE(json["@graph"][1].contains("license"));
}

}  // namespace ro_crate_test
}  // namespace genrebench
