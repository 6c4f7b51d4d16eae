// `genrebench segment`: what it writes, that it reads back, and what it says of bad songs and wrong
// options.
#include <gtest/gtest.h>
#include <unistd.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <numbers>
#include <set>
#include <sstream>

#include "base/random.hpp"
#include "datasets/folders/section_files.hpp"
#include "faults/fault_support.hpp"
#include "signal/audio/audio.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace segment_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

constexpr int kRateHz = 16000;

std::string text_of(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  EXPECT_TRUE(stream) << file;
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::vector<std::string>> cells_of(const fs::path& file, char separator) {
  std::vector<std::vector<std::string>> rows;
  std::istringstream lines(text_of(file));
  for (std::string line; std::getline(lines, line);) {
    rows.emplace_back();
    std::istringstream cells(line);
    for (std::string cell; std::getline(cells, cell, separator);) rows.back().push_back(cell);
  }
  return rows;
}

/// Every cell must be a number to its last letter, so a header fails the test.
Eigen::MatrixXd numbers_of(const fs::path& file, char separator = ',') {
  const auto rows = cells_of(file, separator);
  Eigen::MatrixXd matrix(rows.size(), rows.empty() ? 0 : rows[0].size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].size(), rows[0].size()) << file << " line " << i + 1;
    for (std::size_t j = 0; j < std::min(rows[i].size(), rows[0].size()); ++j) {
      char* end = nullptr;
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) =
          std::strtod(rows[i][j].c_str(), &end);
      EXPECT_EQ(*end, '\0') << file << ": '" << rows[i][j] << "'";
    }
  }
  return matrix;
}

double worst_difference(const Eigen::MatrixXd& got, const Eigen::MatrixXd& expected) {
  EXPECT_EQ(got.rows(), expected.rows());
  EXPECT_EQ(got.cols(), expected.cols());
  if (got.size() != expected.size() || got.size() == 0) return HUGE_VAL;
  return ((got - expected).array() / expected.array()).abs().maxCoeff();
}

/// Noise A (3 s), B (2 s), A (2.3 s) through two resonances.
std::vector<float> song() {
  std::vector<float> samples;
  Random random(3);
  for (const auto& [frequency, seconds] :
       std::vector<std::pair<double, double>>{{0.05, 3.0}, {0.2, 2.0}, {0.05, 2.3}}) {
    double one = 0.0, two = 0.0;
    for (int n = 0; n < std::lround(seconds * kRateHz); ++n) {
      const double x =
          random.normal() + 1.8 * std::cos(2.0 * std::numbers::pi * frequency) * one - 0.81 * two;
      two = one;
      one = x;
      samples.push_back(static_cast<float>(0.02 * x));
    }
  }
  return samples;
}

class Segment : public ::testing::Test {
 protected:
  Segment() { write_wav(song_, song(), kRateHz); }

