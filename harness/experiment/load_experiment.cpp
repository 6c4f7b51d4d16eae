#include "harness/experiment/load_experiment.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <optional>
#include <set>
#include <sstream>
#include <unordered_set>

#include "base/build_info.hpp"
#include "base/closest_name.hpp"
#include "base/random.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

const OptionSchema& run_option_schema() {
  static const OptionSchema schema = run_option_table().schema();
  return schema;
}

const OptionSchema& prune_schema() {
  static const OptionSchema schema = prune_option_table().schema();
  return schema;
}

const std::string kPrunePrefix = "prune.";

/// The plug-ins of a slot, seen only as names and schemas.
using Schemas = std::map<std::string, const OptionSchema*>;

template <auto Table>
const OptionSchema* find_in(const Registry& registry, std::string_view name) {
  const auto* plugin = (registry.*Table).find(name);
  return plugin == nullptr ? nullptr : &plugin->options;
}

template <auto Table>
Schemas all_of(const Registry& registry) {
  Schemas result;
  for (const auto& plugin : registry.*Table) result[plugin.name] = &plugin.options;
  return result;
}

/// The five plug-ins of a run. `selector` is the key that names the plug-in.
struct Slot {
  std::string key;
  std::string selector;
  std::string fallback;  ///< empty: must be given
  PluginChoice RunSpec::*choice;
  const OptionSchema* (*find)(const Registry&, std::string_view name);  ///< null: there is no such
                                                                        ///< plug-in
  Schemas (*all)(const Registry&);
  std::string prefix = key + ".";
  std::string selecting_key = prefix + selector;
};

template <auto Table>
Slot make_slot(const std::string& key, const std::string& selector, const std::string& fallback,
               PluginChoice RunSpec::*choice) {
  return {.key = key,
          .selector = selector,
          .fallback = fallback,
          .choice = choice,
          .find = &find_in<Table>,
          .all = &all_of<Table>};
}

const std::vector<Slot>& slots() {
  static const std::vector<Slot> all = {
      make_slot<&Registry::datasets>("dataset", "name", "", &RunSpec::dataset),
      make_slot<&Registry::splits>("split", "kind", "stratified", &RunSpec::split),
      make_slot<&Registry::excerpts>("excerpt", "name", "full", &RunSpec::excerpt),
      make_slot<&Registry::features>("features", "name", "", &RunSpec::features),
      make_slot<&Registry::methods>("method", "name", "", &RunSpec::method)};
  return all;
}

/// Who set a value; a later layer wins over an earlier one.
enum class Layer { file, sweep, command_line };

struct Entry {
  OptionValue value;
  std::string where;  ///< "file.yaml:3:5" or "command line"
  Layer layer = Layer::file;

  bool operator==(const Entry&) const = default;
};

/// Values by dotted key.
using Flat = std::map<std::string, Entry>;

/// One axis of a sweep: keys that advance together.
struct Axis {
  std::vector<std::string> keys;
  std::vector<std::vector<OptionValue>> points;  ///< one value a key
  std::string where;
};

/// A file as read: values, and the parts that are not values.
struct Source {
  Flat flat;
  std::vector<Axis> axes;
  std::vector<std::uint64_t> seeds;
  std::vector<std::string> files;  ///< this one and those it extends
};

std::string at(const std::string& file, const YAML::Mark& mark) {
  return mark.is_null() ? file : fmt::format("{}:{}:{}", file, mark.line + 1, mark.column + 1);
}

/// A key of a map: YAML would allow lists and maps as well.
std::string key_name(const YAML::Node& key, const std::string& file) {
  if (!key.IsScalar())
    throw ConfigError(fmt::format("{}: expected a word as key, found a list, a map or nothing",
                                  at(file, key.Mark())));
  return key.Scalar();
}

OptionValue scalar(const YAML::Node& node) {
  if (node.IsNull()) return std::monostate{};
  const std::string& text = node.Scalar();
  const bool quoted = node.Tag() == "!";
  return quoted ? OptionValue(text) : parse_option_value(text);
}

OptionValue to_value(const YAML::Node& node, const std::string& where) {
  if (node.IsScalar() || node.IsNull()) return scalar(node);
  if (node.IsSequence()) {
    std::vector<std::string> words;
    for (const YAML::Node& item : node) {
      if (!item.IsScalar())
        throw ConfigError(fmt::format("{}: expected a list of words or numbers", where));
      words.push_back(item.Scalar());
    }
    return words;
  }
  throw ConfigError(fmt::format("{}: expected a value, found a map", where));
}

void flatten(const YAML::Node& node, const std::string& key, const std::string& file, Layer layer,
             Flat& flat) {
  if (node.IsMap()) {
    std::set<std::string> seen;
    for (const auto& item : node) {
      const std::string name = key_name(item.first, file);
      if (!seen.insert(name).second)
        throw ConfigError(
            fmt::format("{}: key '{}' is given twice", at(file, item.first.Mark()), name));
      flatten(item.second, key.empty() ? name : key + "." + name, file, layer, flat);
    }
  } else {
    const std::string where = at(file, node.Mark());
    flat[key] = {to_value(node, where), where, layer};
  }
}

