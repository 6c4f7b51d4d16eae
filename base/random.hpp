#pragma once
// Random numbers whose sequence depends on the seed alone. The distributions of the standard
// library differ between implementations; these do not.

#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <span>
#include <string_view>
#include <utility>

namespace genrebench {

/// Mixes a seed with a purpose ("split", "method") or an index, so that each consumer of randomness
/// has a stream of its own and adding a consumer changes no other. SplitMix64 over FNV-1a.
constexpr std::uint64_t derive_seed(std::uint64_t seed, std::string_view purpose,
                                    std::uint64_t index = 0) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : purpose) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  std::uint64_t z = seed + 0x9e3779b97f4a7c15ULL * (index + 1) + hash;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// One stream of random numbers (Mersenne Twister, whose output the standard fixes).
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  /// Uniform in [0, 1), 53 random bits.
  double uniform() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }

  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }

  /// Uniform in {0, ..., n - 1}, without bias; n > 0.
  std::uint64_t below(std::uint64_t n) {
    // Values from the largest multiple of n on are drawn again; n - 1 or fewer numbers follow it.
    for (;;) {
      const std::uint64_t value = engine_();
      const std::uint64_t rest = (n & (n - 1)) == 0 ? value & (n - 1) : value % n;
      if (value - rest <= UINT64_MAX - n) return rest;
    }
  }

  /// Standard normal (Box-Muller, one value a call).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * std::numbers::pi * uniform());
  }

  /// Fisher-Yates.
  template <typename T>
  void shuffle(std::span<T> items) {
    for (std::size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace genrebench
