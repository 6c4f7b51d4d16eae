#include "harness/kernels/instruction_counts.hpp"

#include <gtest/gtest.h>

#include <regex>

#include "base/error.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace instruction_counts_test {

TEST(InstructionCounts, AreReadFromWhatCallgrindSays) {
  // As Valgrind 3.19.0 writes it.
  EXPECT_EQ(collected_instructions("==13889== Events    : Ir\n"
                                   "==13889== Collected : 123456789\n==13889== \n",
                                   "program"),
            123456789.0);
  EXPECT_THROW_SAYING(collected_instructions("==1== nothing\n", "program"), DataError, "program",
                      "Collected : NUMBER");
  EXPECT_THROW_SAYING(collected_instructions("Collected : many", "program"), DataError, "program");
}

TEST(InstructionCounts, FilterMatchesOneNameAlone) {
  const std::string name = "RealFft<float>/2048 (a+b)*[c].d";
  const std::regex filter(exact_filter(name), std::regex::extended);
  EXPECT_TRUE(std::regex_search(name, filter));
  EXPECT_FALSE(std::regex_search(name + "0", filter));
  EXPECT_FALSE(std::regex_search("RealFft<float>/2048 (aab)*[c].d", filter));
}

}  // namespace instruction_counts_test
}  // namespace genrebench
