#include <atomic>
#include <set>

#include "dataset_test_support.hpp"
#include "datasets/music/synthesiser.hpp"

namespace genrebench {
void register_synthetic(Registry& registry);

namespace synthetic_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

const OptionValues kSmall = {{"genres", std::int64_t{2}},
                             {"tracks_per_genre", std::int64_t{3}},
                             {"duration_s", 3.0},
                             {"sample_rate_hz", std::int64_t{8000}},
                             {"artists_per_genre", std::int64_t{2}}};

OptionValues with(OptionValues options, const OptionValues& more) {
  for (const auto& [name, value] : more) options[name] = value;
  return options;
}

void write_set(const fs::path& dir, const OptionValues& options,
               const DatasetPlugin::Progress& progress = {}) {
  Registry registry;
  register_synthetic(registry);
  const DatasetPlugin& plugin = *registry.datasets.find("synthetic");
  EXPECT_TRUE(plugin.generated);
  plugin.write(plugin.options.resolve(options, "dataset synthetic"), registry, dir, progress);
}

std::unique_ptr<Dataset> synthetic(const fs::path& root, const OptionValues& options = {}) {
  return make_dataset(register_synthetic, with(options, {{"root", root.string()}}));
}

std::map<std::string, std::string> all_files(const fs::path& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(dir).string()] = read_bytes(entry.path());
  return files;
}

TEST(Synthesiser, HasAtLeastTenGenres) {
  EXPECT_GE(synthetic_genres().size(), 10U);
  EXPECT_EQ(std::set<std::string>(synthetic_genres().begin(), synthetic_genres().end()).size(),
            synthetic_genres().size());
}

TEST(Synthesiser, EverySongIsAudibleFiniteAndInRange) {
  for (std::size_t genre = 0; genre < synthetic_genres().size(); ++genre)
    for (const double difficulty : {0.0, 1.0})
      for (int track = 0; track < 3; ++track) {
        const SyntheticSong song =
            synthesise_song({.duration_s = 3.0, .difficulty = difficulty}, genre, track);
        ASSERT_EQ(song.samples.size(), 66150U);
        double power = 0.0;
        for (const float sample : song.samples) {
          ASSERT_TRUE(std::isfinite(sample) && std::abs(sample) <= 1.0F)
              << synthetic_genres()[genre];
          power += static_cast<double>(sample) * sample;
        }
        EXPECT_GT(std::sqrt(power / 66150.0), 0.01) << synthetic_genres()[genre] << " " << track;
      }
}

TEST(Synthesiser, SectionsTileTheDurationWhateverItIs) {
  for (const double duration_s : {1.0, 2.5, 15.0, 31.7, 100.0})
    for (std::size_t genre = 0; genre < synthetic_genres().size(); genre += 3) {
      const SyntheticSong song = synthesise_song({.duration_s = duration_s, .sample_rate_hz = 8000},
                                                 genre, static_cast<int>(duration_s));
      ASSERT_FALSE(song.sections.empty());
      EXPECT_EQ(song.sections.front().start_s, 0.0);
      EXPECT_EQ(song.sections.back().end_s, duration_s);
      EXPECT_EQ(song.sections.front().label, "A");
      EXPECT_EQ(song.form.size(), song.sections.size());
      for (std::size_t i = 0; i < song.sections.size(); ++i) {
        EXPECT_GT(song.sections[i].end_s, song.sections[i].start_s);
        if (i > 0) {
          EXPECT_EQ(song.sections[i].start_s, song.sections[i - 1].end_s);
        }
      }
      if (duration_s > 10.0) {
        EXPECT_GT(std::set<char>(song.form.begin(), song.form.end()).size(), 1U);
      }
    }
}

TEST(Synthesiser, ExtremeRatesAndASingleArtistWork) {
  for (const int rate : {8000, 48000})
    EXPECT_EQ(
        synthesise_song({.duration_s = 1.0, .sample_rate_hz = rate, .artists_per_genre = 1}, 7, 5)
            .samples.size(),
        static_cast<std::size_t>(rate));
}

TEST(Synthesiser, AnArtistKeepsItsHabitsAndSongsDiffer) {
  const SynthesiserOptions options{.duration_s = 1.0, .artists_per_genre = 4, .difficulty = 0.0};
  const SyntheticSong first = synthesise_song(options, 0, 0),
                      again = synthesise_song(options, 0, 4),
                      other = synthesise_song(options, 0, 1);
  EXPECT_EQ(first.artist, again.artist);
  EXPECT_NE(first.artist, other.artist);
  EXPECT_NE(first.seed, again.seed);
  EXPECT_NE(first.samples, again.samples);
}

TEST(Synthetic, TheSameSeedGivesTheSameBytesAndAnotherSeedOthers) {
  TemporaryFolder one, two, three;
  write_set(one.path(), kSmall);
  write_set(two.path(), kSmall);
  write_set(three.path(), with(kSmall, {{"seed", std::int64_t{1}}}));
  EXPECT_EQ(all_files(one.path()), all_files(two.path()));
  const auto a = all_files(one.path()), b = all_files(three.path());
  for (const auto& [name, bytes] : a)
    if (name.ends_with(".wav")) {
      EXPECT_NE(bytes, b.at(name)) << name;
    }
}

