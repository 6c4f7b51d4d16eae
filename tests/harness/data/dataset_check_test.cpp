#include "harness/data/dataset_check.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "base/digest.hpp"
#include "signal/audio/audio.hpp"
#include "support/altered_audio.hpp"
#include "support/temporary_folder.hpp"
#include "support/tunes.hpp"

namespace genrebench {
namespace dataset_check_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

/// Files of a test, with whatever is said to be known of them.
class FileDataset : public Dataset {
 public:
  const std::vector<std::string>& genres() const override { return genres_; }
  const std::vector<Track>& tracks() const override { return tracks_; }
  std::vector<PublishedCount> published_counts() const override { return counts; }
  ExpectedAudio expected_audio() const override { return expected; }

  Track& add(const std::string& id, const fs::path& audio, int genre = 0) {
    tracks_.push_back({.id = id, .genre = genre, .audio = audio, .groups = {}, .features = {}});
    return tracks_.back();
  }

  std::vector<PublishedCount> counts;
  ExpectedAudio expected;

 private:
  std::vector<std::string> genres_ = {"polka", "rock"};
  std::vector<Track> tracks_;
};

class DatasetCheck : public ::testing::Test {
 protected:
  fs::path wav(const std::string& name, const std::vector<float>& samples,
               double sample_rate_hz = kTuneRateHz) {
    write_wav(folder_ / name, samples, static_cast<int>(sample_rate_hz));
    return folder_ / name;
  }

  std::vector<FileFacts> facts() {
    FileHashes hashes({});
    return examine_files(dataset_, hashes, /*decode=*/true, /*threads=*/2,
                         [](std::size_t, std::size_t) {});
  }

  /// "error duplicate b: the same file as a"
  std::vector<std::string> findings() {
    std::vector<std::string> lines;
    for (const DatasetProblem& problem : general_problems(dataset_, facts(), /*threads=*/2, {}))
      lines.push_back(
          std::string(problem.severity == DatasetProblem::Severity::error ? "error " : "note ") +
          problem.what + " " + problem.where + ": " + problem.message);
    return lines;
  }

  /// Expects as many findings as beginnings, each of which begins one.
  void expect_findings(const std::vector<std::string>& beginnings) {
    const std::vector<std::string> found = findings();
    EXPECT_EQ(found.size(), beginnings.size()) << ::testing::PrintToString(found);
    for (const std::string& beginning : beginnings)
      EXPECT_TRUE(std::any_of(found.begin(), found.end(),
                              [&](const std::string& line) { return line.starts_with(beginning); }))
          << beginning << " is not among " << ::testing::PrintToString(found);
  }

