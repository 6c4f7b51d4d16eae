// What the id of a run covers: whatever decides its result, and nothing else.
#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "support/memory_dataset.hpp"
#include "support/silent_progress.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
void register_all_pipeline(Registry& registry);

namespace identity_test {

using testing::MemoryDataset;
using testing::SilentProgress;
using testing::TemporaryFolder;

/// A dataset whose truth a test can edit.
struct Truth {
  std::vector<std::string> genres = {"high", "low"};
  std::map<std::size_t, int> genre_of = {};  ///< of tracks that are of another genre than usual
  std::map<std::string, std::vector<Section>> sections = {
      {"track100", {{0.0, 2.0, "A"}, {2.0, 3.0, "B"}}}};
  std::map<std::string, std::vector<Section>> of_another_annotator = {};
  std::vector<PublishedSplit> lists = {};
};

class TestedDataset final : public MemoryDataset {
 public:
  explicit TestedDataset(const Truth& truth)
      : MemoryDataset(truth.genres),
        sections_(truth.sections),
        of_another_annotator_(truth.of_another_annotator) {
    for (int t = 0; t < 20; ++t) {
      const auto other = truth.genre_of.find(static_cast<std::size_t>(t));
      add("track" + std::to_string(100 + t), other == truth.genre_of.end() ? t % 2 : other->second,
          "artist" + std::to_string(t / 2), {0.5f * static_cast<float>(t), 1.0f});
    }
    splits = truth.lists;
  }
  std::vector<Section> sections(const Track& track) const override {
    const auto found = sections_.find(track.id);
    return found == sections_.end() ? std::vector<Section>() : found->second;
  }
  std::vector<std::vector<Section>> annotations(const Track& track) const override {
    std::vector<std::vector<Section>> result = MemoryDataset::annotations(track);
    if (const auto found = of_another_annotator_.find(track.id);
        found != of_another_annotator_.end())
      result.push_back(found->second);
    return result;
  }

 private:
  std::map<std::string, std::vector<Section>> sections_, of_another_annotator_;
};

struct WeightedOptions {
  std::string weights;
  double c = 1.0;
};

PublishedSplit list_named(const std::string& name, int n_train) {
  PublishedSplit list{.name = name, .description = "of this test", .parts = {}, .folds = false};
  for (int t = 0; t < 20; ++t)
    list.parts["track" + std::to_string(100 + t)] = t < n_train ? "train" : "test";
  return list;
}

class RunIdentity : public ::testing::Test {
 protected:
  RunIdentity() {
    edited_.lists = {list_named("one", 10), list_named("two", 14)};
    other_ = edited_;
    weights_ = folder_.write("weights.bin", "0123456789");
    other_weights_ = folder_.write("other_weights.bin", "abcdefghij");
    register_all_pipeline(registry_);
    const auto add_dataset = [this](const std::string& name, Truth& truth) {
      registry_.datasets.add(
          {{.name = name, .summary = "For tests."}, [&truth](const OptionValues&, const Registry&) {
             return std::make_unique<TestedDataset>(truth);
           }});
    };
    add_dataset("edited", edited_);
    add_dataset("other", other_);
    add_method(registry_, "alpha");
    add_method(registry_, "beta");
    registry_.reports.add({{.name = "summary", .summary = "For tests."}, nullptr});
  }

  static OptionTable<WeightedOptions> method_options() {
    OptionTable<WeightedOptions> table;
    table.content_file("weights", &WeightedOptions::weights, "Weights.")
        .number("c", &WeightedOptions::c, 0, 10, "C.")
        .presets("preset", {{"plain", "nothing", {}}, {"strong", "c of 4", {{"c", 4.0}}}},
                 "Sets of values.");
    return table;
  }

  static void add_method(Registry& registry, const std::string& name) {
    registry.methods.add(
        {{.name = name, .summary = "For tests.", .options = method_options().schema()},
         true,
         nullptr});
  }

