// What every dataset and every split promises (harness/plugin/dataset.hpp,
// harness/plugin/split.hpp).
#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "base/error.hpp"
#include "contract/contract_support.hpp"
#include "contract/golden_versions.hpp"
#include "datasets/manifests/manifest_file.hpp"
#include "harness/data/open_dataset.hpp"
#include "support/distributions.hpp"
#include "support/memory_dataset.hpp"

namespace genrebench {
namespace datasets_test {

using testing::MemoryDataset;
using testing::options_of;
using testing::registry;
using testing::TemporaryFolder;
using testing::write_sound;

namespace fs = std::filesystem;

/// Makes a small copy of a dataset in a folder. @return  the options that open it
using Fixture = std::function<OptionValues(const TemporaryFolder&)>;

OptionValues make_genre_folders(const TemporaryFolder& folder) {
  for (const std::string genre : {"polka", "tango"})
    for (int i = 0; i < 3; ++i)
      write_sound(folder / genre / ("song" + std::to_string(i) + ".wav"), 200.0 + 50.0 * i, 0.1,
                  8000, static_cast<std::uint64_t>(i));
  return {{"root", folder.path().string()}};
}

OptionValues make_gtzan_folders(const TemporaryFolder& folder) {
  for (const std::string genre : {"blues", "rock"})
    for (int i = 0; i < 3; ++i)
      write_sound(folder / "genres" / genre / (genre + ".0000" + std::to_string(i) + ".wav"),
                  200.0 + 50.0 * i, 0.1, 8000, static_cast<std::uint64_t>(i));
  return {{"root", folder.path().string()}};
}

OptionValues make_extended_ballroom(const TemporaryFolder& folder) {
  testing::write_extended_ballroom(
      folder.path(), {.genres = {"Chacha", "Tango"}, .tracks_per_genre = 3, .duration_s = 1.0});
  return {{"root", folder.path().string()}};
}

OptionValues make_artists1517(const TemporaryFolder& folder) {
  testing::write_artists1517(
      folder.path(), {.genres = {"Hip-Hop", "World"}, .tracks_per_genre = 2, .duration_s = 1.0});
  return {{"root", folder.path().string()}};
}

OptionValues make_csv(const TemporaryFolder& folder) {
  const fs::path file = folder.write("features.csv",
                                     "filename,length,tempo,centroid,label\n"
                                     "b.wav,661794,120.5,1500,tango\n"
                                     "a.wav,661794,99,2500.25,polka\n"
                                     "c.wav,661794,101,2400,polka\n");
  return {{"root", file.string()}};
}

OptionValues make_manifest_list(const TemporaryFolder& folder) {
  for (const std::string name : {"a", "b", "c"})
    write_sound(folder / "songs" / (name + ".wav"), 200.0, 0.1, 8000, 3);
  const fs::path file = folder.write("list.jsonl",
                                     "{\"path\": \"songs/b.wav\", \"genre\": \"tango\"}\n"
                                     "{\"path\": \"songs/a.wav\", \"genre\": \"polka\", "
                                     "\"artist\": \"Ann\", \"split:own\": \"test\"}\n"
                                     "{\"path\": \"songs/c.wav\", \"genre\": \"polka\", "
                                     "\"start_s\": 0.05, \"mood\": \"glad\"}\n");
  return {{"root", file.string()}};
}

/// Datasets that have owners: a small folder of the right shape for each. Generated datasets need
/// none.
const std::map<std::string, Fixture>& fixtures() {
  static const std::map<std::string, Fixture> all = {{"folder", make_genre_folders},
                                                     {"gtzan", make_gtzan_folders},
                                                     {"extended_ballroom", make_extended_ballroom},
                                                     {"artists1517", make_artists1517},
                                                     {"feature_table", make_csv},
                                                     {"manifest", make_manifest_list}};
  return all;
}

OptionValues make_medley_source(const TemporaryFolder& folder) {
  for (int i = 0; i < 6; ++i)
    write_sound(folder / "source" / (i % 2 == 0 ? "polka" : "tango") /
                    ("song" + std::to_string(i) + ".wav"),
                200.0 + 50.0 * i, 1.0, 8000);
  return {{"source", std::string("folder")}, {"source_root", (folder / "source").string()},
          {"genres", std::string("same")},   {"count", std::int64_t{6}},
          {"max_tracks", std::int64_t{3}},   {"segment_s", std::string("0.3")}};
}

/// Generated datasets that are built from others, and options that keep them small.
const std::map<std::string, Fixture>& sources() {
  static const std::map<std::string, Fixture> all = {{"medley", make_medley_source}};
  return all;
}

/// As small as a generated dataset's own options allow.
OptionValues make_generated(const DatasetPlugin& plugin, const TemporaryFolder& folder) {
  OptionValues small;
  if (const auto source = sources().find(plugin.name); source != sources().end())
    small = source->second(folder);
  const auto shrink = [&](const std::string& name, double value) {
    const OptionInfo* option = plugin.options.find(name);
    if (option == nullptr ||
        (option->type != OptionType::integer && option->type != OptionType::number))
      return;
    value = std::clamp(value, option->minimum, option->maximum);
    small[name] = option->type == OptionType::integer
                      ? OptionValue(static_cast<std::int64_t>(value))
                      : OptionValue(value);
  };
  shrink("genres", 3);
  shrink("tracks_per_genre", 2);
  shrink("duration_s", 1.0);
  shrink("sample_rate_hz", 8000);
  const fs::path root = folder / "made";
  fs::create_directory(root);
  std::size_t told = 0;
  plugin.write(options_of(plugin, small), registry(), root,
               [&](std::size_t done, std::size_t total) {
                 EXPECT_LE(done, total);
                 EXPECT_GE(done, told);
                 told = done;
               });
  EXPECT_GT(told, 0u) << "write tells its progress";
  small["root"] = root.string();
  return small;
}

class EveryDataset : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    options_ = prepare(folder_);
    if (!HasFatalFailure()) dataset_ = plugin().make(options_of(plugin(), options_), registry());
  }

