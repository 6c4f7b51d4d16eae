#pragma once
// The tables of plug-ins. A plug-in is one file: it defines `void register_<file>(Registry&)`,
// which adds it to a table. CMake generates the function that calls them all
// (cmake/GenrebenchPlugins.cmake).

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
#include "harness/plugin/deformation.hpp"
#include "harness/plugin/excerpt.hpp"
#include "harness/plugin/feature.hpp"
#include "harness/plugin/method.hpp"
#include "harness/plugin/options.hpp"
#include "harness/plugin/report.hpp"
#include "harness/plugin/split.hpp"

namespace genrebench {

struct Registry;

/// What every plug-in says of itself. `make`, which each kind of plug-in has besides, is called
/// with the values that OptionSchema::resolve() returned; it throws ConfigError for options that do
/// not go together.
struct PluginInfo {
  std::string name = {};     ///< snake_case, as written in YAML
  std::string summary = {};  ///< one line: what it is
  std::string source = {};   ///< citation, or empty
  OptionSchema options = {};
  /// Raise it whenever the plug-in computes something else from the same input and options. It is a
  /// part of the id of every run that uses the plug-in, and of the keys of its cached results. The
  /// test `contract.Versions` fails if results changed and the version did not.
  int version = 1;
  /// Shared code that decides the plug-in's results as well, with its version: {{"decoder",
  /// kDecoderVersion}}.
  std::map<std::string, int> relies_on = {};
};

/// A plug-in and what it relies on, with their versions: "mfcc 1, decoder 1".
inline std::string version_text(const PluginInfo& plugin) {
  std::string text = plugin.name + " " + std::to_string(plugin.version);
  for (const auto& [name, version] : plugin.relies_on)
    text += ", " + name + " " + std::to_string(version);
  return text;
}

/// The dataset that a generated one is built from.
struct SourceDataset {
  std::string version = {};  ///< version_text() of its plug-in
  /// Null if the source is made together with the generated dataset, and depends on the options of
  /// that one alone.
  std::unique_ptr<Dataset> dataset = {};
};

struct DatasetPlugin : PluginInfo {
  /// Opens the dataset. The registry is for datasets that are built from another one.
  /// @throws DataError  if the files are not there or are not those of the dataset
  std::function<std::unique_ptr<Dataset>(const OptionValues&, const Registry&)> make;
  /// Writes the dataset's files to a folder that is new or empty (`dataset make`), and calls
  /// `progress(done, total)`, one call at a time, from any thread. Empty if the dataset can only be
  /// obtained from its owners.
  using Progress = std::function<void(std::size_t, std::size_t)>;
  std::function<void(const OptionValues&, const Registry&, const std::filesystem::path&,
                     const Progress&)>
      write = {};
  /// The option `root` may be left out: the harness then makes the dataset in the cache folder with
  /// `write`, and opens it there. Set it if `write` needs no files of the user.
  bool generated = false;
  /// Opens what a generated dataset is built from; empty if that is nothing. The dataset's place in
  /// the cache folder then follows the content of the source, and not its path.
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
  /// False if the method takes only features of one column; true if it takes sequences of frames as
  /// well. A run whose feature does not fit is recorded as skipped.
  bool takes_sequences = false;
  std::function<std::unique_ptr<Method>(const OptionValues&, std::uint64_t seed)> make;
  /// True if the method takes sound files as well (Feature::files()).
  bool takes_files = false;
  /// Refuses options that cannot work, whatever the data are, when a run is planned: make() is
  /// called after the features were computed. It throws ConfigError. May be empty.
  std::function<void(const OptionValues&)> check = {};
  /// What the method uses outside genrebench, for the environment of its runs, as
  /// {"library.python": "3.11.2"}. It does not throw. May be empty.
  std::function<std::map<std::string, std::string>(const OptionValues&)> surroundings = {};
  /// True for methods that guess: they know the genres of the training part, and no features. Every
  /// other method must beat them.
  bool ignores_features = false;
  /// Shared code that decides the results under these options only, as `relies_on`. May be empty.
  std::function<std::map<std::string, int>(const OptionValues&)> relies_on_under = {};
};

struct DeformationPlugin : PluginInfo {
  std::function<std::unique_ptr<Deformation>(const OptionValues&)> make;
};

struct ReportPlugin : PluginInfo {
  std::function<std::unique_ptr<Report>(const OptionValues&)> make;
};

/// Plug-ins of one kind, ordered by name.
template <typename Plugin>
class PluginTable {
 public:
  explicit PluginTable(std::string kind) : kind_(std::move(kind)) {}

  /// @throws std::logic_error  if there is a plug-in of this name already
  void add(Plugin plugin) {
    const auto place = place_of(plugin.name);
    if (place != plugins_.end() && place->name == plugin.name)
      throw std::logic_error("two plug-ins register the " + kind_ + " '" + plugin.name + "'");
    plugins_.insert(place, std::move(plugin));
  }

  /// Null if there is no plug-in of this name.
  const Plugin* find(std::string_view name) const {
    const auto place = place_of(name);
    return place != plugins_.end() && place->name == name ? &*place : nullptr;
  }

  /// @param where  what asks for the plug-in, for messages
  /// @throws ConfigError  if there is no plug-in of this name; it names the nearest one and all
  /// others
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
  /// The first plug-in that is not before this name.
  typename std::vector<Plugin>::const_iterator place_of(std::string_view name) const {
    return std::lower_bound(plugins_.begin(), plugins_.end(), name,
                            [](const Plugin& p, std::string_view n) { return p.name < n; });
  }

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
  PluginTable<DeformationPlugin> deformations{"deformation"};
};

}  // namespace genrebench
