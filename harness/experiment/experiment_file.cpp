#include "harness/experiment/experiment_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "base/error.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/experiment/yaml_tree.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

std::string text_of(const fs::path& file) {
  if (std::error_code error; fs::is_directory(file, error))
    throw ConfigError(
        fmt::format("{}: expected an experiment file, found a folder", file.string()));
  std::ifstream stream(file);
  if (!stream) throw ConfigError(fmt::format("{}: cannot read the experiment file", file.string()));
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// Reads one key of a file.
void read_entry(const YamlEntry& entry, ExperimentFile& result) {
  const std::string& key = key_name(entry.key);
  if (key == "sweep") {
    if (!entry.value.is_map())
      throw ConfigError(
          fmt::format("{}: sweep must be a map of grid, zip or random", entry.key.where));
    result.axes = read_sweep(entry.value);
  } else if (key == "seeds") {
    result.seeds = read_seeds(entry.value, entry.key.where);
  } else if (key == "reports") {
    result.reports = read_report_entries(entry.value, Layer::file);
  } else if (key != "extends") {
    add_settings(entry.value, key, Layer::file, result.settings);
  }
}

/// @param open  the files that extend this one, directly or through others
void read_into(ExperimentFile& result, const fs::path& file, std::set<fs::path>& open) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(file, error);
  if (!open.insert(canonical).second)
    throw ConfigError(fmt::format("{}: extends itself, directly or through others", file.string()));
  const std::string text = text_of(file);
  result.files.push_back(file.string());
  const YamlNode root = parse_yaml(text, file.string());
  if (!root.is_map())
    throw ConfigError(
        fmt::format("{}: expected a map of keys at the top of the file", file.string()));
  if (const YamlNode* base = root.find("extends"))
    read_into(result, file.parent_path() / to_string(to_value(*base, base->where)), open);
  std::set<std::string> seen;
  for (const YamlEntry& entry : root.entries) {
    if (!seen.insert(key_name(entry.key)).second)
      throw ConfigError(
          fmt::format("{}: key '{}' is given twice", entry.key.where, key_name(entry.key)));
    read_entry(entry, result);
  }
  open.erase(canonical);
}

/// Removes the axis of a key.
/// @throws ConfigError  if the key is swept together with others
void remove_axis(const std::string& key, const std::string& where, std::vector<Axis>& axes) {
  for (const Axis& axis : axes)
    if (axis.keys.size() > 1 && std::count(axis.keys.begin(), axis.keys.end(), key) > 0)
      throw ConfigError(
          fmt::format("{}: the key is swept together with others ({}); edit the file instead",
                      where, axis.where));
  std::erase_if(axes, [&](const Axis& axis) { return axis.keys.front() == key; });
}

}  // namespace

ExperimentFile read_experiment_file(const fs::path& file) {
  ExperimentFile result;
  std::set<fs::path> open;
  read_into(result, file, open);
  return result;
}

void apply_override(const std::string& word, ExperimentFile& file) {
  static const std::string kGrid = "sweep.grid.";
  const auto [key, text] = key_and_text(word);
  const std::string where = fmt::format("command line: {}", key);
  const YamlNode node = yaml_of_word(text, where);
  if (key == "seeds") {
    file.seeds = read_seeds(node, where);
  } else if (key == "reports") {
    file.reports = read_report_entries(node, Layer::command_line);
  } else if (key.starts_with(kGrid)) {
    const std::string swept = key.substr(kGrid.size());
    remove_axis(swept, where, file.axes);
    file.axes.push_back(grid_axis(swept, node, where));
  } else if (key == "sweep" || key.starts_with("sweep.")) {
    throw ConfigError(
        fmt::format("{}: only sweep.grid.KEY=[values] can be given on the command line", where));
  } else {
    remove_axis(key, where, file.axes);
    Settings given;
    add_settings(node, key, Layer::command_line, given);
    for (auto& [name, setting] : given) {
      setting.where = "command line";
      file.settings[name] = std::move(setting);
    }
  }
}

}  // namespace genrebench