  /// The ids of runs that differ in one thing each, by what that is.
  std::map<std::string, std::string> ids(const Registry& registry) {
    const std::map<std::string, std::string> experiments = {
        {"plain", ""},
        {"other dataset", "dataset: {name: other}\n"},
        {"excerpt sem", "excerpt: {name: sem}\n"},
        {"excerpt sem, other dataset", "dataset: {name: other}\nexcerpt: {name: sem}\n"},
        {"excerpt chunks", "excerpt: {name: chunks}\n"},
        {"list one", "split: {kind: published, list: one}\n"},
        {"list two", "split: {kind: published, list: two}\n"},
        {"kfold", "split: {kind: kfold, folds: 3}\n"},
        {"mfcc", "features: {name: mfcc}\n"},
        {"method beta", "method: {name: beta}\n"},
        {"weights", "method: {name: alpha, weights: " + weights_.string() + "}\n"},
        {"other weights", "method: {name: alpha, weights: " + other_weights_.string() + "}\n"},
        {"segmentation", "task: segmentation\nexcerpt: {name: sem}\n"}};
    std::map<std::string, std::string> result;
    for (const auto& [name, text] : experiments) {
      std::string whole = text;
      const auto lacks = [&](const std::string& key) {
        return whole.find(key + ":") != 0 && whole.find("\n" + key + ":") == std::string::npos;
      };
      if (lacks("dataset")) whole += "dataset: {name: edited}\n";
      if (lacks("task")) {
        if (lacks("features")) whole += "features: {name: table}\n";
        if (lacks("method")) whole += "method: {name: alpha}\n";
      }
      FileHashes hashes({});
      SilentProgress progress;
      const auto file = folder_.write("experiment.yaml", whole);
      const Plan plan =
          make_plan(load_experiment(file, {}, registry), registry, {}, hashes, progress);
      EXPECT_EQ(plan.runs.size(), 1u) << name;
      result[name] = plan.runs.front().id;
    }
    return result;
  }

  /// The experiments whose ids are others after a change.
  std::set<std::string> changed_by(const std::function<void()>& change) {
    const auto before = ids(registry_);
    change();
    return differing(before, ids(registry_));
  }

  static std::set<std::string> differing(const std::map<std::string, std::string>& before,
                                         const std::map<std::string, std::string>& after) {
    std::set<std::string> names;
    for (const auto& [name, id] : before)
      if (after.at(name) != id) names.insert(name);
    return names;
  }

  /// The same registry with another version of some plug-ins.
  Registry raised(const std::function<void(PluginInfo&, const std::string& kind)>& raise) const {
    Registry result;
    const auto copy = [&](const auto& from, auto& to, const std::string& kind) {
      for (auto plugin : from) {
        raise(plugin, kind);
        to.add(std::move(plugin));
      }
    };
    copy(registry_.datasets, result.datasets, "dataset");
    copy(registry_.splits, result.splits, "split");
    copy(registry_.excerpts, result.excerpts, "excerpt");
    copy(registry_.features, result.features, "feature");
    copy(registry_.methods, result.methods, "method");
    copy(registry_.reports, result.reports, "report");
    return result;
  }

  std::set<std::string> changed_by_version_of(const std::string& kind, const std::string& name) {
    return differing(ids(registry_), ids(raised([&](PluginInfo& plugin, const std::string& of) {
                       if (of == kind && plugin.name == name) ++plugin.version;
                     })));
  }