std::vector<OptionValue> value_list(const YAML::Node& node, const std::string& key,
                                    const std::string& where) {
  if (!node.IsSequence() || node.size() == 0)
    throw ConfigError(
        fmt::format("{}: '{}' must be a list of at least one value to sweep over", where, key));
  std::vector<OptionValue> values;
  for (const YAML::Node& item : node) values.push_back(to_value(item, where));
  return values;
}

/// Leaves of a sweep's map: dotted or nested keys, each with a list (or, for random, a range).
void sweep_leaves(const YAML::Node& node, const std::string& prefix, const std::string& file,
                  std::vector<std::pair<std::string, YAML::Node>>& leaves) {
  for (const auto& item : node) {
    const std::string name = key_name(item.first, file),
                      key = prefix.empty() ? name : prefix + "." + name;
    if (item.second.IsMap() && !item.second["low"])
      sweep_leaves(item.second, key, file, leaves);
    else
      leaves.emplace_back(key, item.second);
  }
}

OptionValue draw(const YAML::Node& node, const std::string& key, const std::string& where,
                 Random& random) {
  if (node.IsSequence()) {
    const auto values = value_list(node, key, where);
    return values[random.below(values.size())];
  }
  for (const auto& item : node) {
    const std::string word = item.first.IsScalar() ? item.first.Scalar() : std::string();
    if (word != "low" && word != "high" && word != "scale" && word != "type")
      throw ConfigError(
          unknown_name_message("key", word, where + ": " + key, {"low", "high", "scale", "type"}));
  }
  if (!node.IsMap() || !node["low"] || !node["high"])
    throw ConfigError(fmt::format(
        "{}: '{}' must be a list or a range {{low, high, scale: linear|log}}", where, key));
  double low = 0.0, high = 0.0;
  try {
    low = node["low"].as<double>();
    high = node["high"].as<double>();
  } catch (const YAML::Exception&) {
    throw ConfigError(fmt::format("{}: '{}': low and high must be numbers", where, key));
  }
  const std::string scale = node["scale"] ? node["scale"].Scalar() : "linear";
  const std::string type = node["type"] ? node["type"].Scalar() : "number";
  if (scale != "linear" && scale != "log")
    throw ConfigError(
        fmt::format("{}: '{}': scale must be linear or log, found '{}'", where, key, scale));
  if (type != "number" && type != "integer")
    throw ConfigError(
        fmt::format("{}: '{}': type must be number or integer, found '{}'", where, key, type));
  if (!(low <= high) || (scale == "log" && low <= 0.0))
    throw ConfigError(fmt::format("{}: '{}': expected low <= high{}, found {} and {}", where, key,
                                  scale == "log" ? ", both positive" : "", low, high));
  if (type == "integer" && scale == "linear")
    return static_cast<std::int64_t>(low) +
           static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(high - low) + 1));
  const double value = scale == "log" ? std::exp(random.uniform(std::log(low), std::log(high)))
                                      : random.uniform(low, high);
  if (type == "integer") return static_cast<std::int64_t>(std::llround(value));
  return value;
}

std::vector<Axis> read_sweep(const YAML::Node& sweep, const std::string& file) {
  std::vector<Axis> axes;
  for (const auto& part : sweep) {
    const std::string kind = key_name(part.first, file);
    const std::string where = at(file, part.first.Mark());
    if (kind != "grid" && kind != "zip" && kind != "random")
      throw ConfigError(
          unknown_name_message("key", kind, where + ": sweep", {"grid", "random", "zip"}));
    if (!part.second.IsMap())
      throw ConfigError(fmt::format("{}: sweep.{} must be a map from keys to values", where, kind));
    std::vector<std::pair<std::string, YAML::Node>> leaves;
    int count = 0;
    std::uint64_t seed = 0;
    if (kind == "random") {
      YAML::Node rest(YAML::NodeType::Map);
      try {
        for (const auto& item : part.second) {
          const std::string name = key_name(item.first, file);
          if (name == "count")
            count = item.second.as<int>();
          else if (name == "seed")
            seed = item.second.as<std::uint64_t>();
          else
            rest[item.first] = item.second;
        }
      } catch (const YAML::Exception&) {
        throw ConfigError(
            fmt::format("{}: sweep.random: count and seed must be whole numbers", where));
      }
      if (count < 1)
        throw ConfigError(
            fmt::format("{}: sweep.random.count must be at least 1, found {}", where, count));
      sweep_leaves(rest, "", file, leaves);
      Axis axis{.keys = {},
                .points = std::vector<std::vector<OptionValue>>(static_cast<std::size_t>(count)),
                .where = where};
      for (const auto& [key, node] : leaves) {
        Random random(derive_seed(seed, key));  // a new key leaves the draws of the others alone
        axis.keys.push_back(key);
        for (auto& point : axis.points)
          point.push_back(draw(node, key, at(file, node.Mark()), random));
      }
      if (axis.keys.empty())
        throw ConfigError(fmt::format("{}: sweep.random names no key to draw", where));
      axes.push_back(std::move(axis));
      continue;
    }
    sweep_leaves(part.second, "", file, leaves);
    Axis zipped{.keys = {}, .points = {}, .where = where};
    for (const auto& [key, node] : leaves) {
      const auto values = value_list(node, key, at(file, node.Mark()));
      if (kind == "grid") {
        Axis axis{.keys = {key}, .points = {}, .where = at(file, node.Mark())};
        for (const OptionValue& value : values) axis.points.push_back({value});
        axes.push_back(std::move(axis));
      } else {
        if (!zipped.keys.empty() && zipped.points.size() != values.size())
          throw ConfigError(
              fmt::format("{}: sweep.zip: '{}' has {} values and '{}' has {}; lists advanced "
                          "together must be equally long",
                          where, zipped.keys.front(), zipped.points.size(), key, values.size()));
        zipped.points.resize(values.size());
        for (std::size_t i = 0; i < values.size(); ++i) zipped.points[i].push_back(values[i]);
        zipped.keys.push_back(key);
      }
    }
    if (!zipped.keys.empty()) axes.push_back(std::move(zipped));
  }
  return axes;
}

