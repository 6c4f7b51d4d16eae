#include "harness/store/run_files.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "support/run_ids.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace run_files_test {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

TEST(RunFiles, AnIdIsSixtyFourLowerCaseHexadecimalDigits) {
  EXPECT_TRUE(is_run_id(sha256("anything")));
  const std::string id = "aa"_run;
  for (const std::string& other :
       {std::string(), std::string("."), std::string(".."), std::string("/tmp"), id + "0",
        id.substr(1), "A" + id.substr(1), "g" + id.substr(1), "/" + id.substr(1),
        id.substr(1) + "\n", "../" + id.substr(3), std::string(64, '\0')})
    EXPECT_FALSE(is_run_id(other)) << other;
}

TEST(RunFiles, NamesOfFilesHaveNothingThatLeadsElsewhere) {
  for (const std::string name : {"model", "preprocessing.json", "a", "A_b-c.1"})
    EXPECT_TRUE(is_artifact_name(name)) << name;
  for (const std::string& name :
       {std::string(), std::string("."), std::string(".."), std::string(".hidden"),
        std::string("a/b"), std::string("/dev/zero"), std::string("a b"), std::string("a\nb"),
        std::string("caf\xC3\xA9"), std::string("a\0b", 3), std::string(101, 'x')})
    EXPECT_FALSE(is_artifact_name(name)) << name;
}

TEST(RunFiles, PathsAreMadeOfCheckedNamesOnly) {
  const TemporaryFolder folder;
  const RunFiles files(folder / "files");
  EXPECT_EQ(files.artifact("aa"_run, "model"), folder / "files" / "aa"_run / "model");
  for (const std::string& id : {std::string(), std::string(".."), folder.path().string()}) {
    EXPECT_THROW_SAYING(files.of_run(id), DataError, "the id of a run");
    EXPECT_THROW(files.artifact(id, "model"), DataError);
    EXPECT_THROW(files.remove(id), DataError);
    EXPECT_THROW(files.problem_of(id, {.name = "model", .sha256 = "", .bytes = 0}), DataError);
  }
  EXPECT_THROW_SAYING(files.artifact("aa"_run, "../model"), DataError, "'../model'");
  EXPECT_TRUE(fs::exists(folder.path()));
}

TEST(RunFiles, RemovingARunRemovesItsFolderAlone) {
  const TemporaryFolder folder;
  const RunFiles files(folder.path());
  folder.write("aa"_run + "/model", "weights");
  folder.write("bb"_run + "/model", "weights");
  files.remove("aa"_run);
  files.remove("cc"_run);
  EXPECT_FALSE(fs::exists(folder / "aa"_run));
  EXPECT_TRUE(fs::exists(folder / "bb"_run / "model"));
  files.remove_if_empty();
  EXPECT_TRUE(fs::exists(folder.path()));
}

TEST(RunFiles, ALinkInPlaceOfARunsFolderIsNotFollowed) {
  const TemporaryFolder folder;
  const fs::path precious = folder.write("elsewhere/checkpoints/precious", "");
  fs::create_directories(folder / "files");
  fs::create_directory_symlink(folder / "elsewhere", folder / "files" / "aa"_run);
  const RunFiles files(folder / "files");
  EXPECT_THROW_SAYING(files.of_run("aa"_run), DataError, "found a link");
  EXPECT_THROW(files.remove("aa"_run), DataError);
  EXPECT_TRUE(fs::exists(precious));
}

TEST(RunFiles, WhatIsNotTheFileThatTheRunLeftSaysWhy) {
  const TemporaryFolder folder;
  const RunFiles files(folder.path());
  folder.write("aa"_run + "/model", "weights");
  const auto problem = [&](const std::string& name, const std::string& content) {
    return files.problem_of("aa"_run, {.name = name,
                                       .sha256 = sha256(content),
                                       .bytes = static_cast<std::int64_t>(content.size())});
  };
  const auto says = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  EXPECT_EQ(problem("model", "weights"), "");
  EXPECT_TRUE(says(problem("model", "Weights"), "SHA-256"));
  EXPECT_TRUE(says(problem("model", "weight"), "expected 6 bytes, found 7"));
  EXPECT_TRUE(says(problem("none", "weights"), "missing"));
  fs::create_directory(folder / "aa"_run / "folder");
  EXPECT_TRUE(says(problem("folder", "weights"), "no regular file"));
  ASSERT_EQ(::mkfifo((folder / "aa"_run / "pipe").c_str(), 0600), 0);
  EXPECT_TRUE(says(problem("pipe", "weights"), "no regular file")) << "opening it would block";
  fs::create_symlink("/dev/zero", folder / "aa"_run / "zeros");
  EXPECT_TRUE(says(problem("zeros", "weights"), "no regular file")) << "reading it has no end";
}

}  // namespace run_files_test
}  // namespace genrebench