  TemporaryFolder folder_;
  FileDataset dataset_;
};

TEST_F(DatasetCheck, DifferentSongsOfOneKindGiveNoFindings) {
  for (int i = 0; i < 5; ++i)
    dataset_.add(std::to_string(i),
                 wav(std::to_string(i) + ".wav", tune(static_cast<std::uint64_t>(i), 10.0)), i % 2);
  expect_findings({});
}

TEST_F(DatasetCheck, SaysOfAFileWhatItHolds) {
  std::vector<float> clip = tune(1, 3.0);
  std::fill_n(clip.begin() + 1000, 22050, 0.0f);
  dataset_.add("a", wav("a.wav", clip));
  const FileFacts file = facts().at(0);
  EXPECT_EQ(file.error, "");
  EXPECT_EQ(file.sample_rate_hz, kTuneRateHz);
  EXPECT_EQ(file.channels, 1);
  EXPECT_NEAR(file.duration_s, 3.0, 1e-9);
  EXPECT_FALSE(file.silent);
  EXPECT_NEAR(file.longest_silence_s, 1.0, 0.01);
  EXPECT_NE(file.format.find("WAV"), std::string::npos);
  EXPECT_EQ(file.md5, "") << "none is published";
  EXPECT_FALSE(file.fingerprint.peaks.empty());
}

TEST_F(DatasetCheck, TheSameSamplesInAnotherFormatAreAnExactDuplicate) {
  const std::vector<float> clip = tune(1, 5.0);
  dataset_.add("a", wav("a.wav", clip));
  dataset_.add("b", folder_ / "b.flac");
  write_coded(folder_ / "b.flac", read_audio(folder_ / "a.wav", 0.0), 22050,
              {SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0.0});
  fs::copy(folder_ / "a.wav", folder_ / "c.wav");
  dataset_.add("c", folder_ / "c.wav", 1);
  expect_findings({"error duplicate b: the same samples as a",
                   "error duplicate c: the same file as a of another genre, polka"});
}

TEST_F(DatasetCheck, EqualSamplesHaveOneHashInEveryFormatAndWhateverTheSignOfTheirZeros) {
  std::vector<float> clip(4410);  // too short for near duplicates
  for (std::size_t i = 0; i < clip.size(); ++i)
    clip[i] = static_cast<float>(std::lround(9000.0 * std::sin(0.05 * static_cast<double>(i)))) /
              32768.0f;
  clip[0] = 0.0f;
  clip[100] = 0.0f;
  std::vector<float> signed_zeros = clip;
  signed_zeros[0] = signed_zeros[100] = -0.0f;
  const std::vector<std::pair<std::string, int>> formats = {
      {"16.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
      {"24.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24},
      {"32.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32},
      {"float.wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT},
      {"double.wav", SF_FORMAT_WAV | SF_FORMAT_DOUBLE},
      {"16.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
      {"24.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_24},
      {"float.au", SF_FORMAT_AU | SF_FORMAT_FLOAT}};
  for (const auto& [name, format] : formats) {
    write_coded(folder_ / name, signed_zeros, 22050, {format, 0.0});
    dataset_.add(name, folder_ / name);
  }
  EXPECT_TRUE(std::signbit(read_audio(folder_ / "float.wav", 0.0)[100])) << "the file has it";
  const std::vector<FileFacts> files = facts();
  for (std::size_t i = 0; i < files.size(); ++i)
    EXPECT_EQ(files[i].audio_hash, files[0].audio_hash) << formats[i].first;
  std::vector<std::string> expected;
  for (std::size_t i = 1; i < formats.size(); ++i)
    expected.push_back("error duplicate " + formats[i].first + ": the same samples as 16.wav");
  expect_findings(expected);
  signed_zeros[7] += 1.0f / 32768.0f;
  write_coded(folder_ / "16.wav", signed_zeros, 22050, {SF_FORMAT_WAV | SF_FORMAT_PCM_16, 0.0});
  EXPECT_NE(facts()[0].audio_hash, facts()[1].audio_hash);
}

TEST_F(DatasetCheck, DuplicatesThatTheDatasetKnowsAreNotes) {
  const std::vector<float> clip = tune(1, 10.0);
  dataset_.add("a", wav("a.wav", clip)).groups["song"] = "x";
  dataset_.add("b", wav("b.wav", clip)).groups["song"] = "x";
  dataset_.add("c", wav("c.wav", at_level(at_speed(clip, 1.04), -6.0))).groups["song"] = "x";
  dataset_.add("d", wav("d.wav", at_speed(clip, 0.97))).groups["song"] = "y";
  expect_findings(
      {"note duplicate b: the same file as a; the dataset knows",
       "note near_duplicate c: sounds as a (10 s of 10 s, 4.0 % faster, 0.7 semitones higher",
       "error near_duplicate d: sounds as a (10 s of 10 s, 3.0 % slower, 0.5 semitones lower",
       "error near_duplicate d: sounds as c ("});
}

TEST_F(DatasetCheck, ChecksumsAreComparedWhereTheyArePublished) {
  fs::path file = wav("a.wav", tune(1, 2.0));
  dataset_.add("a", file).published_md5 = md5_of_file(file);
  dataset_.add("b", wav("b.wav", tune(2, 2.0))).published_md5 = std::string(32, '0');
  dataset_.add("c", wav("c.wav", tune(3, 2.0)));
  expect_findings({"error md5 b: " + (folder_ / "b.wav").string() +
                   ": expected the published MD5 sum 00000000000000000000000000000000, found "});
}

TEST_F(DatasetCheck, FilesThatCannotBeReadOrSayNothingAreErrors) {
  folder_.write("text.wav", "no sound");
  dataset_.add("text", folder_ / "text.wav");
  dataset_.add("absent", folder_ / "absent.wav").published_md5 = std::string(32, '0');
  dataset_.add("silent", wav("silent.wav", std::vector<float>(44100)));
  dataset_.add("also silent", wav("also silent.wav", std::vector<float>(44100)));
  fs::resize_file(wav("cut.wav", tune(1, 2.0)), 50000);
  dataset_.add("cut", folder_ / "cut.wav");
  std::vector<float> paused = tune(2, 10.0);
  std::fill_n(paused.begin() + 22050, 6 * 22050, 0.0f);
  dataset_.add("paused", wav("paused.wav", paused));
  expect_findings({"error unreadable text: ", "error unreadable absent: ", "error silent silent: ",
                   "error silent also silent: ", "error unreadable cut: ",
                   "note silence paused: 6.0 s of 10.0 s"});
}

TEST_F(DatasetCheck, FormatsAreHeldAgainstWhatIsExpected) {
  dataset_.expected = {
      .sample_rate_hz = 22050.0, .channels = 2, .min_duration_s = 1.5, .max_duration_s = 2.5};
  dataset_.add("rate", wav("rate.wav", tune(1, 1.0), 11025.0));
  dataset_.add("short", wav("short.wav", tune(2, 1.0)));
  dataset_.add("long", wav("long.wav", tune(3, 3.0)));
  expect_findings({"error format rate: expected a sample rate of 22050 Hz, found 11025 Hz",
                   "error format rate: expected stereo, found mono",
                   "error format short: expected stereo", "error format long: expected stereo",
                   "error format short: expected at least 1.5 s, found 1.00 s",
                   "error format long: expected at most 2.5 s, found 3.00 s"});
}

TEST_F(DatasetCheck, WhereNothingIsExpectedTheOddOneOutIsANote) {
  for (int i = 0; i < 10; ++i) {
    const double rate_hz = i == 3 ? 16000.0 : kTuneRateHz;
    dataset_.add(std::to_string(i), wav(std::to_string(i) + ".wav",
                                        tune(static_cast<std::uint64_t>(i), 2.0), rate_hz));
  }
  expect_findings({"note format 3: a sample rate of 16000 Hz, nearly all others have 22050 Hz"});
}

TEST_F(DatasetCheck, CountsAreHeldAgainstTheTable) {
  for (int i = 0; i < 3; ++i)
    dataset_.add(std::to_string(i),
                 wav(std::to_string(i) + ".wav", tune(static_cast<std::uint64_t>(i), 2.0)));
  dataset_.counts = {{"polka", "Polka", 2}, {"rock", "Rock & Roll", 5}};
  expect_findings({"error count polka: 3 tracks are here, the paper counts 2 (its 'Polka')",
                   "note count all genres: fewer tracks than the paper counts: rock 0 of 5"});
  dataset_.counts = {{"polka", "polka", 4}};
  expect_findings({"note count all genres: fewer tracks than the paper counts: polka 3 of 4"});
}

TEST_F(DatasetCheck, HeadersAloneNeedNoDecoding) {
  dataset_.add("a", wav("a.wav", tune(1, 2.0))).published_md5 = std::string(32, '0');
  FileHashes hashes({});
  const FileFacts file =
      examine_files(dataset_, hashes, /*decode=*/false, 1, [](std::size_t, std::size_t) {}).at(0);
  EXPECT_NEAR(file.duration_s, 2.0, 1e-9);
  EXPECT_EQ(file.audio_hash, "");
  EXPECT_EQ(file.md5, "");
  EXPECT_TRUE(file.fingerprint.peaks.empty());
}

}  // namespace dataset_check_test
}  // namespace genrebench
