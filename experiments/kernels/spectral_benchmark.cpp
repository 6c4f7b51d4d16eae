// Spectral clustering by its steps: Laplacian, leading eigenvectors (Spectra against all pairs by
// Eigen), k-means, the whole.

#include <algorithm>

#include "graphs.hpp"
#include "kernel_check.hpp"
#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/k_means.hpp"
#include "signal/segmentation/leading_eigenpairs.hpp"
#include "signal/segmentation/spectral_clustering.hpp"

namespace genrebench::kernels {
namespace {

constexpr int kClusters = 5;

template <benchmark::BigO complexity = benchmark::oNSquared>
void sizes(benchmark::internal::Benchmark* b) {
  for (const int n : {10, 30, 60, 200, 600, 2000}) b->Arg(n);
  b->Unit(benchmark::kMillisecond)->Complexity(complexity);
}

void exponents(benchmark::State& state) {
  const Eigen::MatrixXd distances = cloud_distances(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(affinity_exponents(distances));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(exponents)->Name("affinity_exponents/self_tuning")->Apply(sizes<>);

void laplacian(benchmark::State& state) {
  const Eigen::MatrixXd t = affinity_exponents(cloud_distances(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(normalised_laplacian(t));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(laplacian)->Name("normalised_laplacian/exponents")->Apply(sizes<>);

void laplacian_of_adjacency(benchmark::State& state) {
  const Eigen::MatrixXd affinity = block_affinity(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(normalised_laplacian_of_adjacency(affinity));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(laplacian_of_adjacency)->Name("normalised_laplacian/affinities")->Apply(sizes<>);

void eigenvectors(benchmark::State& state, Eigen::MatrixXd (*graph)(Eigen::Index),
                  LeadingEigenpairs (*solve)(const Eigen::MatrixXd&, int)) {
  const Eigen::MatrixXd matrix = normalised_laplacian_of_adjacency(graph(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(solve(matrix, kClusters));
  state.SetComplexityN(state.range(0));
}
BENCHMARK_CAPTURE(eigenvectors, fast_blocks, block_affinity, leading_eigenpairs)
    ->Name("leading_eigenpairs/blocks")
    ->Apply(sizes<>);
BENCHMARK_CAPTURE(eigenvectors, fast_random, random_affinity, leading_eigenpairs)
    ->Name("leading_eigenpairs/random")
    ->Apply(sizes<>);
BENCHMARK_CAPTURE(eigenvectors, dense_blocks, block_affinity, leading_eigenpairs_dense)
    ->Name("leading_eigenpairs_dense/blocks")
    ->Arg(10)
    ->Arg(30)
    ->Arg(60)
    ->Arg(200)
    ->Arg(600)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oNCubed);

void clustering_points(benchmark::State& state) {
  const Eigen::MatrixXd points =
      spectral_cluster(normalised_laplacian_of_adjacency(random_affinity(state.range(0))),
                       {.clusters = kClusters})
          .embedding;
  for (auto _ : state) benchmark::DoNotOptimize(k_means(points, {.clusters = kClusters}));
  state.SetComplexityN(state.range(0));
}
BENCHMARK(clustering_points)->Name("k_means/10_starts")->Apply(sizes<benchmark::oN>);

void whole(benchmark::State& state, Eigen::MatrixXd (*graph)(Eigen::Index)) {
  const Eigen::MatrixXd affinity = graph(state.range(0));
  for (auto _ : state)
    benchmark::DoNotOptimize(
        spectral_cluster(normalised_laplacian_of_adjacency(affinity), {.clusters = kClusters}));
  state.SetComplexityN(state.range(0));
}
BENCHMARK_CAPTURE(whole, blocks, block_affinity)->Name("spectral_cluster/blocks")->Apply(sizes<>);
BENCHMARK_CAPTURE(whole, random, random_affinity)->Name("spectral_cluster/random")->Apply(sizes<>);

bool check(const char* name, const Eigen::MatrixXd& matrix) {
  const auto say = [&](const char* what, double difference, double allowed) {
    const bool good = difference <= allowed;
    fmt::print(stderr, "{} n {}: {} {:.3g}, allowed {:.3g}{}\n", name, matrix.rows(), what,
               difference, allowed, good ? "" : ": NOT EQUAL, nothing is timed");
    return good;
  };
  const LeadingEigenpairs fast = leading_eigenpairs(matrix, kClusters);
  const LeadingEigenpairs dense = leading_eigenpairs_dense(matrix, kClusters);
  const Eigen::MatrixXd residual = matrix * fast.vectors - fast.vectors * fast.values.asDiagonal();
  const bool values = say("eigenvalues differ from the dense solver's by",
                          (fast.values - dense.values).cwiseAbs().maxCoeff(), 1e-12);
  const bool next = say("the next differs by", std::abs(*fast.next - *dense.next), 1e-3);
  return say("residual", residual.colwise().norm().maxCoeff(), 1e-8) && values && next;
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  bool checked = true;
  for (const Eigen::Index n : {10, 30, 60, 200, 600}) {
    checked = check("blocks", normalised_laplacian_of_adjacency(block_affinity(n))) && checked;
    checked = check("random", normalised_laplacian_of_adjacency(random_affinity(n))) && checked;
    checked =
        check("clouds", normalised_laplacian(affinity_exponents(cloud_distances(n)))) && checked;
  }
  return run_benchmarks(argc, argv, checked);
}
