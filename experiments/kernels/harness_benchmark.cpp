// What the harness itself takes: planning 10 000 configurations, from their file and from a store;
// points of curves a second; and how much longer a run takes than its method's fit.

#include <benchmark/benchmark.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <numeric>
#include <set>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/temporary_folder.hpp"
#include "cli/program.hpp"
#include "harness/experiment/load_experiment.hpp"
#include "harness/experiment/stored_run_reader.hpp"
#include "harness/workers/sweep.hpp"
#include "kernel_check.hpp"

namespace genrebench::kernels {
namespace {

namespace fs = std::filesystem;
using Clock = SteadyClock;

constexpr std::size_t kConfigurations = 10000;
constexpr std::size_t kRuns = 20;
constexpr double kFitS = 0.1;

const TemporaryFolder& folder() {
  static const TemporaryFolder one("kernel");
  return one;
}

class Silent final : public Progress {
 public:
  void begin(const std::string&, std::size_t) override {}
  void advance(std::size_t, const std::string&) override {}
  void end() override {}
  void message(const std::string& text) override { fmt::print(stderr, "{}\n", text); }
};

/// How long each fit of Spin took.
std::vector<double>& fits_s() {
  static std::vector<double> all;
  return all;
}

/// A method whose fit takes a known time.
class Spin final : public Method {
 public:
  void fit(const Examples& train, const Examples&, FitContext&) override {
    const Clock::time_point begin = Clock::now();
    n_classes_ = train.n_classes;
    while (seconds_since(begin) < kFitS) {
    }
    fits_s().push_back(seconds_since(begin));
  }
  Predictions predict(const Examples& examples) const override {
    const auto n = static_cast<Eigen::Index>(examples.size());
    return {.probabilities = Eigen::MatrixXd::Constant(n, n_classes_, 1.0 / n_classes_),
            .labels = std::vector<int>(examples.size(), 0)};
  }

