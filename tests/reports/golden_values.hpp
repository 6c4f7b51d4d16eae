#pragma once
// Numbers that other programs computed: files of lines "name value value ...".

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace genrebench::testing {

class GoldenValues {
 public:
  /// @param file  below tests/golden
  explicit GoldenValues(const std::string& file) {
    std::ifstream stream(std::filesystem::path(GENREBENCH_SOURCE_DIR "/tests/golden") / file);
    if (!stream) throw std::runtime_error("cannot read tests/golden/" + file);
    for (std::string line; std::getline(stream, line);) {
      std::istringstream words(line);
      std::string name;
      words >> name;
      std::vector<double>& values = values_[name];
      for (double value = 0.0; words >> value;) values.push_back(value);
    }
  }

  const std::vector<double>& of(const std::string& name) const { return values_.at(name); }
  double one(const std::string& name) const { return values_.at(name).at(0); }
  bool has(const std::string& name) const { return values_.contains(name); }
  const std::map<std::string, std::vector<double>>& all() const { return values_; }

 private:
  std::map<std::string, std::vector<double>> values_;
};

}  // namespace genrebench::testing