  ProgramResult segment(const fs::path& file, const fs::path& out,
                        std::vector<std::string> words = {}) const {
    std::vector<std::string> arguments = {"segment", file.string(), "--out", out.string(),
                                          "--quiet"};
    arguments.insert(arguments.end(), words.begin(), words.end());
    return run_program(arguments);
  }
  /// A run that must succeed.
  fs::path segmented(const fs::path& file, const std::string& name,
                     const std::vector<std::string>& words = {}) const {
    const ProgramResult result = segment(file, folder_ / name, words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    EXPECT_EQ(result.err, "");
    return folder_ / name;
  }
  /// Refused, and no folder is left behind.
  void expect_no_result(const fs::path& file, int exit_code, const std::vector<std::string>& words,
                        const std::vector<std::string>& parts) const {
    expect_refused(segment(file, folder_ / "none", words), exit_code, parts);
    EXPECT_FALSE(fs::exists(folder_ / "none")) << "nothing is begun before the mistake is found";
  }

  TemporaryFolder folder_;
  const fs::path song_ = folder_ / "song.wav";
};

TEST_F(Segment, WritesAnnotationsThatAreReadAsTheSameSections) {
  const fs::path plain = segmented(song_, "plain");
  EXPECT_FALSE(fs::exists(plain / "song.jams"));
  EXPECT_FALSE(fs::exists(plain / "song.lab"));
  const fs::path out = segmented(song_, "out", {"--jams", "--lab"});
  const auto csv = cells_of(out / "segments.csv", ',');
  for (const char* name : {"song.jams", "song.lab"}) {
    const SongAnnotations read = read_section_file(out / name);
    ASSERT_EQ(read.size(), 1u) << name;
    ASSERT_EQ(read[0].sections.size(), csv.size() - 1) << name;
    for (std::size_t i = 0; i + 1 < csv.size(); ++i) {
      EXPECT_EQ(read[0].sections[i].start_s, std::stod(csv[i + 1][0])) << name;
      EXPECT_NEAR(read[0].sections[i].end_s, std::stod(csv[i + 1][1]), 1e-9) << name;
      EXPECT_EQ(read[0].sections[i].label, csv[i + 1][2]) << name;
    }
  }
  EXPECT_EQ(read_section_file(out / "song.jams")[0].annotator, "genrebench");
}

TEST_F(Segment, WritesTablesOfTheSections) {
  const fs::path out = segmented(song_, "out");
  const auto csv = cells_of(out / "segments.csv", ',');
  ASSERT_EQ(csv.size(), 4u) << text_of(out / "segments.csv");
  EXPECT_EQ(csv[0], (std::vector<std::string>{"start_s", "end_s", "cluster"}));
  const std::vector<std::string> clusters = {"1", "2", "1"};
  const auto labels = cells_of(out / "labels.txt", '\t');
  ASSERT_EQ(labels.size(), 3u);
  const auto json = nlohmann::json::parse(text_of(out / "segments.json"));
  ASSERT_EQ(json.at("segments").size(), 3u);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(csv[i + 1].at(2), clusters[i]);
    // Audacity: start, end and text, by tabs, seconds with six digits.
    ASSERT_EQ(labels[i].size(), 3u);
    EXPECT_EQ(labels[i][2], "cluster " + clusters[i]);
    EXPECT_NEAR(std::stod(labels[i][0]), std::stod(csv[i + 1][0]), 5e-7);
    EXPECT_NEAR(std::stod(labels[i][1]), std::stod(csv[i + 1][1]), 5e-7);
    EXPECT_EQ(labels[i][0].size() - labels[i][0].find('.'), 7u);
    EXPECT_EQ(json["segments"][i].at("start_s").get<double>(), std::stod(csv[i + 1][0]));
    EXPECT_EQ(json["segments"][i].at("end_s").get<double>(), std::stod(csv[i + 1][1]));
    EXPECT_EQ(std::to_string(json["segments"][i].at("cluster").get<int>()), clusters[i]);
  }
  EXPECT_EQ(csv[1][0], "0");
  EXPECT_NEAR(std::stod(csv[2][0]), 3.0, 0.51) << "a window at most";
  EXPECT_NEAR(std::stod(csv[3][0]), 5.0, 0.51);
  EXPECT_NEAR(json.at("duration_s").get<double>(), 7.3, 1e-3);
  EXPECT_EQ(json.at("analysis_rate_hz").get<double>(), 22050.0);
  EXPECT_EQ(json.at("windows").get<int>(), 14);
  EXPECT_EQ(json.at("window_s").get<double>(), 0.5);
  EXPECT_EQ(json.at("clusters").get<int>(), 2);
  EXPECT_TRUE(json.at("clusters_chosen").get<bool>());
  EXPECT_EQ(json.at("largest_cluster").get<int>(), 1);
  EXPECT_EQ(json.at("file").get<std::string>(), "song.wav");
  EXPECT_EQ(json.at("settings").at("preset").get<std::string>(), "tuned");
  EXPECT_EQ(json.at("settings").at("ar_order").get<std::string>(), "20");
  EXPECT_EQ(json.at("check").at("pairs").get<int>(), 14 * 14);
}