 private:
  int n_classes_ = 0;
};

const Registry& registry() {
  static const Registry all = [] {
    Registry r;
    register_all(r);
    r.methods.add({{.name = "spin", .summary = "Takes its time.", .source = {}, .options = {}},
                   false,
                   [](const OptionValues&, std::uint64_t) { return std::make_unique<Spin>(); }});
    return r;
  }();
  return all;
}

const std::string kData =
    "dataset: {name: synthetic, genres: 4, tracks_per_genre: 6, duration_s: 3, sample_rate_hz: "
    "8000}\n"
    "features: {name: mfcc_statistics, sample_rate_hz: 8000, n_fft: 512, hop_length: 256, n_mels: "
    "24, n_mfcc: 8}\n";

fs::path write(const std::string& name, const std::string& text) {
  const fs::path file = folder() / (name + ".yaml");
  std::ofstream(file) << kData << text;
  return file;
}

/// Every configuration with a value of its own.
fs::path distinct_configurations() {
  return write("distinct", fmt::format("method: {{name: svm}}\nsweep: {{random: {{count: {}, seed: "
                                       "1, method.c: {{low: 0.01, high: 1000, scale: log}}}}}}\n",
                                       kConfigurations));
}

/// Plug-ins and options of every slot but the dataset, times seeds.
fs::path grid() {
  return write("grid",
               "sweep:\n"
               "  grid:\n"
               "    features.n_mfcc: [4, 5, 6, 7, 8]\n"
               "    split.train_fraction: [0.5, 0.6, 0.7, 0.75]\n"
               "    excerpt.name: [full, chunks]\n"
               "    method.name: [knn]\n"
               "    method.neighbours: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]\n"
               "seeds: 25\n");
}

Plan planned(Experiment experiment) {
  FileHashes hashes(folder() / "content_hashes.tsv");
  Silent progress;
  return make_plan(std::move(experiment), registry(), folder() / "cache", hashes, progress);
}

Plan plan_of(const fs::path& file) { return planned(load_experiment(file, {}, registry())); }

/// As a worker does that has no file.
Plan plan_from(const RunStore& store, const std::string& name) {
  Experiment experiment{
      .name = name, .description = {}, .source_file = {}, .reports = {}, .runs = {}};
  StoredRunReader read(registry());
  for (const RunRecord& run : store.runs(name))
    experiment.runs.push_back(read(run.parameters, run.seed));
  return planned(std::move(experiment));
}

std::unique_ptr<RunStore> new_store(const std::string& name) {
  for (const char* suffix : {"", "-wal", "-shm"}) fs::remove(folder() / (name + suffix));
  return RunStore::open(folder() / name, RunStore::Mode::write);
}

std::vector<MetricRecord> points(std::size_t first, std::size_t n) {
  std::vector<MetricRecord> result;
  for (std::size_t i = first; i < first + n; ++i)
    result.push_back({i % 2 == 0 ? "train" : "valid", fmt::format("curve_{}", i % 9 / 2),
                      static_cast<std::int64_t>(i / 9), 1.0 / static_cast<double>(i + 1)});
  return result;
}

/// A store with one run that is under way.
struct Watched {
  Watched() : store(new_store("curves.db")) {
    RunRecord run;
    run.id = std::string(64, 'a');
    store->plan(
        {.name = "curves", .description = {}, .source_file = {}, .created_at = {}, .run_ids = {}},
        {run});
    lease = store->claim(run.id, store->join({}, 10.0), {}).lease;
  }
  std::unique_ptr<RunStore> store;
  Lease lease;
};

RunnerSummary execute_spins(const std::string& store) {
  const Plan plan = plan_of(write(
      "spins",
      fmt::format("method: {{name: spin}}\nsplit: {{train_fraction: 0.5}}\nseeds: {}\n", kRuns)));
  FileHashes hashes(folder() / "content_hashes.tsv");
  Silent progress;
  const auto opened = new_store(store);
  return execute(
      plan, *opened, registry(), hashes,
      {.cache_folder = folder() / "cache", .files_folder = folder() / (store + ".files")},
      progress);
}

void plan_file(benchmark::State& state, const fs::path& (*file)()) {
  for (auto _ : state) benchmark::DoNotOptimize(plan_of(file()));
}
const fs::path& distinct_file() {
  static const fs::path file = distinct_configurations();
  return file;
}
const fs::path& grid_file() {
  static const fs::path file = grid();
  return file;
}
void only_load(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(load_experiment(distinct_file(), {}, registry()));
}
BENCHMARK(only_load)->Name("plan/only_read_file")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan_file, distinct, &distinct_file)
    ->Name("plan/distinct")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(plan_file, grid, &grid_file)
    ->Name("plan/grid_of_seeds")
    ->Unit(benchmark::kMillisecond);

void record(benchmark::State& state) {
  const Plan plan = plan_of(distinct_file());
  for (auto _ : state) {
    state.PauseTiming();
    const auto store = new_store("recorded.db");
    state.ResumeTiming();
    store->plan(plan.record(), plan.records(registry()));
  }
}
BENCHMARK(record)->Name("plan/record_new")->Unit(benchmark::kMillisecond);

void record_again(benchmark::State& state) {
  const Plan plan = plan_of(distinct_file());
  const auto store = new_store("recorded.db");
  for (auto _ : state) store->plan(plan.record(), plan.records(registry()));
}
BENCHMARK(record_again)->Name("plan/record_known")->Unit(benchmark::kMillisecond);

void plan_store(benchmark::State& state) {
  const Plan plan = plan_of(distinct_file());
  const auto store = new_store("recorded.db");
  store->plan(plan.record(), plan.records(registry()));
  for (auto _ : state) benchmark::DoNotOptimize(plan_from(*store, plan.experiment.name));
}
BENCHMARK(plan_store)->Name("plan/from_store")->Unit(benchmark::kMillisecond);

void read_store(benchmark::State& state) {
  const Plan plan = plan_of(distinct_file());
  const auto store = new_store("recorded.db");
  store->plan(plan.record(), plan.records(registry()));
  for (auto _ : state) benchmark::DoNotOptimize(store->runs(plan.experiment.name));
}
BENCHMARK(read_store)->Name("plan/only_read_store")->Unit(benchmark::kMillisecond);

/// One transaction an epoch of so many points.
void curves(benchmark::State& state) {
  const Watched watched;
  const auto n = static_cast<std::size_t>(state.range(0));
  std::size_t first = 0;
  for (auto _ : state) {
    watched.store->add_curves(watched.lease, points(first, n));
    first += n;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(first));
}
BENCHMARK(curves)
    ->Name("curves/points_a_transaction")
    ->Arg(9)
    ->Arg(90)
    ->Arg(900)
    ->UseRealTime()
    ->MinTime(2.0);

void overhead(benchmark::State& state) {
  execute_spins("warm.db");  // features are in the cache from here on
  double wall_s = 0.0, fit_s = 0.0;
  for (auto _ : state) {
    fits_s().clear();
    wall_s += execute_spins("spins.db").wall_s;
    fit_s += std::accumulate(fits_s().begin(), fits_s().end(), 0.0);
  }
  state.counters["overhead_percent"] = 100.0 * (wall_s - fit_s) / fit_s;
}
BENCHMARK(overhead)
    ->Name("run/20_of_100_ms")
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(3);

bool same_ids(const std::string& what, const Plan& a, const Plan& b, std::size_t expected) {
  std::set<std::string> distinct;
  bool same = a.runs.size() == b.runs.size();
  for (std::size_t i = 0; same && i < a.runs.size(); ++i) {
    same = a.runs[i].id == b.runs[i].id;
    distinct.insert(a.runs[i].id);
  }
  const bool good = same && distinct.size() == expected;
  fmt::print(stderr, "{}: {} distinct runs, expected {}{}\n", what, distinct.size(), expected,
             good ? "" : ": NOT EQUAL, nothing is timed");
  return good;
}

bool checked() {
  const Plan plan = plan_of(distinct_file()), seeds = plan_of(grid_file());
  const auto store = new_store("checked.db");
  for (const Plan* one : {&plan, &seeds}) store->plan(one->record(), one->records(registry()));
  bool good = same_ids("plan and plan from the store", plan,
                       plan_from(*store, plan.experiment.name), kConfigurations);
  good = same_ids("grid and grid from the store", seeds, plan_from(*store, seeds.experiment.name),
                  kConfigurations) &&
         good;

  const Watched watched;
  watched.store->add_curves(watched.lease, points(0, 900));
  const std::size_t n_points = watched.store->metrics(watched.lease.run_id).size();
  fmt::print(stderr, "curves: {} points are stored of 900\n", n_points);

  const RunnerSummary summary = execute_spins("checked_spins.db");
  fmt::print(stderr, "runs: {} are done of {}, {} fits\n", summary.n_done, kRuns, fits_s().size());
  return good && n_points == 900 && summary.n_done == kRuns && fits_s().size() == kRuns;
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench::kernels;
  return run_benchmarks(argc, argv, checked());
}
