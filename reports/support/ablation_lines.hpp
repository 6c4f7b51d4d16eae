#pragma once
// The runs of an ablation as lines of points over the values of the key that an experiment sweeps.

#include <string>
#include <vector>

#include "harness/records/store_reader.hpp"
#include "reports/support/runs.hpp"

namespace genrebench::ablation {

/// The values of the key, in the order of the axis.
struct Axis {
  std::string key;
  std::vector<std::string> values = {};
  bool numeric = false;
  bool logarithmic = false;

  double place(const std::string& value) const;
};

Axis make_axis(const std::string& key, const std::vector<Parameters>& configurations);

/// The key of the x axis by what varies; empty where nothing does.
std::string find_key(const std::vector<Parameters>& configurations);

/// True if the segmentation cannot depend on the key: it belongs to the split, the features or the
/// method.
bool is_beside_structure(const std::string& key);

/// Runs of one value of the key on one line.
struct Point {
  std::string value;
  Runs runs;
};

/// Runs that differ in nothing but the key and the seed.
struct Line {
  Parameters shared;
  Protocol protocol;
  std::string title;
  std::vector<Point> points;
};

/// The lines of an experiment: honest splits first, within a protocol in the plan's order.
/// @param structure  for scores of the segmentation, which do not depend on split, features and
///                   method: these tell no lines apart, and each seed counts once
std::vector<Line> make_lines(const StoreReader& store, const std::vector<RunRecord>& runs,
                             const Axis& axis, bool structure);

}  // namespace genrebench::ablation
