#include <algorithm>

#include "datasets/medley_support.hpp"

namespace genrebench {
namespace medley_maker_test {

namespace fs = std::filesystem;
using namespace testing;

using MedleyMaker = MedleyFolder;

TEST_F(MedleyMaker, EverySampleOfASectionIsOfTheTrackThatItsRowNames) {
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

TEST_F(MedleyMaker, HasTheStructureThatItsOptionsSayWhateverTheSeed) {
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

TEST_F(MedleyMaker, ContinuedPiecesFollowOneAnotherAndRepeatedOnesAreTheSame) {
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

TEST_F(MedleyMaker, TheSameOptionsGiveTheSameBytesWhereverTheSourceLiesAndMoreMedleysChangeNone) {
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

TEST_F(MedleyMaker, OfOneGenreHasTheGenreOfItsTracksAndGenresTakeTurns) {
  const auto dataset =
      write_and_read(dir_ / "set", small(levels(), {{"genres", std::string("same")}}));
  EXPECT_EQ(dataset->genres(), (std::vector<std::string>{"polka", "tango"}));
  const auto rows = rows_by_track(dir_ / "set/sections.csv");
  std::map<int, int> n_of_genre;
  for (const Track& track : dataset->tracks()) {
    ++n_of_genre[track.genre];
    for (const auto& row : rows.at(track.id))
      EXPECT_TRUE(row.at("source_track").starts_with(dataset->genre_name(track.genre))) << track.id;
  }
  EXPECT_EQ(n_of_genre[0], 5);
  EXPECT_EQ(medleys(dir_ / "set")->genres().size(), 2U)
      << "options left at their defaults need not agree";
  write_set(dir_ / "any", small(levels()));
  EXPECT_EQ(medleys(dir_ / "any")->genres(), std::vector<std::string>{"medley"});
}

TEST_F(MedleyMaker, MedleysThatShareASourceTrackAreOneGroup) {
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

TEST_F(MedleyMaker, FadesAtJointsAloneAndNotWhereTheMusicRunsOn) {
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

}  // namespace medley_maker_test
}  // namespace genrebench
