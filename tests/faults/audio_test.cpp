// Bad audio and bad collections: the program says which file, goes on or stops as it was told, and
// loses nothing.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <ostream>

#include "faults/fault_support.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace audio_test {

using namespace testing;
namespace fs = std::filesystem;

std::string with_sample(float bad) {
  std::string samples = tone_bytes({.format = 3, .bits = 32}, 400.0, 0.2);
  std::memcpy(samples.data() + samples.size() / 2 / 4 * 4, &bad, sizeof bad);
  return wav_bytes({.format = 3, .bits = 32}, samples);
}

struct BadFile {
  std::string name;
  std::function<std::string()> bytes;
  std::string extension = ".wav";
};

void PrintTo(const BadFile& file, std::ostream* out) { *out << file.name << file.extension; }

std::vector<BadFile> bad_files() {
  return {
      {"TextNamedWav", [] { return std::string("dear diary, today I heard a song\n"); }},
      {"TextNamedMp3", [] { return std::string("dear diary, today I heard a song\n"); }, ".mp3"},
      {"HtmlPageNamedMp3", [] { return std::string("<!DOCTYPE html><html>gone</html>\n"); },
       ".mp3"},
      {"PointerNamedFlac",
       [] { return std::string("version https://git-lfs.github.com/spec/v1\noid sha256:0\n"); },
       ".flac"},
      {"TextsThatHangLibsndfile",
       [] {
         const std::string wav = wav_bytes({}, tone_bytes({}, 400.0, 0.2));
         return wav.substr(0, 36) + std::string("LIST\x14\0\0\0INFOIART\xF7\xFF\xFF\xFF", 20) +
                std::string(8, 'a');
       }},
      {"SampleBeyondAllMeasure", [] { return with_sample(3.4e38f); }},
      {"SizeTooSmall",
       [] {
         return wav_bytes({}, tone_bytes({}, 400.0, 0.2))
             .replace(40, 4, std::string("\x40\0\0\0", 4));
       }},
      {"TruncatedWav", [] { return wav_bytes({}, tone_bytes({}, 400.0, 0.2)).substr(0, 1000); }},
      {"HeaderOnlyInPart", [] { return wav_bytes({}, "").substr(0, 20); }},
      {"EmptyFile", [] { return std::string(); }},
      {"NoSamples", [] { return wav_bytes({}, ""); }},
      {"NanSample", [] { return with_sample(std::numeric_limits<float>::quiet_NaN()); }},
      {"InfiniteSample", [] { return with_sample(std::numeric_limits<float>::infinity()); }},
      {"RateOfZero", [] { return wav_bytes({.sample_rate_hz = 0}, tone_bytes({}, 400.0, 0.2)); }},
      {"RateOfOneHertz",
       [] { return wav_bytes({.sample_rate_hz = 1}, tone_bytes({}, 400.0, 0.2)); }},
      {"RateOfFourGigahertz",
       [] { return wav_bytes({.sample_rate_hz = 4000000000u}, tone_bytes({}, 400.0, 0.2)); }},
      {"NoChannels", [] { return wav_bytes({.channels = 0}, tone_bytes({}, 400.0, 0.2)); }},
      {"ZeroesNamedFlac", [] { return std::string(5000, '\0'); }, ".flac"}};
}

/// Checks both rules for a bad track of `rock` that is in place.
void expect_handled(Workbench& bench, const fs::path& bad) {
  bench.make_earlier_runs();  // over the collection with the bad track in it
  const ProgramResult skipped = bench.run(bench.experiment("skipping"));
  EXPECT_EQ(skipped.exit_code, 0) << skipped.err;
  expect_says(skipped.err, {"bad track: ", bad.string()});
  expect_says(skipped.out, {"2 done", "1 bad track left out"});
  const auto store = bench.store();
  for (const RunRecord& run : store->runs("skipping")) {
    const auto tracks = store->bad_tracks(run.id);
    ASSERT_EQ(tracks.size(), 1u);
    EXPECT_EQ(tracks[0].track, "rock/" + bad.stem().string());
    EXPECT_EQ(tracks[0].message.find('\n'), std::string::npos);
    const ProgramResult shown =
        run_program({"show", run.id, "--json", "--db", bench.database.string()});
    expect_json(shown.out);
    expect_says(shown.out, {"\"bad_tracks\"", "rock/" + bad.stem().string()});
    for (const PredictionRecord& prediction : store->predictions(run.id, "test"))
      EXPECT_NE(prediction.track, tracks[0].track);
  }
  const ProgramResult failed = bench.run(bench.experiment("failing", {{"on_bad_track", "fail"}}));
  EXPECT_EQ(failed.exit_code, 1);
  expect_says(failed.err, {"failed: ", bad.string(), "on_bad_track"});
  EXPECT_EQ(bench.count(RunStatus::failed, "failing"), 2u);
  EXPECT_EQ(bench.count(RunStatus::done, "skipping"), 2u);
  bench.expect_earlier_runs_kept();
}

