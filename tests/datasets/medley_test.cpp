#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/csv.hpp"
#include "dataset_test_support.hpp"
#include "harness/plan/plan.hpp"
#include "support/shared_data.hpp"
#include "support/silent_progress.hpp"

namespace genrebench {
void register_all_datasets(Registry& registry);
void register_medley(Registry& registry);

namespace {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

constexpr int kRate = 8000;
constexpr std::size_t kTracks = 8;          // in two genres
constexpr std::size_t kLength = 2 * kRate;  // samples of each

const Registry& registry() {
  static const Registry all = [] {
    Registry r;
    register_all_datasets(r);
    return r;
  }();
  return all;
}

std::string id_of(std::size_t track) {
  return (track % 2 == 0 ? "polka/song" : "tango/song") + std::to_string(track / 2);
}

/// Tracks of constant level, another one each: track k has the level (k + 1) / 16.
void write_levels(const fs::path& dir) {
  for (std::size_t k = 0; k < kTracks; ++k) {
    fs::create_directories((dir / id_of(k)).parent_path());
    write_wav(dir / (id_of(k) + ".wav"),
              std::vector<float>(kLength, static_cast<float>(k + 1) / 16.0F), kRate);
  }
}

/// Two tracks whose samples say where they are from: sample n is n + 1 steps of 16 bit, below zero
/// in the second.
void write_ramps(const fs::path& dir) {
  for (const float sign : {1.0F, -1.0F}) {
    std::vector<float> samples(kLength);
    for (std::size_t n = 0; n < kLength; ++n)
      samples[n] = sign * static_cast<float>(n + 1) / 32768.0F;
    fs::create_directories(dir / "ramps");
    write_wav(dir / "ramps" / (sign > 0 ? "up.wav" : "down.wav"), samples, kRate);
  }
}

OptionValues with(OptionValues options, const OptionValues& more) {
  for (const auto& [name, value] : more) options[name] = value;
  return options;
}

OptionValues small(const fs::path& source, const OptionValues& more = {}) {
  return with({{"source", std::string("folder")},
               {"source_root", source.string()},
               {"count", std::int64_t{10}},
               {"segment_s", std::vector<std::string>{"0.5", "0.3"}},
               {"sample_rate_hz", std::int64_t{kRate}}},
              more);
}

void write_set(const fs::path& dir, const OptionValues& options,
               const DatasetPlugin::Progress& progress = {}) {
  const DatasetPlugin& plugin = *registry().datasets.find("medley");
  plugin.write(plugin.options.resolve(options, "dataset medley"), registry(), dir, progress);
}

std::unique_ptr<Dataset> medleys(const fs::path& root, const OptionValues& options = {}) {
  return make_dataset(register_medley, with(options, {{"root", root.string()}}));
}

std::unique_ptr<Dataset> write_and_read(const fs::path& dir, const OptionValues& options) {
  write_set(dir, options);
  return medleys(dir, options);
}

std::map<std::string, std::string> all_files(const fs::path& dir) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(dir))
    if (entry.is_regular_file())
      files[entry.path().lexically_relative(dir).string()] = read_bytes(entry.path());
  return files;
}

/// Rows of a table of the set, each by the names of its columns, in lists by track.
std::map<std::string, std::vector<std::map<std::string, std::string>>> rows_by_track(
    const fs::path& file) {
  const CsvTable table = read_csv(file);
  std::map<std::string, std::vector<std::map<std::string, std::string>>> result;
  for (const CsvRow& row : table.rows) {
    std::map<std::string, std::string> cells;
    for (std::size_t c = 0; c < table.columns.size(); ++c) cells[table.columns[c]] = row.cells[c];
    result[cells["track"]].push_back(cells);
  }
  return result;
}

std::set<std::string> sources_used(const fs::path& dir) {
  std::set<std::string> result;
  for (const auto& [track, rows] : rows_by_track(dir / "sections.csv"))
    for (const auto& row : rows) result.insert(row.at("source_track"));
  return result;
}

std::size_t to_sample(double seconds) {
  return static_cast<std::size_t>(std::llround(seconds * kRate));
}

std::string refusal(const OptionValues& options) {
  const TemporaryFolder out;
  return message_of<ConfigError>([&] { write_set(out / "set", options); });
}

class Medley : public ::testing::Test {
 protected:
  Medley() { write_levels(dir_ / "levels"); }

  fs::path levels() const { return dir_ / "levels"; }

  TemporaryFolder dir_;
};