std::vector<std::uint64_t> read_seeds(const YAML::Node& node, const std::string& where) {
  std::vector<std::uint64_t> seeds;
  try {
    if (node.IsScalar()) {
      const auto count = node.as<std::uint64_t>();
      if (count > 100000)
        throw ConfigError(
            fmt::format("{}: seeds: a single number is how many; {} are too many", where, count));
      for (std::uint64_t s = 0; s < count; ++s) seeds.push_back(s);
    } else if (node.IsSequence()) {
      for (const YAML::Node& item : node) seeds.push_back(item.as<std::uint64_t>());
    }
  } catch (const YAML::Exception&) {
    seeds.clear();
  }
  if (seeds.empty())
    throw ConfigError(fmt::format(
        "{}: seeds must be a list of whole numbers, or how many (seeds: 5 means 0 to 4)", where));
  if (std::set(seeds.begin(), seeds.end()).size() != seeds.size())
    throw ConfigError(fmt::format("{}: a seed is given twice", where));
  return seeds;
}

YAML::Node parse_yaml(const std::string& text, const std::string& file) {
  try {
    return YAML::Load(text);
  } catch (const YAML::Exception& error) {
    throw ConfigError(fmt::format("{}: not valid YAML: {}", at(file, error.mark), error.msg));
  }
}

void read_source(const fs::path& file, Source& source, std::set<fs::path>& open) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(file, error);
  if (!open.insert(canonical).second)
    throw ConfigError(fmt::format("{}: extends itself, directly or through others", file.string()));
  if (fs::is_directory(file, error))
    throw ConfigError(
        fmt::format("{}: expected an experiment file, found a folder", file.string()));
  std::ifstream stream(file);
  if (!stream) throw ConfigError(fmt::format("{}: cannot read the experiment file", file.string()));
  source.files.push_back(file.string());
  std::stringstream text;
  text << stream.rdbuf();
  const YAML::Node root = parse_yaml(text.str(), file.string());
  if (!root.IsMap())
    throw ConfigError(
        fmt::format("{}: expected a map of keys at the top of the file", file.string()));
  if (const YAML::Node base = root["extends"])
    read_source(file.parent_path() / to_string(to_value(base, at(file.string(), base.Mark()))),
                source, open);
  YAML::Node values(YAML::NodeType::Map);
  std::set<std::string> seen;
  for (const auto& item : root) {
    const std::string key = key_name(item.first, file.string());
    const std::string where = at(file.string(), item.first.Mark());
    if (!seen.insert(key).second)
      throw ConfigError(fmt::format("{}: key '{}' is given twice", where, key));
    if (key == "extends") continue;
    if (key == "sweep") {
      if (!item.second.IsMap())
        throw ConfigError(fmt::format("{}: sweep must be a map of grid, zip or random", where));
      source.axes = read_sweep(item.second, file.string());
    } else if (key == "seeds") {
      source.seeds = read_seeds(item.second, where);
    } else {
      flatten(item.second, key, file.string(), Layer::file, source.flat);
    }
  }
  open.erase(canonical);
}

void apply_override(const std::string& word, Source& source) {
  const std::size_t equals = word.find('=');
  if (equals == std::string::npos || equals == 0)
    throw ConfigError(fmt::format("command line: expected key=value, found '{}'", word));
  const std::string key = word.substr(0, equals), text = word.substr(equals + 1);
  const std::string where = fmt::format("command line: {}", key);
  const YAML::Node node = text.empty() ? YAML::Node(std::string()) : parse_yaml(text, where);
  if (key == "seeds") {
    source.seeds = read_seeds(node, where);
    return;
  }
  std::string swept = key;
  bool grid = false;
  if (swept.starts_with("sweep.grid.")) {
    swept = swept.substr(11);
    grid = true;
  } else if (swept == "sweep" || swept.starts_with("sweep.")) {
    throw ConfigError(
        fmt::format("{}: only sweep.grid.KEY=[values] can be given on the command line", where));
  }
  // What is said last replaces the axis that the file sweeps over.
  for (const Axis& axis : source.axes)
    if (axis.keys.size() > 1 && std::count(axis.keys.begin(), axis.keys.end(), swept) > 0)
      throw ConfigError(
          fmt::format("{}: the key is swept together with others ({}); edit the file instead",
                      where, axis.where));
  std::erase_if(source.axes, [&](const Axis& axis) { return axis.keys.front() == swept; });
  if (grid) {
    Axis axis{.keys = {swept}, .points = {}, .where = where};
    for (const OptionValue& value : value_list(node, swept, where)) axis.points.push_back({value});
    source.axes.push_back(std::move(axis));
  } else {
    flatten(node, key, where, Layer::command_line, source.flat);
    for (auto& [name, entry] : source.flat)
      if (entry.layer == Layer::command_line) entry.where = "command line";
  }
}

