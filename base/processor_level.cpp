#include "base/processor_level.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace genrebench {

#if defined(__x86_64__)
namespace {

/// A bit of the register ECX that CPUID leaves.
bool has_bit(unsigned leaf, unsigned bit) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return __get_cpuid(leaf, &a, &b, &c, &d) != 0 && (c >> bit & 1u) != 0;
}

// The functions of the compiler know whether the operating system keeps the wide registers. CPUID
// is asked for the rest, which clang 14 does not know by name.

bool has_v2() {
  constexpr unsigned kCompareExchange16 = 13, kLahf = 0;
  return __builtin_cpu_supports("sse3") && __builtin_cpu_supports("ssse3") &&
         __builtin_cpu_supports("sse4.1") && __builtin_cpu_supports("sse4.2") &&
         __builtin_cpu_supports("popcnt") && has_bit(1, kCompareExchange16) &&
         has_bit(0x80000001u, kLahf);
}

bool has_v3() {
  constexpr unsigned kMovbe = 22, kF16c = 29, kLzcnt = 5;
  return __builtin_cpu_supports("avx") && __builtin_cpu_supports("avx2") &&
         __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && has_bit(1, kMovbe) && has_bit(1, kF16c) &&
         has_bit(0x80000001u, kLzcnt);
}

bool has_v4() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl");
}

}  // namespace

std::vector<std::string> processor_levels() {
  __builtin_cpu_init();
  std::vector<std::string> levels = {"x86-64"};
  bool (*const tests[])() = {has_v2, has_v3, has_v4};
  for (int i = 0; i < 3 && tests[i](); ++i)
    levels.insert(levels.begin(), "x86-64-v" + std::to_string(i + 2));
  return levels;
}
#else
std::vector<std::string> processor_levels() { return {}; }
#endif

}  // namespace genrebench