TEST_F(Medley, EverySampleOfASectionIsOfTheTrackThatItsRowNames) {
  const auto dataset = write_and_read(dir_ / "set", small(levels(), {{"count", std::int64_t{20}}}));
  const auto rows = rows_by_track(dir_ / "set/sections.csv");
  std::map<std::string, float> level;
  for (std::size_t k = 0; k < kTracks; ++k) level[id_of(k)] = static_cast<float>(k + 1) / 16.0F;
  ASSERT_EQ(dataset->tracks().size(), 20U);
  for (const Track& track : dataset->tracks()) {
    const std::vector<float> samples = read_audio(track.audio, 0);
    const auto sections = dataset->sections(track);
    ASSERT_EQ(sections.size(), rows.at(track.id).size());
    EXPECT_EQ(to_sample(sections.back().end_s), samples.size());
    for (std::size_t s = 0; s < sections.size(); ++s)
      for (std::size_t n = to_sample(sections[s].start_s); n < to_sample(sections[s].end_s); ++n)
        ASSERT_EQ(samples[n], level.at(rows.at(track.id)[s].at("source_track")))
            << track.id << " sample " << n;
  }
  EXPECT_TRUE(dataset->verify().empty());
}

TEST_F(Medley, HasTheStructureThatItsOptionsSayWhateverTheSeed) {
  std::set<std::size_t> track_counts;
  std::set<std::string> lengths;
  for (std::int64_t seed = 0; seed < 30; ++seed) {
    const fs::path set = dir_ / std::to_string(seed);
    const auto dataset =
        write_and_read(set, small(levels(), {{"seed", seed}, {"count", std::int64_t{6}}}));
    const auto metadata = rows_by_track(set / "metadata.csv");
    const auto rows = rows_by_track(set / "sections.csv");
    for (std::size_t i = 0; i < dataset->tracks().size(); ++i) {
      const Track& track = dataset->tracks()[i];
      const auto& about = metadata.at(track.id).front();
      const double segment_s = std::stod(about.at("segment_s")),
                   offset_s = std::stod(about.at("offset_s"));
      lengths.insert(about.at("segment_s"));
      EXPECT_EQ(i % 2 == 1, offset_s > 0.0);
      EXPECT_LT(offset_s, 1.0);
      const auto sections = dataset->sections(track);
      EXPECT_EQ(sections.front().start_s, 0.0);
      EXPECT_EQ(sections.front().label, "A");
      std::map<std::string, double> total;
      std::map<std::string, std::string> source;
      std::set<std::string> sources;
      for (std::size_t s = 0; s < sections.size(); ++s) {
        EXPECT_GT(sections[s].end_s, sections[s].start_s);
        if (s > 0) {
          EXPECT_EQ(sections[s].start_s, sections[s - 1].end_s);
          EXPECT_NE(sections[s].label, sections[s - 1].label);
        }
        if (!total.contains(sections[s].label)) {
          EXPECT_EQ(sections[s].label, std::string(1, static_cast<char>('A' + total.size())));
        }
        total[sections[s].label] += sections[s].end_s - sections[s].start_s;
        const std::string& from = rows.at(track.id)[s].at("source_track");
        EXPECT_EQ(source.try_emplace(sections[s].label, from).first->second, from);
        sources.insert(from);
      }
      track_counts.insert(total.size());
      EXPECT_EQ(sources.size(), total.size());
      for (const auto& [label, seconds] : total)
        EXPECT_NEAR(seconds, 3 * segment_s - (label == "A" ? offset_s : 0.0), 1e-9)
            << track.id << label;
    }
  }
  EXPECT_EQ(track_counts, (std::set<std::size_t>{2, 3, 4}));
  EXPECT_EQ(lengths, (std::set<std::string>{"0.5", "0.3"}));
}

TEST_F(Medley, ContinuedPiecesFollowOneAnotherAndRepeatedOnesAreTheSame) {
  write_ramps(dir_ / "source");
  for (const std::string material : {"continued", "repeated"}) {
    const auto dataset = write_and_read(
        dir_ / material, small(dir_ / "source", {{"material", material},
                                                 {"max_tracks", std::int64_t{2}},
                                                 {"offset", false},
                                                 {"segment_s", std::string("0.5")}}));
    std::set<int> all_starts;
    for (const Track& track : dataset->tracks()) {
      const std::vector<float> samples = read_audio(track.audio, 0);
      const std::size_t length = kRate / 2;
      ASSERT_EQ(samples.size(), 6 * length);
      std::map<bool, std::vector<int>> starts;  // by the sign of the track
      for (std::size_t begin = 0; begin < samples.size(); begin += length) {
        const int first = static_cast<int>(std::lround(samples[begin] * 32768.0F));
        for (std::size_t n = 0; n < length; ++n)
          ASSERT_EQ(std::lround(samples[begin + n] * 32768.0F),
                    first + (first > 0 ? 1 : -1) * static_cast<int>(n));
        starts[first > 0].push_back(std::abs(first));
      }
      for (auto& [sign, of_track] : starts) {
        std::sort(of_track.begin(), of_track.end());
        const int step = material == "continued" ? static_cast<int>(length) : 0;
        EXPECT_EQ(of_track,
                  (std::vector<int>{of_track[0], of_track[0] + step, of_track[0] + 2 * step}));
        all_starts.insert(of_track[0]);
      }
    }
    EXPECT_GT(all_starts.size(), 15U) << "pieces start anywhere";
  }
}