/// True for an option of a plug-in that is a path: "dataset.root", "dataset.gtzan.root".
bool is_path(const std::string& key, const Registry& registry) {
  for (const Slot& slot : slots()) {
    if (!key.starts_with(slot.prefix)) continue;
    const std::string rest = key.substr(slot.prefix.size());
    for (const auto& [name, schema] : slot.all(registry)) {
      const OptionInfo* option =
          schema->find(rest.starts_with(name + ".") ? rest.substr(name.size() + 1) : rest);
      if (option != nullptr && option->type == OptionType::path) return true;
    }
  }
  return false;
}

/// `${NAME}` from the environment.
/// @param keep_unset  leaves it as it is where there is no NAME
void expand_environment(const std::string& key, Entry& entry, bool keep_unset) {
  auto* text = std::get_if<std::string>(&entry.value);
  if (text == nullptr) return;
  for (std::size_t begin = text->find("${"); begin != std::string::npos;
       begin = text->find("${", begin)) {
    const std::size_t end = text->find('}', begin);
    if (end == std::string::npos)
      throw ConfigError(fmt::format("{}: '{}' has ${{ without }}", entry.where, key));
    const std::string name = text->substr(begin + 2, end - begin - 2);
    const char* value = std::getenv(name.c_str());
    if (value == nullptr && keep_unset) {
      begin = end;
      continue;
    }
    if (value == nullptr)
      throw ConfigError(
          fmt::format("{}: '{}' needs the environment variable {}, which is not set; set it, or "
                      "say {}=… on the command line",
                      entry.where, key, name, key));
    text->replace(begin, end + 1 - begin, value);
    begin += std::string_view(value).size();
  }
}

/// Keys outside the slots and RunOptions.
const std::vector<std::string> kPlainKeys = {"name", "description", "reports", "compare_with"};

void check_key(const std::string& key, const Entry& entry, const Registry& registry) {
  const std::size_t dot = key.find('.');
  const std::string head = key.substr(0, dot);
  if (dot == std::string::npos && std::count(kPlainKeys.begin(), kPlainKeys.end(), key) > 0) return;
  if (dot == std::string::npos && run_option_schema().find(key) != nullptr) return;
  if (head == "prune") {
    if (dot == std::string::npos)
      throw ConfigError(fmt::format("{}: 'prune' must be a map with the key 'kind', found '{}'",
                                    entry.where, to_string(entry.value)));
    if (prune_schema().find(key.substr(dot + 1)) == nullptr)
      prune_schema().resolve({{key.substr(dot + 1), entry.value}},
                             entry.where + ": prune");  // throws
    return;
  }
  for (const Slot& slot : slots()) {
    if (head != slot.key) continue;
    if (dot == std::string::npos)
      throw ConfigError(fmt::format("{}: '{}' must be a map with the key '{}', found '{}'",
                                    entry.where, key, slot.selector, to_string(entry.value)));
    const Schemas plugins = slot.all(registry);
    const std::string rest = key.substr(dot + 1);
    const std::size_t next = rest.find('.');
    const std::string word = rest.substr(0, next);
    if (rest == slot.selector) return;
    if (slot.key == "method" && word == "tune" && next != std::string::npos) return;
    if (const auto plugin = plugins.find(word);
        plugin != plugins.end() && next != std::string::npos) {
      // Options of a plug-in are checked whether or not it is chosen.
      const std::string option = rest.substr(next + 1);
      if (slot.key == "method" && option.starts_with("tune.")) return;
      const std::string where = fmt::format("{}: {} {}", entry.where, slot.key, word);
      plugin->second->resolve({{option, entry.value}}, where);
      return;
    }
    if (next == std::string::npos) {
      for (const auto& [name, schema] : plugins)
        if (schema->find(rest) != nullptr) return;
    }
    std::set<std::string> known = {slot.selector};
    for (const auto& [name, schema] : plugins) {
      known.insert(name);
      for (const OptionInfo& option : schema->options()) known.insert(option.name);
    }
    throw ConfigError(unknown_name_message("key", word, entry.where + ": " + slot.key,
                                           {known.begin(), known.end()}));
  }
  std::vector<std::string> known = kPlainKeys;
  for (const Slot& slot : slots()) known.push_back(slot.key);
  for (const OptionInfo& option : run_option_schema().options()) known.push_back(option.name);
  for (const char* word : {"extends", "prune", "seeds", "sweep"}) known.emplace_back(word);
  std::sort(known.begin(), known.end());
  throw ConfigError(unknown_name_message("key", head, entry.where, known));
}

