#include "harness/experiment/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/random.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

/// Largest number of values that a random sweep draws.
constexpr std::size_t kMaxDraws = 1'000'000;

/// A key that is swept, with its list or range.
struct Leaf {
  std::string key;
  const YamlNode* values;
};

/// Adds the leaves of a sweep's map, whose keys are dotted or nested.
void add_leaves(const YamlNode& node, const std::string& key, std::vector<Leaf>& leaves) {
  if (node.is_map() && node.find("low") == nullptr) {
    for (const YamlEntry& entry : node.entries) {
      const std::string& name = key_name(entry.key);
      add_leaves(entry.value, key.empty() ? name : key + "." + name, leaves);
    }
  } else {
    leaves.push_back({key, &node});
  }
}

std::vector<Leaf> leaves_of(const YamlNode& map) {
  std::vector<Leaf> leaves;
  for (const YamlEntry& entry : map.entries) add_leaves(entry.value, key_name(entry.key), leaves);
  return leaves;
}

/// The range `{low, high, scale, type}` of a random sweep. The ends of a range of integers are
/// whole.
struct Range {
  double low = 0.0, high = 0.0;
  bool logarithmic = false;
  bool integer = false;
};

std::string word_or(const YamlNode& map, std::string_view key, const std::string& fallback) {
  const YamlNode* node = map.find(key);
  return node == nullptr ? fallback : node->text;
}

/// @throws ConfigError  if a key other than those of a range is given
void check_range_keys(const Leaf& leaf) {
  const std::vector<std::string> known = {"low", "high", "scale", "type"};
  for (const YamlEntry& entry : leaf.values->entries)
    if (std::count(known.begin(), known.end(), entry.key.text) == 0)
      throw ConfigError(
          unknown_name_message("key", entry.key.text, leaf.values->where + ": " + leaf.key, known));
}

/// A node as it is written.
std::string shown(const YamlNode& node) {
  return node.is_list() ? "a list" : node.is_map() ? "a map" : node.text;
}

/// The whole numbers of a range.
/// @throws ConfigError  if there are none, or a double does not hold them exactly
Range whole(const Range& range, const std::string& where) {
  constexpr double kLargest = 9007199254740992.0;  // 2^53
  Range result = range;
  result.low = std::ceil(range.low);
  result.high = std::floor(range.high);
  if (result.low > result.high)
    throw ConfigError(
        fmt::format("{}: no integer lies between {} and {}", where, range.low, range.high));
  if (result.low < -kLargest || result.high > kLargest)
    throw ConfigError(fmt::format("{}: expected integers from -2^53 to 2^53, found {} to {}", where,
                                  range.low, range.high));
  return result;
}

Range read_range(const Leaf& leaf) {
  const YamlNode& node = *leaf.values;
  check_range_keys(leaf);
  const YamlNode *low = node.find("low"), *high = node.find("high");
  if (low == nullptr || high == nullptr)
    throw ConfigError(
        fmt::format("{}: '{}' must be a list or a range {{low, high, scale: linear|log}}",
                    node.where, leaf.key));
  const auto low_number = decimal_number(low->text), high_number = decimal_number(high->text);
  if (!low_number || !high_number)
    throw ConfigError(fmt::format("{}: '{}': low and high must be numbers, found '{}' and '{}'",
                                  node.where, leaf.key, shown(*low), shown(*high)));
  const std::string scale = word_or(node, "scale", "linear"),
                    type = word_or(node, "type", "number");
  if (scale != "linear" && scale != "log")
    throw ConfigError(fmt::format("{}: '{}': scale must be linear or log, found '{}'", node.where,
                                  leaf.key, scale));
  if (type != "number" && type != "integer")
    throw ConfigError(fmt::format("{}: '{}': type must be number or integer, found '{}'",
                                  node.where, leaf.key, type));
  const Range range{.low = *low_number,
                    .high = *high_number,
                    .logarithmic = scale == "log",
                    .integer = type == "integer"};
  const std::string where = fmt::format("{}: '{}'", node.where, leaf.key);
  if (!(range.low <= range.high) || (range.logarithmic && range.low <= 0.0))
    throw ConfigError(fmt::format("{}: expected low <= high{}, found {} and {}", where,
                                  range.logarithmic ? ", both positive" : "", range.low,
                                  range.high));
  if (!std::isfinite(range.high - range.low))
    throw ConfigError(fmt::format("{}: expected a range that a double can hold, found {} to {}",
                                  where, range.low, range.high));
  return range.integer ? whole(range, where) : range;
}

