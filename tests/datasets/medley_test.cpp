#include <iterator>

#include "datasets/medley_support.hpp"
#include "harness/plan/plan.hpp"
#include "support/shared_data.hpp"
#include "support/silent_progress.hpp"

namespace genrebench {
namespace medley_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

using Medley = MedleyFolder;

TEST_F(Medley, EachMedleyNamesTheTracksThatItIsCutFrom) {
  const auto dataset = write_and_read(dir_ / "set", small(levels(), {{"count", std::int64_t{12}}}));
  const auto rows = rows_by_track(dir_ / "set/sections.csv");
  for (const Track& track : dataset->tracks()) {
    const std::vector<std::string> sources = dataset->sources(track);
    std::set<std::string> expected;
    for (const auto& row : rows.at(track.id)) expected.insert(row.at("source_track"));
    EXPECT_EQ(std::set(sources.begin(), sources.end()), expected) << track.id;
    EXPECT_EQ(sources.size(), expected.size()) << "each once";
  }
}

TEST_F(Medley, OnlyAnOptionThatWasSetAndDisagreesIsRefused) {
  write_set(dir_ / "set", small(levels(), {{"max_tracks", std::int64_t{2}}}));
  EXPECT_EQ(medleys(dir_ / "set")->tracks().size(), 10U);
  EXPECT_EQ(medleys(dir_ / "set", {{"source_root", std::string("moved")}})->tracks().size(), 10U);
  const std::string message = message_of<ConfigError>([&] {
    medleys(dir_ / "set", {{"max_tracks", std::int64_t{3}}});
  });
  EXPECT_CONTAINS(message, "dataset medley: option 'max_tracks' is 3");
  EXPECT_CONTAINS(message, "made with 2");
  EXPECT_CONTAINS(message_of<ConfigError>([&] {
                    medleys(dir_ / "set", {{"segment_s", std::string("0.5")}});
                  }),
                  "made with [\"0.5\",\"0.3\"]");
}

TEST_F(Medley, ADamagedFolderIsExplained) {
  write_set(dir_ / "set", small(levels()));
  const std::string metadata = read_bytes(dir_ / "set/metadata.csv"),
                    sections = read_bytes(dir_ / "set/sections.csv");
  const auto refused = [&] { return message_of<DataError>([&] { medleys(dir_ / "set"); }); };
  write_bytes(dir_ / "set/metadata.csv", metadata.substr(0, metadata.rfind("medley.00009")));
  EXPECT_CONTAINS(refused(), "metadata.csv: expected 10 medleys as dataset.json says, found 9");
  write_bytes(dir_ / "set/metadata.csv", metadata + "medley.00009,medley,a,2,0.5,0,1\n");
  EXPECT_CONTAINS(refused(), "metadata.csv:12: expected a track that is there once");
  write_bytes(dir_ / "set/metadata.csv", metadata);
  write_bytes(dir_ / "set/sections.csv", sections.substr(0, sections.find("medley.00009")));
  EXPECT_CONTAINS(refused(), "found none of 'medley.00009'");
  write_bytes(dir_ / "set/sections.csv", sections + "medley.00009,A,x,1,2\n");
  EXPECT_CONTAINS(refused(), "expected a section after the one before it");
  write_bytes(dir_ / "set/sections.csv", sections);
  fs::remove(dir_ / "set/dataset.json");
  EXPECT_CONTAINS(refused(), "no dataset.json in");
}

TEST_F(Medley, VerifyFindsMissingAndExtraFilesAndSectionsThatDoNotFitTheFile) {
  write_set(dir_ / "set", small(levels()));
  fs::remove(dir_ / "set/medley.00001.wav");
  write_tone(dir_ / "set/medley.00002.wav");
  write_tone(dir_ / "set/mine.wav");
  std::string sections = read_bytes(dir_ / "set/sections.csv");
  const std::size_t first = sections.find(",0,", sections.find("medley.00004"));
  write_bytes(dir_ / "set/sections.csv", sections.replace(first, 3, ",0.1,"));
  const auto dataset = medleys(dir_ / "set");
  ASSERT_EQ(problems(*dataset, "missing").size(), 1U);
  EXPECT_EQ(problems(*dataset, "missing")[0].where, "medley.00001");
  ASSERT_EQ(problems(*dataset, "extra").size(), 1U);
  EXPECT_EQ(problems(*dataset, "extra")[0].where, "mine.wav");
  const auto found = problems(*dataset, "sections");
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].where, "medley.00002");
  EXPECT_CONTAINS(found[0].message, "the file at 0.1 s");
  EXPECT_EQ(found[1].where, "medley.00004");
  EXPECT_CONTAINS(found[1].message, "the first section starts at 0.1 s");
}

TEST_F(Medley, InTheCacheIsMadeAnewWhereItsSourceChangedAndNotWhereItMoved) {
  FileHashes hashes({});
  SilentProgress progress;
  const DatasetPlugin& plugin = *registry().datasets.find("medley");
  const auto fingerprint = [&](const fs::path& source) {
    return open_dataset({"medley", plugin.options.resolve(small(source), "test")}, registry(),
                        dir_ / "cache", hashes, progress)
        ->fingerprint;
  };
  const auto n_made = [&] {
    return std::distance(fs::directory_iterator(dir_ / "cache/datasets"), fs::directory_iterator());
  };
  const std::string first = fingerprint(levels());
  EXPECT_EQ(fingerprint(levels()), first);
  fs::rename(levels(), dir_ / "moved");
  EXPECT_EQ(fingerprint(dir_ / "moved"), first);
  EXPECT_EQ(n_made(), 1);
  for (std::size_t k = 0; k < kTracks; k += 2)  // as in a folder whose files were replaced by
                                                // others
    write_wav(dir_ / "moved" / (id_of(k) + ".wav"),
              std::vector<float>(kLength, -static_cast<float>(k + 1) / 16.0F), kRate);
  const std::string second = fingerprint(dir_ / "moved");
  EXPECT_NE(second, first);
  EXPECT_EQ(n_made(), 2);
  EXPECT_EQ(open_dataset({"medley", plugin.options.resolve(small(dir_ / "moved"), "test")},
                         registry(), dir_ / "empty_cache", hashes, progress)
                ->fingerprint,
            second)
      << "as with an empty cache";
  fs::rename(dir_ / "moved/polka", dir_ / "moved/waltz");
  fingerprint(dir_ / "moved");
  EXPECT_EQ(n_made(), 3) << "the tracks are others by their names";
}

TEST_F(Medley, OfRealMusicHasPiecesOfNineOrFiveSeconds) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const OptionValues options = {{"source", std::string("gtzan")},
                                {"source_root", (shared / "data/gtzan-mini").string()},
                                {"count", std::int64_t{4}},
                                {"genres", std::string("same")},
                                {"half", std::string("second")}};
  const auto dataset = write_and_read(dir_ / "set", options);
  ASSERT_EQ(dataset->tracks().size(), 4U);
  EXPECT_TRUE(dataset->verify().empty());
  for (const auto& [track, rows] : rows_by_track(dir_ / "set/metadata.csv"))
    EXPECT_TRUE(rows[0].at("segment_s") == "9" || rows[0].at("segment_s") == "5") << track;
}

}  // namespace medley_test
}  // namespace genrebench
