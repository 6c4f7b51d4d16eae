// The method `command` with a program of these tests. The contract covers what it shares with every
// method; tests/faults/command_method_test.cpp runs it by the program.

#include <algorithm>
#include <cstdlib>
#include <tuple>

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/subprocess.hpp"
#include "baselines/support.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_command(Registry& registry);
}

namespace genrebench::testing {
namespace command_test {

const std::string kScript = GENREBENCH_SOURCE_DIR "/tests/support/nearest_mean.py";

OptionValues program(const std::vector<std::string>& parameters = {}) {
  return {{"argv", std::vector<std::string>{"python3", kScript}},
          {"files", std::vector<std::string>{kScript}},
          {"parameters", parameters}};
}

const MethodPlugin& command() {
  static const Registry registry = [] {
    Registry r;
    register_command(r);
    return r;
  }();
  return registry.methods.get("command", "test");
}

std::unique_ptr<Method> make(const OptionValues& given) {
  return command().make(command().options.resolve(given, "test"), 1);
}

struct Context final : FitContext {
  void curve(const std::string& metric, const std::string& split, std::int64_t, double) override {
    points.push_back(metric + "/" + split);
  }
  void note(const std::string& name, double value) override { notes[name] = value; }
  void warn(const std::string& message) override { ADD_FAILURE() << message; }

  std::vector<std::string> points;
  std::map<std::string, double> notes;
};

class CommandMethod : public ::testing::Test {
 protected:
  CommandMethod() { std::tie(x_, y_) = clouds(30, 4, 3, 6.0, 1); }

  Eigen::MatrixXd x_;
  std::vector<int> y_;
  Context context_;
};

TEST_F(CommandMethod, RefusesOptionsThatCannotWork) {
  const auto check = [](const OptionValues& given) {
    command().check(command().options.resolve(given, "test"));
  };
  EXPECT_NO_THROW(check(program()));
  EXPECT_THROW_SAYING(check({}), ConfigError, "method command", "argv", "found none");
  EXPECT_THROW_SAYING(check({{"argv", std::vector<std::string>{"python3", kScript}}}), ConfigError,
                      "nearest_mean.py", "in files too", "found []");
  const TemporaryFolder folder;
  const std::string own = folder.write("method", "#!/bin/sh\n");
  EXPECT_THROW_SAYING(check({{"argv", std::vector<std::string>{own}}}), ConfigError, own,
                      "add it to files");
  EXPECT_THROW_SAYING(check(program({"c"})), ConfigError, "name=value", "found 'c'");
  EXPECT_THROW_SAYING(check(program({"c=1", "c=2"})), ConfigError, "found c twice");
}

TEST_F(CommandMethod, StartsItsProgramOnceForAllThatTheHarnessAsksFor) {
  const TemporaryFolder folder;
  const std::string counting = folder.write(
      "count.sh", "echo start >> \"$1\"\nfor task; do :; done\nexec python3 \"$2\" \"$task\"\n");
  const std::string starts = (folder / "starts").string();
  const auto method = make({{"argv", std::vector<std::string>{"sh", counting, starts, kScript}},
                            {"files", std::vector<std::string>{counting, kScript}}});
  const ExampleSet train(x_, y_, 3), test(x_.topRows(7), {}, 3);
  dynamic_cast<ProgramMethod&>(*method).expect(test.examples());
  method->fit(train.examples(), {}, context_);
  EXPECT_EQ(method->predict(train.examples()).labels, y_);
  EXPECT_EQ(method->predict(test.examples()).labels, std::vector<int>(y_.begin(), y_.begin() + 7));
  EXPECT_EQ(read_file_text(starts), "start\n");
  EXPECT_EQ(context_.points, (std::vector<std::string>{"loss/train", "loss/train"}));
  EXPECT_EQ(context_.notes, (std::map<std::string, double>{{"exit_code", 0.0}}));
  const ExampleSet other(x_.bottomRows(3), {}, 3);
  EXPECT_EQ(method->predict(other.examples()).labels, std::vector<int>(y_.end() - 3, y_.end()));
  EXPECT_EQ(read_file_text(starts), "start\nstart\n") << "others need another start";
}

TEST_F(CommandMethod, FailsInOneLineWhereItsProgramDoesNotAnswer) {
  const ExampleSet train(x_, y_, 3);
  const auto fit = [&](const std::string& fault) {
    make(program({"fail=" + fault}))->fit(train.examples(), {}, context_);
  };
  EXPECT_THROW_SAYING(fit("exit"), DataError, "method command", "exit code 1", "it ends badly");
  EXPECT_THROW_SAYING(fit("silence"), DataError, "without writing predictions.npy", "30 examples");
  EXPECT_THROW_SAYING(fit("rows"), DataError, "expected 30 x 3", "found 29 x 3");
  EXPECT_THROW_SAYING(fit("nan"), NotFinite, "row 29 of the training part");
  EXPECT_THROW_SAYING(fit("sum"), DataError, "a sum of 2");
  EXPECT_THROW_SAYING(fit("split"), DataError, "train or valid", "no labels of the test part");
}

TEST_F(CommandMethod, CostsLittleMoreThanTheStartOfItsInterpreter) {
  if (std::getenv("GENREBENCH_FULL_LENGTH") == nullptr)
    GTEST_SKIP() << "measures time: set GENREBENCH_FULL_LENGTH on an idle machine";
  const auto best_of_ten = [](const auto& work) {
    double best_s = 1e9;
    for (int i = 0; i < 10; ++i) {
      const SteadyClock::time_point begin = SteadyClock::now();
      work();
      best_s = std::min(best_s, seconds_since(begin));
    }
    return best_s;
  };
  const ExampleSet train(x_, y_, 3);
  const double alone_s = best_of_ten([] {
    run_subprocess({"python3", "-c", "import array, ast, json, math, pathlib, struct"});
  });
  const double whole_s = best_of_ten([&] {
    Context context;
    make(program())->fit(train.examples(), {}, context);
  });
  EXPECT_LT(whole_s - alone_s, 0.05);
}

TEST_F(CommandMethod, EndsItsProgramAtTheTimeOut) {
  OptionValues options = program({"fail=hang"});
  options["timeout_s"] = 1.0;
  const ExampleSet train(x_, y_, 3);
  EXPECT_THROW_SAYING(make(options)->fit(train.examples(), {}, context_), DataError,
                      "within 1 s (timeout_s)");
}

}  // namespace command_test
}  // namespace genrebench::testing
