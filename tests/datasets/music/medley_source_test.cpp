#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "datasets/medley_support.hpp"

namespace genrebench {
namespace medley_source_test {

namespace fs = std::filesystem;
using namespace testing;

using MedleySource = MedleyFolder;

TEST_F(MedleySource, TheHalvesOfTheSourceAreDisjointAndTogetherAllOfIt) {
  const OptionValues options = {{"count", std::int64_t{40}}};
  write_set(dir_ / "first", small(levels(), with(options, {{"half", std::string("first")}})));
  write_set(dir_ / "second", small(levels(), with(options, {{"half", std::string("second")}})));
  EXPECT_EQ(sources_used(dir_ / "first"),
            (std::set<std::string>{"polka/song0", "polka/song1", "tango/song0", "tango/song1"}));
  EXPECT_EQ(sources_used(dir_ / "second"),
            (std::set<std::string>{"polka/song2", "polka/song3", "tango/song2", "tango/song3"}));
}

TEST_F(MedleySource, NoArtistIsInBothHalvesOfTheSource) {
  // Of these tracks of GTZAN the blues are all by John Lee Hooker; jazz 0 and 1 are by Leonard
  // Bernstein, and all rock songs but the last by Morphine.
  int level = 0;
  for (const std::string genre : {"blues", "jazz", "rock"})
    for (const int number : {0, 1, 4, 11}) {
      const fs::path file = dir_ / "genres" / genre / fmt::format("{}.{:05}.wav", genre, number);
      fs::create_directories(file.parent_path());
      write_wav(file, std::vector<float>(kLength, 0.01f * static_cast<float>(++level)), kRate);
    }
  const OptionValues source = {
      {"source", std::string("gtzan")},      {"source_root", (dir_ / "genres").string()},
      {"genres", std::string("any")},        {"count", std::int64_t{40}},
      {"max_tracks", std::int64_t{2}},       {"segment_s", std::vector<std::string>{"0.3"}},
      {"sample_rate_hz", std::int64_t{8000}}};
  const DatasetPlugin& known = registry().datasets.get("gtzan", "test");
  const auto gtzan =
      known.make(known.options.resolve({{"root", (dir_ / "genres").string()}}, "test"), registry());
  std::map<std::string, std::string> artist_of;
  for (const Track& track : gtzan->tracks())
    if (const auto artist = track.groups.find("artist"); artist != track.groups.end())
      artist_of[track.id] = artist->second;
  std::map<std::string, std::set<std::string>> halves_of;
  for (const std::string half : {"first", "second"}) {
    write_set(dir_ / half, with(source, {{"half", half}}));
    for (const std::string& track : sources_used(dir_ / half))
      halves_of[artist_of.contains(track) ? artist_of.at(track) : track].insert(half);
  }
  EXPECT_GT(halves_of.size(), 3u);
  std::set<std::string> used;
  for (const auto& [artist, halves] : halves_of) {
    EXPECT_EQ(halves.size(), 1u) << artist << " is in both";
    used.insert(halves.begin(), halves.end());
  }
  EXPECT_EQ(used.size(), 2u);
}

TEST_F(MedleySource, TellsHowManyTracksAreTooShortAndWhatIsNeeded) {
  const std::string message = refusal(small(levels(), {{"segment_s", std::string("0.9")}}));
  EXPECT_CONTAINS(message, "expected 4 tracks of at least 2.7 s (3 pieces of 0.9 s)");
  EXPECT_CONTAINS(message, "the dataset folder has 0, among 8 tracks of 2 to 2 s");
  const std::string of_genre =
      refusal(small(levels(), {{"genres", std::string("same")}, {"half", std::string("first")}}));
  EXPECT_CONTAINS(of_genre, "expected a genre with 4 tracks of at least 1.5 s");
  EXPECT_CONTAINS(
      of_genre,
      "in the first half of each genre; the dataset folder has 2 at most (polka), among 4 tracks");
}

TEST_F(MedleySource, TracksTooShortForTheLongPiecesServeTheShortOnes) {
  for (std::size_t k = 0; k < 4; ++k)
    write_wav(levels() / (id_of(k) + ".wav"),
              std::vector<float>(kRate, 0.9F - 0.01F * static_cast<float>(k)), kRate);
  write_set(dir_ / "set", small(levels(), {{"count", std::int64_t{40}}}));
  const auto metadata = rows_by_track(dir_ / "set/metadata.csv");
  std::set<std::string> by_length[2];
  for (const auto& [track, rows] : rows_by_track(dir_ / "set/sections.csv"))
    for (const auto& row : rows)
      by_length[metadata.at(track).front().at("segment_s") == "0.5"].insert(row.at("source_track"));
  EXPECT_EQ(by_length[0].size(), 8U);
  EXPECT_EQ(by_length[1], (std::set<std::string>{id_of(4), id_of(5), id_of(6), id_of(7)}));
}

TEST_F(MedleySource, ATrackThatCannotBeUsedIsLeftOutAndNamed) {
  write_bytes(levels() / "polka/song0.wav", "no sound");
  fs::copy_file(levels() / "tango/song1.wav", levels() / "tango/song9.wav");
  const auto dataset = write_and_read(dir_ / "set", small(levels(), {{"count", std::int64_t{30}}}));
  const auto used = sources_used(dir_ / "set");
  EXPECT_EQ(used.size(), 7U);
  EXPECT_FALSE(used.contains("polka/song0") || used.contains("tango/song9"));
  const std::string description = read_bytes(dir_ / "set/dataset.json");
  EXPECT_CONTAINS(description, "\"track\": \"polka/song0\"");
  EXPECT_CONTAINS(description, "song0.wav: expected audio");
  EXPECT_CONTAINS(description, "the same file as tango/song1");
  EXPECT_EQ(description.find(dir_.path().string()), std::string::npos)
      << "a path of this machine: " << description;
  const auto facts = dataset->facts();
  EXPECT_TRUE(std::any_of(facts.begin(), facts.end(), [](const auto& fact) {
    return fact.second.find("song0.wav") != std::string::npos;
  }));
  for (std::size_t k = 0; k < 6; ++k) write_bytes(levels() / (id_of(k) + ".wav"), "no sound");
  EXPECT_CONTAINS(refusal(small(levels())), "6 of which cannot be used (song0.wav: expected audio");
}

TEST_F(MedleySource, AGenreWithTooFewTracksIsLeftOutAndNamed) {
  fs::remove(levels() / "polka/song0.wav");
  const auto dataset =
      write_and_read(dir_ / "set", small(levels(), {{"genres", std::string("same")}}));
  EXPECT_EQ(dataset->genres(), std::vector<std::string>{"tango"});
  EXPECT_CONTAINS(read_bytes(dir_ / "set/dataset.json"),
                  "\"genre\": \"polka\",\n        \"long_enough_tracks\": 3");
}

TEST_F(MedleySource, MakesAGeneratedSourceLongEnoughAndRemovesIt) {
  const OptionValues options = {{"count", std::int64_t{2}},
                                {"segment_s", std::string("0.7")},
                                {"sample_rate_hz", std::int64_t{kRate}}};
  std::vector<std::size_t> told;
  write_set(dir_ / "out/set", options, [&](std::size_t done, std::size_t total) {
    EXPECT_EQ(total, 2U);
    told.push_back(done);
  });
  EXPECT_EQ(told.front(), 0U);
  EXPECT_EQ(told.back(), 2U);
  EXPECT_TRUE(medleys(dir_ / "out/set", options)->verify().empty());
  EXPECT_EQ(std::distance(fs::directory_iterator(dir_ / "out"), fs::directory_iterator()), 1)
      << "the source is gone";
  EXPECT_CONTAINS(read_bytes(dir_ / "out/set/dataset.json"), "\"duration_s\": 3.0");
}

}  // namespace medley_source_test
}  // namespace genrebench
