#include "models/training/gradient_norm.hpp"

#include <cmath>

namespace genrebench {

torch::Tensor gradient_norm(const std::vector<torch::Tensor>& parameters,
                            std::optional<double> clip) {
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> gradients, norms;
  for (const torch::Tensor& parameter : parameters)
    if (parameter.grad().defined()) {
      gradients.push_back(parameter.grad());
      norms.push_back(gradients.back().norm());
    }
  torch::Tensor norm = norms.size() == 1 ? norms.front() : torch::stack(norms).norm();
  if (clip) {
    const torch::Tensor factor = (*clip / (norm + 1e-6)).clamp_max(1.0);
    for (torch::Tensor& gradient : gradients) gradient.mul_(factor);
  }
  return norm;
}

MeanGradientNorm::MeanGradientNorm(const torch::Device& device, std::int64_t n_steps)
    : sum_(torch::zeros({}, torch::dtype(torch::kFloat64).device(device))),
      n_steps_(static_cast<double>(n_steps)) {}

std::optional<double> MeanGradientNorm::add(const torch::Tensor& norm) {
  constexpr double kInterval_s = 1.0;
  sum_ += norm.to(torch::kFloat64) / n_steps_;
  if (!sum_.is_cpu() && seconds_since(read_) < kInterval_s) return std::nullopt;
  read_ = SteadyClock::now();
  const double sum = mean();
  return std::isfinite(sum) ? std::nullopt : std::optional(sum);
}

}  // namespace genrebench