TEST_F(Segment, WritesMatricesWithoutHeaderThatReadBack) {
  const fs::path out = segmented(song_, "out");
  const Eigen::MatrixXd distance = numbers_of(out / "distance.csv"),
                        adjacency = numbers_of(out / "adjacency.csv");
  ASSERT_EQ(distance.rows(), 14);
  ASSERT_EQ(distance.cols(), 14);
  EXPECT_TRUE(distance.allFinite());
  EXPECT_GT(distance.minCoeff(), 0.0);
  ASSERT_EQ(adjacency.rows(), 14);
  EXPECT_EQ(adjacency, adjacency.transpose()) << "to the bit";
  EXPECT_EQ(adjacency.diagonal().norm(), 0.0);
  const Eigen::MatrixXd eigenvalues = numbers_of(out / "eigenvalues.csv");
  ASSERT_EQ(eigenvalues.cols(), 1);
  ASSERT_EQ(eigenvalues.rows(), 11);
  EXPECT_NEAR(eigenvalues(0), 1.0, 1e-12);
  for (Eigen::Index i = 1; i < eigenvalues.rows(); ++i)
    EXPECT_LE(eigenvalues(i), eigenvalues(i - 1) + 1e-12);
}

TEST_F(Segment, WritesTheLargestClusterAtTheFilesOwnRate) {
  const fs::path out = segmented(song_, "out");
  EXPECT_EQ(probe_audio(out / "largest_cluster.wav").sample_rate_hz, kRateHz);
  const std::vector<float> whole = read_audio(song_, 0.0);
  std::vector<float> expected;
  const auto json = nlohmann::json::parse(text_of(out / "segments.json"));
  for (const auto& segment : json.at("segments"))
    if (segment.at("cluster") == 1)
      expected.insert(expected.end(),
                      whole.begin() + std::lround(segment.at("start_s").get<double>() * kRateHz),
                      whole.begin() + std::lround(segment.at("end_s").get<double>() * kRateHz));
  EXPECT_EQ(read_audio(out / "largest_cluster.wav", 0.0), expected) << "sample for sample";
}

TEST_F(Segment, WritesExcerptsOfTheLargestClusterWhereAskedFor) {
  const fs::path out = segmented(song_, "out", {"excerpt_s=1.5", "excerpts=2"});
  EXPECT_FALSE(fs::exists(out / "largest_cluster.wav"));
  for (const char* name : {"largest_cluster_001.wav", "largest_cluster_002.wav"})
    EXPECT_EQ(probe_audio(out / name).n_frames, kRateHz * 3 / 2) << name;
  EXPECT_FALSE(fs::exists(out / "largest_cluster_003.wav"));
  expect_no_result(song_, 1, {"excerpt_s=30", "short_cluster=skip"},
                   {song_.string(), "largest cluster", "30 s"});
}

TEST_F(Segment, WritesFiguresAndOnePage) {
  const fs::path out = segmented(song_, "out");
  for (const std::string figure :
       {"waveform", "distances", "adjacency", "eigenvalues", "graph", "clusters"}) {
    const fs::path svg = out / ("segmentation_" + figure + ".svg"),
                   png = out / ("segmentation_" + figure + ".png");
    EXPECT_NE(text_of(svg).find("<svg"), std::string::npos) << figure;
    EXPECT_TRUE(text_of(png).starts_with("\x89PNG\r\n\x1a\n")) << figure;
    EXPECT_GT(fs::file_size(png), 1000u) << figure;
  }
  const std::string page = text_of(out / "segmentation.html");
  expect_says(page, {"<html", "song.wav", "<svg", "</html>"});
  EXPECT_EQ(page.find("src=\"http"), std::string::npos) << "the page is whole by itself";
  expect_says(text_of(out / "segmentation.md"), {"song.wav", "segmentation_distances.svg"});
  for (const auto& entry : fs::directory_iterator(out))
    EXPECT_EQ(entry.path().filename().string().find("tmp"), std::string::npos) << entry.path();
}

TEST_F(Segment, TheSameCommandGivesTheSameBytesWhateverTheThreads) {
  const fs::path one = segmented(song_, "one"), two = segmented(song_, "two", {"--threads", "3"});
  std::set<std::string> names;
  for (const auto& entry : fs::directory_iterator(one)) {
    names.insert(entry.path().filename());
    EXPECT_TRUE(text_of(entry.path()) == text_of(two / entry.path().filename())) << entry.path();
  }
  for (const auto& entry : fs::directory_iterator(two))
    EXPECT_TRUE(names.contains(entry.path().filename())) << entry.path();
}

