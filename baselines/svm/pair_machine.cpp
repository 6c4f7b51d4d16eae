#include "baselines/svm/pair_machine.hpp"

#include <fmt/format.h>
#include <svm.h>

#include <algorithm>
#include <cassert>
#include <cstdio>
#include <numeric>

#include "base/error.hpp"

namespace genrebench {

namespace {

struct FreeModel {
  void operator()(svm_model* model) const { svm_free_and_destroy_model(&model); }
};
using Model = std::unique_ptr<svm_model, FreeModel>;

constexpr int kIterationLimit = 10'000'000;  // libsvm's own: at least this many

// libsvm reports progress through one function for the whole process. Ours only keeps the number of
// iterations, for the thread that trains.
thread_local int n_iterations_of_last = 0;

void listen(const char* text) {
  int n_iterations = 0;
  if (std::sscanf(text, " optimization finished, #iter = %d", &n_iterations) == 1)
    n_iterations_of_last = n_iterations;
}

void silence_libsvm() {
  static const bool once = [] {
    svm_set_print_string_function(listen);
    return true;
  }();
  (void)once;
}

}  // namespace

/// The examples as libsvm reads them.
struct PairTrainer::Nodes {
  bool computed = false;   // kernel values, not features
  std::size_t stride = 0;  // nodes of an example
  std::vector<svm_node> nodes;

  svm_node* of(std::size_t place) { return nodes.data() + place * stride; }
};

bool PairMachine::gave_up() const { return n_iterations >= kIterationLimit; }

PairTrainer::PairTrainer(const Eigen::MatrixXd& matrix, std::vector<std::size_t> rows,
                         std::size_t n_first, const PairMachineOptions& options)
    : matrix_(matrix),
      rows_(std::move(rows)),
      n_first_(n_first),
      options_(options),
      nodes_(std::make_unique<Nodes>()) {
  const std::size_t n = rows_.size();
  const double bytes = double(n) * double(n) * (sizeof(svm_node) + sizeof(double));
  nodes_->computed = bytes <= options_.cache_mb * 1e6;
  if (nodes_->computed) {
    // A node with the example's number, from 1, and then one for each example.
    const std::vector<double> values = training_values(KernelRows(matrix_, rows_), options_.kernel);
    nodes_->stride = n + 1;
    nodes_->nodes.reserve(n * nodes_->stride);
    for (std::size_t i = 0; i < n; ++i) {
      nodes_->nodes.push_back({.index = 0, .value = double(i + 1)});
      for (std::size_t j = 0; j < n; ++j)
        nodes_->nodes.push_back({.index = static_cast<int>(j) + 1, .value = values[i * n + j]});
    }
  } else {
    nodes_->stride = static_cast<std::size_t>(matrix_.cols()) + 1;
    nodes_->nodes.reserve(n * nodes_->stride);
    for (const std::size_t row : rows_) {
      for (Eigen::Index c = 0; c < matrix_.cols(); ++c)
        nodes_->nodes.push_back(
            {.index = static_cast<int>(c) + 1, .value = matrix_(Eigen::Index(row), c)});
      nodes_->nodes.push_back({.index = -1, .value = 0.0});
    }
  }
}

PairTrainer::~PairTrainer() = default;

PairMachine PairTrainer::train(std::span<const std::size_t> places) const {
  silence_libsvm();
  std::vector<svm_node*> examples;
  std::vector<double> targets;
  for (const std::size_t place : places) {
    examples.push_back(nodes_->of(place));
    targets.push_back(is_first(place) ? 1.0 : -1.0);
  }
  assert(targets.front() == 1.0 && targets.back() == -1.0);
  svm_parameter parameter{};
  parameter.svm_type = C_SVC;
  parameter.kernel_type = nodes_->computed                                 ? PRECOMPUTED
                          : options_.kernel.shape == Kernel::Shape::linear ? LINEAR
                                                                           : RBF;
  parameter.gamma = options_.kernel.gamma;
  parameter.C = options_.c;
  parameter.eps = options_.tolerance;
  parameter.cache_size = options_.cache_mb;
  parameter.shrinking = 1;
  const svm_problem problem{
      .l = static_cast<int>(places.size()), .y = targets.data(), .x = examples.data()};
  if (const char* message = svm_check_parameter(&problem, &parameter))
    throw ConfigError(fmt::format("method svm: libsvm refuses the options: {}", message));

  n_iterations_of_last = 0;
  const Model model(svm_train(&problem, &parameter));
  PairMachine machine;
  machine.n_iterations = n_iterations_of_last;
  machine.offset = model->rho[0];
  for (int i = 0; i < model->l; ++i) {
    machine.support_vectors.push_back(
        rows_[places[static_cast<std::size_t>(model->sv_indices[i] - 1)]]);
    machine.coefficients.push_back(model->sv_coef[0][i]);
  }
  return machine;
}

std::vector<double> PairTrainer::decide(const PairMachine& machine,
                                        std::span<const std::size_t> places) const {
  std::vector<std::size_t> examples;
  for (const std::size_t place : places) examples.push_back(rows_[place]);
  const std::size_t n = machine.support_vectors.size();
  const std::vector<double> values = prediction_values(
      KernelRows(matrix_, examples), KernelRows(matrix_, machine.support_vectors), options_.kernel);
  std::vector<std::size_t> in_order(n);
  std::iota(in_order.begin(), in_order.end(), std::size_t{0});
  std::vector<double> decisions;
  for (std::size_t i = 0; i < examples.size(); ++i)
    decisions.push_back(machine.decide(in_order, std::span(values).subspan(i * n, n)));
  return decisions;
}

}  // namespace genrebench