/// Every value within the bounds, the bounds included, has the same chance; on a logarithmic scale,
/// the same chance per octave, where the integer k stands for k - 0.5 to k + 0.5.
OptionValue draw(const Range& range, Random& random) {
  if (range.integer && !range.logarithmic)
    return static_cast<std::int64_t>(range.low) +
           static_cast<std::int64_t>(
               random.below(static_cast<std::uint64_t>(range.high - range.low) + 1));
  const double margin = range.integer ? 0.5 : 0.0;
  const double value =
      range.logarithmic
          ? std::exp(random.uniform(std::log(range.low - margin), std::log(range.high + margin)))
          : random.uniform(range.low, range.high);
  // Rounding may lead out of the range.
  const double inside = std::clamp(value, range.low, range.high);
  if (range.integer) return static_cast<std::int64_t>(std::llround(inside));
  return inside;
}

/// As many values as there are points, one after the other.
std::vector<OptionValue> draws(const Leaf& leaf, std::size_t n_points, Random random) {
  std::vector<OptionValue> result;
  if (leaf.values->is_list()) {
    const auto values = value_list(*leaf.values, leaf.key, leaf.values->where);
    while (result.size() < n_points) result.push_back(values[random.below(values.size())]);
  } else {
    const Range range = read_range(leaf);
    while (result.size() < n_points) result.push_back(draw(range, random));
  }
  return result;
}

Axis random_axis(const YamlNode& part, const std::string& where) {
  YamlNode swept{.kind = YamlNode::Kind::map, .entries = {}};
  std::optional<std::uint64_t> count = 0, seed = 0;
  for (const YamlEntry& entry : part.entries) {
    const std::string& name = key_name(entry.key);
    if (name == "count")
      count = decimal_unsigned(entry.value.text);
    else if (name == "seed")
      seed = decimal_unsigned(entry.value.text);
    else
      swept.entries.push_back(entry);
    if (!count || !seed)
      throw ConfigError(
          fmt::format("{}: sweep.random: count and seed must be whole numbers", where));
  }
  if (*count < 1)
    throw ConfigError(
        fmt::format("{}: sweep.random.count must be at least 1, found {}", where, *count));
  const std::vector<Leaf> leaves = leaves_of(swept);
  if (*count > kMaxRuns)
    throw ConfigError(fmt::format("{}: sweep.random.count must be at most {}, found {}", where,
                                  kMaxRuns, *count));
  if (*count * leaves.size() > kMaxDraws)
    throw ConfigError(
        fmt::format("{}: sweep.random: expected at most {} values to draw, found {} for each of {}",
                    where, kMaxDraws, *count, counted(leaves.size(), "key")));
  const std::size_t n_points = *count;
  Axis axis{.keys = {}, .points = std::vector<std::vector<OptionValue>>(n_points), .where = where};
  for (const Leaf& leaf : leaves) {
    // Every key has draws of its own, so that another key changes none of them.
    const auto values = draws(leaf, n_points, Random(derive_seed(*seed, leaf.key)));
    axis.keys.push_back(leaf.key);
    for (std::size_t i = 0; i < n_points; ++i) axis.points[i].push_back(values[i]);
  }
  if (axis.keys.empty())
    throw ConfigError(fmt::format("{}: sweep.random names no key to draw", where));
  return axis;
}

Axis zip_axis(const YamlNode& part, const std::string& where) {
  Axis axis{.keys = {}, .points = {}, .where = where};
  for (const Leaf& leaf : leaves_of(part)) {
    const auto values = value_list(*leaf.values, leaf.key, leaf.values->where);
    if (!axis.keys.empty() && axis.points.size() != values.size())
      throw ConfigError(
          fmt::format("{}: sweep.zip: '{}' has {} values and '{}' has {}; lists advanced together "
                      "must be equally long",
                      where, axis.keys.front(), axis.points.size(), leaf.key, values.size()));
    axis.points.resize(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) axis.points[i].push_back(values[i]);
    axis.keys.push_back(leaf.key);
  }
  return axis;
}

}  // namespace