TEST_F(Segment, PrintsATableOrJsonAndNothingElse) {
  const ProgramResult table = segment(song_, folder_ / "out");
  expect_says(table.out,
              {"14 windows of 0.5 s", "2 clusters (chosen)", "3 sections", "segmentation.html"});
  EXPECT_EQ(table.out.find('\033'), std::string::npos);
  const ProgramResult json = segment(song_, folder_ / "out", {"--json"});
  expect_json(json.out);
  EXPECT_EQ(json.out, text_of(folder_ / "out" / "segments.json"))
      << "what it prints is what it writes";
  const ProgramResult loud =
      run_program({"segment", song_.string(), "--out", (folder_ / "out").string(), "--json"});
  expect_json(loud.out);
  expect_says(loud.err, {"wrote ", "segments.csv"});
}

TEST_F(Segment, EveryAlgorithmWritesWhatItHas) {
  for (const std::string name : {"foote", "spectral", "mfcc_k_means", "uniform", "whole"}) {
    const fs::path out = segmented(song_, name, {"--algorithm", name});
    const auto json = nlohmann::json::parse(text_of(out / "segments.json"));
    EXPECT_EQ(json.at("algorithm"), name);
    EXPECT_FALSE(json.contains("check")) << name;
    EXPECT_EQ(json.at("segments").size() + 1, cells_of(out / "segments.csv", ',').size());
    EXPECT_TRUE(fs::exists(out / "largest_cluster.wav")) << name;
    const bool windows = name != "uniform" && name != "whole";
    EXPECT_EQ(json.at("windows").get<int>(), windows ? 14 : 0) << name;
    EXPECT_EQ(fs::exists(out / "distance.csv"), windows) << name;
    EXPECT_EQ(fs::exists(out / "adjacency.csv"), name == "spectral");
    EXPECT_EQ(fs::exists(out / "novelty.csv"), name == "foote");
  }
  const fs::path four = segmented(song_, "four", {"--algorithm", "spectral", "clusters=4"});
  EXPECT_EQ(nlohmann::json::parse(text_of(four / "segments.json")).at("clusters").get<int>(), 4);
}

TEST_F(Segment, TheDirectFormAgreesWithTheFastOne) {
  const Eigen::MatrixXd fast = numbers_of(segmented(song_, "fast") / "distance.csv");
  const fs::path direct = segmented(song_, "direct", {"implementation=direct"});
  EXPECT_LT(worst_difference(fast, numbers_of(direct / "distance.csv")), 1e-6);
  EXPECT_EQ(text_of(direct / "segments.csv"), text_of(folder_ / "fast" / "segments.csv"));
  const auto check = nlohmann::json::parse(text_of(direct / "segments.json")).at("check");
  EXPECT_EQ(check.at("pairs"), check.at("pairs_by_the_direct_form"));
}

TEST_F(Segment, PresetsAndWindowsByNumberWork) {
  const fs::path paper = segmented(song_, "paper", {"preset=paper", "clusters=2"});
  EXPECT_EQ(numbers_of(paper / "distance.csv").rows(), 30);
  const fs::path authors =
      segmented(song_, "authors", {"preset=authors", "window_s=1", "clusters=2"});
  EXPECT_EQ(numbers_of(authors / "distance.csv").rows(), 7);
  EXPECT_EQ(nlohmann::json::parse(text_of(authors / "segments.json"))
                .at("analysis_rate_hz")
                .get<double>(),
            4410.0);
  const fs::path ten = segmented(song_, "ten", {"windows=10", "overlap=0.5"});
  EXPECT_EQ(numbers_of(ten / "distance.csv").rows(), 10);
  const auto settings = nlohmann::json::parse(text_of(ten / "segments.json")).at("settings");
  EXPECT_EQ(settings.at("windows"), "10");
  EXPECT_EQ(settings.at("window_s"), "auto");
}

