// With permuted genres every method falls to chance on an honest split, and does not on a leaky
// one, which raises an alarm.
#include <fmt/format.h>

#include <map>

#include "contract/contract_support.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/plan/plan.hpp"
#include "harness/workers/sweep.hpp"
#include "reports/support/provenance.hpp"
#include "support/shared_data.hpp"

namespace genrebench {
namespace sanity_test {

using testing::registry;
using testing::SilentProgress;
using testing::TemporaryFolder;

const std::string kShared =
    "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, hop_length: 256, n_mels: "
    "24, n_mfcc: 8}\n"
    "sanity: {permute_labels: true}\n";

/// Runs an experiment into a store of its own.
std::unique_ptr<RunStore> run(const TemporaryFolder& folder, const std::string& text,
                              const std::string& shared = kShared) {
  SilentProgress progress;
  FileHashes hashes({});
  const Plan plan =
      make_plan(load_experiment(folder.write("sanity.yaml", text + shared), {}, registry()),
                registry(), folder / "cache", hashes, progress);
  auto store = RunStore::open(folder / "runs.db", RunStore::Mode::write);
  const RunnerSummary summary = execute(plan, *store, registry(), hashes,
                                        {.cache_folder = folder / "cache", .threads = 2}, progress);
  EXPECT_EQ(summary.n_done, plan.runs.size());
  return store;
}

/// The paragraphs of the report `summary`, with what every report says.
std::string summary_of(const RunStore& store) {
  const ReportPlugin& plugin = registry().reports.get("summary", "test");
  const Document document = render_report(plugin, plugin.options.resolve({}, "test"), store, {});
  std::string text;
  for (const auto& part : document.body)
    if (const auto* paragraph = std::get_if<Paragraph>(&part)) text += paragraph->text + "\n";
  return text;
}

/// Methods, with options for trainings as small as these.
std::string every_method() {
  std::string names, options;
  for (const MethodPlugin& plugin : registry().methods) {
    names += (names.empty() ? "" : ", ") + plugin.name;
    if (plugin.name == "command") {  // it needs a program
      const std::string script = GENREBENCH_SOURCE_DIR "/tests/support/nearest_mean.py";
      options += fmt::format("{}command: {{argv: [python3, \"{}\"], files: [\"{}\"]}}",
                             options.empty() ? "" : ", ", script, script);
    }
    if (plugin.options.find("epochs") == nullptr) continue;
    options += (options.empty() ? "" : ", ") + plugin.name +
               ": {preset: quick, epochs: 2, batch_size: 6" +
               (plugin.options.find("length") != nullptr ? ", length: 0}" : "}");
  }
  return "method: {" + options + "}\nsweep: {grid: {method.name: [" + names + "]}}\n";
}

TEST(PermutedGenres, FallToChanceForEveryMethodWhereArtistsAreApart) {
  const TemporaryFolder folder;
  const auto store =
      run(folder,
          "name: sanity\n"
          "dataset: {name: synthetic, genres: 3, tracks_per_genre: 12, artists_per_genre: 6, "
          "duration_s: 2, sample_rate_hz: 8000}\n"
          "split: {kind: stratified, train_fraction: 0.5}\nseeds: [0, 1, 2, 3]\n" +
              every_method());
  std::map<std::string, double> sums;
  for (const RunRecord& record : store->runs("sanity"))
    sums[record.parameter("method.name")] += store->metric(record.id, "test", "accuracy").value();
  EXPECT_EQ(sums.size(), registry().methods.size());
  // Of 18 test tracks by 9 artists: 0.16 per run, 0.08 of the mean; true genres give 0.7 and more.
  for (const auto& [method, sum] : sums) EXPECT_LT(sum / 4.0, 1.0 / 3.0 + 0.3) << method;
}

TEST(PermutedGenres, AreRecognisedWherePiecesOfSongsAreOnBothSidesWhichRaisesAnAlarm) {
  const TemporaryFolder folder;
  const auto store =
      run(folder,
          "name: sanity\n"
          "dataset: {name: synthetic, genres: 3, tracks_per_genre: 8, artists_per_genre: 8, "
          "duration_s: 6, sample_rate_hz: 8000}\n"
          "excerpt: {name: chunks, length_s: 1}\n"
          "split: {kind: stratified, train_fraction: 0.5, leaky: true, unit: excerpt}\n"
          "method: {name: knn, neighbours: 1}\n");
  EXPECT_NE(summary_of(*store).find("ALARM (leak)"), std::string::npos) << summary_of(*store);
}

TEST(PermutedGenres, RaiseNoAlarmForAMethodThatGuesses) {
  const TemporaryFolder folder;
  const auto store =
      run(folder,
          "name: sanity\n"
          "dataset: {name: synthetic, genres: 3, tracks_per_genre: 8, artists_per_genre: 8, "
          "duration_s: 2, sample_rate_hz: 8000}\n"
          "split: {kind: stratified, train_fraction: 0.5}\nmethod: {name: majority}\n");
  const std::string text = summary_of(*store);
  EXPECT_EQ(text.find("ALARM"), std::string::npos) << text;
  EXPECT_NE(text.find("Sanity: with permuted genres"), std::string::npos) << text;
}

/// A dataset of real music by embeddings, without its audio.
struct RealMusic {
  std::string name;
  std::string text;     ///< dataset and features
  std::string methods;  ///< those that take no minute on this many tracks
  double bound = 0.0;   ///< guessing and four deviations over the artists of the test part
};

TEST(PermutedGenres, FallToChanceOnRealMusicWhereArtistsAreApart) {
  GENREBENCH_REQUIRE_SHARED(shared);
  if (registry().features.find("embeddings") == nullptr) GTEST_SKIP() << "no embeddings";
  const std::filesystem::path data = shared / "data", features = data / "features";
  const std::string eb = (data / "extended-ballroom/extendedballroom_v1.1.xml").string();
  const std::vector<RealMusic> all = {
      {"gtzan",
       fmt::format("dataset: {{name: gtzan, audio: none}}\n"
                   "features: {{name: embeddings, root: \"{}\", axes: [layers, dims]}}\n",
                   (features / "gtzan-convnet").string()),
       "svm, softmax, mlp, knn, decision_tree, naive_bayes, majority, stratified_random", 0.25},
      {"extended_ballroom",
       fmt::format("dataset: {{name: extended_ballroom, audio: none, metadata: \"{}\"}}\n"
                   "features: {{name: embeddings, root: \"{}\", axes: [layers, dims]}}\n",
                   eb, (features / "extended-ballroom/convnet.npz").string()),
       "softmax, knn, naive_bayes, stratified_random", 0.22},
      {"artists1517",
       fmt::format("dataset: {{name: manifest, root: \"{}\", id_column: file, path: \"\", "
                   "genre_column: genre_folder}}\n"
                   "features: {{name: embeddings, root: \"{}\", array: distances, keys: [track], "
                   "nan_value: 0.42}}\n",
                   (features / "1517-artists/songs.csv").string(),
                   (features / "1517-artists/landmark_distances.npz").string()),
       "knn, naive_bayes, stratified_random", 0.11}};
  for (const RealMusic& one : all) {
    if (one.name == "artists1517" && registry().datasets.find("manifest") == nullptr) continue;
    const TemporaryFolder folder;
    const auto store =
        run(folder,
            fmt::format("name: sanity\n{}split: {{kind: stratified, train_fraction: 0.7}}\n"
                        "method: {{svm: {{probabilities: votes}}, mlp: {{epochs: 20}}}}\n"
                        "sweep: {{grid: {{method.name: [{}]}}}}\n"
                        "sanity: {{permute_labels: true}}\n",
                        one.text, one.methods),
            "");
    for (const RunRecord& record : store->runs("sanity"))
      EXPECT_LT(store->metric(record.id, "test", "accuracy").value_or(1.0), one.bound)
          << one.name << ", " << record.parameter("method.name") << record.message;
  }
}

}  // namespace sanity_test
}  // namespace genrebench
