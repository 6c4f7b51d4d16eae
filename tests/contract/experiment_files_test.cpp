// Every experiment of experiments/paper and experiments/results can be read: its keys, options and
// sweeps exist, and its reports and the experiments beside it do.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "contract/contract_support.hpp"
#include "harness/experiment/load_experiment.hpp"

namespace genrebench {
namespace experiment_files_test {

namespace fs = std::filesystem;

using testing::registry;

/// The YAML files of a folder, in order.
std::vector<fs::path> files_of(const std::string& folder) {
  std::vector<fs::path> files;
  for (const auto& entry :
       fs::directory_iterator(fs::path(GENREBENCH_SOURCE_DIR) / "experiments" / folder))
    if (entry.path().extension() == ".yaml") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// Values for the variables that the files take data from.
void set_variables() {
  for (const char* name : {"GTZAN_ROOT", "GTZAN_FEATURES", "GTZAN_MEL", "GTZAN_MUSICNN",
                           "GTZAN_CONVNET", "EXTENDED_BALLROOM_ROOT", "EXTENDED_BALLROOM_CONVNET",
                           "EXTENDED_BALLROOM_METADATA", "ARTISTS1517_ROOT", "ARTISTS1517_SONGS",
                           "ARTISTS1517_DISTANCES", "VGG16_WEIGHTS", "RESNET34_WEIGHTS"})
    ::setenv(name, "somewhere", /*replace=*/0);
}

TEST(ExperimentFiles, OfThePaperAndOfItsResultsCanBeReadAndBearTheirNames) {
  set_variables();
  std::set<std::string> names, beside;
  for (const std::string folder : {"paper", "results"})
    for (const fs::path& file : files_of(folder)) {
      SCOPED_TRACE(file.string());
      const Experiment experiment = load_experiment(file, {}, registry());
      EXPECT_EQ(experiment.name, file.stem().string());
      EXPECT_FALSE(experiment.runs.empty());
      names.insert(experiment.name);
      beside.insert(experiment.compare_with.begin(), experiment.compare_with.end());
    }
  for (const std::string& name : beside) EXPECT_TRUE(names.contains(name)) << name;
}

/// The values that an option of the method takes in the runs of an experiment.
std::set<std::string> values_of(const std::string& folder, const std::string& name,
                                const std::string& option) {
  set_variables();
  const fs::path file = fs::path(GENREBENCH_SOURCE_DIR) / "experiments" / folder / (name + ".yaml");
  std::set<std::string> values;
  for (const RunSpec& run : load_experiment(file, {}, registry()).runs) {
    const auto found = run.method.options.find(option);
    values.insert(found == run.method.options.end() ? "(none)" : to_string(found->second));
  }
  return values;
}

using Values = std::set<std::string>;

TEST(ExperimentFiles, TheAuthorsNotebookIsFollowedWhereItSettlesWhatThePaperLeavesOpen) {
  for (const std::string option : {"image_height", "image_width"}) {
    EXPECT_EQ(values_of("paper", "vgg16_notebook", option), Values{"224"});
    EXPECT_EQ(values_of("results", "gtzan_mel_vgg16", option), Values{"224"});
  }
  EXPECT_EQ(values_of("paper", "vgg16_notebook", "frames"), Values{"645"});
  EXPECT_EQ(values_of("paper", "vgg16_notebook", "epochs"), Values{"100"});
  EXPECT_EQ(values_of("paper", "vgg16_notebook", "batch_size"), Values{"30"});
  EXPECT_EQ(values_of("paper", "vgg16_notebook", "learning_rate"), Values{"0.001"});
  EXPECT_EQ(values_of("paper", "vgg16_notebook", "freeze_up_to"), Values{"block5_conv2"});
  EXPECT_EQ(values_of("paper", "figure_10", "epochs"), Values{"40"});
  EXPECT_EQ(values_of("paper", "figure_11", "epochs"), Values{"25"});
}

TEST(ExperimentFiles, SweepsGoOverWhatTheySay) {
  EXPECT_EQ(values_of("results", "gtzan_mel_vgg16_head", "head").size(), 6u);
  EXPECT_EQ(values_of("results", "gtzan_mel_gru", "length"),
            (Values{"0", "1", "2", "4", "8", "16", "32", "64"}));
  EXPECT_EQ(values_of("paper", "gru_deep", "layers"), (Values{"1", "2", "3"}));
  EXPECT_EQ(values_of("paper", "resnet34_fastai", "optimiser"), Values{"adamw"});
  EXPECT_EQ(values_of("paper", "resnet34_fastai", "schedule_epoch"), (Values{"1", "11"}));
}

}  // namespace experiment_files_test
}  // namespace genrebench