TEST_F(Segment, DistancesAreTheOraclesOnRealMusic) {
  GENREBENCH_REQUIRE_SHARED(shared);
  for (const std::string method : {"yule_walker", "forward_backward"})
    for (const bool all : {true, false}) {
      const std::string name = std::string("sem_p20_lags") + (all ? "_window_" : "20_") + method;
      const fs::path out = segmented(shared / "oracles" / "clip_blues.wav", name,
                                     {"windows=10", "ar_order=20", all ? "lags=window" : "lags=20",
                                      "residual=zero_state", "ar_method=" + method});
      // Rows of the oracle are separated by blanks.
      const Eigen::MatrixXd oracle =
          numbers_of(shared / "oracles" / "signal_blues" / (name + ".txt"), ' ');
      ASSERT_EQ(oracle.rows(), 10);
      EXPECT_LT(worst_difference(numbers_of(out / "distance.csv"), oracle), 1e-6) << name;
    }
}

// Songs at fault.

TEST_F(Segment, BadSongsAreRefusedWithTheirNames) {
  expect_no_result(folder_ / "none.wav", 1, {}, {"none.wav"});
  expect_no_result(folder_.path(), 1, {}, {folder_.path().string()});
  expect_no_result(folder_.write("diary.wav", "dear diary, today I heard a song\n"), 1, {},
                   {"diary.wav"});
  expect_no_result(folder_.write("empty.wav", ""), 1, {}, {"empty.wav"});
  const std::string tone = wav_bytes({}, tone_bytes({}, 400.0, 4.0));
  expect_no_result(folder_.write("cut.wav", tone.substr(0, tone.size() / 2)), 1, {}, {"cut.wav"});
  expect_no_result(folder_.write("short.wav", wav_bytes({}, tone_bytes({}, 400.0, 0.8))), 1, {},
                   {"short.wav", "0.80 s", "two windows of 0.5 s"});
  const WavHeader real{.format = 3, .bits = 32};
  for (const float bad :
       {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
    std::string samples = tone_bytes(real, 400.0, 4.0);
    std::memcpy(samples.data() + 4000, &bad, sizeof bad);
    expect_no_result(folder_.write("nan.wav", wav_bytes(real, samples)), 1, {},
                     {"nan.wav", "1000"});
  }
}

TEST_F(Segment, SilenceAndAPureToneGiveResults) {
  for (const double hz : {0.0, 400.0}) {
    const fs::path file = folder_.write("steady.wav", wav_bytes({}, tone_bytes({}, hz, 6.0)));
    const fs::path out = segmented(file, "steady" + std::to_string(hz));
    EXPECT_EQ(numbers_of(out / "distance.csv").rows(), 12);
    EXPECT_TRUE(fs::exists(out / "segmentation.html"));
    expect_json(text_of(out / "segments.json"));
  }
  // Half of it silent: infinite distances are written as such.
  const fs::path half = folder_.write(
      "half.wav", wav_bytes({}, tone_bytes({}, 400.0, 3.0) + std::string(3 * 8000 * 2, '\0')));
  const Eigen::MatrixXd distance =
      numbers_of(segmented(half, "half", {"ar_order=8"}) / "distance.csv");
  EXPECT_FALSE(distance.hasNaN());
  EXPECT_TRUE(std::isinf(distance(0, 11)));
}

TEST_F(Segment, SongsOfSeveralChannelsAndOtherRatesWork) {
  const WavHeader stereo{.channels = 2, .sample_rate_hz = 44100};
  const fs::path file = folder_.write(
      "stereo.wav",
      wav_bytes(stereo, tone_bytes(stereo, 300.0, 2.0) + tone_bytes(stereo, 4000.0, 2.0)));
  const fs::path out = segmented(file, "stereo", {"clusters=2"});
  const AudioInfo info = probe_audio(out / "largest_cluster.wav");
  EXPECT_EQ(info.sample_rate_hz, 44100.0);
  EXPECT_EQ(info.channels, 1);
}

// Options at fault.

TEST_F(Segment, WrongOptionsAreRefusedWithTheNearestOrTheRange) {
  expect_no_result(song_, 2, {"ar_ordre=10"},
                   {"segment", "'ar_ordre'", "did you mean 'ar_order'?"});
  expect_no_result(song_, 2, {"windows=10", "window_s=1"}, {"segment", "one of windows, window_s"});
  expect_no_result(song_, 2, {"windows=auto", "window_s=auto"}, {"windows, window_s", "neither"});
  expect_no_result(song_, 2, {"window_s=0.01", "ar_order=221"}, {"ar_order", "1 to 220", "221"});
  expect_no_result(song_, 2, {"windows=10", "clusters=11"}, {"clusters", "10", "11"});
  expect_no_result(song_, 1, {"window_s=1", "clusters=8"},
                   {song_.string(), "7 windows of 1 s", "8 clusters"});
  expect_no_result(song_, 2, {"preset=autors"},
                   {"'preset'", "tuned, authors, paper", "did you mean 'authors'?"});
  expect_no_result(song_, 2, {"overlap=1"}, {"'overlap'", "0 to 0.99", "'1'"});
  expect_no_result(song_, 2, {"lags=all"}, {"'lags'", "'window'", "'all'"});
  expect_no_result(song_, 2, {"taper=han"}, {"'taper'", "did you mean 'hann'?"});
  expect_no_result(song_, 2, {"ar_order=many"}, {"'ar_order'", "an integer", "'many'"});
  expect_no_result(song_, 2, {"clusters"}, {"key=value", "'clusters'"});
  expect_no_result(song_, 2, {"seed=-1"}, {"'seed'", "'-1'"});
  expect_no_result(song_, 2, {"--algorithm", "fote"}, {"--algorithm", "did you mean 'foote'?"});
  expect_no_result(song_, 2, {"--algorithm", "chunks"},
                   {"--algorithm", "'chunks' does not segment", "foote", "sem", "whole"});
  expect_no_result(song_, 2, {"--algorithm", "foote", "ar_order=12"}, {"'ar_order'"});
  expect_no_result(song_, 1, {"--algorithm", "spectral", "clusters=15"},
                   {song_.string(), "14 windows", "15 clusters"});
}

TEST_F(Segment, MistakesInUsageEndWithTwo) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"segment"},
                                                {"segment", song_.string()},
                                                {"segment", "--out", "x"}}) {
    const ProgramResult result = run_program(words, {.folder = folder_.path()});
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_EQ(result.out, "");
    expect_says(result.err, {"--help"});
  }
}