  static const DatasetPlugin& plugin() { return registry().datasets.get(GetParam(), "test"); }

  static OptionValues prepare(const TemporaryFolder& folder) {
    OptionValues options;
    prepare_into(folder, options);
    return options;
  }

  static void prepare_into(const TemporaryFolder& folder, OptionValues& options) {
    if (plugin().generated) {
      options = make_generated(plugin(), folder);
      return;
    }
    const auto fixture = fixtures().find(GetParam());
    ASSERT_NE(fixture, fixtures().end())
        << "the dataset '" << GetParam()
        << "' is registered, but this suite has no small copy of it: add to fixtures() in "
        << "tests/contract/datasets_test.cpp a function that writes a few files of its shape and "
           "gives the options that open them";
    options = fixture->second(folder);
  }

  TemporaryFolder folder_;
  OptionValues options_;
  std::unique_ptr<Dataset> dataset_;
};

INSTANTIATE_TEST_SUITE_P(Contract, EveryDataset, ::testing::ValuesIn(registry().datasets.names()),
                         testing::name_of);

TEST_P(EveryDataset, GivesGenresInAlphabeticalOrder) {
  const auto& genres = dataset_->genres();
  ASSERT_GE(genres.size(), 2u);
  EXPECT_TRUE(std::is_sorted(genres.begin(), genres.end()));
  EXPECT_EQ(std::set(genres.begin(), genres.end()).size(), genres.size());
  for (const std::string& genre : genres) EXPECT_FALSE(genre.empty());
}

TEST_P(EveryDataset, GivesTracksWithUniqueIdsAndValidGenres) {
  ASSERT_FALSE(dataset_->tracks().empty());
  std::set<std::string> ids;
  for (const Track& track : dataset_->tracks()) {
    EXPECT_FALSE(track.id.empty());
    EXPECT_TRUE(ids.insert(track.id).second) << track.id;
    EXPECT_GE(track.genre, 0) << track.id;
    EXPECT_LT(track.genre, static_cast<int>(dataset_->genres().size())) << track.id;
    for (const auto& [kind, value] : track.groups)
      EXPECT_FALSE(kind.empty() || value.empty()) << track.id;
  }
}