TEST_F(Medley, TheSameOptionsGiveTheSameBytesWhereverTheSourceLiesAndMoreMedleysChangeNone) {
  write_levels(dir_ / "elsewhere/levels");
  write_set(dir_ / "one", small(levels()));
  write_set(dir_ / "two", small(dir_ / "elsewhere/levels"));
  write_set(dir_ / "more", small(levels(), {{"count", std::int64_t{15}}}));
  write_set(dir_ / "other", small(levels(), {{"seed", std::int64_t{1}}}));
  const auto one = all_files(dir_ / "one");
  EXPECT_EQ(one.size(), 13U);
  EXPECT_EQ(one, all_files(dir_ / "two"));
  const auto more = all_files(dir_ / "more"), other = all_files(dir_ / "other");
  std::size_t n_same = 0;
  for (const auto& [name, bytes] : one) {
    if (!name.ends_with(".wav")) continue;
    EXPECT_EQ(bytes, more.at(name)) << name;
    n_same += bytes == other.at(name);
  }
  EXPECT_LT(n_same, 3U);
}

TEST_F(Medley, TheHalvesOfTheSourceAreDisjointAndTogetherAllOfIt) {
  const OptionValues options = {{"count", std::int64_t{40}}};
  write_set(dir_ / "first", small(levels(), with(options, {{"half", std::string("first")}})));
  write_set(dir_ / "second", small(levels(), with(options, {{"half", std::string("second")}})));
  EXPECT_EQ(sources_used(dir_ / "first"),
            (std::set<std::string>{"polka/song0", "polka/song1", "tango/song0", "tango/song1"}));
  EXPECT_EQ(sources_used(dir_ / "second"),
            (std::set<std::string>{"polka/song2", "polka/song3", "tango/song2", "tango/song3"}));
}

TEST_F(Medley, NoArtistIsInBothHalvesOfTheSource) {
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
  const auto gtzan = registry()
                         .datasets.get("gtzan", "test")
                         .make({{"root", (dir_ / "genres").string()}}, registry());
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

TEST_F(Medley, OfOneGenreHasTheGenreOfItsTracksAndGenresTakeTurns) {
  const auto dataset =
      write_and_read(dir_ / "set", small(levels(), {{"genres", std::string("same")}}));
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"polka", "tango"}));
  const auto rows = rows_by_track(dir_ / "set/sections.csv");
  std::map<int, int> n_of_genre;
  for (const Track& track : dataset->tracks()) {
    ++n_of_genre[track.genre];
    for (const auto& row : rows.at(track.id))
      EXPECT_TRUE(row.at("source_track")
                      .starts_with(dataset->genres()[static_cast<std::size_t>(track.genre)]))
          << track.id;
  }
  EXPECT_EQ(n_of_genre[0], 5);
  EXPECT_EQ(medleys(dir_ / "set")->genres().size(), 2U)
      << "options left at their defaults need not agree";
  write_set(dir_ / "any", small(levels()));
  EXPECT_EQ(medleys(dir_ / "any")->genres(), std::vector<std::string>{"medley"});
}

TEST_F(Medley, MedleysThatShareASourceTrackAreOneGroup) {
  const auto dataset = write_and_read(
      dir_ / "set",
      small(levels(), {{"genres", std::string("same")}, {"count", std::int64_t{12}}}));
  const auto rows = rows_by_track(dir_ / "set/sections.csv");
  std::map<std::string, std::string> group_of_source;
  std::set<std::string> groups;
  for (const Track& track : dataset->tracks())
    for (const auto& row : rows.at(track.id)) {
      const std::string& group = track.groups.at("source");
      EXPECT_EQ(group_of_source.try_emplace(row.at("source_track"), group).first->second, group);
      groups.insert(group);
    }
  EXPECT_EQ(groups, (std::set<std::string>{"polka/song0", "tango/song0"}))
      << "genres do not mix, and 12 medleys join each";
}

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