// Folders at fault.

TEST_F(Segment, AFileWhereTheFolderShouldBeIsLeftAsItIs) {
  const fs::path file = folder_.write("out", "precious");
  expect_refused(segment(song_, file), 1, {file.string()});
  EXPECT_EQ(text_of(file), "precious");
}

TEST_F(Segment, AFolderThatMayNotBeWrittenIsNamed) {
  const fs::path out = folder_ / "out";
  fs::create_directories(out);
  fs::permissions(out, fs::perms::owner_read | fs::perms::owner_exec);
  if (::access(out.c_str(), W_OK) == 0)
    GTEST_SKIP() << "this user may write everywhere; the read-only disk stands for it";
  expect_refused(segment(song_, out), 1, {out.string()});
}

TEST_F(Segment, AReadOnlyOrFullDiskIsNamedAndNoHalfFileIsLeft) {
  GENREBENCH_REQUIRE_DISK(disk, "256k");
  disk.fill(/*leave_bytes=*/100000);
  const ProgramResult full = segment(song_, disk.path() / "full");
  EXPECT_EQ(full.exit_code, 1);
  expect_one_line(full.err, {disk.path().string(), "No space left"});
  for (const auto& entry : fs::directory_iterator(disk.path() / "full"))
    EXPECT_EQ(entry.path().filename().string().find("tmp"), std::string::npos) << entry.path();
  disk.make_read_only();
  expect_refused(segment(song_, disk.path() / "out"), 1, {disk.path().string()});
}

TEST_F(Segment, ASecondRunReplacesTheFirst) {
  const fs::path out = segmented(song_, "out");
  segmented(song_, "out", {"clusters=3"});
  EXPECT_EQ(nlohmann::json::parse(text_of(out / "segments.json")).at("clusters").get<int>(), 3);
  EXPECT_FALSE(
      nlohmann::json::parse(text_of(out / "segments.json")).at("clusters_chosen").get<bool>());
}

}  // namespace segment_test
}  // namespace genrebench
