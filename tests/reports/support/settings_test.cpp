#include "reports/support/settings.hpp"

#include <gtest/gtest.h>

#include "reports/example_runs.hpp"

namespace genrebench {
namespace settings_test {

TEST(Settings, NameTheSegmentation) {
  Parameters parameters = {{"excerpt.name", "sem"},
                           {"excerpt.preset", "tuned"},
                           {"excerpt.excerpt_s", "30"},
                           {"excerpt.seed", "5"}};
  EXPECT_EQ(segmentation_title(parameters), "tuned");
  parameters["excerpt.decimate"] = "7";
  EXPECT_EQ(segmentation_title(parameters), "own settings");
  parameters["excerpt.preset"] = "authors";
  parameters["excerpt.decimate"] = "10";
  EXPECT_EQ(segmentation_title(parameters), "authors");
  parameters["excerpt.preset"] = "of another version";
  EXPECT_EQ(segmentation_title(parameters), "of another version");
  EXPECT_EQ(segmentation_title({{"excerpt.name", "full"}}), "");
  EXPECT_EQ(with_segmentation("excerpts=2", {{"excerpt.preset", "paper"}}), "paper, excerpts=2");
  EXPECT_EQ(with_segmentation("preset=paper", {{"excerpt.preset", "paper"}}), "preset=paper");
  EXPECT_EQ(describe({{"excerpt.name", "sem"}, {"excerpt.preset", "paper"}}, {"excerpt.name"}),
            "excerpt.name=sem (paper)");
  EXPECT_EQ(describe({{"excerpt.name", "sem"}, {"excerpt.preset", "paper"}},
                     {"excerpt.name", "excerpt.preset"}),
            "excerpt.name=sem, excerpt.preset=paper");
}

TEST(Settings, NameTheWeights) {
  RunRecord run;
  EXPECT_EQ(weights_title(run), "");
  run.parameters = {{"method.name", "knn"}, {"method.weights", "uniform"}};
  EXPECT_EQ(weights_title(run), "") << "the weights of neighbours";
  run.parameters = {{"method.name", "vgg16"}, {"method.epochs", "5"}, {"method.weights", ""}};
  EXPECT_EQ(weights_title(run), "random weights");
  run.parameters["method.weights"] = "/data/own.safetensors";
  EXPECT_EQ(weights_title(run), "weights own.safetensors");
  run.parameters["method.weights.content"] = "abcdef1234567890";
  EXPECT_EQ(weights_title(run), "weights own.safetensors abcdef12");
  run.facts["fit.weights_sha256"] =
      "b627a593bbbe140ee04cb1a1ffbc7fe4d5f1ef4ba2d3d2e6a2b3e2dcd0d2fdbd";
  EXPECT_EQ(weights_title(run), "ImageNet weights")
      << "torchvision's resnet34-b627a593.pth, whatever it is called here";
}

TEST(Settings, RunsOfDifferentWeightsAreNeverAveraged) {
  std::vector<RunRecord> runs(5);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    runs[i].id = std::to_string(i);
    runs[i].seed = i;
    runs[i].parameters = {{"method.name", "vgg16"},
                          {"method.epochs", "5"},
                          {"method.weights", "/somewhere/w" + std::to_string(i) + ".pth"}};
  }
  runs[0].parameters["method.weights.content"] = runs[1].parameters["method.weights.content"] =
      "aaaaaaaabbbb";  // one file in two places
  runs[2].parameters["method.weights.content"] = "cccccccc";
  runs[3].parameters["method.weights"] = "";
  runs[4].facts["fit.weights_sha256"] = "dddddddd";  // recorded by an earlier version
  std::vector<RunGroup> groups = group_runs(runs);
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(groups[0].runs.size(), 2u);
  name_groups(groups);
  EXPECT_TRUE(contains(groups[0].title, "method.weights.content=aaaaaaaa")) << groups[0].title;
  EXPECT_FALSE(contains(groups[0].title, "aaaaaaaab")) << groups[0].title;
  EXPECT_TRUE(contains(groups[2].title, "method.weights=none")) << groups[2].title;
}

}  // namespace settings_test
}  // namespace genrebench
