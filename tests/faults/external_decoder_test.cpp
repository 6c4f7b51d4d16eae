// Files that ffmpeg decodes: where it is installed, where it is not, where it is another version,
// and where it does not come back.
#include "signal/audio/external_decoder.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "base/subprocess.hpp"
#include "faults/fault_support.hpp"

namespace genrebench {
namespace external_decoder_test {

using namespace testing;
namespace fs = std::filesystem;

const Surroundings& without_ffmpeg() {
  static const Surroundings kEmptyPath{.environment = {{"PATH", "/no/programs"}}};
  return kEmptyPath;
}

/// Programs called ffmpeg and ffprobe in a folder before all others.
class OtherFfmpeg {
 public:
  /// @param script  of a shell; `"$real"` is the program of the system
  explicit OtherFfmpeg(const std::string& script) {
    for (const std::string program : {"ffmpeg", "ffprobe"}) {
      const SubprocessResult found = run_subprocess({"sh", "-c", "command -v " + program});
      const fs::path file =
          folder_.write(program, "#!/bin/sh\nreal='" + found.out.substr(0, found.out.find('\n')) +
                                     "'\n" + script);
      ::chmod(file.c_str(), 0755);
    }
  }
  Surroundings surroundings() const {
    return {.environment = {{"PATH", folder_.path().string() + ":" + std::getenv("PATH")}}};
  }

 private:
  testing::TemporaryFolder folder_;
};

/// A workbench of which some songs are AAC in MP4.
class Formats : public ::testing::Test {
 protected:
  void SetUp() override {
    if (external_decoder().empty()) GTEST_SKIP() << "ffmpeg is not installed";
    for (const std::string genre : {"polka", "rock"}) {
      const fs::path wav = bench_.add_tone(genre, 9), song = bench_.music / genre / "song.m4a";
      ASSERT_EQ(
          run_subprocess({"ffmpeg", "-v", "error", "-i", wav.string(), song.string()}).exit_code,
          0);
      fs::remove(wav);
    }
  }

  std::string only_run_id() const {
    const auto runs = bench_.store()->runs();
    EXPECT_EQ(runs.size(), 1u);
    return runs.front().id;
  }

