// `genrebench run --profile` and `genrebench profile` as a program.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/files.hpp"
#include "faults/fault_support.hpp"
#include "harness/store/run_files.hpp"
#include "harness/store/store_places.hpp"

namespace genrebench {
namespace profile_test {

using namespace testing;
namespace fs = std::filesystem;

class Profiles : public ::testing::Test {
 protected:
  Profiles() { file_ = bench_.experiment("profiled", {{"seeds", "2"}}); }

  std::vector<std::string> runs() const {
    std::vector<std::string> ids;
    for (const RunRecord& run : bench_.store()->runs("profiled")) ids.push_back(run.id);
    return ids;
  }

  ProgramResult ask(std::vector<std::string> words) const {
    words.insert(words.end(), {"--db", bench_.database.string()});
    return run_program(words);
  }

  std::size_t n_songs() const {
    std::size_t n = 0;
    for (const auto& entry : fs::recursive_directory_iterator(bench_.music))
      n += entry.is_regular_file();
    return n;
  }

  Workbench bench_;
  fs::path file_;
};

TEST_F(Profiles, SayWhereTheTimeOfRunsWent) {
  const ProgramResult result = bench_.run(file_, {"--profile"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  expect_says(result.out, {"Where the time went", "2 runs", "· features", "· fit", "The sum of 2"});
  const std::vector<std::string> ids = runs();
  ASSERT_EQ(ids.size(), 2u);
  const fs::path out = bench_.folder / "out";
  const ProgramResult first = ask({"profile", ids[0], "--out", out.string()});
  EXPECT_EQ(first.exit_code, 0) << first.err;
  expect_says(first.out, {"· features", "decoding", "The slowest of"});
  EXPECT_TRUE(fs::exists(out / "profile-flames.svg"));
  EXPECT_TRUE(fs::exists(out / "profile_tracks.csv"));
  const auto both = nlohmann::json::parse(ask({"profile", ids[0], ids[1], "--json"}).out);
  EXPECT_EQ(both["data"][0]["records"].size(), n_songs()) << "each was decoded for one of them";
  EXPECT_EQ(ask({"store", "check"}).exit_code, 0) << "the store knows the files";
}

TEST_F(Profiles, AreNoPartOfAResult) {
  ASSERT_EQ(bench_.run(file_, {"--profile"}).exit_code, 0);
  const std::vector<std::string> ids = runs();
  const ProgramResult again = ask({"reproduce", ids[0], "--quiet"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  expect_says(bench_.run(file_).out, {"all done already"});
}

TEST_F(Profiles, OfWorkerProcessesAreKeptToo) {
  ASSERT_EQ(bench_.run(file_, {"--profile", "--workers", "2"}).exit_code, 0);
  for (const std::string& id : runs()) EXPECT_EQ(ask({"profile", id}).exit_code, 0) << id;
}

TEST_F(Profiles, WhatIsMissingOrDamagedIsRefused) {
  ASSERT_EQ(bench_.run(file_).exit_code, 0);
  const std::string plain = runs()[0];
  expect_refused(ask({"profile", plain}), 2, {"without --profile", "--db profile.db"});
  fs::remove(bench_.database);
  ASSERT_EQ(bench_.run(file_, {"--profile"}).exit_code, 0);
  const std::string id = runs()[0];
  const fs::path kept = RunFiles(files_folder_of(bench_.database)).artifact(id, kProfileName);
  std::string text = read_file_text(kept);
  text[10] = 'x';
  write_file_atomically(kept, text);
  expect_refused(ask({"profile", id}), 1, {kept.string(), "not the file that the run left"});
  fs::remove(kept);
  expect_refused(ask({"profile", id}), 1, {kept.string()});
  const ProgramResult again = bench_.run(file_, {"--profile"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  expect_says(again.out, {"all done already", "1 run "});
  expect_says(again.err, {"the times of 1 run are left out", kept.string()});
}

}  // namespace profile_test
}  // namespace genrebench