TEST_P(EveryDataset, GivesEveryTrackAudioOrFeatures) {
  const std::size_t n = dataset_->feature_names().size();
  for (const Track& track : dataset_->tracks()) {
    if (n == 0)
      EXPECT_TRUE(fs::is_regular_file(track.audio)) << track.id << ": " << track.audio;
    else
      EXPECT_TRUE(track.audio.empty()) << track.id;
    EXPECT_EQ(track.features.size(), n) << track.id;
    for (const float value : track.features) EXPECT_TRUE(std::isfinite(value)) << track.id;
  }
}

TEST_P(EveryDataset, NamesTheSameTracksInTheSameOrderWhereverItLies) {
  const TemporaryFolder elsewhere;
  const auto other = plugin().make(options_of(plugin(), prepare(elsewhere)), registry());
  ASSERT_EQ(other->tracks().size(), dataset_->tracks().size());
  for (std::size_t t = 0; t < other->tracks().size(); ++t) {
    EXPECT_EQ(other->tracks()[t].id, dataset_->tracks()[t].id);
    EXPECT_EQ(other->tracks()[t].genre, dataset_->tracks()[t].genre);
    EXPECT_EQ(other->tracks()[t].groups, dataset_->tracks()[t].groups);
    EXPECT_EQ(other->tracks()[t].features, dataset_->tracks()[t].features);
  }
}

TEST_P(EveryDataset, PublishesSplitsOfItsOwnTracksIntoKnownParts) {
  std::set<std::string> names;
  for (const PublishedSplit& split : dataset_->published_splits()) {
    EXPECT_TRUE(names.insert(split.name).second) << split.name;
    EXPECT_FALSE(split.description.empty()) << split.name;
    for (const auto& [track, part] : split.parts)
      EXPECT_TRUE(split.folds ? !part.empty()
                              : part == "train" || part == "valid" || part == "test")
          << split.name << ": " << part;
  }
}

TEST_P(EveryDataset, KnowsSectionsInOrderOfTime) {
  for (const Track& track : dataset_->tracks()) {
    double last = 0.0;
    for (const Section& section : dataset_->sections(track)) {
      EXPECT_GE(section.start_s, last) << track.id;
      EXPECT_LT(section.start_s, section.end_s) << track.id;
      last = section.end_s;
    }
  }
}

TEST_P(EveryDataset, VerifiesAndDescribesItself) {
  for (const DatasetProblem& problem : dataset_->verify()) {
    EXPECT_FALSE(problem.what.empty() || problem.message.empty());
    EXPECT_EQ(problem.message.find('\n'), std::string::npos) << problem.message;
  }
  for (const auto& [what, value] : dataset_->facts())
    EXPECT_FALSE(what.empty() || value.empty()) << what;
}

TEST_P(EveryDataset, SaysWhatIsMissingInOneLine) {
  EXPECT_THROW_SAYING(plugin().make(options_of(plugin()), registry()), ConfigError, "root");
  const std::string nowhere = (folder_ / "nowhere").string();
  EXPECT_THROW_SAYING(plugin().make(options_of(plugin(), {{"root", nowhere}}), registry()),
                      DataError, nowhere);
  const TemporaryFolder empty;
  try {
    plugin().make(options_of(plugin(), {{"root", empty.path().string()}}), registry());
    ADD_FAILURE() << "opened an empty folder";
  } catch (const DataError& error) {
    EXPECT_NE(std::string(error.what()).find(empty.path().string()), std::string::npos)
        << error.what();
  }
}

