#include "reports/support/profile_tables.hpp"

#include <gtest/gtest.h>

#include <variant>

namespace genrebench {
namespace profile_tables_test {

Profile example() {
  Profile profile{
      .root = {.name = "run",
               .seconds = 10.0,
               .count = 1,
               .within = {{"features", 4.0, 1, {{"decoding", 6.0, 20, {}}}}, {"fit", 4.0, 1, {}}}}};
  for (int t = 0; t < 20; ++t)
    profile.tracks["track " + std::to_string(t)] = {{"decoding", 0.1 * t}, {"mfcc", 0.01}};
  return profile;
}

TEST(ProfileTables, EveryStageHasItsShareAndStandsBelowWhatItIsPartOf) {
  const Table table = profile_table(example(), 1);
  ASSERT_EQ(table.rows.size(), 4u);
  EXPECT_EQ(table.rows[0][0].text, "run");
  EXPECT_EQ(table.rows[1][0].text, "· features");
  EXPECT_EQ(table.rows[2][0].text, "· · decoding");
  EXPECT_EQ(table.rows[2][2].text, "60.0");
  EXPECT_EQ(table.rows[2][4].text, "300.000") << "milliseconds of each of 20";
  EXPECT_EQ(table.rows[3][2].text, "40.0");
  EXPECT_EQ(table.notes.size(), 2u) << "several threads have decoded";
  EXPECT_EQ(profile_table({.root = {.name = "run", .seconds = 1, .count = 1}}, 3).notes,
            std::vector<std::string>{"The sum of 3 runs."});
}

TEST(ProfileTables, TheSlowestTracksAreShownAndAllAreData) {
  const Document document = profile_document(example(), "run 1234", 1);
  const Table& slowest = std::get<Table>(document.body.at(2));
  EXPECT_EQ(slowest.columns, (std::vector<std::string>{"track", "seconds", "decoding", "mfcc"}));
  EXPECT_EQ(slowest.rows.size(), 15u);
  EXPECT_EQ(slowest.rows[0][0].text, "track 19");
  EXPECT_EQ(slowest.rows[0][1].text, "1.9100");
  EXPECT_EQ(document.data.at(0).rows.size(), 20u);
}

}  // namespace profile_tables_test
}  // namespace genrebench
