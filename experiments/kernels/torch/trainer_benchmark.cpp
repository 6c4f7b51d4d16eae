// What the trainer costs: an epoch of ResNet34 by it, beside the bare forward, backward and
// optimiser steps on batches that lie ready. Compare medians or minima of interleaved repetitions:
//   genrebench_trainer_benchmark --benchmark_repetitions=5
//   --benchmark_enable_random_interleaving=true --benchmark_report_aggregates_only=true

#include <torch/torch.h>

#include <deque>
#include <numeric>
#include <string>
#include <vector>

#include "../kernel_check.hpp"
#include "models/networks/image_network.hpp"
#include "models/networks/resnet34_network.hpp"
#include "models/training/trainer.hpp"

namespace genrebench::kernels {
namespace {

constexpr int kExamples = 32, kBatch = 8, kBands = 128, kFrames = 130, kClasses = 10;

/// Log-mel chunks of 3 s, random.
struct Data {
  Data() {
    Random random(1);
    examples.n_classes = kClasses;
    for (int i = 0; i < kExamples; ++i) {
      FeatureMatrix& feature = features.emplace_back(kBands, kFrames);
      for (float& value : feature.reshaped()) value = static_cast<float>(random.normal());
      examples.features.push_back(&feature);
      examples.labels.push_back(i % kClasses);
      examples.tracks.push_back(i);
    }
  }
  std::deque<FeatureMatrix> features;
  Examples examples;
};

class Silent final : public FitContext {
 public:
  void curve(const std::string& metric, const std::string& split, std::int64_t,
             double value) override {
    if (metric == "loss" && split == "train") loss = value;
  }
  void note(const std::string&, double) override {}
  void warn(const std::string&) override {}
  double loss = 0.0;
};

std::shared_ptr<Network> network() {
  torch::manual_seed(1);
  return make_resnet34({.n_classes = kClasses, .channels = 3});
}

TrainingOptions options() {
  TrainingOptions result;
  result.epochs = 1;
  result.batch_size = kBatch;
  result.optimiser = TrainingOptions::Optimiser::sgd;
  result.learning_rate = 1e-3;
  return result;
}

/// @return  the mean training loss
double by_the_trainer(const Data& data) {
  const std::shared_ptr<Network> net = network();
  const InputPipeline inputs({.kind = InputOptions::Kind::image,
                              .channels = 3,
                              .normalise = InputOptions::Normalise::training},
                             data.examples);
  const TrainingOptions training = options();
  const Examples none;
  Silent context;
  train_network({.name = "resnet34",
                 .network = *net,
                 .inputs = inputs,
                 .train = data.examples,
                 .valid = none,
                 .options = training,
                 .device = torch::kCPU,
                 .seed = 1,
                 .recipe = {}},
                context);
  return context.loss;
}

double bare(const std::vector<Batch>& batches) {
  const std::shared_ptr<Network> net = network();
  torch::optim::SGD optimiser(net->parameters(), torch::optim::SGDOptions(1e-3).momentum(0.9));
  net->train();
  double sum = 0.0;
  for (const Batch& batch : batches) {
    net->zero_grad(true);
    const torch::Tensor loss =
        torch::nn::functional::cross_entropy(net->forward(batch.inputs), batch.labels);
    loss.backward();
    optimiser.step();
    sum += loss.item<double>() * static_cast<double>(batch.labels.size(0));
  }
  return sum / kExamples;
}

std::vector<Batch> ready(const Data& data) {
  const InputPipeline inputs({.kind = InputOptions::Kind::image,
                              .channels = 3,
                              .normalise = InputOptions::Normalise::training},
                             data.examples);
  std::vector<std::size_t> order(kExamples);
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::vector<Batch> batches;
  for (const auto& which : divide(order, kBatch))
    batches.push_back(inputs.batch(data.examples, which));
  return batches;
}

void trainer(benchmark::State& state) {
  torch::set_num_threads(static_cast<int>(state.range(0)));
  const Data data;
  for (auto _ : state) benchmark::DoNotOptimize(by_the_trainer(data));
}
BENCHMARK(trainer)
    ->Name("resnet34/trainer")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

void bare_steps(benchmark::State& state) {
  torch::set_num_threads(static_cast<int>(state.range(0)));
  const Data data;
  const std::vector<Batch> batches = ready(data);
  for (auto _ : state) benchmark::DoNotOptimize(bare(batches));
}
BENCHMARK(bare_steps)
    ->Name("resnet34/bare")
    ->ArgName("threads")
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->MeasureProcessCPUTime();

/// The trainer sees the same examples in another order, so its mean loss over the epoch is close,
/// not equal.
bool alike() {
  const Data data;
  const double of_trainer = by_the_trainer(data), of_bare = bare(ready(data));
  const bool good = std::abs(of_trainer - of_bare) < 0.1 * of_bare;
  fmt::print(stderr, "mean loss of the epoch: trainer {:.4f}, bare {:.4f}{}\n", of_trainer, of_bare,
             good ? "" : ": NOT ALIKE, nothing is timed");
  return good;
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  return genrebench::kernels::run_benchmarks(argc, argv, genrebench::kernels::alike());
}
