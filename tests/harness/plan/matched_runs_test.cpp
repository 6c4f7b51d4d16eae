// Stored runs by what a file asks for, and the hashes of files that decide a result.
#include "harness/plan/matched_runs.hpp"

#include <gtest/gtest.h>

#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/stored_run_reader.hpp"
#include "harness/plan/selected_runs.hpp"
#include "harness/workers/sweep.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace matched_runs_test {

using testing::SilentProgress;
using testing::TemporaryFolder;

struct PatternOptions {
  std::string weights;
  int depth = 1;
};

/// Says the first class of everything.
class First final : public Method {
 public:
  void fit(const Examples& train, const Examples&, FitContext&) override {
    n_classes_ = train.n_classes;
  }
  Predictions predict(const Examples& examples) const override {
    Predictions result{.probabilities = Eigen::MatrixXd::Zero(
                           static_cast<Eigen::Index>(examples.size()), n_classes_),
                       .labels = {}};
    result.probabilities.col(0).setOnes();
    result.labels.assign(examples.size(), 0);
    return result;
  }

 private:
  int n_classes_ = 0;
};

class Matching : public ::testing::Test {
 protected:
  Matching() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "small", .summary = "For tests."},
         [](const OptionValues&, const Registry&) { return testing::twenty_tracks(); }});
    static const auto options =
        OptionTable<PatternOptions>()
            .content_file("weights", &PatternOptions::weights, "Weights to start from.")
            .integer("depth", &PatternOptions::depth, 1, 9, "How deep.");
    registry_.methods.add(
        {{.name = "first", .summary = "For tests.", .options = options.schema()},
         false,
         [](const OptionValues&, std::uint64_t) { return std::make_unique<First>(); }});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
    store_ = RunStore::open(folder_ / "runs.db", RunStore::Mode::write);
  }

  Experiment experiment(const std::string& method, const std::vector<std::string>& words = {}) {
    const auto file = folder_.write(
        "experiment.yaml",
        "name: e\ndataset: {name: small}\nfeatures: {name: table}\nmethod: " + method + "\n");
    return load_experiment(file, words, registry_, UnsetVariables::keep_in_paths);
  }

  std::string weights(const std::string& name, const std::string& content) {
    return folder_.write(name, content).string();
  }

  /// @return  the id of the only run
  std::string run(const std::string& method, const std::vector<std::string>& words = {}) {
    const Plan plan = make_plan(experiment(method, words), registry_, {}, hashes_, progress_);
    execute(plan, *store_, registry_, hashes_, {}, progress_);
    EXPECT_EQ(store_->run(plan.runs.front().id)->status, RunStatus::done);
    return plan.runs.front().id;
  }

  std::vector<std::string> matched(const std::string& method,
                                   const std::vector<std::string>& words = {}) {
    std::vector<std::string> ids;
    for (const RunRecord& one : match_runs(*store_, experiment(method, words), registry_).runs)
      if (one.status == RunStatus::done) ids.push_back(one.id);
    return ids;
  }

  using Ids = std::vector<std::string>;

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  std::unique_ptr<RunStore> store_;
};

TEST_F(Matching, TheContentOfFilesIsStoredBesideTheirPlaceAndDoesNotDisturbTheConfiguration) {
  const std::string a = weights("a.pth", "one"), b = weights("b.pth", "two"),
                    copy = weights("copy.pth", "one");
  const RunRecord of_a = store_->run(run("{name: first, weights: " + a + "}")).value(),
                  of_b = store_->run(run("{name: first, weights: " + b + "}")).value();
  const RunRecord without = store_->run(run("{name: first}")).value();
  EXPECT_NE(of_a.parameter("method.weights.content"), "");
  EXPECT_NE(of_a.parameter("method.weights.content"), of_b.parameter("method.weights.content"));
  EXPECT_FALSE(without.parameters.contains("method.weights.content"));
  EXPECT_EQ(run("{name: first, weights: " + copy + "}"), of_a.id);
  RunSpec spec = RunSpec::from_parameters(of_a.parameters, of_a.seed, registry_);
  auto parameters = spec.parameters(registry_);
  parameters["method.weights.content"] = of_a.parameter("method.weights.content");
  EXPECT_EQ(parameters, of_a.parameters);
  const auto moved = RunSpec::from_parameters(
      with_words(of_a.parameters, {"method.weights=" + copy}, registry_), of_a.seed, registry_);
  EXPECT_EQ(moved.content_files(registry_).at("method.weights"), copy);
}

TEST_F(Matching, AListOfFilesCountsByTheirContentInItsOrder) {
  struct ListedOptions {
    std::vector<std::string> files;
  };
  static const auto options = OptionTable<ListedOptions>().content_files(
      "files", &ListedOptions::files, "Code and weights.");
  registry_.methods.add(
      {{.name = "listed", .summary = "For tests.", .options = options.schema()},
       false,
       [](const OptionValues&, std::uint64_t) { return std::make_unique<First>(); }});
  const std::string a = weights("a.py", "one"), b = weights("b.py", "two"),
                    copy = weights("copy.py", "one");
  const std::string both = run("{name: listed, files: [" + a + ", " + b + "]}");
  EXPECT_EQ(run("{name: listed, files: [" + copy + ", " + b + "]}"), both);
  EXPECT_NE(run("{name: listed, files: [" + b + ", " + a + "]}"), both);
  EXPECT_NE(run("{name: listed, files: [" + a + "]}"), both);
  EXPECT_NE(run("{name: listed}"), both);
  const RunRecord record = store_->run(both).value();
  EXPECT_NE(record.parameter("method.files.content"), "");
  RunSpec spec = RunSpec::from_parameters(record.parameters, record.seed, registry_);
  EXPECT_EQ(spec.content_files(registry_).size(), 2u);
  EXPECT_EQ(spec.content_files(registry_).at("method.files#001"), b);
}