TEST_P(EveryDataset, IsTheSameAsTheListThatDescribeWrites) {
  FileHashes hashes({});
  testing::SilentProgress progress;
  const auto open = [&](const std::string& name, const OptionValues& options) {
    const PluginChoice choice{name, options_of(registry().datasets.get(name, "test"), options)};
    return open_dataset(choice, registry(), folder_ / "cache", hashes, progress);
  };
  const auto dataset = open(GetParam(), options_);
  const ManifestText list = manifest_text(*dataset->dataset);
  OptionValues options = list.options;
  options["root"] = folder_.write("as_list.csv", list.csv).string();
  options["audio_root"] = list.audio_root.string();
  const auto again = open("manifest", options);
  EXPECT_EQ(again->fingerprint, dataset->fingerprint) << list.csv;
}

class EverySplit : public ::testing::TestWithParam<std::string> {
 protected:
  static constexpr int kGenres = 3, kArtists = 12, kSongs = 3;

  EverySplit() : dataset_({"blues", "polka", "tango"}) {
    PublishedSplit list{
        .name = "published", .description = "of this test", .parts = {}, .folds = false};
    for (int g = 0; g < kGenres; ++g)
      for (int a = 0; a < kArtists; ++a)
        for (int s = 0; s < kSongs; ++s) {
          const std::string artist = dataset_.genre_name(g) + " band " + std::to_string(a);
          const std::string id = artist + " song " + std::to_string(s);
          dataset_.add(id, g, artist, {0.0f});
          list.parts[id] = a % 3 == 0 ? "test" : a % 3 == 1 ? "valid" : "train";
        }
    dataset_.splits = {list};
  }

  static std::unique_ptr<Splitter> make(OptionValues given = {}) {
    const SplitPlugin& plugin = registry().splits.get(GetParam(), "test");
    if (plugin.options.find("list") != nullptr) given["list"] = std::string("published");
    return plugin.make(options_of(plugin, given));
  }

  void expect_sound(const Split& split) const {
    ASSERT_EQ(split.parts.size(), dataset_.tracks().size());
    std::map<std::string, std::set<Part>> by_artist;
    std::map<int, std::set<Part>> by_genre;
    for (std::size_t t = 0; t < split.parts.size(); ++t) {
      const Track& track = dataset_.tracks()[t];
      EXPECT_TRUE(split.parts[t] == Part::none || split.parts[t] == Part::train ||
                  split.parts[t] == Part::valid || split.parts[t] == Part::test);
      by_artist[track.groups.at("artist")].insert(split.parts[t]);
      by_genre[track.genre].insert(split.parts[t]);
    }
    for (const auto& [artist, sides] : by_artist)
      EXPECT_EQ(sides.size(), 1u) << artist << " is on more than one side";
    for (const auto& [genre, sides] : by_genre)
      EXPECT_TRUE(sides.contains(Part::train) && sides.contains(Part::test)) << genre;
    EXPECT_FALSE(split.leaky);
    EXPECT_EQ(split.groups, std::vector<std::string>{"artist"});
  }

  MemoryDataset dataset_;
};

INSTANTIATE_TEST_SUITE_P(Contract, EverySplit, ::testing::ValuesIn(registry().splits.names()),
                         testing::name_of);

TEST_P(EverySplit, KeepsEveryArtistOnOneSide) {
  for (const std::uint64_t seed : {0u, 1u, 2u, 99u})
    expect_sound(make()->split(dataset_, {}, seed));
}

TEST_P(EverySplit, GivesTheSamePartsForTheSameSeed) {
  for (const std::uint64_t seed : {0u, 5u}) {
    const auto first = make();
    EXPECT_EQ(first->split(dataset_, {}, seed).parts, first->split(dataset_, {}, seed).parts);
    EXPECT_EQ(first->split(dataset_, {}, seed).parts, make()->split(dataset_, {}, seed).parts);
  }
}

TEST_P(EverySplit, SaysSoWhereItIsLeaky) {
  const SplitPlugin& plugin = registry().splits.get(GetParam(), "test");
  ASSERT_NE(plugin.options.find("leaky"), nullptr) << "reports mark leaky splits by this option";
  const Split split = make({{"leaky", OptionValue(true)}})->split(dataset_, {}, 0);
  EXPECT_TRUE(split.leaky);
  EXPECT_TRUE(split.groups.empty());
}

