#include "harness/experiment/experiment_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <set>
#include <utility>

#include "base/error.hpp"
#include "harness/experiment/key_check.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/experiment/yaml_tree.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// More files that extend one another are a mistake, or a trap.
constexpr std::size_t kMaxExtends = 32;

/// The file as far as parse_yaml() may want it: of a larger one, one byte more.
std::string text_of(const fs::path& file) {
  if (std::error_code error; fs::is_directory(file, error))
    throw ConfigError(
        fmt::format("{}: expected an experiment file, found a folder", file.string()));
  std::ifstream stream(file);
  if (!stream)
    throw ConfigError(fmt::format("{}: cannot read the experiment file: {}", file.string(),
                                  std::strerror(errno)));
  std::string text(kMaxYamlBytes + 1, '\0');
  stream.read(text.data(), std::ssize(text));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad())
    throw ConfigError(fmt::format("{}: cannot read the experiment file", file.string()));
  return text;
}

/// Reads one key of a file.
/// @param own  settings of this file alone
void read_entry(const YamlEntry& entry, ExperimentFile& result, Settings& own) {
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
    add_settings(entry.value, key, Layer::file, own);
  }
}

/// The file that another one extends.
fs::path base_of(const fs::path& file, const YamlNode& base) {
  if (!base.is_scalar())
    throw ConfigError(fmt::format("{}: extends must be the name of a file", base.where));
  Setting name{base.text, base.where};
  expand_variables("extends", name, /*keep_unset=*/false);
  return file.parent_path() / to_string(name.value);
}

/// @param open  the files that extend this one, directly or through others
void read_into(ExperimentFile& result, const fs::path& file, std::set<fs::path>& open) {
  std::error_code error;
  const fs::path canonical = fs::weakly_canonical(file, error);
  if (!open.insert(canonical).second)
    throw ConfigError(fmt::format("{}: extends itself, directly or through others", file.string()));
  if (open.size() > kMaxExtends)
    throw ConfigError(fmt::format("{}: expected at most {} files that extend one another",
                                  file.string(), kMaxExtends));
  const std::string text = text_of(file);
  result.files.push_back(file.string());
  const YamlNode root = parse_yaml(text, file.string());
  if (!root.is_map())
    throw ConfigError(
        fmt::format("{}: expected a map of keys at the top of the file", file.string()));
  if (const YamlNode* base = root.find("extends")) read_into(result, base_of(file, *base), open);
  Settings own;
  for (const YamlEntry& entry : root.entries) read_entry(entry, result, own);
  for (auto& [key, setting] : own) result.settings[key] = std::move(setting);
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

/// Takes over what the command line sets, in place of the file's values and axes.
void set(Settings given, const std::string& where, ExperimentFile& file) {
  for (auto& [key, setting] : given) {
    remove_axis(key, where, file.axes);
    setting.where = "command line";
    file.settings[key] = std::move(setting);
  }
}

}  // namespace

ExperimentFile read_experiment_file(const fs::path& file) {
  ExperimentFile result;
  std::set<fs::path> open;
  read_into(result, file, open);
  return result;
}

void apply_override(const std::string& word, const Registry& registry, ExperimentFile& file) {
  static const std::string kGrid = "sweep.grid.";
  const auto [key, text] = key_and_text(word);
  const std::string where = fmt::format("command line: {}", key);
  if (is_value_key(key, registry)) return set({{key, typed_setting(text)}}, where, file);
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
    Settings given;
    add_settings(node, key, Layer::command_line, given);
    set(std::move(given), where, file);
  }
}

}  // namespace genrebench
