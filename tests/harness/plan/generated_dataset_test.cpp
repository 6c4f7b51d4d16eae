// Datasets that a plan makes in the cache folder.
#include <gtest/gtest.h>

#include <algorithm>

#include "support/pipeline.hpp"

namespace genrebench {
namespace generated_dataset_test {

using testing::MemoryDataset;
using testing::Pipeline;
using testing::small_dataset;

TEST_F(Pipeline, AGeneratedDatasetIsMadeOnceForEachOfItsOptionsPathsIncluded) {
  struct Options {
    std::string root, source_root;
    int seed = 0;
  };
  static const auto table = OptionTable<Options>()
                                .path("root", &Options::root, "Where.")
                                .path("source_root", &Options::source_root, "From where.")
                                .integer("seed", &Options::seed, 0, 9, "Seed.");
  DatasetPlugin plugin;
  plugin.name = "made";
  plugin.options = table.schema();
  plugin.generated = true;
  std::vector<std::string> roots;
  int n_written = 0;
  plugin.make = [&](const OptionValues& values, const Registry& registry) {
    EXPECT_EQ(&registry, &registry_);
    roots.push_back(table.parse(values).root);
    return small_dataset();
  };
  plugin.write = [&](const OptionValues&, const Registry& registry, const std::filesystem::path&,
                     const DatasetPlugin::Progress&) {
    EXPECT_EQ(&registry, &registry_);
    ++n_written;
  };
  registry_.datasets.add(plugin);
  const auto open = [&](const OptionValues& options) {
    open_dataset({"made", plugin.options.resolve(options, "test")}, registry_, folder_ / "cache",
                 hashes_, progress_);
    return roots.back();
  };
  const std::string first = open({{"source_root", std::string("a")}});
  EXPECT_EQ(open({{"source_root", std::string("a")}}), first);
  EXPECT_EQ(open({{"source_root", (std::filesystem::current_path() / "a").string()}}), first)
      << "the same place";
  EXPECT_EQ(n_written, 1);
  EXPECT_NE(open({{"source_root", std::string("b")}}), first);
  EXPECT_NE(open({{"source_root", std::string("a")}, {"seed", std::int64_t{1}}}), first);
  EXPECT_EQ(n_written, 3);
  EXPECT_EQ(open({{"root", std::string("elsewhere")}}), "elsewhere");
  EXPECT_EQ(n_written, 3);
}

/// One genre of files that are there.
class Files final : public MemoryDataset {
 public:
  explicit Files(const std::filesystem::path& root) : MemoryDataset({"all"}) {
    std::set<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::directory_iterator(root)) files.insert(entry.path());
    for (const auto& file : files)
      tracks_.push_back({.id = file.filename().string(),
                         .genre = 0,
                         .audio = file,
                         .groups = {},
                         .features = {}});
  }
  const std::vector<Track>& tracks() const override { return tracks_; }

 private:
  std::vector<Track> tracks_;
};

TEST_F(Pipeline, AGeneratedDatasetIsNamedByTheContentOfItsSourceNotByItsPlace) {
  struct Options {
    std::string root, source_root;
  };
  static const auto table = OptionTable<Options>()
                                .path("root", &Options::root, "Where.")
                                .path("source_root", &Options::source_root, "From where.");
  static const auto source_table = OptionTable<Options>().path("root", &Options::root, "Where.");
  int source_version = 1;
  std::function<void()> meanwhile = [] {};
  int n_written = 0;
  DatasetPlugin plugin;
  plugin.name = "made_from_files";
  plugin.options = table.schema();
  plugin.generated = true;
  plugin.make = [](const OptionValues&, const Registry&) { return small_dataset(); };
  plugin.write = [&](const OptionValues&, const Registry&, const std::filesystem::path&,
                     const DatasetPlugin::Progress&) {
    ++n_written;
    meanwhile();
  };
  plugin.built_from = [&](const OptionValues& values, const Registry&) {
    return SourceDataset{.version = "files " + std::to_string(source_version),
                         .dataset = std::make_unique<Files>(table.parse(values).source_root)};
  };
  registry_.datasets.add(plugin);
  const auto n_made_by_opening = [&](const std::filesystem::path& source) {
    const int before = n_written;
    open_dataset(
        {"made_from_files", plugin.options.resolve({{"source_root", source.string()}}, "test")},
        registry_, folder_ / "cache", hashes_, progress_);
    return n_written - before;
  };
  folder_.write("source/a", "first song");
  folder_.write("source/b", "second song");
  EXPECT_EQ(n_made_by_opening(folder_ / "source"), 1);
  EXPECT_EQ(n_made_by_opening(folder_ / "source"), 0);
  std::filesystem::rename(folder_ / "source", folder_ / "moved");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 0) << "the same source in another place";
  folder_.write("moved/a", "first sonG");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "a file changed";
  std::filesystem::rename(folder_ / "moved/a", folder_ / "moved/c");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "a track has another name";
  folder_.write("moved/d", "third song");
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "a track joined";
  source_version = 2;
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1) << "the source's plug-in reads it otherwise";
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 0);
  folder_.write("moved/d", "fourth song");
  meanwhile = [&] { folder_.write("moved/d", "fifth song"); };
  EXPECT_THROW_SAYING(n_made_by_opening(folder_ / "moved"), FileChanged, "made_from_files",
                      "its source changed while the dataset was made");
  meanwhile = [] {};
  EXPECT_EQ(n_made_by_opening(folder_ / "moved"), 1)
      << "what was made of a changing source is not kept";
}

}  // namespace generated_dataset_test
}  // namespace genrebench