  Workbench bench_;
};

TEST(FormatsWithoutFfmpeg, AreCountedAndNamedByEveryCommand) {
  const Workbench bench;
  for (const char* name : {"a.m4a", "b.M4A"}) bench.add("rock", name, "any bytes");
  bench.add("polka", "cover.jpg", "no music");
  const fs::path file = bench.experiment("formats", {{"seeds", "1"}});
  const std::string count = "2 of 10 files are .m4a; install ffmpeg to read them",
                    pictures = "1 file is left out (1 .jpg)", root = bench.music.string();
  const auto expect_counts = [&](const std::vector<std::string>& arguments) {
    const ProgramResult result = run_program(arguments, without_ffmpeg());
    EXPECT_EQ(result.exit_code, 0) << result.err;
    for (const std::string& text : {count, pictures}) {
      const std::string all = result.out + result.err;
      EXPECT_NE(all.find(text), std::string::npos) << all;
      EXPECT_EQ(all.find(text, all.find(text) + 1), std::string::npos) << "once: " << all;
    }
  };
  const std::vector<std::string> places = {"--db", bench.database.string(), "--cache",
                                           bench.cache.string()};
  const auto with_places = [&](std::vector<std::string> words) {
    words.insert(words.end(), places.begin(), places.end());
    return words;
  };
  expect_counts(with_places({"plan", file.string()}));
  expect_counts(with_places({"plan", file.string(), "--json"}));
  expect_counts(with_places({"run", file.string()}));
  expect_counts({"dataset", "describe", "folder", "--root", root});
  expect_counts({"dataset", "describe", "folder", "--root", root, "--json"});
  expect_counts({"dataset", "verify", "folder", "--root", root, "--json"});
}

TEST(FormatsWithoutFfmpeg, ACollectionOfNothingElseIsRefusedWithTheAdvice) {
  const testing::TemporaryFolder folder;
  for (const char* name : {"jazz/a.wma", "jazz/b.wma", "folk/c.ape"}) folder.write(name, "bytes");
  expect_refused(run_program({"dataset", "verify", "folder", "--root", folder.path().string()},
                             without_ffmpeg()),
                 1, {"no audio files", "3 of 3 files", "2 .wma", "1 .ape", "install ffmpeg"});
}

TEST_F(Formats, AFileIsNamedWithItsFormatAndTheProgramThatIsMissing) {
  const ProgramResult result = run_program({"segment", (bench_.music / "rock/song.m4a").string(),
                                            "--out", (bench_.folder / "o").string()},
                                           without_ffmpeg());
  expect_refused(result, 1, {"song.m4a: MPEG-4 audio", "install ffmpeg to read it"});
}

TEST_F(Formats, AreDecodedAndTheVersionIsRecordedAndPartOfTheId) {
  const fs::path file = bench_.experiment("formats", {{"seeds", "1"}});
  const ProgramResult first = bench_.run(file);
  ASSERT_EQ(first.exit_code, 0) << first.err;
  EXPECT_EQ(first.err, "");
  const std::string id = only_run_id();
  const auto store = bench_.store();
  EXPECT_EQ(store->run(id)->fact("dataset.n_tracks"), "10");
  EXPECT_EQ("ffmpeg " + store->environment(id).at("library.ffmpeg"), external_decoder());

  const OtherFfmpeg newer(
      "case \"$1\" in -version) \"$real\" \"$@\" | sed 's/version [^ ]*/version 99.1/';; "
      "*) exec \"$real\" \"$@\";; esac\n");
  const ProgramResult again = bench_.run(file, {}, newer.surroundings());
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_says(again.out, {"1 run: 1 done"});
  const auto runs = bench_.store()->runs();
  ASSERT_EQ(runs.size(), 2u) << "another ffmpeg may give other samples";
  for (const RunRecord& run : runs)
    if (run.id != id) {
      EXPECT_EQ(bench_.store()->environment(run.id).at("library.ffmpeg"), "99.1");
    }

  // Without such files ffmpeg does not matter.
  for (const char* genre : {"polka", "rock"}) fs::remove(bench_.music / genre / "song.m4a");
  ASSERT_EQ(bench_.run(file).exit_code, 0);
  expect_says(bench_.run(file, {}, newer.surroundings()).out, {"nothing to do"});
  expect_says(bench_.run(file, {}, without_ffmpeg()).out, {"nothing to do"});
}

TEST_F(Formats, ADamagedFileIsABadTrackThatIsNamed) {
  const fs::path song = bench_.music / "rock/song.m4a";
  fs::resize_file(song, fs::file_size(song) * 2 / 3);
  const ProgramResult result = bench_.run(bench_.experiment("formats", {{"seeds", "1"}}));
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.err, {"bad track: ", song.string(), "cut short: its part 'moov' has "});
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
}

TEST_F(Formats, AnFfmpegThatDoesNotComeBackEndsWithCtrlC) {
  bench_.make_earlier_runs();
  const OtherFfmpeg hanging(
      "case \"$0 $1\" in *' -version'|*ffprobe*) exec \"$real\" \"$@\";; *) exec sleep 1000;; "
      "esac\n");
  bench_.cache = bench_.folder / "other-cache";
  RunningProgram program(bench_.arguments("run", bench_.experiment("later", {{"seeds", "1"}})),
                         hanging.surroundings());
  ASSERT_TRUE(wait_until([&] {
    return std::ranges::any_of(program.children(), [](pid_t child) {
      return run_subprocess({"cat", "/proc/" + std::to_string(child) + "/comm"}).out == "sleep\n";
    });
  }));
  const std::vector<pid_t> children = program.children();
  program.send(SIGINT);
  const ProgramResult result = program.wait();
  EXPECT_EQ(result.exit_code, 130) << result.err;
  expect_one_line(result.err, {"interrupted; the decoder of ", "song.m4a", "did not return"});
  for (const pid_t child : children)
    EXPECT_TRUE(wait_until([&] { return ::kill(child, 0) != 0; })) << "it went with the program";
  bench_.expect_earlier_runs_kept();
  EXPECT_EQ(bench_.run(bench_.experiment("later", {{"seeds", "1"}})).exit_code, 0)
      << "the same command does the rest";
}

}  // namespace external_decoder_test
}  // namespace genrebench
