#include "harness/cluster/submission.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "base/files.hpp"
#include "support/example_submission.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace submission_test {

namespace fs = std::filesystem;
using testing::example_submission;
using testing::TemporaryFolder;

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// What reading a submission says where its description is replaced.
std::string complaint(const std::string& description) {
  const TemporaryFolder folder;
  folder.write("submission.json", description);
  try {
    read_submission(folder.path());
  } catch (const DataError& error) {
    return error.what();
  }
  return "nothing";
}

TEST(Submission, IsReadAsItWasSaved) {
  const TemporaryFolder folder;
  Submission submission = example_submission(folder.path());
  submission.arrays[0].job = "7";
  submission.merge_job = "9";
  save(submission);
  const Submission read = read_submission(folder.path());
  EXPECT_EQ(read.folder, submission.folder);
  EXPECT_EQ(read.experiment, submission.experiment);
  EXPECT_EQ(read.created_at, submission.created_at);
  EXPECT_EQ(read.program, submission.program);
  EXPECT_EQ(read.version, submission.version);
  EXPECT_EQ(read.working_folder, submission.working_folder);
  EXPECT_EQ(read.database, submission.database);
  EXPECT_EQ(read.cache_folder, submission.cache_folder);
  EXPECT_EQ(read.n_runs, submission.n_runs);
  EXPECT_EQ(read.n_tasks, submission.n_tasks);
  EXPECT_EQ(read.max_array_size, submission.max_array_size);
  EXPECT_EQ(read.options, submission.options);
  EXPECT_EQ(read.arrays, submission.arrays);
  EXPECT_EQ(read.jobs(), (std::vector<std::string>{"7", "9"}));
}

TEST(Submission, OfAnEarlierVersionIsReadAndItsFileKeepsItsForm) {
  const TemporaryFolder folder;
  const std::string text = R"({
  "format": 1,
  "experiment": "table2",
  "created_at": "2024-01-02T03:04:05Z",
  "program": "/opt/genrebench",
  "version": "genrebench 0",
  "working_folder": "/home",
  "database": "/home/runs.db",
  "cache_folder": "",
  "runs": 3,
  "tasks": 2,
  "slurm": {
    "max_array_size": 16,
    "array_limit": 2,
    "partition": "short",
    "time": "30",
    "gpus": "a100:2",
    "memory": "8G",
    "account": "music",
    "qos": "low",
    "cpus_per_task": 3,
    "checkpoint_signal_s": 90,
    "max_requeues": 7,
    "others": [
      "--constraint=a b"
    ]
  },
  "arrays": [
    {
      "job": "7",
      "offset": 0,
      "tasks": 2
    }
  ],
  "merge_job": "9"
}
)";
  const Submission read = read_submission(folder.write("submission.json", text).parent_path());
  EXPECT_EQ(read.options, example_submission(folder.path()).options);
  EXPECT_EQ(read.jobs(), (std::vector<std::string>{"7", "9"}));
  save(read);
  EXPECT_EQ(read_file_text(folder.path() / "submission.json"), text);
}

TEST(Submission, ADamagedDescriptionIsRefusedWithItsFile) {
  const TemporaryFolder folder;
  save(example_submission(folder.path()));
  const std::string whole = read_file_text(folder.path() / "submission.json");
  const auto replaced = [&](const std::string& part, const std::string& by) {
    std::string text = whole;
    return text.replace(text.find(part), part.size(), by);
  };
  for (const std::string& text :
       {std::string(), std::string("[]"), whole.substr(0, whole.size() / 2),
        replaced("\"tasks\": 20", "\"tasks\": 21"), replaced("\"tasks\": 20", "\"tasks\": -1"),
        replaced("\"runs\": 40", "\"runs\": \"many\""),
        replaced("\"offset\": 16", "\"offset\": 15"), replaced("\"format\": 1", "\"format\": 2"),
        replaced("\"working_folder\": \"/home", "\"working_folder\": \"home")})
    EXPECT_TRUE(has(complaint(text), "submission.json: ")) << text << "\n" << complaint(text);
  EXPECT_TRUE(
      has(complaint(replaced("\"format\": 1", "\"format\": 2")), "another version of genrebench"));
  EXPECT_THROW(read_submission(folder.path() / "elsewhere"), DataError);
}