std::vector<Axis> read_sweep(const YamlNode& sweep) {
  std::vector<Axis> axes;
  for (const YamlEntry& part : sweep.entries) {
    const std::string& kind = key_name(part.key);
    const std::string& where = part.key.where;
    if (kind != "grid" && kind != "zip" && kind != "random")
      throw ConfigError(
          unknown_name_message("key", kind, where + ": sweep", {"grid", "random", "zip"}));
    if (!part.value.is_map())
      throw ConfigError(fmt::format("{}: sweep.{} must be a map from keys to values", where, kind));
    if (kind == "random")
      axes.push_back(random_axis(part.value, where));
    else if (kind == "grid")
      for (const Leaf& leaf : leaves_of(part.value))
        axes.push_back(grid_axis(leaf.key, *leaf.values, leaf.values->where));
    else if (Axis axis = zip_axis(part.value, where); !axis.keys.empty())
      axes.push_back(std::move(axis));
  }
  return axes;
}

Axis grid_axis(const std::string& key, const YamlNode& values, const std::string& where) {
  Axis axis{.keys = {key}, .points = {}, .where = where};
  for (OptionValue& value : value_list(values, key, where))
    axis.points.push_back({std::move(value)});
  return axis;
}

std::vector<std::uint64_t> read_seeds(const YamlNode& node, const std::string& where) {
  std::vector<std::uint64_t> seeds;
  if (const auto count = decimal_unsigned(node.text)) {
    if (*count > kMaxRuns)
      throw ConfigError(
          fmt::format("{}: seeds: expected a list, or the number of seeds, at most {}; found {}",
                      where, kMaxRuns, *count));
    for (std::uint64_t seed = 0; seed < *count; ++seed) seeds.push_back(seed);
  }
  for (const YamlNode& item : node.items) {
    const auto seed = decimal_unsigned(item.text);
    if (!seed) {
      seeds.clear();
      break;
    }
    seeds.push_back(*seed);
  }
  if (seeds.empty())
    throw ConfigError(fmt::format(
        "{}: seeds must be a list of whole numbers, or their number (seeds: 5 means 0 to 4)",
        where));
  if (std::set(seeds.begin(), seeds.end()).size() != seeds.size())
    throw ConfigError(fmt::format("{}: a seed is given twice", where));
  return seeds;
}

void check_number_of_runs(const std::vector<Axis>& axes, std::size_t n_seeds) {
  constexpr std::size_t kMaxFactors = 10;  // of the message
  std::vector<std::string> factors = {fmt::format("seeds: {}", n_seeds)};
  double n_runs = static_cast<double>(n_seeds);
  for (const Axis& axis : axes) {
    n_runs *= static_cast<double>(axis.points.size());
    if (axis.points.size() > 1 && factors.size() < kMaxFactors)
      factors.push_back(fmt::format("{}: {}", axis.keys.front(), axis.points.size()));
  }
  if (n_runs <= static_cast<double>(kMaxRuns)) return;
  const std::string where = axes.empty() ? "" : axes.front().where + ": ";
  throw ConfigError(fmt::format("{}expected an experiment of at most {} runs, found {:g} ({})",
                                where, kMaxRuns, n_runs, fmt::join(factors, ", ")));
}

SweepPosition::SweepPosition(const std::vector<Axis>& axes)
    : axes_(axes), points_(axes.size(), 0) {}

bool SweepPosition::advance() {
  for (std::size_t a = axes_.size(); a-- > 0;) {
    if (++points_[a] < axes_[a].points.size()) return true;
    points_[a] = 0;
  }
  return false;
}

void SweepPosition::apply(Settings& settings) const {
  for (std::size_t a = 0; a < axes_.size(); ++a) {
    const Axis& axis = axes_[a];
    for (std::size_t k = 0; k < axis.keys.size(); ++k)
      settings[axis.keys[k]] = {axis.points[points_[a]][k], axis.where, Layer::sweep};
  }
}

}  // namespace genrebench
