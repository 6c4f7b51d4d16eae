// What a split claims: copies, spellings of artists and genres, data of one genre, columns that
// tell the answer.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "faults/fault_support.hpp"

namespace genrebench {
namespace splits_test {

using namespace testing;
namespace fs = std::filesystem;
using nlohmann::json;

std::set<std::string> tested_tracks(const Workbench& bench, const RunRecord& run) {
  std::set<std::string> tracks;
  for (const PredictionRecord& prediction : bench.store()->predictions(run.id, "test"))
    tracks.insert(prediction.track);
  return tracks;
}

bool has_note(const RunRecord& run, const std::string& text) {
  return std::ranges::any_of(run.fact_list("split.notes"), [&](const std::string& note) {
    return note.find(text) != std::string::npos;
  });
}

TEST(Copies, OfASongUnderOtherNamesAreOnOneSideAndReportsCountThem) {
  const Workbench bench;
  for (int i = 0; i < 4; ++i)
    fs::copy_file(bench.music / "rock" / ("rock" + std::to_string(i) + ".wav"),
                  bench.music / "rock" / ("rock" + std::to_string(i) + " - Copy.wav"));
  fs::copy_file(bench.music / "polka/polka0.wav", bench.music / "rock/Track 01.wav");
  fs::create_hard_link(bench.music / "polka/polka1.wav", bench.music / "polka/linked.wav");
  const ProgramResult result =
      bench.run(bench.experiment("copies", {{"seeds", "[0, 1, 2, 3, 4]"}}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const RunRecord& run : bench.store()->runs("copies")) {
    const std::set<std::string> tested = tested_tracks(bench, run);
    const auto same = [&](const char* a, const char* b) {
      EXPECT_EQ(tested.contains(a), tested.contains(b)) << a << ", seed " << run.seed;
    };
    same("rock/rock0", "rock/rock0 - Copy");
    same("rock/rock3", "rock/rock3 - Copy");
    same("polka/polka0", "rock/Track 01");
    same("polka/polka1", "polka/linked");
    EXPECT_TRUE(has_note(
        run,
        "12 of 14 tracks have the same content as another one; copies stay on one side; 2 of them "
        "have copies of another genre, such as polka/polka0 (polka) and rock/Track 01 (rock)"));
  }
  expect_says(run_program({"report", "copies", "--db", bench.database.string()}).out,
              {"12 of 14 tracks have the same content"});
}

TEST(Copies, InLeakySplitsAreCountedInReports) {
  const Workbench bench;
  for (int i = 0; i < 4; ++i)
    fs::copy_file(bench.music / "rock" / ("rock" + std::to_string(i) + ".wav"),
                  bench.music / "rock" / ("again" + std::to_string(i) + ".wav"));
  ASSERT_EQ(bench
                .run(bench.experiment(
                    "leaky", {{"split", "{kind: stratified, train_fraction: 0.5, leaky: true}"},
                              {"seeds", "[0]"}}))
                .exit_code,
            0);
  expect_says(run_program({"report", "leaky", "--db", bench.database.string()}).out,
              {"8 tracks have the same content as another one;", "have a copy on another side"});
}

/// Music by one singer, spelled in six ways, and by others.
void add_spelled(Workbench& bench) {
  int pitch = 10;
  for (const char* artist :
       {"Beyonc\xC3\xA9", "Beyonce\xCC\x81", "BEYONC\xC3\x89", "beyonce",
        "Jay-Z feat. Beyonc\xC3\xA9", "Beyonc\xC3\xA9 & Jay-Z", "Solange", "The Supremes"}) {
    bench.add("pop", std::string(artist) + " - song.wav",
              wav_bytes({}, tone_bytes({}, 300.0 + 3.0 * pitch, 0.2)));
    ++pitch;
  }
}

TEST(Artists, SpelledInSixWaysAreOnOneSideOfAGroupedSplit) {
  Workbench bench;
  add_spelled(bench);
  const std::string dataset =
      "{name: folder, root: \"" + bench.music.string() + "\", artist_from: file_prefix}";
  const ProgramResult result =
      bench.run(bench.experiment("spelled", {{"dataset", dataset}, {"seeds", "[0, 1, 2, 3, 4]"}}));
  ASSERT_EQ(result.exit_code, 0) << result.err;
  for (const RunRecord& run : bench.store()->runs("spelled")) {
    std::size_t n = 0;
    for (const std::string& track : tested_tracks(bench, run))
      n += track.starts_with("pop/") && !track.starts_with("pop/Solange") &&
           !track.starts_with("pop/The Supremes");
    EXPECT_TRUE(n == 0 || n == 6) << n << " of the six songs of one singer are tested";
    EXPECT_TRUE(
        has_note(run, "8 of 16 tracks have no known artist; each counts as one of its own"));
  }
  const ProgramResult described =
      run_program({"dataset", "describe", "folder", "--root", bench.music.string(),
                   "artist_from=file_prefix", "--json", "--no-cache"});
  const json document = json::parse(described.out);
  EXPECT_EQ(document["genres"].back()["artists"], 3) << document["genres"].dump();
}

TEST(Artists, LeftApartByASplitAreMarkedInReports) {
  const Workbench bench;
  std::string rows = "filename,x,y,z,label\n";
  int i = 0;
  for (const std::string genre : {"blues", "jazz"})
    for (int n = 10; n < 60; ++n, ++i)
      rows += genre + ".000" + std::to_string(n) + ".wav," + std::to_string((i * 7919) % 101) +
              ".5," + std::to_string((i * 104729) % 97) + ".25," +
              std::to_string((i * 15485863) % 89) + "," + genre + "\n";
  const std::string dataset = "{name: feature_table, groups_from: gtzan, root: \"" +
                              bench.folder.write("t.csv", rows).string() + "\"}";
  const auto report = [&](const std::string& name, const std::string& split) {
    const ProgramResult result = bench.run(bench.experiment(
        name, {{"dataset", dataset}, {"features", "{name: table}"}, {"split", split}}));
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return run_program({"report", name, "--db", bench.database.string()}).out;
  };
  expect_says(report("by_song", "{group_by: [song]}"),
              {"§ Split by song only: the dataset also tells artist", "% §"});
  EXPECT_EQ(bench.store()->runs("by_song").front().fact_list("split.apart"),
            std::vector<std::string>{"artist"});
  EXPECT_EQ(report("by_artist", "{group_by: [artist]}").find("§"), std::string::npos)
      << "songs are of one artist each";
  EXPECT_EQ(report("by_both", "{}").find("§"), std::string::npos);
  EXPECT_EQ(report("leaky", "{leaky: true, group_by: [song]}").find("§"), std::string::npos)
      << "marked as leaky";
}

TEST(UnknownArtists, FollowTheOptionAndAnUnknownRuleIsRefused) {
  Workbench bench;
  add_spelled(bench);
  const std::string dataset =
      "{name: folder, root: \"" + bench.music.string() + "\", artist_from: file_prefix}";
  const fs::path file = bench.experiment("rules", {{"dataset", dataset}, {"seeds", "[0]"}});
  expect_refused(bench.run(file, {"split.unknown_groups=dorp"}), 2,
                 {"unknown_groups", "dorp", "drop"});
  expect_refused(bench.run(file, {"split.unknown_groups=drop"}), 2,
                 {"'pop' is the only genre with training tracks"});
  expect_refused(bench.run(file, {"split.unknown_groups=train_only"}), 2,
                 {"genre 'polka' has no track that may be tested", "unknown artist"});
  expect_refused(bench.run(file, {"split.unknown_groups=together_by_genre"}), 2,
                 {"genre 'polka' has all its tracks in one group (artist)"});
  EXPECT_EQ(bench
                .run(file, {"split.unknown_groups=together_by_genre",
                            "split.single_group_genres=train_only"})
                .exit_code,
            0);
}

TEST(Genres, ThatAreOnlyOneAreRefusedWithTheFolderThatMayBeMeant) {
  const Workbench bench;
  const auto refused = [&](const fs::path& root, const std::vector<std::string>& parts,
                           const std::string& more = "") {
    const std::string dataset = "{name: folder, root: \"" + root.string() + "\"" + more + "}";
    for (const char* command : {"run", "plan"}) {
      const ProgramResult result =
          run_program(bench.arguments(command, bench.experiment("one", {{"dataset", dataset}})));
      expect_refused(result, 2, parts);
    }
  };
  refused(bench.folder.path(),
          {"all 8 tracks have one genre, 'music'",
           bench.music.string() + " has the folders polka, rock", "dataset.root"});
  refused(bench.music / "..", {"one genre, 'music'", "polka, rock"});
  fs::create_directories(bench.folder / "deep/polka/disc 1");
  fs::create_directories(bench.folder / "deep/rock/disc 1");
  for (const char* genre : {"polka", "rock"}) {
    fs::copy_file(bench.music / genre / (std::string(genre) + "0.wav"),
                  bench.folder / "deep" / genre / "disc 1/a.wav");
    fs::copy_file(bench.music / genre / (std::string(genre) + "1.wav"),
                  bench.folder / "deep" / genre / "b.wav");
  }
  refused(bench.folder / "deep/polka",
          {"all 1 tracks have one genre, 'disc 1'",
           (bench.folder / "deep").string() + " has the folders polka, rock"});
  refused(bench.folder / "deep/polka/", {"'disc 1'", "polka, rock"});
  refused(bench.music,
          {"all 4 tracks have one genre, 'polka'", "may be one level too high or too low"},
          ", genres: [polka]");
}

TEST(Genres, OfAFeatureTableThatAreOnlyOneAreRefusedToo) {
  const Workbench bench;
  const fs::path table =
      bench.folder.write("t.csv", "filename,x,label\na,1,rock\nb,2,rock\nc,4,rock\n");
  expect_refused(bench.run(bench.experiment(
                     "one", {{"dataset", "{name: feature_table, root: \"" + table.string() + "\"}"},
                             {"features", "{name: table}"}})),
                 2, {"all 3 tracks have one genre, 'rock'", "give it two genres or more"});
}

TEST(FeatureTables, WithAColumnThatTellsTheAnswerAreRefusedUntilItIsNamed) {
  const Workbench bench;
  std::string rows = "Unnamed: 0,filename,f0,f1,genre_id,label\n";
  const char* genres[] = {"blues", "classical", "jazz", "rock"};
  for (int i = 0; i < 160; ++i)
    rows += std::to_string(i) + "," + std::to_string(i) + ".wav,0." +
            std::to_string(100 + (i * 7919) % 887) + ",0." +
            std::to_string(100 + (i * 104729) % 883) + "," + std::to_string(i / 40) + "," +
            genres[i / 40] + "\n";
  const fs::path table = bench.folder.write("t.csv", rows);
  const fs::path file = bench.experiment(
      "answer", {{"dataset", "{name: feature_table, root: \"" + table.string() + "\"}"},
                 {"features", "{name: table}"}});
  expect_refused(bench.run(file), 1,
                 {"column 'Unnamed: 0' counts the rows, column 'genre_id' has one value in all "
                  "tracks of a genre",
                  "dataset.ignore_columns to [\"Unnamed: 0\", \"genre_id\"]"});
  EXPECT_NE(
      run_program({"dataset", "verify", "feature_table", "--root", table.string(), "--no-cache"})
          .exit_code,
      0);
  EXPECT_EQ(bench.run(file, {"dataset.ignore_columns=[\"Unnamed: 0\", genre_id]"}).exit_code, 0);
  EXPECT_EQ(bench.run(file, {"dataset.keep_columns=[\"Unnamed: 0\", genre_id]"}).exit_code, 0);
}

TEST(Leaks, SayWhichTracksNoSeedTestsAndWhoIsUnknown) {
  Workbench bench;
  add_spelled(bench);
  const std::string dataset =
      "{name: folder, root: \"" + bench.music.string() + "\", artist_from: file_prefix}";
  const fs::path file =
      bench.experiment("seeds", {{"dataset", dataset},
                                 {"seeds", "[0, 1, 2, 3, 4, 5, 6, 7]"},
                                 {"split", "{kind: stratified, train_fraction: 0.8}"}});
  const ProgramResult text = run_program({"leaks", file.string(), "--no-cache", "--quiet"});
  ASSERT_EQ(text.exit_code, 0) << text.err;
  expect_says(text.out, {"own: stratified: of 16 tracks in use, 8 divisions never test 6",
                         "always test 0", "8 of 16 tracks have no known artist"});
  const json document =
      json::parse(run_program({"leaks", file.string(), "--no-cache", "--quiet", "--json"}).out);
  const json tests = document[0]["tests"][0];
  EXPECT_EQ(tests["divisions"], 8);
  EXPECT_EQ(tests["never_tested"].size(), 6u)
      << "those of the singer, of whom the genre has six songs of eight";
  EXPECT_TRUE(tests["always_tested"].empty());
  EXPECT_EQ(document[0]["tracks_without_a_known_group"]["artist"], 8);
}

}  // namespace splits_test
}  // namespace genrebench
