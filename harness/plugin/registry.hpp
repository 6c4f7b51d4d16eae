#pragma once
// The tables of plug-ins. A plug-in file defines `void register_<file>(Registry&)` and adds itself;
// CMake generates the function that calls them all (cmake/GenrebenchPlugins.cmake).

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/closest_name.hpp"
#include "harness/plugin/dataset.hpp"
#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/feature.hpp"
#include "harness/plugin/method.hpp"
#include "harness/plugin/options.hpp"
#include "harness/plugin/report.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

struct Registry;

/// What every plug-in says of itself.
struct PluginInfo {
  std::string name = {};     ///< snake_case, as written in YAML
  std::string summary = {};  ///< one line: what it is
  std::string source = {};   ///< citation, or empty
  OptionSchema options = {};
  /// Counts the changes of what the plug-in computes from the same input and options. It is part of
  /// the id of every run that uses the plug-in, and of the key of whatever is cached. Raise it with
  /// every change of results; `contract.Versions` fails where results moved and the version did
  /// not.
  int version = 1;
  /// Shared code that decides results as well, with its version: {{"decoder", kDecoderVersion}}.
  std::map<std::string, int> relies_on = {};
};

/// "mfcc 1, decoder 1": a plug-in and what it relies on, with their versions.
inline std::string version_text(const PluginInfo& plugin) {
  std::string text = plugin.name + " " + std::to_string(plugin.version);
  for (const auto& [name, version] : plugin.relies_on)
    text += ", " + name + " " + std::to_string(version);
  return text;
}

/// The dataset that a generated one is built from.
struct SourceDataset {
  std::string version = {};               ///< version_text() of its plug-in
  std::unique_ptr<Dataset> dataset = {};  ///< null: it is made for the purpose, and depends on the
                                          ///< generated one's options alone
};

struct DatasetPlugin : PluginInfo {
  /// The registry is for datasets that are built from another one.
  /// @throws ConfigError, DataError
  std::function<std::unique_ptr<Dataset>(const OptionValues&, const Registry&)> make;
  /// Writes the dataset's files to a folder that is new or empty (`dataset make`); empty where the
  /// dataset can only be obtained from its owners. `progress(done, total)` is called from one
  /// thread.
  using Progress = std::function<void(std::size_t, std::size_t)>;
  std::function<void(const OptionValues&, const Registry&, const std::filesystem::path&,
                     const Progress&)>
      write = {};
  /// Set where the dataset needs no files at all (then `root` may be left out: it is made in the
  /// cache folder by `write` and read from there).
  bool generated = false;
  /// Opens what a generated dataset is built from; empty where that is nothing. The content of the
  /// source then names the dataset in the cache folder, and the options of type path, which say
  /// where it lies, do not.
  std::function<SourceDataset(const OptionValues&, const Registry&)> built_from = {};
};

struct SplitPlugin : PluginInfo {
  std::function<std::unique_ptr<Splitter>(const OptionValues&)> make;
};

struct ExcerptPlugin : PluginInfo {
  std::function<std::unique_ptr<Excerpt>(const OptionValues&)> make;
};

struct FeaturePlugin : PluginInfo {
  std::function<std::unique_ptr<Feature>(const OptionValues&)> make;
};

struct MethodPlugin : PluginInfo {
  /// What the method can take: single columns only, or sequences of frames as well.
  bool takes_sequences = false;
  std::function<std::unique_ptr<Method>(const OptionValues&, std::uint64_t seed)> make;
};

struct ReportPlugin : PluginInfo {
  std::function<std::unique_ptr<Report>(const OptionValues&)> make;
};

/// Plug-ins of one kind, ordered by name.
template <typename Plugin>
class PluginTable {
 public:
  explicit PluginTable(std::string kind) : kind_(std::move(kind)) {}

  /// @throws std::logic_error  if the name is taken: two files claim to be the same plug-in
  void add(Plugin plugin) {
    const auto place =
        std::lower_bound(plugins_.begin(), plugins_.end(), plugin.name,
                         [](const Plugin& p, const std::string& name) { return p.name < name; });
    if (place != plugins_.end() && place->name == plugin.name)
      throw std::logic_error("two plug-ins register the " + kind_ + " '" + plugin.name + "'");
    plugins_.insert(place, std::move(plugin));
  }

  const Plugin* find(std::string_view name) const {
    for (const Plugin& plugin : plugins_)
      if (plugin.name == name) return &plugin;
    return nullptr;
  }

  /// @throws ConfigError  naming the nearest known plug-in and listing all
  const Plugin& get(std::string_view name, std::string_view where) const {
    if (const Plugin* plugin = find(name)) return *plugin;
    throw ConfigError(unknown_name_message(kind_, name, where, names()));
  }

  std::vector<std::string> names() const {
    std::vector<std::string> result;
    for (const Plugin& plugin : plugins_) result.push_back(plugin.name);
    return result;
  }

  const std::string& kind() const { return kind_; }
  auto begin() const { return plugins_.begin(); }
  auto end() const { return plugins_.end(); }
  std::size_t size() const { return plugins_.size(); }

 private:
  std::string kind_;
  std::vector<Plugin> plugins_;
};

/// Every plug-in of a program. Filled once at start-up, then only read.
struct Registry {
  PluginTable<DatasetPlugin> datasets{"dataset"};
  PluginTable<SplitPlugin> splits{"split"};
  PluginTable<ExcerptPlugin> excerpts{"excerpt"};
  PluginTable<FeaturePlugin> features{"feature"};
  PluginTable<MethodPlugin> methods{"method"};
  PluginTable<ReportPlugin> reports{"report"};
};

}  // namespace genrebench