/// What a configuration says of one slot: its keys without the slot's name, and which plug-in they
/// choose.
struct SlotChoice {
  PluginChoice plugin;
  std::map<std::string, std::vector<OptionValue>> tune;
};

SlotChoice resolve_slot(const Slot& slot, const Flat& given_keys, const Registry& registry) {
  const auto selected = given_keys.find(slot.selecting_key);
  SlotChoice result;
  PluginChoice& choice = result.plugin;
  choice.name = selected == given_keys.end() ? slot.fallback : to_string(selected->second.value);
  const OptionSchema* schema = slot.find(registry, choice.name);
  if (schema == nullptr) {
    std::vector<std::string> names;
    for (const auto& [name, other] : slot.all(registry)) names.push_back(name);
    if (choice.name.empty())
      throw ConfigError(
          fmt::format("'{}' is not given (known: {})", slot.selecting_key, fmt::join(names, ", ")));
    throw ConfigError(
        unknown_name_message(slot.key == "features" ? "feature" : slot.key, choice.name,
                             selected->second.where + ": " + slot.selecting_key, names) +
        (slot.key == "method" && !kWithTorch
             ? "; this genrebench was built without the deep methods (GENREBENCH_WITH_TORCH=OFF)"
             : ""));
  }
  // Weakest first: by layer, then what is said for every plug-in before what is said for this one.
  std::vector<std::tuple<Layer, bool, std::string, const Entry*>> given;
  for (const auto& [key, entry] : given_keys) {
    if (key == slot.selecting_key) continue;
    const std::string rest = key.substr(slot.prefix.size());
    const std::size_t dot = rest.find('.');
    const bool tune = rest.starts_with("tune.");
    const bool direct = dot == std::string::npos || tune;
    // `split.kind=published` on the command line replaces the file's split, whose other options
    // were not for it.
    const bool replaced = selected != given_keys.end() &&
                          selected->second.layer == Layer::command_line &&
                          entry.layer != Layer::command_line;
    if (direct && replaced && schema->find(tune ? rest.substr(5) : rest) == nullptr) continue;
    if (direct)
      given.emplace_back(entry.layer, false, rest, &entry);
    else if (rest.substr(0, dot) == choice.name)
      given.emplace_back(entry.layer, true, rest.substr(dot + 1), &entry);
  }
  std::sort(given.begin(), given.end());
  const std::string where = slot.key + " " + choice.name;
  OptionValues values;
  std::map<std::string, Layer> layers;
  for (const auto& [layer, specific, option, entry] : given) {
    const std::string here = entry->where + ": " + where;
    if (option.starts_with("tune.")) {
      const std::string name = option.substr(5);
      const OptionInfo* info = schema->find(name);
      if (info == nullptr) schema->resolve({{name, entry->value}}, here + " tune");  // throws
      std::vector<OptionValue> candidates;
      const auto* words = std::get_if<std::vector<std::string>>(&entry->value);
      if (words == nullptr || words->empty())
        throw ConfigError(fmt::format("{}: tune.{} must be a list of values to try", here, name));
      for (const std::string& word : *words)
        candidates.push_back(schema->check(*info, parse_option_value(word), here));
      result.tune[name] = std::move(candidates);
    } else {
      if (const OptionInfo* info = schema->find(option))
        schema->check(*info, entry->value, here);
      else
        schema->resolve({{option, entry->value}}, here);  // throws
      values[option] = entry->value;
      layers[option] = layer;
      // What is said later and stronger takes the place of its alternatives.
      const auto& alternatives = schema->alternatives();
      if (!std::holds_alternative<std::monostate>(entry->value) &&
          std::find(alternatives.begin(), alternatives.end(), option) != alternatives.end())
        for (const std::string& other : alternatives)
          if (const auto weaker = layers.find(other);
              weaker != layers.end() && weaker->second < layer)
            values.erase(other);
    }
  }
  choice.options = schema->resolve(values, where);
  return result;
}

/// Resolves one run after the other, from values by dotted key. What is said of a slot is often
/// what was said of it in the run before: then its plug-in and options are too.
template <typename Value>
class Resolver {
 public:
  using Values = std::map<std::string, Value>;
  /// Reads one of the values.
  using Read = std::function<Entry(const std::string& key, const Value& value, const Values& all)>;

  Resolver(const Registry& registry, Read read)
      : registry_(registry), read_(std::move(read)), last_(slots().size()) {}

  /// @throws ConfigError
  RunSpec operator()(const Values& given) {
    RunSpec spec;
    spec.options = run_option_table().parse(
        run_option_schema().resolve(values_of(run_option_schema(), {}, given, spec), "experiment"));
    spec.prune = prune_option_table().parse(
        prune_schema().resolve(values_of(prune_schema(), kPrunePrefix, given, spec), "prune"));
    if (!spec.prune.on())
      std::erase_if(spec.handling,
                    [](const auto& one) { return one.first.starts_with(kPrunePrefix); });
    for (std::size_t i = 0; i < slots().size(); ++i) {
      const Slot& slot = slots()[i];
      if (spec.segmentation() && slot.key != "dataset" && slot.key != "excerpt") continue;
      const SlotChoice& choice = resolve(i, given);
      spec.*slot.choice = choice.plugin;
      spec.tune.insert(choice.tune.begin(), choice.tune.end());
    }
    return spec;
  }

