#include "signal/segmentation/sem.hpp"

#include "base/parallel.hpp"
#include "signal/segmentation/sem_fast.hpp"

namespace genrebench {
namespace {

SemMatrix direct_matrix(const WindowSeries& windows, const std::vector<ArModel>& models,
                        const SemOptions& options) {
  const auto n = static_cast<Eigen::Index>(windows.size());
  const std::size_t n_pairs = windows.size() * windows.size();
  SemMatrix result{.distances = Eigen::MatrixXd(n, n),
                   .ratios = Eigen::MatrixXd(n, n),
                   .check = {.n_pairs = n_pairs, .n_direct = n_pairs}};
  parallel_for(windows.size(), {.threads = options.threads}, [&] {
    return [&, sem = DirectSem(windows.length(), options),
            sliding = std::vector<double>(windows.length())](std::size_t j) mutable {
      windows.copy(j, sliding);
      for (Eigen::Index i = 0; i < n; ++i) {
        const DirectSem::Measure pair = sem.measure(models[static_cast<std::size_t>(i)], sliding);
        result.distances(i, static_cast<Eigen::Index>(j)) = pair.distance;
        result.ratios(i, static_cast<Eigen::Index>(j)) = pair.ratio;
      }
    };
  });
  return result;
}

}  // namespace

std::vector<ArModel> fit_ar_models(const WindowSeries& windows, const SemOptions& options) {
  validate(windows.length(), options);
  std::vector<ArModel> models(windows.size());
  parallel_for(windows.size(), {.threads = options.threads}, [&] {
    return [&, window = std::vector<double>(windows.length())](std::size_t i) mutable {
      windows.copy(i, window);
      models[i] = fit_ar(window, options.ar_order, options.ar_method);
    };
  });
  return models;
}

SemMatrix sem_matrix(const WindowSeries& windows, const SemOptions& options) {
  const std::vector<ArModel> models = fit_ar_models(windows, options);
  if (options.implementation == SemImplementation::fast &&
      fast_sem_applies(windows.length(), options))
    return fast_sem_matrix(windows, models, options);
  return direct_matrix(windows, models, options);
}

}  // namespace genrebench