TEST(Submission, NumbersBeyondReasonAreRefusedAtOnce) {
  const TemporaryFolder folder;
  save(example_submission(folder.path()));
  const std::string whole = read_file_text(folder.path() / "submission.json");
  for (const char* key : {"runs", "tasks", "offset", "max_array_size", "array_limit",
                          "cpus_per_task", "checkpoint_signal_s", "max_requeues", "format"})
    for (const char* number : {"-1", "4611686018427387904", "18446744073709551615", "1e300", "0.5",
                               "\"2\"", "null", "[2]", "{}", "true"}) {
      std::string text = whole;
      const std::size_t begin = text.find(":", text.find("\"" + std::string(key) + "\"")) + 2;
      text.replace(begin, text.find_first_of(",\n}", begin) - begin, number);
      EXPECT_TRUE(has(complaint(text), "submission.json: ")) << key << " " << number;
      EXPECT_FALSE(has(complaint(text), "json.exception")) << complaint(text);
    }
  std::string text = whole;
  for (const char* key : {"runs", "tasks"}) {  // they agree with each other
    const std::size_t begin = text.find(":", text.find("\"" + std::string(key) + "\"")) + 2;
    text.replace(begin, text.find(',', begin) - begin, "4611686018427387904");
  }
  EXPECT_TRUE(has(complaint(text), "'runs': expected a whole number from 1 to 10000000"))
      << complaint(text);
}

TEST(Submission, EveryKeyOfAWrongTypeOrMissingIsNamed) {
  const TemporaryFolder folder;
  save(example_submission(folder.path()));
  const auto whole = nlohmann::json::parse(read_file_text(folder.path() / "submission.json"));
  for (const auto& [key, value] : whole.items()) {
    for (const nlohmann::json& odd :
         {nlohmann::json(), nlohmann::json(nlohmann::json::object()), nlohmann::json(1.5)}) {
      nlohmann::json changed = whole;
      changed[key] = odd;
      EXPECT_TRUE(has(complaint(changed.dump()), "'" + key)) << complaint(changed.dump());
    }
    nlohmann::json less = whole;
    less.erase(key);
    EXPECT_TRUE(has(complaint(less.dump()), "'" + key + "' is missing")) << complaint(less.dump());
  }
}

TEST(Submission, JobsThatAreNoIdsAreRefused) {
  const TemporaryFolder folder;
  Submission submission = example_submission(folder.path());
  submission.merge_job = "--user=root";
  save(submission);
  EXPECT_THROW_SAYING(read_submission(folder.path()), DataError, "id of a job");
}

TEST(Submission, PathsThatAreNotUtf8SurviveTheFile) {
  const TemporaryFolder folder;
  Submission submission = example_submission(folder.path());
  submission.database = "/music/Bj\xf6rk/runs.db";
  submission.options.others = {"--comment=caf\xe9"};
  submission.handing_in = true;
  save(submission);
  const Submission read = read_submission(folder.path());
  EXPECT_EQ(read.database, submission.database);
  EXPECT_EQ(read.options, submission.options);
  EXPECT_TRUE(read.handing_in);
}

TEST(Submission, WhatIsNoFileIsNotRead) {
  const TemporaryFolder folder;
  ASSERT_EQ(::mkfifo((folder / "submission.json").c_str(), 0600), 0);
  EXPECT_THROW_SAYING(read_submission(folder.path()), DataError, "expected a file");
}

TEST(Submission, OnlyShardsOfItsTasksCount) {
  const TemporaryFolder folder;
  const Submission submission = example_submission(folder.path());
  for (const char* name : {"task_0.db", "task_12.db", "task_007.db", "task_20.db", "task_-1.db",
                           "task_1.db-wal", "task_x.db", "task_99999999999999999999.db", "notes"})
    folder.write(std::string("shards/") + name, "x");
  folder.write("shards/task_3.db", "");
  EXPECT_EQ(submission.started_tasks(), (std::vector<std::size_t>{0, 12}));
}

TEST(Submission, FoldersOfOneSecondDoNotMeet) {
  const TemporaryFolder folder;
  const fs::path database = folder.path() / "my runs.db";
  const fs::path first = make_submission_folder(database, "a/b c", "2024-01-02T03:04:05Z"),
                 second = make_submission_folder(database, "a/b c", "2024-01-02T03:04:05Z");
  EXPECT_NE(first, second);
  EXPECT_EQ(first, folder.path() / "my runs.db.submissions" / "a_b_c-2024-01-02T030405Z");
  EXPECT_TRUE(submissions_of(database, "").empty()) << "none is written yet";
  Submission submission = example_submission(second);
  save(submission);
  EXPECT_EQ(submissions_of(database, "table2").size(), 1u);
  EXPECT_TRUE(submissions_of(database, "other").empty());
}

}  // namespace submission_test
}  // namespace genrebench