 private:
  struct Last {
    Values given;
    std::optional<SlotChoice> choice;
  };

  /// What is given of options that belong to no plug-in.
  OptionValues values_of(const OptionSchema& schema, const std::string& prefix, const Values& given,
                         RunSpec& spec) const {
    OptionValues values;
    for (const OptionInfo& option : schema.options())
      if (const auto found = given.find(prefix + option.name); found != given.end()) {
        const Entry entry = read_(found->first, found->second, given);
        values[option.name] =
            schema.check(option, entry.value, entry.where + (prefix.empty() ? "" : ": prune"));
        if (!option.identity && values[option.name] != option.default_value)
          spec.handling[found->first] = to_string(values[option.name]);
      }
    return values;
  }

  const SlotChoice& resolve(std::size_t i, const Values& given) {
    const Slot& slot = slots()[i];
    Last& last = last_[i];
    const auto begin = given.lower_bound(slot.prefix);
    auto end = begin;
    while (end != given.end() && end->first.starts_with(slot.prefix)) ++end;
    if (last.choice && std::equal(begin, end, last.given.begin(), last.given.end()))
      return *last.choice;
    last.choice.reset();
    last.given = Values(begin, end);
    Flat flat;
    for (const auto& [key, value] : last.given)
      flat.emplace_hint(flat.end(), key, read_(key, value, given));
    return last.choice.emplace(resolve_slot(slot, flat, registry_));
  }

  const Registry& registry_;
  Read read_;
  std::vector<Last> last_;
};

/// What a file says of its experiment beside the runs.
struct ExperimentHeader {
  std::string name;
  std::string description;
  std::vector<std::string> reports;
  std::vector<std::string> compare_with;
};

ExperimentHeader header_of(const Flat& flat, const fs::path& file, const Registry& registry) {
  const auto text = [&](const std::string& key) {
    const auto entry = flat.find(key);
    return entry == flat.end() ? std::string() : to_string(entry->second.value);
  };
  const auto words = [&](const std::string& key) -> std::vector<std::string> {
    const auto entry = flat.find(key);
    if (entry == flat.end()) return {};
    if (const auto* list = std::get_if<std::vector<std::string>>(&entry->second.value))
      return *list;
    return {to_string(entry->second.value)};
  };
  ExperimentHeader header{.name = text("name"),
                          .description = text("description"),
                          .reports = words("reports"),
                          .compare_with = words("compare_with")};
  if (header.name.empty()) header.name = file.stem().string();
  for (const std::string& name : header.reports)
    registry.reports.get(name, flat.at("reports").where + ": reports");
  if (header.reports.empty()) header.reports = {"summary"};
  return header;
}

/// Calls `take(prefix, name, text)` for every resolved value; its key is the prefix and the name.
/// @param identity_only  leaves out what does not decide the result, presets (their values are
/// there), and values that are the
///                       defaults: an option that is new then changes no id, and a default that
///                       changes raises its plug-in's version
template <typename Take>
void for_each_value(const RunSpec& spec, const Registry& registry, bool identity_only,
                    const Take& take) {
  static const std::string kNoPrefix, kTune = "method.tune.";
  for (const Slot& slot : slots()) {
    const PluginChoice& choice = spec.*slot.choice;
    if (choice.name.empty()) continue;
    const OptionSchema& schema = *slot.find(registry, choice.name);
    take(slot.prefix, slot.selector, choice.name);
    for (const auto& [name, value] : choice.options) {
      const OptionInfo& option = *schema.find(name);
      const bool identifies =
          option.identity && name != schema.preset_option() && value != option.default_value;
      if (!identity_only || identifies) take(slot.prefix, name, to_string(value));
    }
  }
  for (const auto& [name, values] : spec.tune) {
    std::vector<std::string> words;
    for (const OptionValue& value : values) words.push_back(to_string(value));
    take(kTune, name, to_string(OptionValue(words)));
  }
  if (spec.options.known_clusters) take(kNoPrefix, "known_clusters", "true");
  static const RunOptions kDefaults;
  if (spec.segmentation()) {
    take(kNoPrefix, "task", spec.options.task);
  } else {
    if (!identity_only || spec.options.standardise != kDefaults.standardise)
      take(kNoPrefix, "standardise", spec.options.standardise ? "true" : "false");
    if (!identity_only || spec.options.vote != kDefaults.vote)
      take(kNoPrefix, "vote", spec.options.vote);
  }
  if (!identity_only || spec.options.on_bad_track != kDefaults.on_bad_track)
    take(kNoPrefix, "on_bad_track", spec.options.on_bad_track);
  if (!identity_only)
    for (const auto& [name, text] : spec.handling) take(kNoPrefix, name, text);
}

