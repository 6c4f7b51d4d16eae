// How long reports on ten thousand runs take, and plans of ten thousand seeds.
//
//   build/release/experiments/scale/genrebench_scale FOLDER [RUNS, default 10000]
//
// Makes FOLDER/scale.db unless it is there: real runs of k nearest neighbours, k from 1 to 20, with
// as many seeds each as give the number of runs, on a table of 1000 tracks of 334 artists that are
// drawn at random. Each run tests about 300 tracks. Making it takes a minute or two; the same store
// serves the next time, and `genrebench report --db FOLDER/scale.db` reads it too.
//
// Each line gives the processor time (of all threads) and the time that passed. A report is made
// with its default options and written as JSON; the files are left in FOLDER.

#include <fmt/format.h>

#include <charconv>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "cli/program.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/run/environment.hpp"
#include "harness/run/run_once.hpp"
#include "harness/store/report_reader.hpp"
#include "harness/workers/sweep.hpp"
#include "reports/render/render.hpp"
#include "reports/support/provenance.hpp"

namespace genrebench::scale {
namespace {

namespace fs = std::filesystem;

constexpr int kTracks = 1000, kGenres = 10, kMethods = 20;

class Quiet final : public Progress {
 public:
  void begin(const std::string&, std::size_t) override {}
  void advance(std::size_t, const std::string&) override {}
  void end() override {}
  void message(const std::string& text) override { fmt::print(stderr, "{}\n", text); }
};

const Registry& registry() {
  static const Registry all = [] {
    Registry r;
    register_all(r);
    return r;
  }();
  return all;
}

double cpu_s() { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; }

/// Prints what a piece of work takes.
template <typename Work>
void measure(const std::string& what, const Work& work) {
  const double cpu = cpu_s();
  const SteadyClock::time_point begin = SteadyClock::now();
  work();
  fmt::print("{:<44} {:8.2f} s CPU {:8.2f} s\n", what, cpu_s() - cpu, seconds_since(begin));
  std::fflush(stdout);
}

/// A table of features in which neighbours of a genre are near each other, and those of an artist
/// nearer.
fs::path table_in(const fs::path& folder) {
  fs::path file = folder / "scale.csv";
  Random random(1);
  std::ofstream out(file);
  out << "filename,artist,a,b,c,d,label\n";
  double offset[4] = {};
  for (int track = 0; track < kTracks; ++track) {
    const int genre = track / (kTracks / kGenres), artist = track / 3;
    if (track % 3 == 0)
      for (double& value : offset) value = 0.7 * random.normal();
    out << fmt::format("genre{0}.{1:05}.wav,artist {2}", genre, track, artist);
    for (int column = 0; column < 4; ++column)
      out << fmt::format(",{:.6f}",
                         1.2 * ((genre >> column) & 1) + offset[column] + 0.5 * random.normal());
    out << fmt::format(",genre{}\n", genre);
  }
  if (!out.flush()) throw DataError(fmt::format("{}: cannot be written", file.string()));
  return file;
}

/// @param rest  what the experiment is beside its data and features
Plan plan_of(const fs::path& folder, const std::string& name, const std::string& rest) {
  const fs::path file = folder / (name + ".yaml");
  std::ofstream(file) << fmt::format(
      "dataset: {{name: feature_table, root: \"{}\", artist_column: artist}}\nfeatures: {{name: "
      "table}}\n{}",
      table_in(folder).string(), rest);
  FileHashes hashes({});
  Quiet progress;
  return make_plan(load_experiment(file, {}, registry()), registry(), {}, hashes, progress);
}

/// Does the runs of a plan and records them.
void fill(RunStore& store, const Plan& plan) {
  FileHashes hashes({});
  Quiet progress;
  record_plan(plan, store, registry(), progress);
  const Prepared prepared = prepare(plan.runs.front(), registry(), hashes, {}, progress);
  const auto environment = describe_environment(1);
  const std::int64_t worker = store.join({}, 3600.0);
  for (const PlannedRun& run : plan.runs) {
    const Claim claim = store.claim(run.id, worker, environment);
    RunResult result = run_once(run, prepared, registry(), {}).result;
    result.wall_s = 0.1;
    store.finish(claim.lease, result);
  }
  store.leave(worker);
}

void make_store(const fs::path& file, int n_runs) {
  std::string neighbours;
  for (int k = 1; k <= kMethods; ++k) neighbours += fmt::format("{}{}", k > 1 ? ", " : "", k);
  const Plan plan = plan_of(file.parent_path(), "scale",
                            fmt::format("split: {{train_fraction: 0.6, valid_fraction: 0.1}}\n"
                                        "method: {{name: knn}}\n"
                                        "sweep: {{grid: {{method.neighbours: [{}]}}}}\nseeds: {}\n",
                                        neighbours, std::max(1, n_runs / kMethods)));
  const fs::path fresh = file.string() + ".new";
  fs::remove(fresh);
  {
    const auto store = RunStore::open(fresh, RunStore::Mode::write);
    fill(*store, plan);
  }
  fs::rename(fresh, file);
}

void measure_plans(const fs::path& folder) {
  const std::pair<const char*, const char*> splits[] = {
      {"no validation part", "split: {train_fraction: 0.7}"},
      {"validation part", "split: {train_fraction: 0.6, valid_fraction: 0.1}"},
      {"5 folds", "split: {kind: kfold, folds: 5}"},
      {"10 folds", "split: {kind: kfold, folds: 10}"},
      {"leaky, validation part", "split: {leaky: true, train_fraction: 0.6, valid_fraction: 0.1}"}};
  for (const auto& [what, split] : splits)
    measure(fmt::format("plan of 10000 seeds: {}", what), [&, split = split] {
      const Plan plan =
          plan_of(folder, "plan", fmt::format("{}\nmethod: {{name: knn}}\nseeds: 10000\n", split));
      std::string ids;
      for (const PlannedRun& run : plan.runs) ids += run.id;
      fmt::print("{} ", content_hash(ids).substr(0, 12));
    });
}

void measure_report(const fs::path& folder, const ReportPlugin& report) {
  measure(fmt::format("report {}", report.name), [&] {
    const ReportReader store(folder / "scale.db");
    try {
      const Document document =
          render_report(report, report.options.resolve({}, "report"), store, {});
      write_document(document, folder / "reports", {Format::json});
    } catch (const ConfigError& error) {
      fmt::print("({}) ", error.what());
    }
  });
}

}  // namespace
}  // namespace genrebench::scale

int main(int argc, char** argv) {
  using namespace genrebench::scale;
  int n_runs = 10000;
  const std::string last = argc > 2 ? argv[2] : "10000";
  const auto [rest, error] = std::from_chars(last.data(), last.data() + last.size(), n_runs);
  if (argc < 2 || argc > 3 || error != std::errc() || rest != last.data() + last.size() ||
      n_runs < 1) {
    fmt::print(stderr, "usage: genrebench_scale FOLDER [RUNS, from 1]\n");
    return 2;
  }
  const fs::path folder = fs::absolute(argv[1]);
  fs::create_directories(folder);
  measure_plans(folder);
  if (!fs::exists(folder / "scale.db"))
    measure("make the store", [&] { make_store(folder / "scale.db", n_runs); });
  fmt::print("{:<44} {:8.1f} MB\n", "the store",
             static_cast<double>(fs::file_size(folder / "scale.db")) / 1e6);
  for (const genrebench::ReportPlugin& report : registry().reports) measure_report(folder, report);
  return 0;
}
