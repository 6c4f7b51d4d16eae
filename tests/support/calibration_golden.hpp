#pragma once
// The numbers of tests/golden/calibration/make.py.

#include <gtest/gtest.h>

#include <Eigen/Core>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace genrebench::testing {

/// Probabilities of tracks, and their classes.
struct GoldenForecasts {
  Eigen::MatrixXd probabilities;
  std::vector<int> truth;
};

inline std::ifstream open_calibration_golden(const std::string& name) {
  const std::filesystem::path path =
      std::filesystem::path(GENREBENCH_SOURCE_DIR) / "tests/golden/calibration" / (name + ".txt");
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return file;
}

/// @param name  "forecasts" or "ties"
inline GoldenForecasts golden_forecasts(const std::string& name) {
  std::ifstream file = open_calibration_golden(name);
  std::vector<std::vector<double>> rows;
  GoldenForecasts result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    words >> result.truth.emplace_back();
    rows.emplace_back();
    for (double value = 0.0; words >> value;) rows.back().push_back(value);
  }
  if (rows.empty()) return result;
  result.probabilities.resize(static_cast<Eigen::Index>(rows.size()),
                              static_cast<Eigen::Index>(rows.front().size()));
  for (std::size_t i = 0; i < rows.size(); ++i)
    for (std::size_t c = 0; c < rows[i].size(); ++c)
      result.probabilities(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(c)) = rows[i][c];
  return result;
}

/// The values behind a name in expected.txt.
inline std::vector<double> expected_calibration(const std::string& name) {
  std::ifstream file = open_calibration_golden("expected");
  std::vector<double> result;
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    words >> word;
    if (word != name) continue;
    for (double value = 0.0; words >> value;) result.push_back(value);
  }
  EXPECT_FALSE(result.empty()) << name;
  return result;
}

}  // namespace genrebench::testing
