// One side of the comparison with SciPy: clusters the affinity matrix of a file each time on
// request, so that the two sides can take turns.
//
// Reads commands on standard input, one a line: `TASK FILE`, FILE n x n doubles. Tasks:
//   cluster FILE    answers with the processor seconds from affinities to labels (5 clusters, 10
//   starts) labels FILE     not timed: answers with the labels values FILE     not timed: answers
//   with the leading eigenvalues

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "signal/segmentation/affinity.hpp"
#include "signal/segmentation/spectral_clustering.hpp"

using namespace genrebench;

namespace {

/// Of this process, whose one thread does all the work: what a busy machine gives to others does
/// not count.
double processor_seconds() {
  timespec time{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

Eigen::MatrixXd read_square(const std::string& file) {
  const auto bytes = std::filesystem::file_size(file);
  const auto n = static_cast<Eigen::Index>(
      std::lround(std::sqrt(static_cast<double>(bytes / sizeof(double)))));
  Eigen::MatrixXd matrix(n, n);
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(matrix.data()), static_cast<std::streamsize>(bytes));
  return matrix;
}

}  // namespace

int main() {
  std::string read;
  Eigen::MatrixXd affinity;
  std::string task;
  std::string file;
  while (std::cin >> task >> file) {
    if (file != read) {
      affinity = read_square(file);
      read = file;
    }
    const double start = processor_seconds();
    const SpectralClustering result =
        spectral_cluster(normalised_laplacian_of_adjacency(affinity), {.clusters = 5});
    const double seconds = processor_seconds() - start;
    if (task == "cluster") {
      fmt::print("{:.9f}\n", seconds);
    } else if (task == "labels") {
      fmt::print("{}\n", fmt::join(result.labels, " "));
    } else if (task == "values") {
      fmt::print("{:.17g}\n", fmt::join(result.eigenvalues, " "));
    } else {
      fmt::print(stderr, "spectral_timings: expected cluster, labels or values, got {}\n", task);
      return 2;
    }
    std::fflush(stdout);
  }
  return 0;
}