TEST(Synthetic, MoreTracksAndGenresLeaveTheEarlierBytesAlone) {
  TemporaryFolder small, large;
  write_set(small.path(), kSmall);
  write_set(large.path(),
            with(kSmall, {{"genres", std::int64_t{3}}, {"tracks_per_genre", std::int64_t{5}}}));
  const auto a = all_files(small.path()), b = all_files(large.path());
  std::size_t songs = 0;
  for (const auto& [name, bytes] : a)
    if (name.ends_with(".wav")) {
      ++songs;
      EXPECT_EQ(bytes, b.at(name)) << name;
    }
  EXPECT_EQ(songs, 6U);
}

TEST(Synthetic, WhatIsWrittenIsReadBack) {
  TemporaryFolder dir;
  std::vector<std::size_t> told;
  std::atomic<int> n_calls = 0;
  write_set(dir / "set", kSmall, [&](std::size_t done, std::size_t total) {
    EXPECT_EQ(++n_calls, 1) << "one call at a time";
    EXPECT_EQ(total, 6U);
    told.push_back(done);
    --n_calls;
  });
  EXPECT_TRUE(std::is_sorted(told.begin(), told.end()));
  EXPECT_EQ(told.back(), 6U);
  const auto dataset = synthetic(dir / "set", kSmall);
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"ambient", "bluegrass"}));
  ASSERT_EQ(dataset->tracks().size(), 6U);
  const Track& track = dataset->tracks()[5];
  EXPECT_EQ(track.id, "bluegrass.00002");
  EXPECT_EQ(track.groups.at("artist"), "bluegrass artist 1");
  EXPECT_EQ(track.groups.at("song"), "bluegrass.00002");
  EXPECT_EQ(read_audio(track.audio, 0).size(), 24000U);
  const auto sections = dataset->sections(track);
  ASSERT_FALSE(sections.empty());
  EXPECT_EQ(sections.front().start_s, 0.0);
  EXPECT_EQ(sections.back().end_s, 3.0);
  EXPECT_TRUE(dataset->verify().empty());
  EXPECT_FALSE(dataset->facts().empty());
}

TEST(Synthetic, VerifyFindsMissingAndExtraFiles) {
  TemporaryFolder dir;
  write_set(dir.path(), kSmall);
  fs::remove(dir / "ambient/ambient.00001.wav");
  write_tone(dir / "ambient/mine.wav");
  const auto dataset = synthetic(dir.path());
  ASSERT_EQ(problems(*dataset, "missing").size(), 1U);
  EXPECT_EQ(problems(*dataset, "missing")[0].where, "ambient.00001");
  ASSERT_EQ(problems(*dataset, "extra").size(), 1U);
  EXPECT_EQ(problems(*dataset, "extra")[0].where, "ambient/mine.wav");
}

TEST(Synthetic, OnlyAnOptionThatWasSetAndDisagreesIsRefused) {
  TemporaryFolder dir;
  write_set(dir.path(), kSmall);
  EXPECT_EQ(synthetic(dir.path())->tracks().size(), 6U);
  const std::string message = message_of<ConfigError>([&] {
    synthetic(dir.path(), {{"tracks_per_genre", std::int64_t{7}}});
  });
  EXPECT_CONTAINS(message, "option 'tracks_per_genre' is 7");
  EXPECT_CONTAINS(message, "made with 3");
}

TEST(Synthetic, FoldersThatCannotBeUsedAreExplained) {
  TemporaryFolder dir;
  EXPECT_CONTAINS(message_of<ConfigError>([] { synthetic(""); }), "option 'root' is empty");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "absent"); }), "does not exist");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir.path()); }), "no dataset.json");
  write_set(dir / "set", kSmall);
  EXPECT_CONTAINS(message_of<DataError>([&] { write_set(dir / "set", kSmall); }),
                  "expected a new or empty folder");
  const std::string description = read_bytes(dir / "set/dataset.json");
  write_bytes(dir / "set/dataset.json", "{\"format\": 3}");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }),
                  "dataset.json: expected the description");
  write_bytes(dir / "set/dataset.json", "{\"format");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }),
                  "dataset.json: expected the description");
  std::string later = description;
  later.replace(later.find("\"format_version\": 1"), 19, "\"format_version\": 9");
  write_bytes(dir / "set/dataset.json", later);
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }),
                  "expected format_version 1, found 9");
  write_bytes(dir / "set/dataset.json", description);
  const std::string sections = read_bytes(dir / "set/sections.csv");
  write_bytes(dir / "set/sections.csv", "track,label,start_s,end_s\nnobody,A,0,1\n");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }),
                  "sections.csv:2: column 'track'");
  write_bytes(dir / "set/sections.csv", "track,label,start_s,end_s\nambient.00000,A,0,x\n");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }),
                  "column 'end_s': expected seconds, found 'x'");
  write_bytes(dir / "set/sections.csv", "track,label,start_s,end_s\nambient.00000,A,2,1\n");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }),
                  "expected a section after the one before it");
  write_bytes(dir / "set/sections.csv", sections);
  write_bytes(dir / "set/metadata.csv", "track,genre,artist,song\na,b,c,d\na,b,c,d\n");
  EXPECT_CONTAINS(message_of<DataError>([&] { synthetic(dir / "set"); }), "metadata.csv:3");
}

TEST(Synthetic, AFullOrClosedFolderIsAnError) {
  EXPECT_CONTAINS(message_of<DataError>([] { write_set("/proc/nothing/here", kSmall); }),
                  "/proc/nothing/here");
}

}  // namespace synthetic_test
}  // namespace genrebench