std::map<std::string, std::string> describe(const RunSpec& spec, const Registry& registry,
                                            bool identity_only) {
  std::map<std::string, std::string> result;
  for_each_value(spec, registry, identity_only,
                 [&](const std::string& prefix, const std::string& name, std::string text) {
                   result.emplace(prefix + name, std::move(text));
                 });
  return result;
}

/// Equal for equal parameters(), and made faster.
std::string text_of(const RunSpec& spec, const Registry& registry) {
  std::string all;
  for_each_value(spec, registry, /*identity_only=*/false,
                 [&](const std::string& prefix, const std::string& name, const std::string& text) {
                   all.append(prefix).append(name).append(1, '\0').append(text).append(1, '\0');
                 });
  return all;
}

/// A value as describe() wrote it; only its option's type tells a number from a folder that is
/// called 1.
OptionValue stored_value(const std::string& key, const std::string& text,
                         const std::map<std::string, std::string>& parameters,
                         const Registry& registry) {
  bool list = key.starts_with("method.tune.");
  for (const Slot& slot : slots()) {
    if (!key.starts_with(slot.prefix)) continue;
    const auto name = parameters.find(slot.selecting_key);
    if (name == parameters.end()) continue;
    const OptionSchema* schema = slot.find(registry, name->second);
    const OptionInfo* option = schema == nullptr
                                   ? nullptr
                                   : schema->find(std::string_view(key).substr(slot.prefix.size()));
    if (option == nullptr) continue;
    if (option->type == OptionType::path || option->type == OptionType::text) return text;
    list = option->type == OptionType::list;
  }
  return list ? to_value(YAML::Load(text), key) : parse_option_value(text);
}

}  // namespace

const OptionTable<RunOptions>& run_option_table() {
  static const OptionTable<RunOptions> table = [] {
    OptionTable<RunOptions> t;
    t.choice("task", &RunOptions::task, {"classification", "segmentation"},
             "What a run does: genres from features by a method; or only the excerpt plug-in's "
             "segmentation, scored against the sections that the dataset knows (split, features "
             "and method are not used).")
        .boolean("known_clusters", &RunOptions::known_clusters,
                 "Tell the excerpt plug-in how many different sections each track has, where the "
                 "dataset knows them, when it is scored.")
        .boolean("standardise", &RunOptions::standardise,
                 "Scale features to zero mean and unit deviation, with the statistics of the "
                 "training tracks alone.")
        .choice("vote", &RunOptions::vote, {"majority", "mean_probability"},
                "How the excerpts of a track decide its genre: the most frequent predicted class "
                "(ties: the higher mean probability, then the first genre), or the highest mean "
                "probability.",
                "the paper, section 4.1, votes")
        .choice("on_bad_track", &RunOptions::on_bad_track, {"skip", "fail"},
                "What a track that cannot be read does: it is left out and reported with every "
                "run, or it fails the run.")
        .boolean("keep_model", &RunOptions::keep_model,
                 "Keep the fitted model beside the run store, where the method writes one (the "
                 "deep methods do), so that `predict` need not fit again.")
        .without_identity()
        .integer("retries", &RunOptions::retries, 0, 1000,
                 "Further attempts at a run that fails, before it is recorded as failed. `run` "
                 "again always tries failed runs again.")
        .without_identity()
        .number("retry_backoff_s", &RunOptions::retry_backoff_s, 0.0, 86400.0,
                "Pause before the first further attempt, in seconds; it doubles with each.")
        .without_identity()
        .integer("max_losses", &RunOptions::max_losses, 0, 1000000,
                 "So many workers may be lost (killed, crashed, out of reach) with one run; with "
                 "one more the run has failed, because it may be what kills them.")
        .without_identity();
    return t;
  }();
  return table;
}

std::map<std::string, std::string> RunSpec::parameters(const Registry& registry) const {
  return describe(*this, registry, /*identity_only=*/false);
}

std::map<std::string, std::string> RunSpec::identity(const Registry& registry) const {
  return describe(*this, registry, /*identity_only=*/true);
}

std::map<std::string, fs::path> RunSpec::content_files(const Registry& registry) const {
  std::map<std::string, fs::path> result;
  for (const Slot& slot : slots()) {
    const PluginChoice& choice = this->*slot.choice;
    if (choice.name.empty()) continue;
    for (const OptionInfo& option : slot.find(registry, choice.name)->options())
      if (const auto* file = std::get_if<std::string>(&choice.options.at(option.name));
          option.content && !file->empty())
        result[slot.prefix + option.name] = *file;
  }
  return result;
}

bool is_handling(std::string_view key) {
  const OptionInfo* option = key.starts_with(kPrunePrefix)
                                 ? prune_schema().find(key.substr(kPrunePrefix.size()))
                                 : run_option_schema().find(key);
  return option != nullptr && !option->identity;
}