TEST_F(Matching, RunsFromWeightsAreNotThoseFromNoneNorThoseFromOthers) {
  const std::string a = weights("a.pth", "one"), b = weights("b.pth", "two");
  const std::string of_a = run("{name: first, weights: " + a + "}"),
                    of_b = run("{name: first, weights: " + b + "}"), without = run("{name: first}");
  EXPECT_EQ(matched("{name: first}"), Ids{without});
  EXPECT_EQ(matched("{name: first, weights: " + a + "}"), Ids{of_a});
  EXPECT_EQ(matched("{name: first, weights: " + b + "}"), Ids{of_b});
  EXPECT_EQ(
      match_runs(*store_, experiment("{name: first, weights: " + b + "}"), registry_).n_other_ids,
      1u);
  // The file's place is not known here: what was done last is the nearest.
  EXPECT_EQ(matched("{name: first, weights: \"${H4_NO_SUCH_VARIABLE}\"}").size(), 1u);
  // The file has changed since: one of the two runs stands for the configuration, and the other one
  // is counted.
  weights("a.pth", "three");
  FileHashes anew{{}};
  const Plan plan =
      make_plan(experiment("{name: first, weights: " + a + "}"), registry_, {}, anew, progress_);
  execute(plan, *store_, registry_, anew, {}, progress_);
  ASSERT_NE(plan.runs.front().id, of_a);
  EXPECT_EQ(matched("{name: first, weights: " + a + "}"), Ids{plan.runs.front().id})
      << "that of the latest plan";
}

TEST_F(Matching, CountsWhatIsMissingAndWhatIsOfAnotherConfiguration) {
  const std::string shallow = run("{name: first}"),
                    deep = run("{name: first, depth: 5}", {"seeds=[0, 1, 2]"});
  const MatchedRuns some =
      match_runs(*store_, experiment("{name: first}", {"seeds=[0, 1]"}), registry_);
  ASSERT_EQ(some.runs.size(), 2u);
  EXPECT_EQ(some.runs[0].id, shallow);
  EXPECT_EQ(some.n_missing, 1u);
  EXPECT_EQ(some.n_other, 3u);
  EXPECT_FALSE(some.none());
  EXPECT_EQ(some.runs[1].status, RunStatus::planned);
  EXPECT_EQ(some.runs[1].seed, 1u);
  EXPECT_EQ(some.runs[1].dataset_fingerprint, some.runs[0].dataset_fingerprint)
      << "reports put it beside the other one";
  EXPECT_TRUE(match_runs(*store_, experiment("{name: first, depth: 7}"), registry_).none());
  const MatchedRuns all =
      match_runs(*store_, experiment("{name: first, depth: 5}", {"seeds=3"}), registry_);
  EXPECT_EQ(all.n_missing + all.n_other + all.n_other_data + all.n_other_ids, 0u);
  EXPECT_EQ(all.runs.front().id, deep);
}

TEST_F(Matching, AnEarlierIdentityStandsForAConfigurationOnlyWhereThereIsNoLaterOne) {
  const std::string now = run("{name: first}"), other(64, '1'), another(64, '4');
  RunRecord earlier = store_->run(now).value();
  earlier.id = other;
  earlier.identity_version = 1;
  store_->plan(
      {.name = "old", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
      {earlier});
  store_->finish(store_->claim(other, store_->join(this_process(), 10.0), {}).lease, {});
  EXPECT_EQ(matched("{name: first}"), Ids{now});
  EXPECT_EQ(match_runs(*store_, experiment("{name: first}"), registry_).n_other_ids, 1u);
  earlier.id = another;
  earlier.parameters["method.depth"] = "2";
  store_->plan(
      {.name = "old", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
      {earlier});
  store_->finish(store_->claim(another, store_->join(this_process(), 10.0), {}).lease, {});
  EXPECT_EQ(matched("{name: first, depth: 2}"), Ids{another});
}

TEST_F(Matching, ASelectionReplacesTheRunsOfAnExperimentAndLeavesTheOthers) {
  const std::string shallow = run("{name: first}"), deep = run("{name: first, depth: 5}");
  const Experiment wanted = experiment("{name: first}", {"seeds=2"});
  SelectedRuns selected(*store_);
  EXPECT_EQ(selected.runs("e").front().id, deep);
  const MatchedRuns found = match_runs(*store_, wanted, registry_);
  selected.select(wanted, found.runs);
  ASSERT_EQ(selected.runs("e").size(), 2u);
  EXPECT_EQ(selected.runs("e").front().id, shallow);
  EXPECT_EQ(selected.experiments().size(), 1u);
  EXPECT_EQ(selected.experiments().front().run_ids.size(), 2u);
  EXPECT_TRUE(selected.run(found.runs[1].id).has_value()) << "the run that is not in the store";
  EXPECT_TRUE(selected.metrics(found.runs[1].id).empty());
  selected.select_plan("e");
  EXPECT_EQ(selected.runs("e").size(), 3u);
  Experiment other = wanted;
  other.name = "new";
  selected.select(other, found.runs);
  EXPECT_EQ(selected.experiments().size(), 2u);
  EXPECT_EQ(selected.runs("new").size(), 2u);
}

}  // namespace matched_runs_test
}  // namespace genrebench