  TemporaryFolder folder_;
  Registry registry_;
  Truth edited_, other_;
  std::filesystem::path weights_, other_weights_;
};

using Names = std::set<std::string>;

TEST_F(RunIdentity, CoversWhatAMethodReliesOnUnderSomeOptionsOnlyThere) {
  const auto relying = [&](int version) {
    Registry result;
    for (const auto& dataset : registry_.datasets) result.datasets.add(dataset);
    for (const auto& split : registry_.splits) result.splits.add(split);
    for (const auto& excerpt : registry_.excerpts) result.excerpts.add(excerpt);
    for (const auto& feature : registry_.features) result.features.add(feature);
    for (const auto& report : registry_.reports) result.reports.add(report);
    for (MethodPlugin method : registry_.methods) {
      method.relies_on_under = [version](const OptionValues& options) {
        return std::get<std::string>(options.at("weights")).empty()
                   ? std::map<std::string, int>()
                   : std::map<std::string, int>{{"weights", version}};
      };
      result.methods.add(std::move(method));
    }
    return result;
  };
  EXPECT_EQ(differing(ids(registry_), ids(relying(1))), (Names{"weights", "other weights"}));
  EXPECT_EQ(differing(ids(relying(1)), ids(relying(2))), (Names{"weights", "other weights"}));
}

TEST_F(RunIdentity, IsTheSameTwiceAndDiffersBetweenRuns) {
  const auto first = ids(registry_), second = ids(registry_);
  EXPECT_EQ(first, second);
  std::set<std::string> distinct;
  for (const auto& [name, id] : first) distinct.insert(id);
  EXPECT_EQ(distinct.size(), first.size());
}

TEST_F(RunIdentity, CoversKnownSectionsWhereTheyAreScored) {
  EXPECT_EQ(changed_by([&] { edited_.sections["track100"][0].label = "C"; }),
            (Names{"excerpt sem", "segmentation"}));
  EXPECT_EQ(changed_by([&] {
              edited_.sections["track100"][0].end_s = edited_.sections["track100"][1].start_s =
                  2.0000001;
            }),
            (Names{"excerpt sem", "segmentation"}));
  EXPECT_EQ(changed_by([&] {
              edited_.sections["track103"] = {{0.0, 1.0, "A"}};
            }),
            (Names{"excerpt sem", "segmentation"}))
      << "of one track more";
  EXPECT_EQ(changed_by([&] {
              edited_.of_another_annotator["track100"] = {{0.0, 3.0, "A"}};
            }),
            (Names{"excerpt sem", "segmentation"}))
      << "by one annotator more";
}

TEST_F(RunIdentity, CoversGenresOfTheDatasetThatIsUsed) {
  const Names all_but_other = {"plain",    "excerpt sem",   "excerpt chunks", "list one",
                               "list two", "kfold",         "mfcc",           "method beta",
                               "weights",  "other weights", "segmentation"};
  EXPECT_EQ(changed_by([&] { edited_.genre_of[7] = 0; }), all_but_other);
  EXPECT_EQ(changed_by([&] { edited_.genres[1] = "lower"; }), all_but_other);
}

TEST_F(RunIdentity, CoversThePublishedListThatDivides) {
  EXPECT_EQ(changed_by([&] {
              edited_.lists[0].parts["track110"] = edited_.lists[0].parts["track111"] = "train";
            }),
            Names{"list one"});
  EXPECT_EQ(changed_by([&] { edited_.lists[1].parts.erase("track119"); }), Names{"list two"})
      << "a track less";
  EXPECT_EQ(changed_by([&] { edited_.lists[1].description = "in other words"; }), Names{})
      << "words divide nothing";
}

TEST_F(RunIdentity, CoversEveryByteOfAWeightFile) {
  EXPECT_EQ(changed_by([&] { folder_.write("weights.bin", "0123456788"); }), Names{"weights"});
  EXPECT_EQ(changed_by([&] { folder_.write("other_weights.bin", "abcdefghijk"); }),
            Names{"other weights"});
  EXPECT_EQ(changed_by([&] { folder_.write("weights.bin", "abcdefghijk"); }), Names{"weights"});
  EXPECT_EQ(ids(registry_).at("weights"), ids(registry_).at("other weights"))
      << "equal content under another name";
}

TEST_F(RunIdentity, CoversTheVersionOfEveryPluginThatIsUsed) {
  EXPECT_EQ(changed_by_version_of("dataset", "other"),
            (Names{"other dataset", "excerpt sem, other dataset"}));
  EXPECT_EQ(changed_by_version_of("split", "kfold"), Names{"kfold"});
  EXPECT_EQ(changed_by_version_of("split", "published"), (Names{"list one", "list two"}));
  EXPECT_EQ(changed_by_version_of("excerpt", "chunks"), Names{"excerpt chunks"});
  EXPECT_EQ(changed_by_version_of("excerpt", "sem"),
            (Names{"excerpt sem", "excerpt sem, other dataset", "segmentation"}));
  EXPECT_EQ(changed_by_version_of("feature", "mfcc"), Names{"mfcc"});
  EXPECT_EQ(changed_by_version_of("feature", "log_mel"), Names{}) << "no run uses it";
  EXPECT_EQ(changed_by_version_of("method", "beta"), Names{"method beta"});
}

TEST_F(RunIdentity, CoversTheVersionOfSharedCode) {
  EXPECT_EQ(differing(ids(registry_), ids(raised([](PluginInfo& plugin, const std::string&) {
                        if (const auto decoder = plugin.relies_on.find("decoder");
                            decoder != plugin.relies_on.end())
                          ++decoder->second;
                      }))),
            (Names{"mfcc", "excerpt sem", "excerpt sem, other dataset", "segmentation"}))
      << "a feature table is not decoded";
}

TEST_F(RunIdentity, DoesNotCoverOptionsThatAreNewAndHaveTheirDefault) {
  EXPECT_EQ(differing(ids(registry_), ids(raised([](PluginInfo& plugin, const std::string& kind) {
                        if (kind != "method") return;
                        struct MoreOptions : WeightedOptions {
                          int more = 3;
                        };
                        OptionTable<MoreOptions> table;
                        table.content_file("weights", &MoreOptions::weights, "Weights.")
                            .number("c", &MoreOptions::c, 0, 10, "C.")
                            .integer("more", &MoreOptions::more, 0, 9, "More.");
                        plugin.options = table.schema();
                      }))),
            Names{});
}

TEST_F(RunIdentity, CoversTheValuesOfAPresetAndNotItsName) {
  const auto id_of = [&](const std::string& options) {
    FileHashes hashes({});
    SilentProgress progress;
    const auto file = folder_.write(
        "preset.yaml", "dataset: {name: edited}\nfeatures: {name: table}\nmethod: {name: alpha, " +
                           options + "}\n");
    return make_plan(load_experiment(file, {}, registry_), registry_, {}, hashes, progress)
        .runs.front()
        .id;
  };
  EXPECT_EQ(id_of("preset: strong"), id_of("c: 4"));
  EXPECT_EQ(id_of("preset: strong, c: 1"), id_of("preset: plain"));
  EXPECT_NE(id_of("preset: strong"), id_of("preset: plain"));
}

}  // namespace identity_test
}  // namespace genrebench