class BadTrack : public ::testing::TestWithParam<BadFile> {};

INSTANTIATE_TEST_SUITE_P(Audio, BadTrack, ::testing::ValuesIn(bad_files()),
                         [](const auto& test) { return test.param.name; });

TEST_P(BadTrack, IsLeftOutOrFailsTheRunAsTheExperimentSays) {
  Workbench bench;
  expect_handled(bench, bench.add("rock", "bad" + GetParam().extension, GetParam().bytes()));
}

TEST(BadAudio, TruncatedMp3IsLeftOutOrFailsTheRun) {
  const std::string whole = mp3_bytes(400.0, 1.0);
  if (whole.empty()) GTEST_SKIP() << "this libsndfile does not write MP3";
  Workbench bench;
  bench.add("rock", "whole.mp3", whole);
  expect_handled(bench, bench.add("rock", "bad.mp3", whole.substr(0, whole.size() * 2 / 3)));
}

TEST(BadAudio, TruncatedMp3OfTheWorldIsLeftOutOrFailsTheRun) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const fs::path whole = shared / "data" / "mp3-samples" / "samba.mp3";
  if (!fs::exists(whole)) GTEST_SKIP() << "no MP3 among the shared research data";
  Workbench bench;
  const fs::path bad = bench.music / "rock" / "bad.mp3";
  fs::copy_file(whole, bad);
  fs::resize_file(bad, fs::file_size(bad) * 2 / 3);
  expect_handled(bench, bad);
}

TEST(BadAudio, LinkThatLeadsNowhereIsABadTrack) {
  Workbench bench;
  fs::create_symlink(bench.music / "gone.wav", bench.music / "rock" / "bad.wav");
  expect_handled(bench, bench.music / "rock" / "bad.wav");
}

TEST(BadAudio, FileThatMayNotBeReadIsABadTrack) {
  Workbench bench;
  const fs::path bad = bench.add("rock", "bad.wav", wav_bytes({}, tone_bytes({}, 400.0, 0.2)));
  fs::permissions(bad, fs::perms::none);
  if (::access(bad.c_str(), R_OK) == 0)
    GTEST_SKIP() << "this user may read every file; the link that leads nowhere stands for it";
  expect_handled(bench, bad);
}

