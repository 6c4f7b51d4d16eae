// tests/interop/bundle_test.py makes a bundle with the program and does one of its runs again.
#include "exports/bundle/bundle.hpp"

#include <gtest/gtest.h>

#include "base/error.hpp"
#include "base/files.hpp"
#include "exports/exporting.hpp"
#include "harness/plugin/method.hpp"

namespace genrebench {
namespace bundle_test {

namespace fs = std::filesystem;
using namespace testing;
using testing::TemporaryFolder;

class BundleTest : public ::testing::Test {
 protected:
  BundleTest() : store(folder / "runs.db") {
    fill(store);
    store->add_tracks({{.fingerprint = "data",
                        .tracks = {{.id = "polka.1",
                                    .genre = 0,
                                    .groups = {},
                                    .start_s = 0.0,
                                    .duration_s = {},
                                    .content = "abc",
                                    .audio = "/music/secret/1.wav"}}}});
  }

  BundleContent content() const {
    return {
        .store = store.file(),
        .runs = {run_of(*store, "aa"_run), run_of(*store, "kk"_run)},
        .experiment_files = {folder.write("table2.yaml", "name: table2\n")},
        .reports = {{.name = "summary", .title = "Summary", .body = {}, .data = {}}},
        .title = {
            .title = "T", .description = "D", .authors = {}, .licence = {}, .date = "2026-11-30"}};
  }

  TemporaryFolder folder;
  ExampleStore store;
};

TEST_F(BundleTest, HasEverything) {
  const Bundle bundle = write_bundle(folder / "out/", *store, content());
  for (const char* name :
       {"README.md", "ro-crate-metadata.json", "checklist.md", "environment.json", "runs.db",
        "experiments/table2.yaml", "report/summary.html", "csv/metrics.csv",
        "dataset/synthetic/croissant.json", "dataset/synthetic/tracks.csv"})
    EXPECT_TRUE(fs::exists(folder / "out" / name)) << name;
  std::size_t n_files = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder / "out")) {
    if (!entry.is_regular_file()) continue;
    ++n_files;
    EXPECT_EQ(read_file_text(entry.path()).find("/music/secret"), std::string::npos)
        << entry.path();
  }
  EXPECT_EQ(bundle.n_files, n_files);
  EXPECT_TRUE(bundle.notes.empty());
  EXPECT_EQ(RunStore::open(folder / "out" / "runs.db", RunStore::Mode::read)->runs().size(), 2u);
}

TEST_F(BundleTest, TakesThePlaceOfAnEarlierOneAndOfNothingElse) {
  write_bundle(folder / "out", *store, content());
  BundleContent smaller = content();
  smaller.runs.pop_back();
  write_bundle(folder / "out", *store, smaller);
  EXPECT_EQ(RunStore::open(folder / "out" / "runs.db", RunStore::Mode::read)->runs().size(), 1u);
  EXPECT_FALSE(fs::exists(folder / "out.old"));
  folder.write("other/letters.txt", "mine");
  EXPECT_THROW_SAYING(write_bundle(folder / "other", *store, content()), ConfigError, "other",
                      "ro-crate-metadata.json");
  EXPECT_TRUE(fs::exists(folder / "other" / "letters.txt"));
  EXPECT_THROW(write_bundle(folder / "table2.yaml", *store, content()), ConfigError);
}

TEST_F(BundleTest, AppearsWholeOrNotAtAll) {
  BundleContent stopped = content();
  stopped.interrupted = [] { return true; };
  EXPECT_THROW(write_bundle(folder / "out", *store, stopped), Interrupted);
  EXPECT_FALSE(fs::exists(folder / "out"));
  stopped = content();
  stopped.experiment_files = {folder / "missing.yaml"};
  EXPECT_THROW(write_bundle(folder / "out", *store, stopped), DataError);
  EXPECT_FALSE(fs::exists(folder / "out"));
}

}  // namespace bundle_test
}  // namespace genrebench
