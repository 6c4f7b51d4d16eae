// Options of a sweep on the command line.
#include <gtest/gtest.h>

#include "cli/cli_support.hpp"
#include "cli/sweep.hpp"

namespace genrebench::cli {
namespace sweep_settings_test {

/// Parses the options of a sweep, and does nothing.
class ProbeCommand final : public Command {
 public:
  ProbeCommand(SweepSettings& settings, Context*& context)
      : settings_(settings), context_(context) {}
  void declare(Arguments& arguments, Context& context) override {
    add_sweep(arguments, settings_, context);
    context_ = &context;
  }
  int run(Context& /*context*/) override { return kDone; }

 private:
  SweepSettings& settings_;
  Context*& context_;
};

class SweepOptions : public ::testing::Test {
 protected:
  SweepOptions() {
    CommandList list;
    list.add({.name = "probe", .summary = "Parses the options of a sweep"},
             std::make_unique<ProbeCommand>(settings_, context_));
    line_ = std::make_unique<CommandLine>(registry_, std::move(list));
  }
  int parse(std::vector<std::string> words) {
    words.insert(words.begin(), "probe");
    return testing::run_words(*line_, words);
  }

  Registry registry_;
  SweepSettings settings_;
  Context* context_ = nullptr;
  std::unique_ptr<CommandLine> line_;
};

TEST_F(SweepOptions, EachSetsItsSetting) {
  ASSERT_EQ(parse({"--workers",   "3",       "--order", "listed",    "--fail-fast",
                   "--heartbeat", "0.5",     "--store", "sharded",   "--workers-per-gpu",
                   "2",           "--files", "f",       "--db",      "x.db",
                   "--profile",   "--cache", "c",       "--threads", "5",
                   "--quiet",     "--json"}),
            kDone);
  EXPECT_EQ(settings_.workers, 3);
  EXPECT_EQ(settings_.store, StoreSharing::sharded);
  EXPECT_EQ(settings_.runner.order, RunOrder::listed);
  EXPECT_TRUE(settings_.runner.fail_fast);
  EXPECT_EQ(settings_.runner.heartbeat_s, 0.5);
  EXPECT_EQ(settings_.runner.workers_per_gpu, 2);
  EXPECT_EQ(settings_.runner.files_folder, "f");
  EXPECT_TRUE(settings_.runner.profile);
  EXPECT_EQ(context_->database, "x.db");
  EXPECT_EQ(context_->cache_folder, "c");
  EXPECT_EQ(context_->threads, 5);
  EXPECT_TRUE(context_->quiet);
  EXPECT_TRUE(context_->json);
}

TEST_F(SweepOptions, LeftOutKeepTheDefaults) {
  ASSERT_EQ(parse({"--no-cache"}), kDone);
  EXPECT_EQ(settings_.workers, 1);
  EXPECT_EQ(settings_.store, StoreSharing::automatic);
  EXPECT_EQ(settings_.runner.order, RunOrder::cheap);
  EXPECT_EQ(settings_.runner.heartbeat_s, 10.0);
  EXPECT_EQ(context_->database, "runs.db");
  EXPECT_EQ(context_->cache_folder, "");
}

TEST_F(SweepOptions, OutOfRangeAreRefused) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"--workers", "0"},
                                                {"--order", "dear"},
                                                {"--heartbeat", "0"},
                                                {"--store", "none"},
                                                {"--workers-per-gpu", "65"}})
    EXPECT_EQ(parse(words), kMistake) << words[0];
}

}  // namespace sweep_settings_test
}  // namespace genrebench::cli