std::map<std::string, std::string> with_words(std::map<std::string, std::string> parameters,
                                              const std::vector<std::string>& words,
                                              const Registry& registry) {
  std::vector<std::string> free;
  for (const Slot& slot : slots()) {
    const auto name = parameters.find(slot.selecting_key);
    const OptionSchema* schema =
        name == parameters.end() ? nullptr : slot.find(registry, name->second);
    if (schema == nullptr) continue;
    for (const OptionInfo& option : schema->options())
      if (!option.identity) free.push_back(slot.prefix + option.name);
  }
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0)
      throw ConfigError(fmt::format("command line: expected key=value, found '{}'", word));
    const std::string key = word.substr(0, equals);
    if (std::find(free.begin(), free.end(), key) == free.end())
      throw ConfigError(fmt::format(
          "command line: '{}' cannot be changed, or the run would be another one; what can: {}",
          key, free.empty() ? "nothing" : fmt::format("{}", fmt::join(free, ", "))));
    parameters[key] = word.substr(equals + 1);
  }
  return parameters;
}

struct StoredRunReader::State {
  explicit State(const Registry& registry)
      : resolve(registry,
                [&registry](const std::string& key, const std::string& text, const auto& all) {
                  return Entry{stored_value(key, text, all, registry), "the store", Layer::file};
                }) {}

  Resolver<std::string> resolve;
};

StoredRunReader::StoredRunReader(const Registry& registry)
    : state_(std::make_unique<State>(registry)) {}
StoredRunReader::~StoredRunReader() = default;

RunSpec StoredRunReader::operator()(const std::map<std::string, std::string>& parameters,
                                    std::uint64_t seed) {
  try {
    RunSpec spec = state_->resolve(parameters);
    spec.seed = seed;
    return spec;
  } catch (const YAML::Exception& error) {
    throw DataError(
        fmt::format("the store's configuration of the run cannot be read: {}", error.what()));
  } catch (const ConfigError& error) {
    throw DataError(fmt::format(
        "the store's configuration of the run does not fit this version of genrebench: {}",
        error.what()));
  }
}

RunSpec RunSpec::from_parameters(const std::map<std::string, std::string>& parameters,
                                 std::uint64_t seed, const Registry& registry) {
  return StoredRunReader(registry)(parameters, seed);
}

Experiment load_experiment(const fs::path& file, const std::vector<std::string>& overrides,
                           const Registry& registry, UnsetVariables unset) {
  Source source;
  std::set<fs::path> open;
  read_source(file, source, open);
  for (const std::string& word : overrides) apply_override(word, source);
  if (source.seeds.empty()) source.seeds = {0};
  for (auto& [key, entry] : source.flat) {
    check_key(key, entry, registry);
    expand_environment(key, entry,
                       unset == UnsetVariables::keep_in_paths && is_path(key, registry));
  }
  for (const Axis& axis : source.axes)
    for (const std::string& key : axis.keys) {
      if (is_handling(key))
        throw ConfigError(
            fmt::format("{}: '{}' cannot be swept: it decides how runs are done, and no result",
                        axis.where, key));
      for (const auto& point : axis.points)
        check_key(
            key,
            {point[static_cast<std::size_t>(&key - axis.keys.data())], axis.where, Layer::sweep},
            registry);
    }

  const ExperimentHeader header = header_of(source.flat, file, registry);
  Experiment experiment{.name = header.name,
                        .description = header.description,
                        .source_file = file.string(),
                        .reports = header.reports,
                        .compare_with = header.compare_with,
                        .runs = {}};

  Resolver<Entry> resolve(
      registry, [](const std::string&, const Entry& entry, const Flat&) { return entry; });
  std::unordered_set<std::string> seen;
  std::vector<std::size_t> position(source.axes.size(), 0);
  for (bool more = true; more;) {
    Flat flat = source.flat;
    for (std::size_t a = 0; a < source.axes.size(); ++a) {
      const Axis& axis = source.axes[a];
      for (std::size_t k = 0; k < axis.keys.size(); ++k)
        flat[axis.keys[k]] = {axis.points[position[a]][k], axis.where, Layer::sweep};
    }
    RunSpec spec;
    try {
      spec = resolve(flat);
    } catch (const ConfigError& error) {
      const std::string message = error.what();
      const bool located = message.starts_with("command line") ||
                           std::any_of(source.files.begin(), source.files.end(),
                                       [&](const auto& f) { return message.starts_with(f + ":"); });
      throw ConfigError(located ? message : file.string() + ": " + message);
    }
    // Options of plug-ins that are not chosen make equal runs: once is enough.
    if (seen.insert(text_of(spec, registry)).second)
      for (const std::uint64_t seed : source.seeds) {
        spec.seed = seed;
        experiment.runs.push_back(spec);
      }
    more = false;
    for (std::size_t a = source.axes.size(); a-- > 0;) {
      if (++position[a] < source.axes[a].points.size()) {
        more = true;
        break;
      }
      position[a] = 0;
    }
  }
  return experiment;
}

OptionValues parse_options(const std::vector<std::string>& words, const OptionSchema& schema,
                           std::string_view where) {
  Flat flat;
  Source source;
  for (const std::string& word : words) apply_override(word, source);
  OptionValues values;
  for (const auto& [key, entry] : source.flat) {
    schema.resolve({{key, entry.value}}, where);
    values[key] = entry.value;
  }
  return schema.resolve(values, where);
}

}  // namespace genrebench
