#pragma once
// A few numbers of a tiny run of every plug-in, kept in tests/golden/versions/KIND.NAME.json beside
// the version that gave them. Where the numbers move and the version does not, the test fails and
// names the plug-in: runs of both programs would have one id.
//
// To write the files anew, after the version was raised or for a new plug-in:
// GENREBENCH_UPDATE_GOLDEN=1 contract_tests.

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/plugin/registry.hpp"

namespace genrebench::testing {

/// What a tiny run gives.
struct GoldenResult {
  std::vector<double> numbers = {};     ///< compared up to rounding
  std::vector<std::string> texts = {};  ///< compared exactly: ids, names, hashes of integers
};

/// Numbers that tell one array from another: how many values, their sum, the sum of their
/// magnitudes, a sum that depends on their order, and the first values.
template <typename Values>
void summarise_values(const Values& values, std::vector<double>& into) {
  double sum = 0.0, magnitudes = 0.0, ordered = 0.0;
  std::size_t i = 0;
  std::vector<double> first;
  for (const auto value : values) {
    const auto number = static_cast<double>(value);
    sum += number;
    magnitudes += std::abs(number);
    ordered += number * std::cos(0.7 * static_cast<double>(i));
    if (i++ < 3) first.push_back(number);
  }
  into.insert(into.end(), {static_cast<double>(i), sum, magnitudes, ordered});
  into.insert(into.end(), first.begin(), first.end());
}

/// The defaults of the options that decide results, by name. A default that changes changes the
/// results of runs that do not name it.
inline nlohmann::ordered_json golden_defaults(const OptionSchema& schema) {
  nlohmann::ordered_json defaults = nlohmann::ordered_json::object();
  for (const OptionInfo& option : schema.options())
    if (option.identity) defaults[option.name] = to_string(option.default_value);
  return defaults;
}

/// Compares with the file of the plug-in.
/// @param tolerance  of numbers, relative to the largest magnitude among them
inline void expect_golden(const std::string& kind, const PluginInfo& plugin,
                          const GoldenResult& result, double tolerance = 1e-5) {
  const std::string who = kind + " " + plugin.name;
  const std::string file = std::string(GENREBENCH_SOURCE_DIR) + "/tests/golden/versions/" + kind +
                           "." + plugin.name + ".json";
  if (std::getenv("GENREBENCH_UPDATE_GOLDEN") != nullptr) {
    const nlohmann::ordered_json document = {{"version", version_text(plugin)},
                                             {"defaults", golden_defaults(plugin.options)},
                                             {"numbers", result.numbers},
                                             {"texts", result.texts}};
    std::ofstream(file) << document.dump(1) << '\n';
    return;
  }
  std::ifstream stream(file);
  ASSERT_TRUE(stream) << who
                      << " has no golden numbers: run with GENREBENCH_UPDATE_GOLDEN=1 and keep "
                      << file;
  const auto golden = nlohmann::ordered_json::parse(stream);
  ASSERT_EQ(version_text(plugin), golden.at("version").get<std::string>())
      << "the version of " << who
      << " was changed: write its golden numbers anew with GENREBENCH_UPDATE_GOLDEN=1";
  const std::string advice =
      "results of " + who + " are others than those of its version " +
      golden.at("version").get<std::string>() +
      ": raise PluginInfo::version where it is registered, or the version of what it relies on";
  for (const auto& [name, value] : golden.at("defaults").items()) {
    const OptionInfo* option = plugin.options.find(name);
    ASSERT_NE(option, nullptr) << "option " << name << " is gone; " << advice;
    EXPECT_EQ(to_string(option->default_value), value.get<std::string>())
        << "default of " << name << "; " << advice;
  }
  EXPECT_EQ(result.texts, golden.at("texts").get<std::vector<std::string>>()) << advice;
  const auto numbers = golden.at("numbers").get<std::vector<double>>();
  ASSERT_EQ(result.numbers.size(), numbers.size()) << advice;
  double largest = 0.0;
  for (const double number : numbers) largest = std::max(largest, std::abs(number));
  for (std::size_t i = 0; i < numbers.size(); ++i)
    EXPECT_NEAR(result.numbers[i], numbers[i], tolerance * std::max(largest, 1e-30))
        << "number " << i << "; " << advice;
}

}  // namespace genrebench::testing