TEST_P(EverySplit, TrainsOnNestedPartsOfItsTrainingPart) {
  const auto in = [](const Split& split, Part part) {
    std::set<std::size_t> tracks;
    for (std::size_t t = 0; t < split.parts.size(); ++t)
      if (split.parts[t] == part) tracks.insert(t);
    return tracks;
  };
  const Split whole = make()->split(dataset_, {}, 3);
  std::set<std::size_t> larger = in(whole, Part::train);
  for (const std::int64_t n_artists : {2, 1}) {
    const Split split =
        make({{"train_size.artists_per_genre", OptionValue(n_artists)}})->split(dataset_, {}, 3);
    const std::set<std::size_t> trained = in(split, Part::train);
    EXPECT_LT(trained.size(), larger.size()) << n_artists;
    EXPECT_TRUE(std::includes(larger.begin(), larger.end(), trained.begin(), trained.end()))
        << n_artists;
    EXPECT_EQ(in(split, Part::test), in(whole, Part::test)) << n_artists;
    EXPECT_EQ(in(split, Part::valid), in(whole, Part::valid)) << n_artists;
    larger = trained;
  }
}

TEST_P(EverySplit, RefusesAKindOfGroupThatNoTrackHas) {
  EXPECT_THROW_SAYING(
      make({{"group_by", std::vector<std::string>{"label"}}})->split(dataset_, {}, 0), ConfigError,
      "label", "artist");
}

TEST_P(EverySplit, DividesTracksWithoutKnownGroups) {
  MemoryDataset loners({"blues", "polka"});
  PublishedSplit list{
      .name = "published", .description = "of this test", .parts = {}, .folds = false};
  for (int i = 0; i < 40; ++i) {
    loners.add("song " + std::to_string(i), i % 2, {}, {0.0f});
    list.parts["song " + std::to_string(i)] = i < 20 ? "train" : "test";
  }
  loners.splits = {list};
  const Split split = make()->split(loners, {}, 3);
  EXPECT_TRUE(split.groups.empty());
  EXPECT_FALSE(split.leaky);
  EXPECT_GT(std::count(split.parts.begin(), split.parts.end(), Part::train), 0);
  EXPECT_GT(std::count(split.parts.begin(), split.parts.end(), Part::test), 0);
}

TEST_P(EveryDataset, KeepsItsNumbersOrRaisesItsVersion) {
  testing::GoldenResult golden;
  for (const std::string& genre : dataset_->genres()) golden.texts.push_back(genre);
  for (const Track& track : dataset_->tracks()) {
    golden.texts.push_back(track.id + " is " + dataset_->genre_name(track.genre));
    for (const auto& [kind, value] : track.groups)
      golden.texts.push_back(track.id + " has " + kind + " " + value);
    for (const Section& section : dataset_->sections(track)) {
      golden.texts.push_back(track.id + " has a section " + section.label);
      golden.numbers.insert(golden.numbers.end(), {section.start_s, section.end_s});
    }
    for (const float value : track.features) golden.numbers.push_back(value);
    if (plugin().generated) testing::summarise_values(read_audio(track.audio), golden.numbers);
  }
  testing::expect_golden("dataset", plugin(), golden, 1e-4);
}

TEST_P(EverySplit, KeepsItsDivisionsOrRaisesItsVersion) {
  testing::GoldenResult golden;
  for (const std::uint64_t seed : {0u, 1u, 2u})
    golden.texts.push_back(division_hash(make()->split(dataset_, {}, seed)));
  golden.texts.push_back(
      division_hash(make({{"leaky", OptionValue(true)}})->split(dataset_, {}, 0)));
  testing::expect_golden("split", registry().splits.get(GetParam(), "test"), golden);
}

}  // namespace datasets_test
}  // namespace genrebench