TEST_F(Medley, FadesAtJointsAloneAndNotWhereTheMusicRunsOn) {
  const auto dataset = write_and_read(
      dir_ / "set",
      small(levels(),
            {{"fade_ms", 10.0}, {"material", std::string("repeated")}, {"offset", false}}));
  const auto metadata = rows_by_track(dir_ / "set/metadata.csv");
  for (const Track& track : dataset->tracks()) {
    const std::vector<float> samples = read_audio(track.audio, 0);
    const std::size_t length = to_sample(std::stod(metadata.at(track.id).front().at("segment_s")));
    for (std::size_t n = 0; n < samples.size(); ++n) {
      const std::size_t in_piece = n % length, piece = n / length;
      const bool in = piece > 0 && in_piece < 80,
                 out = n + 80 >= (piece + 1) * length && (piece + 1) * length < samples.size();
      const float level = samples[piece * length + length / 2];
      const double place =
          in ? static_cast<double>(in_piece) : static_cast<double>((piece + 1) * length - 1 - n);
      ASSERT_NEAR(samples[n], in || out ? level * (place + 0.5) / 80 : level, 1.0 / 32768)
          << track.id << " " << n;
    }
  }
  write_ramps(dir_ / "source");
  const OptionValues ramps = small(dir_ / "source", {{"min_tracks", std::int64_t{1}},
                                                     {"max_tracks", std::int64_t{1}},
                                                     {"repetitions", std::int64_t{2}},
                                                     {"offset", false},
                                                     {"fade_ms", 10.0}});
  const auto one_track = write_and_read(dir_ / "ramps", ramps);
  std::size_t n_whole = 0;
  for (const Track& track : one_track->tracks()) {
    const std::vector<float> samples = read_audio(track.audio, 0);
    const std::size_t joint = samples.size() / 2;
    const bool runs_on = std::abs(samples[0]) < std::abs(samples[samples.size() - 1]) &&
                         std::abs(samples[joint]) > std::abs(samples[0]);
    n_whole += runs_on;
    EXPECT_EQ(std::abs(samples[joint]) < 0.01F * std::abs(samples[joint + 80]), !runs_on)
        << track.id;
  }
  EXPECT_GT(n_whole, 0U);
  EXPECT_LT(n_whole, one_track->tracks().size());
}

TEST_F(Medley, TellsHowManyTracksAreTooShortAndWhatIsNeeded) {
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

TEST_F(Medley, TracksTooShortForTheLongPiecesServeTheShortOnes) {
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

TEST_F(Medley, ATrackThatCannotBeUsedIsLeftOutAndNamed) {
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

TEST_F(Medley, AGenreWithTooFewTracksIsLeftOutAndNamed) {
  fs::remove(levels() / "polka/song0.wav");
  const auto dataset =
      write_and_read(dir_ / "set", small(levels(), {{"genres", std::string("same")}}));
  EXPECT_EQ(dataset->genres(), std::vector<std::string>{"tango"});
  EXPECT_CONTAINS(read_bytes(dir_ / "set/dataset.json"),
                  "\"genre\": \"polka\",\n        \"long_enough_tracks\": 3");
}

TEST_F(Medley, MakesAGeneratedSourceLongEnoughAndRemovesIt) {
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

TEST_F(Medley, OptionsThatCannotBeAreRefused) {
  EXPECT_CONTAINS(refusal(small(levels(), {{"source", std::string("foldr")}})),
                  "option 'source': unknown dataset 'foldr'; did you mean 'folder'?");
  EXPECT_CONTAINS(refusal(small(levels(), {{"source", std::string("medley")}})),
                  "must be another dataset");
  EXPECT_CONTAINS(refusal(small("", {{"source", std::string("gtzan")}})),
                  "option 'source_root' is empty; expected the root of the dataset gtzan");
  EXPECT_CONTAINS(refusal(small(levels(), {{"min_tracks", std::int64_t{5}}})),
                  "'min_tracks' must be at most max_tracks, found 5 and 4");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", std::vector<std::string>{"9", "x"}}})),
                  "'segment_s' must be numbers from 0.1 to 3600, found 'x'");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", 0.01}})), "found '0.01'");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", std::string("nan")}})), "found 'nan'");
  EXPECT_CONTAINS(refusal(small(levels(), {{"segment_s", std::vector<std::string>{}}})),
                  "'segment_s' is empty");
  EXPECT_CONTAINS(refusal(small(levels(), {{"fade_ms", 200.0}})),
                  "at most half of the shortest segment, 150 ms, found 200");
  const fs::path table = dir_.write("table.csv", "filename,tempo,label\na.wav,1,polka\n");
  EXPECT_CONTAINS(refusal(small(table, {{"source", std::string("feature_table")}})),
                  "feature_table has features only");
  EXPECT_CONTAINS(message_of<DataError>([&] { write_set(levels(), small(levels())); }),
                  "expected a new or empty folder");
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

}  // namespace
}  // namespace genrebench
