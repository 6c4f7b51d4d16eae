#include "harness/records/facts.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace facts_test {

TEST(Facts, AreReadAsTheyWereRecorded) {
  RunRecord run;
  facts::kLeaky.record(run.facts, true);
  facts::kTrainTracks.record(run.facts, 7);
  facts::kBestEpoch.record(run.facts, -1);
  facts::kUnit.record(run.facts, "excerpt");
  facts::kGenres.record(run.facts, {"hip, hop", "r\"n\"b"});
  facts::kSources.record(run.facts, {{"a", "b"}, {}});
  EXPECT_TRUE(facts::kLeaky.of(run));
  EXPECT_EQ(facts::kTrainTracks.of(run), 7u);
  EXPECT_EQ(facts::kBestEpoch.of(run), -1);
  EXPECT_EQ(facts::kUnit.of(run), "excerpt");
  EXPECT_EQ(facts::kGenres.of(run), (TextList{"hip, hop", "r\"n\"b"}));
  EXPECT_EQ(facts::kSources.of(run), (std::vector<TextList>{{"a", "b"}, {}}));
  EXPECT_FALSE(facts::kTestTracks.recorded(run));
}

TEST(Facts, KeepTheTextsOfEarlierVersions) {
  std::map<std::string, std::string> texts;
  facts::kLeaky.record(texts, false);
  facts::kTracks.record(texts, 1000);
  facts::kGenres.record(texts, {"blues", "rock"});
  facts::kSources.record(texts, {{"a"}, {"b", "c"}});
  EXPECT_EQ(texts,
            (std::map<std::string, std::string>{{"split.leaky", "false"},
                                                {"dataset.n_tracks", "1000"},
                                                {"dataset.genres", R"(["blues","rock"])"},
                                                {"structure.sources", R"([["a"],["b","c"]])"}}));
  EXPECT_EQ(facts::fit_key("epochs"), "fit.epochs");
  EXPECT_EQ(facts::tuned_key("c"), "tuned.c");
}

TEST(Facts, ThatARunDoesNotHaveAreNothingOrTheEmptyValue) {
  const RunRecord run;
  EXPECT_FALSE(facts::kLeaky.find(run).has_value());
  EXPECT_FALSE(facts::kLeaky.of(run));
  EXPECT_FALSE(facts::kTrainTracks.find(run).has_value());
  EXPECT_TRUE(facts::kGenres.of(run).empty());
  EXPECT_EQ(facts::kUnit.of(run), "");
  EXPECT_EQ(facts::kUnit.text(run), "");
}

TEST(Facts, ThatAreMalformedAreNoNumbersAndNoLists) {
  RunRecord run;
  run.id = "0123456789abcdef";
  run.facts = {{"split.n_train", "7 tracks"},
               {"split.n_test", ""},
               {"dataset.genres", "blues,rock"},
               {"structure.sources", "[1]"}};
  EXPECT_FALSE(facts::kTrainTracks.find(run).has_value());
  EXPECT_FALSE(facts::kTestTracks.find(run).has_value());
  EXPECT_THROW_SAYING(facts::kGenres.of(run), DataError, "0123456789ab", "dataset.genres",
                      "blues,rock");
  EXPECT_THROW_SAYING(facts::kSources.of(run), DataError, "0123456789ab", "structure.sources");
}

TEST(Facts, ListsAreArraysOfTextsAndNothingElse) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(list_from("[]"), Texts{});
  EXPECT_EQ(list_from(R"( ["a", "b, c", "d\ne"] )"), (Texts{"a", "b, c", "d\ne"}));
  EXPECT_EQ(list_from(list_text({"\xE9", "\"[", ""}))->size(), 3U);
  for (const std::string text : {"", "a", "{}", "\"a\"", "[1]", "[null]", "[[\"a\"]]", "[\"a\"",
                                 "[\"a\"] b", "[\"a\", [\"b\"]]", "[\"\xC3(\"]"})
    EXPECT_FALSE(list_from(text)) << text;
  EXPECT_FALSE(list_from(std::string(20'000'000, '['))) << "reading ends at the second bracket";
}

}  // namespace facts_test
}  // namespace genrebench
