#include "reports/support/kernel_measures.hpp"

#include <gtest/gtest.h>

#include "support/example_kernels.hpp"

namespace genrebench {
namespace kernel_measures_test {

using testing::add_times;
using testing::kernel_session;

TEST(KernelMeasures, ReferencesAreFoundByTheNamesOfTheProgramsHere) {
  const std::vector<std::string> names = {"log_mel/lanes",
                                          "log_mel/lanes_in_blocks_of_4096",
                                          "log_mel/plain",
                                          "power_spectrogram/lanes/512",
                                          "power_spectrogram/plain/512",
                                          "power_spectrogram/plain/1024",
                                          "fingerprint/peaks",
                                          "fingerprint/plain_peaks",
                                          "sem/fast/all_lags/10",
                                          "sem/direct/all_lags/10",
                                          "sem/direct/20_lags/10",
                                          "leading_eigenpairs/blocks/10",
                                          "leading_eigenpairs_dense/blocks/10"};
  const auto reference = [&](const std::string& name) {
    return plain_reference(name, names).value_or("none");
  };
  EXPECT_EQ(reference("log_mel/lanes"), "log_mel/plain");
  EXPECT_EQ(reference("log_mel/lanes_in_blocks_of_4096"), "log_mel/plain");
  EXPECT_EQ(reference("power_spectrogram/lanes/512"), "power_spectrogram/plain/512");
  EXPECT_EQ(reference("power_spectrogram/lanes/2048"), "none");
  EXPECT_EQ(reference("fingerprint/peaks"), "fingerprint/plain_peaks");
  EXPECT_EQ(reference("sem/fast/all_lags/10"), "sem/direct/all_lags/10");
  EXPECT_EQ(reference("sem/fast/all_lags/600"), "none");
  EXPECT_EQ(reference("leading_eigenpairs/blocks/10"), "leading_eigenpairs_dense/blocks/10");
  EXPECT_EQ(reference("log_mel/plain"), "none") << "a reference has none";
  EXPECT_EQ(reference("stft/lanes"), "none");
}

TEST(KernelMeasures, RatiosAreOfTimesInTheSameRepetition) {
  KernelSession session = kernel_session(0);
  add_times(session, "mfcc", "mfcc/lanes", {1.0, 4.0, 9.0});
  add_times(session, "mfcc", "mfcc/plain", {2.0, 4.0});
  add_times(session, "other", "log_mel/plain", {7.0});
  const auto ratios = kernel_values(session, KernelMeasure::ratio);
  ASSERT_EQ(ratios.size(), 1u);
  EXPECT_EQ(ratios[0].benchmark, "mfcc/lanes");
  EXPECT_EQ(ratios[0].reference, "mfcc/plain");
  EXPECT_EQ(ratios[0].values, (std::vector<double>{0.5, 1.0}));
  EXPECT_EQ(kernel_values(session, KernelMeasure::time).size(), 3u);
  EXPECT_TRUE(kernel_values(session, KernelMeasure::instructions).empty());
}

TEST(KernelMeasures, TimeIsThatOfTheProcessorUnlessTheNameSaysOtherwise) {
  KernelSession session = kernel_session(0);
  for (const char* name : {"a", "b/real_time"})
    for (const auto& [measure, time] : {std::pair("cpu_time", 1.0), std::pair("real_time", 2.0)})
      session.values[{.program = "p", .benchmark = name, .measure = measure, .unit = "ns"}][0] =
          time;
  session.values[{.program = "p", .benchmark = "a", .measure = "instructions", .unit = ""}][0] = 9;
  const auto times = kernel_values(session, KernelMeasure::time);
  ASSERT_EQ(times.size(), 2u);
  EXPECT_EQ(times[0].values, (std::vector<double>{1.0}));
  EXPECT_EQ(times[1].values, (std::vector<double>{2.0}));
  EXPECT_EQ(kernel_values(session, KernelMeasure::instructions).at(0).values,
            (std::vector<double>{9.0}));
}

}  // namespace kernel_measures_test
}  // namespace genrebench
