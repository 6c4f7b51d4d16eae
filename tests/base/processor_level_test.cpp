#include "base/processor_level.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace genrebench {
namespace processor_level_test {

/// The flags of the first processor, as the kernel names them.
std::set<std::string> kernel_flags() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("flags")) {
      std::istringstream words(line.substr(line.find(':') + 1));
      return {std::istream_iterator<std::string>(words), {}};
    }
  return {};
}

TEST(ProcessorLevel, IsWhatTheKernelsFlagsSay) {
#if defined(__x86_64__)
  const std::set<std::string> flags = kernel_flags();
  if (flags.empty()) GTEST_SKIP() << "the kernel tells no flags";
  const auto all = [&](const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (!flags.contains(name)) return false;
    return true;
  };
  // The tables of the psABI (section 3.1.1) in the kernel's names: LZCNT is abm, SSE3 is pni.
  std::vector<std::string> expected = {"x86-64"};
  if (all({"cx16", "lahf_lm", "popcnt", "pni", "sse4_1", "sse4_2", "ssse3"}))
    expected.insert(expected.begin(), "x86-64-v2");
  if (expected.size() == 2 && all({"avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"}))
    expected.insert(expected.begin(), "x86-64-v3");
  if (expected.size() == 3 && all({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"}))
    expected.insert(expected.begin(), "x86-64-v4");
  EXPECT_EQ(processor_levels(), expected);
#else
  EXPECT_TRUE(processor_levels().empty());
#endif
}

}  // namespace processor_level_test
}  // namespace genrebench
