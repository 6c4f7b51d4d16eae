#include "tests/fuzz/cli/support/healthy_store.hpp"

#include <fmt/format.h>

#include <map>
#include <vector>

#include "base/digest.hpp"
#include "base/files.hpp"
#include "harness/store/run_store.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

constexpr int kRuns = 6;

std::string id_of(int run) { return sha256(fmt::format("run {}", run)); }

RunRecord planned(int run) {
  RunRecord record;
  record.id = id_of(run);
  record.seed = static_cast<std::uint64_t>(run);
  record.dataset_fingerprint = "data";
  record.parameters = {{"dataset.name", "synthetic"},
                       {"split.kind", "stratified"},
                       {"excerpt.name", "full"},
                       {"features.name", "mfcc_statistics"},
                       {"method.name", run % 2 == 0 ? "knn" : "svm"}};
  return record;
}

RunResult result_of(int run) {
  RunResult result;
  for (int epoch = 1; epoch <= 3; ++epoch)
    result.metrics.push_back({"train", "loss", epoch, 1.0 / epoch});
  for (const char* name : {"accuracy", "macro_f1", "recall/polka", "recall/rock"})
    result.metrics.push_back({"test", name, -1, 0.5 + 0.1 * run});
  for (int track = 0; track < 6; ++track)
    result.predictions.push_back({.split = "test",
                                  .track = fmt::format("polka.{}", track),
                                  .truth = track % 2,
                                  .predicted = (track + run) % 2,
                                  .probabilities = {0.25f, 0.75f},
                                  .cluster = fmt::format("artist {}", track / 2)});
  result.bad_tracks = {{"rock.7", "unreadable"}};
  result.facts = {{"dataset.genres", list_text({"polka", "rock"})},
                  {"dataset.tracks", "6"},
                  {"split.groups", list_text({"artist"})},
                  {"fit.best_epoch", "2"}};
  result.artifacts = {{"model", sha256("model"), 5}};
  result.resources = {{"resources.cpu_s", "1.5"}, {"resources.peak_memory_bytes", "1000000"}};
  result.wall_s = 2.0;
  return result;
}

void fill(RunStore& store) {
  std::vector<RunRecord> runs;
  for (int run = 0; run < kRuns; ++run) runs.push_back(planned(run));
  for (const char* name : {"tiny", "other"})
    store.plan({.name = name,
                .description = "for the fuzzer",
                .source_file = "tiny.yaml",
                .created_at = {},
                .run_ids = {}},
               runs);
  store.add_tracks({{.fingerprint = "data",
                     .tracks = {{.id = "polka.0",
                                 .genre = 0,
                                 .groups = {{"artist", "artist 0"}},
                                 .start_s = 0.0,
                                 .duration_s = 30.0,
                                 .content = content_hash("polka.0"),
                                 .audio = "/music/polka.0.wav"}}}});
  const std::int64_t worker = store.join(this_process(), 10.0);
  const auto take = [&](int run) {
    return store.claim(id_of(run), worker, {{"host", "here"}, {"commit", "abc"}}).lease;
  };
  for (const int run : {0, 1, 2}) store.finish(take(run), result_of(run));
  store.fail(take(3), "it went wrong", {{"rock.7", "unreadable"}}, {});
  store.prune(take(4), "no better", result_of(4));
  store.skip(id_of(5), "does not apply");
  store.leave(worker);
}

}  // namespace

const std::string& healthy_store() {
  static const std::string bytes = [] {
    const std::filesystem::path file = scratch_folder() / "healthy.db";
    fill(*RunStore::open(file, RunStore::Mode::write));
    return read_file_text(file);
  }();
  return bytes;
}

}  // namespace genrebench::fuzz
