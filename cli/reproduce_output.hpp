#pragma once
// How `genrebench reproduce` shows its comparison.

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "harness/plugin/document.hpp"
#include "harness/run/reproduction.hpp"

namespace genrebench::cli {

/// Where features or sections of tracks came from.
struct Origin {
  std::size_t n_cached = 0, n_computed = 0;
  bool any() const { return n_cached + n_computed > 0; }
};

/// "features were computed anew"; empty if there are neither features nor sections.
std::string in_words(const Origin& features, const Origin& sections);

Table circumstance_table(const std::vector<Circumstance>& circumstances);
nlohmann::ordered_json to_json(const std::vector<Circumstance>& circumstances);
nlohmann::ordered_json to_json(const Origin& origin);

/// The largest difference between two numbers.
double largest_difference(const ResultComparison& comparison);
Table difference_table(const ResultComparison& comparison);
/// Adds the comparison to a document.
void add_json(nlohmann::ordered_json& document, const ResultComparison& comparison);

}  // namespace genrebench::cli
