#include "reports/support/label_errors.hpp"

#include <gtest/gtest.h>

#include <fstream>

#include "base/error.hpp"
#include "reports/example_runs.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace label_errors_test {

TestedTrack track(const std::string& id, int genre, std::vector<double> probabilities) {
  return {.id = id,
          .genre = genre,
          .n_runs = 1,
          .answers = {{genre, 1}},
          .probabilities = std::move(probabilities)};
}

/// Three genres; "wrong" is said to be the first one, and all runs are sure of the second.
TestedTracks example() {
  TestedTracks tested;
  tested.genres = {"blues", "jazz", "rock"};
  tested.tracks = {track("a", 0, {0.9, 0.05, 0.05}),
                   track("b", 1, {0.1, 0.8, 0.1}),
                   track("c", 2, {0.3, 0.35, 0.35}),
                   track("d", 2, {0.2, 0.2, 0.6}),
                   track("unsure", 0, {0.15, 0.45, 0.4}),
                   track("wrong", 0, {0.2, 0.8, 0.0}),
                   track("without", 0, {})};
  return tested;
}

std::vector<std::string> ids(const LabelErrors& errors) {
  std::vector<std::string> result;
  for (const Suspect& suspect : errors.ranked) result.push_back(suspect.track->id);
  return result;
}

TEST(LabelErrors, AreRankedByTheProbabilityOfTheGenreOrByTheMargin) {
  const TestedTracks tested = example();
  const LabelErrors by_confidence = label_errors(tested, LabelRanking::self_confidence);
  EXPECT_EQ(ids(by_confidence), (std::vector<std::string>{"unsure", "wrong", "c", "d", "b", "a"}));
  EXPECT_EQ(by_confidence.n_without, 1u);
  const LabelErrors by_margin = label_errors(tested, LabelRanking::normalized_margin);
  EXPECT_EQ(ids(by_margin), (std::vector<std::string>{"wrong", "unsure", "c", "d", "b", "a"}));
  const Suspect& worst = by_margin.ranked.front();
  EXPECT_EQ(worst.likely_genre, 1);
  EXPECT_DOUBLE_EQ(worst.likely_confidence, 0.8);
  EXPECT_DOUBLE_EQ(worst.self_confidence, 0.2);
  EXPECT_DOUBLE_EQ(worst.normalized_margin, 0.2);
  EXPECT_TRUE(worst.confident);
  EXPECT_FALSE(by_margin.ranked[1].confident) << "0.45 is less than jazz usually has";
}

TEST(LabelErrors, OneGenreHasNone) {
  TestedTracks tested;
  tested.genres = {"blues"};
  tested.tracks = {track("a", 0, {1.0})};
  EXPECT_TRUE(label_errors(tested, LabelRanking::self_confidence).ranked.empty());
}

TEST(KnownErrors, AreCountedAmongTheFirstSuspects) {
  const TestedTracks tested = example();
  const LabelErrors errors = label_errors(tested, LabelRanking::normalized_margin);
  EXPECT_EQ(
      known_errors_found({.file = "sturm.txt", .ids = {"wrong", "b", "not.tested"}}, errors, 3),
      "Of 2 known label errors in sturm.txt, 1 (50.0 %) is among the first 3 of 6 suspects, "
      "where a random order would have 1.0, 1 (50.0 %) is among the first 2 of 6 suspects, "
      "where a random order would have 0.7. Not ranked: 1 of the file's 3 ids.");
  EXPECT_EQ(known_errors_found({.file = "sturm.txt", .ids = {"without"}}, errors, 3), "");
}

TEST(KnownErrors, AreReadOnePerLine) {
  const testing::TemporaryFolder folder;
  const std::string file = (folder.path() / "known.txt").native();
  std::ofstream(file) << "# Sturm 2013\nblues.00001\r\n\n  a song with blanks \n";
  const KnownErrors known = read_known_errors(file);
  EXPECT_EQ(known.file, "known.txt");
  EXPECT_EQ(known.ids, (std::set<std::string>{"a song with blanks", "blues.00001"}));
  std::ofstream(file) << "# nothing\n";
  EXPECT_THROW_SAYING(read_known_errors(file), ConfigError, "expected ids of tracks, one per line");
  EXPECT_THROW_SAYING(read_known_errors(file + ".gone"), DataError, "known.txt.gone");
}

}  // namespace label_errors_test
}  // namespace genrebench
