// How often `genrebench kernels check` raises an alarm where nothing changed, and how often it
// finds a slow-down.
//
//   build/release/experiments/statistics/genrebench_kernel_alarms [histories per row, default 1000]
//
// A history has 30 sessions of 20 series, with 3 rounds of 3 repetitions each. The logarithm of a
// time (or of a ratio) is the sum of a part of the session, of the round and of the repetition, all
// normal; one repetition in 50 is also up to 30 % slower, as if something else had run. Rows differ
// by the deviations of these parts.
//
// - false alarms: histories in which any of the 20 series raises one, though nothing changed
// - found within five: histories in which a slow-down of one series, from the 26th session on, is
//   found by one of the five checks after the sessions 26 to 30. An alarm of another series does
//   not count.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "base/random.hpp"
#include "reports/support/slow_down.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kSessions = 30, kSeries = 20, kNew = 5;

struct Noise {
  double session, round, repetition;  ///< deviations of the logarithm
};

using Sessions = std::vector<std::vector<double>>;

Sessions history(Random& random, const Noise& noise, double slow_down) {
  Sessions sessions(kSessions);
  for (std::size_t s = 0; s < kSessions; ++s) {
    const double level =
        noise.session * random.normal() + (s + kNew >= kSessions ? std::log1p(slow_down) : 0.0);
    for (int round = 0; round < 3; ++round) {
      const double of_round = level + noise.round * random.normal();
      for (int repetition = 0; repetition < 3; ++repetition) {
        double value = of_round + noise.repetition * random.normal();
        if (random.uniform() < 0.02) value += 0.3 * random.uniform();
        sessions[s].push_back(std::exp(value));
      }
    }
  }
  return sessions;
}

double false_alarms(const Noise& noise, int n) {
  int alarms = 0;
  for (int i = 0; i < n; ++i) {
    Random random(derive_seed(1, "nothing changed", static_cast<std::uint64_t>(i)));
    bool any = false;
    for (std::size_t series = 0; series < kSeries && !any; ++series)
      any = slow_down(history(random, noise, 0.0), {.n_series = kSeries}).has_value();
    alarms += any ? 1 : 0;
  }
  return static_cast<double>(alarms) / n;
}

double found(const Noise& noise, double change, double magnitude, int n) {
  int hits = 0;
  for (int i = 0; i < n; ++i) {
    Random random(derive_seed(2, "slow-down", static_cast<std::uint64_t>(i)));
    const Sessions all = history(random, noise, change);
    bool hit = false;
    for (std::size_t last = kSessions - kNew + 1; last <= kSessions && !hit; ++last)
      hit = slow_down({all.begin(), all.begin() + static_cast<std::ptrdiff_t>(last)},
                      {.magnitude = magnitude, .n_series = kSeries})
                .has_value();
    hits += hit ? 1 : 0;
  }
  return static_cast<double>(hits) / n;
}

void print_row(const Noise& noise, int n) {
  const SlowDownOptions options;
  const double alarms = false_alarms(noise, n);
  fmt::print("{:4.1f} %  {:4.1f} %  {:4.1f} %   {:5.2f} % ± {:.2f}   {:5.1f} %   {:5.1f} %\n",
             100 * noise.session, 100 * noise.round, 100 * noise.repetition, 100 * alarms,
             100 * std::sqrt(alarms * (1 - alarms) / n),
             100 * found(noise, 0.10, options.magnitude, n),
             100 * found(noise, 0.03, options.magnitude, n));
  std::fflush(stdout);
}

}  // namespace
}  // namespace genrebench

int main(int argc, char** argv) {
  const int n = argc > 1 ? std::atoi(argv[1]) : 1000;
  if (n < 1) {
    fmt::print(stderr, "{}: expected a number of histories, found '{}'\n", argv[0], argv[1]);
    return 2;
  }
  fmt::print(
      "deviation of                false alarms      found within five checks\n"
      "session  round  repetition  in 20 series      +10 %    +3 %\n");
  for (const genrebench::Noise& noise :
       {genrebench::Noise{0.003, 0.005, 0.01}, genrebench::Noise{0.005, 0.01, 0.01},
        genrebench::Noise{0.01, 0.01, 0.02}, genrebench::Noise{0.02, 0.01, 0.02},
        genrebench::Noise{0.03, 0.02, 0.05}})
    genrebench::print_row(noise, n);
  return 0;
}