TEST(BadAudio, EightChannelsAndEveryUsualRateWork) {
  const Workbench bench;
  bench.add("rock", "eight.wav",
            wav_bytes({.channels = 8}, tone_bytes({.channels = 8}, 400.0, 0.2)));
  for (const std::uint32_t rate : {11025u, 44100u, 96000u, 192000u}) {
    const WavHeader header{.sample_rate_hz = rate};
    bench.add("rock", "at" + std::to_string(rate) + ".wav",
              wav_bytes(header, tone_bytes(header, 400.0, 0.2)));
  }
  const ProgramResult result = bench.run(bench.experiment("wide", {{"on_bad_track", "fail"}}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

TEST(BadAudio, FolderNamedLikeAFileHoldsNoTrack) {
  const Workbench bench;
  fs::create_directories(bench.music / "rock" / "album.wav");
  const ProgramResult result = bench.run(bench.experiment("folders"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

TEST(BadAudio, RunsFailWithAReasonWhereNoTrackIsLeft) {
  Workbench bench;
  bench.make_earlier_runs();
  const fs::path all = bench.folder / "nothing";
  for (const std::string genre : {"polka", "rock"})
    for (int i = 0; i < 3; ++i)
      bench.folder.write("nothing/" + genre + "/" + std::to_string(i) + ".wav",
                         "no sound " + genre + std::to_string(i));
  const ProgramResult result = bench.run(
      bench.experiment("silent", {{"dataset", "{name: folder, root: \"" + all.string() + "\"}"}}));
  EXPECT_EQ(result.exit_code, 1);
  expect_says(result.err, {"failed: ", "no usable track is left"});
  EXPECT_EQ(bench.count(RunStatus::failed, "silent"), 2u);
  bench.expect_earlier_runs_kept();
}

TEST(BadAudio, TrackThatIsTooShortForAChunkIsLeftOut) {
  const Workbench bench;
  bench.add("rock", "brief.wav", wav_bytes({}, tone_bytes({}, 400.0, 0.05)));
  const ProgramResult result =
      bench.run(bench.experiment("chunked", {{"excerpt", "{name: chunks, length_s: 0.1}"}}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.err, {"bad track: ", "brief.wav", "too short"});
}

TEST(BadAudio, DamagedCacheIsComputedAgain) {
  const Workbench bench;
  EXPECT_EQ(bench.run(bench.experiment("first")).exit_code, 0);
  std::size_t n = 0;
  for (const auto& entry : fs::recursive_directory_iterator(bench.cache))
    if (entry.path().extension() == ".features") {
      if (n % 2 == 0)
        fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
      else
        std::ofstream(entry.path(), std::ios::binary | std::ios::in).seekp(60) << "damage";
      ++n;
    }
  EXPECT_EQ(n, 8u);
  bench.folder.write("cache/content_hashes.tsv", "no\tsuch\ttable\n\0\0");
  const ProgramResult result =
      bench.run(bench.experiment("second", {{"method", "{name: naive_bayes}"}}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(result.err, "");
}

TEST(BadAudio, NameThatHoldsALineEndOrControlsATerminalIsToldInOneLine) {
  const Workbench bench;
  bench.add("rock", "two\nlines \033[31m.wav", "no sound");
  const ProgramResult result = bench.run(bench.experiment("lines"));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_EQ(result.err.find('\033'), std::string::npos) << result.err;
  const ProgramResult failed = bench.run(bench.experiment("failing", {{"on_bad_track", "fail"}}));
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_EQ(failed.err.find('\033'), std::string::npos) << failed.err;
}

TEST(BadCollection, EmptyFolderIsNamed) {
  Workbench bench;
  bench.make_earlier_runs();
  const fs::path empty = bench.folder / "empty";
  fs::create_directory(empty);
  const auto on = [&](const fs::path& root) {
    return bench.run(
        bench.experiment("none", {{"dataset", "{name: folder, root: \"" + root.string() + "\"}"}}));
  };
  expect_refused(on(empty), 1, {"dataset folder", empty.string()});
  expect_refused(on(bench.folder / "nowhere"), 1,
                 {"dataset folder", (bench.folder / "nowhere").string()});
  expect_refused(on(bench.database), 1, {"dataset folder", bench.database.string(), "file"});
  bench.expect_earlier_runs_kept();
}

TEST(BadCollection, AFolderWithoutAudioIsLeftOutAndNamed) {
  const Workbench bench;
  fs::create_directory(bench.music / "silence");
  const ProgramResult result =
      run_program({"plan", bench.experiment("none").string(), "--db", bench.database.string()});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"1 folder holds no audio and is left out: silence"});
}

TEST(BadCollection, GenreWithOneTrackIsNamedAndCanBeKeptInTraining) {
  Workbench bench;
  bench.make_earlier_runs();
  bench.add_tone("bossa_nova", 0);
  expect_refused(bench.run(bench.experiment("lonely")), 2,
                 {"bossa_nova", "split.single_group_genres", "train_only"});
  bench.expect_earlier_runs_kept();
  const ProgramResult result =
      bench.run(bench.experiment("lonely"), {"split.single_group_genres=train_only"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  for (const RunRecord& run : bench.store()->runs("lonely"))
    expect_says(run.fact("split.notes"), {"bossa_nova"});
}

TEST(BadCollection, OfASingleGenreIsRefused) {
  Workbench bench;
  bench.make_earlier_runs();
  fs::remove_all(bench.music / "polka");
  expect_refused(bench.run(bench.experiment("single")), 2,
                 {"one genre", "'rock'", bench.music.string()});
  bench.expect_earlier_runs_kept();
}

TEST(BadCollection, NamesThatAreNotUtf8DoNotBreakJson) {
  const Workbench bench;
  bench.add(
      "ro\xFF"
      "ck",
      "a\xFE.wav", "no sound");
  for (int i = 0; i < 3; ++i)
    bench.add(
        "ro\xFF"
        "ck",
        std::to_string(i) + ".wav", wav_bytes({}, tone_bytes({}, 300.0 + i, 0.2)));
  const ProgramResult result = bench.run(bench.experiment("bytes"), {"--json"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_json(result.out);
  for (const RunRecord& run : bench.store()->runs("bytes")) {
    const ProgramResult shown =
        run_program({"show", run.id, "--json", "--db", bench.database.string()});
    EXPECT_EQ(shown.exit_code, 0) << shown.err;
    expect_json(shown.out);
  }
  const ProgramResult report = run_program({"report", "--json", "--db", bench.database.string(),
                                            "--out", (bench.folder / "out").string()});
  EXPECT_EQ(report.exit_code, 0) << report.err;
  expect_json(report.out);
}

}  // namespace audio_test
}  // namespace genrebench
