// From an experiment to the names of its runs.
#include "harness/plan/plan.hpp"

#include <gtest/gtest.h>

#include <set>

#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/stored_run_reader.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace plan_test {

using testing::MemoryDataset;
using testing::SilentProgress;
using testing::TemporaryFolder;

struct AlphaOptions {
  int k = 3;
  double c = 1.0;
};

std::unique_ptr<Dataset> small_dataset() {
  auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
  for (int t = 0; t < 20; ++t)
    dataset->add("track" + std::to_string(100 + t), t % 2, "artist" + std::to_string(t / 2),
                 {0.5f * static_cast<float>(t), 1.0f});
  return dataset;
}

class Planning : public ::testing::Test {
 protected:
  Planning() {
    register_all_pipeline(registry_);
    registry_.datasets.add(
        {{.name = "small", .summary = "For tests."}, [this](const OptionValues&, const Registry&) {
           ++n_opened_;
           return small_dataset();
         }});
    static const auto options = OptionTable<AlphaOptions>()
                                    .integer("k", &AlphaOptions::k, 1, 99999, "k.")
                                    .number("c", &AlphaOptions::c, 0, 10, "c.");
    registry_.methods.add(
        {{.name = "alpha", .summary = "For tests.", .options = options.schema()}, true, nullptr});
    registry_.methods.add({{.name = "beta", .summary = "For tests."}, false, nullptr});
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  Plan plan(const std::string& text) {
    const auto file = folder_.write("experiment.yaml", "dataset: {name: small}\n" + text);
    return plan_of(load_experiment(file, {}, registry_));
  }

  Plan plan_of(Experiment experiment) {
    return make_plan(std::move(experiment), registry_, {}, hashes_, progress_);
  }

  std::vector<std::string> beginnings(const Plan& plan) {
    std::vector<std::string> result;
    for (const PlannedRun& run : plan.runs) result.push_back(run.id.substr(0, 12));
    return result;
  }

  TemporaryFolder folder_;
  Registry registry_;
  FileHashes hashes_{{}};
  SilentProgress progress_;
  int n_opened_ = 0;
};

TEST_F(Planning, NamesRunsAsItAlwaysDid) {
  EXPECT_EQ(
      beginnings(plan("features: {name: table}\nmethod: {name: alpha, k: 4}\nseeds: [0, 7]\n")),
      (std::vector<std::string>{"832719973972", "8b401ac08bc8"}));
  EXPECT_EQ(beginnings(plan("features: {name: table}\nsplit: {valid_fraction: 0.2}\nmethod: {name: "
                            "alpha, tune: {c: [0.5, 2]}}\nvote: mean_probability\n")),
            (std::vector<std::string>{"68f9416f1553"}));
  EXPECT_EQ(beginnings(plan("features: {name: table}\nexcerpt: {name: sem}\nsweep: {grid: "
                            "{method.name: [alpha, beta]}}\n")),
            (std::vector<std::string>{"3771533df0d4", "3b3e7aeabb2e"}))
      << "the versions of what a segmenting excerpt relies on are a part of the name";
}

TEST_F(Planning, NamesTenThousandConfigurationsAndOpensTheirDataOnce) {
  std::string values;
  for (int k = 1; k <= 1000; ++k) values += (k > 1 ? ", " : "") + std::to_string(k);
  const Plan p = plan(
      "features: {name: table}\nmethod: {name: alpha}\nsweep: {grid: {method.c: [0, 1, 2, 3, 4, 5, "
      "6, 7, 8, 9], method.k: [" +
      values + "]}}\n");
  ASSERT_EQ(p.runs.size(), 10000u);
  std::set<std::string> ids;
  for (const PlannedRun& run : p.runs) ids.insert(run.id);
  EXPECT_EQ(ids.size(), 10000u);
  EXPECT_EQ(n_opened_, 1);
  EXPECT_EQ(p.runs.front().split, p.runs.back().split) << "one seed, one division";
}

TEST_F(Planning, GivesRunsThatAreMadeAgainFromTheirParametersTheSameNames) {
  const Plan p = plan(
      "features: {name: table}\nsplit: {valid_fraction: 0.2}\nretries: 3\nsweep: {grid: "
      "{method.name: [alpha, beta], method.alpha.k: [1, 2], method.alpha.tune.c: [[1, 2]]}}\n");
  ASSERT_EQ(p.runs.size(), 3u);
  Experiment again{
      .name = "again", .description = {}, .source_file = {}, .reports = {}, .runs = {}};
  StoredRunReader read(registry_);
  for (const PlannedRun& run : p.runs) {
    again.runs.push_back(
        RunSpec::from_parameters(run.spec.parameters(registry_), run.spec.seed, registry_));
    EXPECT_EQ(read(run.spec.parameters(registry_), run.spec.seed).parameters(registry_),
              run.spec.parameters(registry_));
  }
  EXPECT_EQ(beginnings(plan_of(again)), beginnings(p));
  EXPECT_EQ(again.runs.front().options.retries, 3);
}

TEST_F(Planning, ReadsASlotAnewWhereASweepChangesIt) {
  const Plan p = plan(
      "features: {name: table}\n"
      "method: {alpha: {k: 7}}\n"
      "sweep: {zip: {method.name: [alpha, beta, alpha, alpha], split.train_fraction: [0.5, 0.5, "
      "0.6, 0.5], method.alpha.c: [1, 1, 1, 2]}}\n");
  ASSERT_EQ(p.runs.size(), 4u);
  const auto fraction = [&](std::size_t i) {
    return to_string(p.runs[i].spec.split.options.at("train_fraction"));
  };
  EXPECT_EQ(fraction(1), "0.5");
  EXPECT_EQ(fraction(2), "0.6");
  EXPECT_EQ(fraction(3), "0.5");
  EXPECT_TRUE(p.runs[1].spec.method.options.empty());
  EXPECT_EQ(to_string(p.runs[2].spec.method.options.at("k")), "7");
  EXPECT_EQ(to_string(p.runs[3].spec.method.options.at("c")), "2");
  EXPECT_EQ(p.runs[0].split, p.runs[3].split);
  EXPECT_NE(p.runs[0].split, p.runs[2].split);
}

TEST_F(Planning, KnowsTheContentOfEveryTrack) {
  registry_.datasets.add(
      {{.name = "copies", .summary = "For tests."}, [](const OptionValues&, const Registry&) {
         auto dataset = std::make_unique<MemoryDataset>(std::vector<std::string>{"high", "low"});
         for (int t = 0; t < 20; ++t) {
           std::vector<float> row;
           for (int i = 0; i < 6; ++i)
             row.push_back(static_cast<float>((t / 2 * 37 + i * 11) % 101));
           if (t == 3) row[0] = row[0] == 0.0f ? -0.0f : row[0];
           dataset->add("track" + std::to_string(100 + t), (t / 2) % 2, {}, row);
         }
         return dataset;
       }});
  for (const char* split : {"{seed: 1}", "{seed: 2}", "{kind: kfold, folds: 4}"}) {
    const Plan p = plan_of(load_experiment(
        folder_.write(
            "e.yaml",
            "dataset: {name: copies}\nfeatures: {name: table}\nmethod: {name: alpha}\nsplit: " +
                std::string(split) + "\n"),
        {}, registry_));
    const PlannedRun& run = p.runs.front();
    ASSERT_EQ(run.data->content.size(), 20u);
    for (std::size_t t = 0; t < 20; t += 2) {
      EXPECT_EQ(run.data->content[t], run.data->content[t + 1]);
      EXPECT_EQ(run.split->parts[t], run.split->parts[t + 1]);
    }
    EXPECT_NE(run.data->content[0], run.data->content[2]);
  }
}

TEST_F(Planning, RefusesDataOfOneGenre) {
  const auto add = [&](const char* name, std::vector<int> genres) {
    registry_.datasets.add(
        {{.name = name, .summary = "For tests."}, [genres](const OptionValues&, const Registry&) {
           auto dataset =
               std::make_unique<MemoryDataset>(std::vector<std::string>{"polka", "rock", "swing"});
           for (std::size_t t = 0; t < genres.size(); ++t)
             dataset->add("track" + std::to_string(t), genres[t], {}, {static_cast<float>(t)});
           return dataset;
         }});
  };
  add("one", {1, 1, 1, 1});
  add("none", {});
  add("two", {1, 1, 1, 2, 2, 2});
  add("two_but_for_one", {0, 1, 1, 1, 1});
  const auto refusal = [&](const std::string& dataset) -> std::string {
    try {
      plan_of(load_experiment(
          folder_.write("e.yaml", "dataset: {name: " + dataset +
                                      "}\nfeatures: {name: table}\nmethod: {name: alpha}\nsplit: "
                                      "{single_group_genres: drop}\n"),
          {}, registry_));
    } catch (const ConfigError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refusal("one").find("all 4 tracks have one genre, 'rock'"), std::string::npos)
      << refusal("one");
  EXPECT_NE(refusal("none").find("has no tracks"), std::string::npos) << refusal("none");
  EXPECT_EQ(refusal("two"), "") << "that a third genre has no tracks is no matter";
  EXPECT_NE(refusal("two_but_for_one").find("'rock' is the only genre with training tracks"),
            std::string::npos)
      << refusal("two_but_for_one");
}

}  // namespace plan_test
}  // namespace genrebench
