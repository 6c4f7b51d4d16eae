#pragma once
// From a YAML file and `key=value` words to the runs of an experiment, every option resolved and
// checked.

#include <array>
#include <compare>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "harness/experiment/pruning.hpp"
#include "harness/plugin/options.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// A plug-in by name, with every option resolved.
struct PluginChoice {
  std::string name;
  OptionValues options;

  auto operator<=>(const PluginChoice&) const = default;
};

/// What of an experiment belongs to no plug-in.
struct RunOptions {
  /// `classification`: split, features, method; or `segmentation`: the excerpt plug-in's sections
  /// against the known ones of the dataset, and neither split nor features nor method.
  std::string task = "classification";
  /// The excerpt plug-in is told how many different sections each track has, when it is scored
  /// against them.
  bool known_clusters = false;
  /// Features to zero mean and unit deviation, from the training tracks alone (population
  /// deviation; a constant feature is only centred). Off for methods that normalise themselves.
  bool standardise = true;
  /// How the excerpts of a track decide its genre: `majority` of predicted classes (ties: the
  /// higher mean probability, then the first genre), or the highest `mean_probability`.
  std::string vote = "majority";
  /// A track that cannot be read: `skip` it, reported with every run that misses it, or `fail` the
  /// run.
  std::string on_bad_track = "skip";
  /// Keep the fitted model beside the run store, where the method writes one, so that `predict`
  /// need not fit again.
  bool keep_model = true;
  /// A run whose attempt fails is tried again so often, after a pause that doubles from one attempt
  /// to the next.
  int retries = 0;
  double retry_backoff_s = 5.0;
  /// A run that was lost with more workers than this has failed: it may be what kills them.
  int max_losses = 10;
};

const OptionTable<RunOptions>& run_option_table();

/// One run, fully resolved.
struct RunSpec {
  std::uint64_t seed = 0;
  PluginChoice dataset, split, excerpt, features, method;  ///< split, features and method are empty
                                                           ///< for task segmentation
  RunOptions options;
  PruneOptions prune;
  bool segmentation() const { return options.task == "segmentation"; }
  /// Options of the method to search on the validation part, with the values to try; in order of
  /// name.
  std::map<std::string, std::vector<OptionValue>> tune;

  /// Options of the run that do not decide its result (how often it is tried again, "prune.kind"),
  /// where they are not the defaults: stored, so that who resumes from the store does the same.
  std::map<std::string, std::string> handling;

  /// Every resolved value by dotted key ("method.c"), as text: what the store records.
  std::map<std::string, std::string> parameters(const Registry& registry) const;

  /// The part of parameters() that decides the result: without paths, presets and values that are
  /// the defaults.
  std::map<std::string, std::string> identity(const Registry& registry) const;

  /// The files whose content decides the result too, by dotted key.
  std::map<std::string, std::filesystem::path> content_files(const Registry& registry) const;

  /// The run that parameters() describes.
  /// @throws DataError  if a plug-in or an option of them is unknown: another version of the
  /// program stored them
  static RunSpec from_parameters(const std::map<std::string, std::string>& parameters,
                                 std::uint64_t seed, const Registry& registry);
};

/// Stored beside an option that names a file whose content decides the result:
/// "method.weights.content" is the hash of that content.
inline constexpr std::string_view kContentSuffix = ".content";

/// True if a stored parameter of this name says how a run is done and not what it is: one of
/// RunSpec::handling.
bool is_handling(std::string_view key);

/// Stored parameters with other values of some, given as `key=value` words: of those that do not
/// decide the result, as where data lie.
/// @throws ConfigError  if a word is no such option of the run's plug-ins
std::map<std::string, std::string> with_words(std::map<std::string, std::string> parameters,
                                              const std::vector<std::string>& words,
                                              const Registry& registry);

/// RunSpec::from_parameters() for many runs: what one of them shares with the one before it is not
/// read again.
class StoredRunReader {
 public:
  explicit StoredRunReader(const Registry& registry);
  ~StoredRunReader();

  /// @throws DataError  as RunSpec::from_parameters()
  RunSpec operator()(const std::map<std::string, std::string>& parameters, std::uint64_t seed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// An experiment file, read and expanded.
struct Experiment {
  std::string name;
  std::string description;
  std::string source_file;
  std::vector<std::string> reports;  ///< names of report plug-ins, what `report FILE` writes
  std::vector<std::string> compare_with = {};  ///< names of experiments that its reports show
                                               ///< beside it
  std::vector<RunSpec> runs;  ///< in the order of the sweep, seeds innermost; no two alike
};

/// What becomes of `${NAME}` where the environment has no NAME.
enum class UnsetVariables {
  refuse,        ///< an error
  keep_in_paths  ///< the text stays as it is where it only says where files lie, so that what is
                 ///< done can be reported without the data; elsewhere an error
};

/// Reads an experiment. Its keys: `name`, `description`, `extends` (a file whose keys this one
/// overrides), `dataset`, `split`, `excerpt`, `features`, `method`, `sweep` (`grid`, `zip`,
/// `random`), `seeds`, `reports`, `compare_with` (names of experiments whose results belong in the
/// same reports), `prune` (a map of PruneOptions), and those of RunOptions. Under a plug-in's key,
/// `name` (`kind` for split) chooses the plug-in, other words are its options, and the name of any
/// plug-in opens a map of options that apply only where that plug-in is chosen: `method: {svm: {c:
/// 10}, knn: {neighbours: 3}}`. `${NAME}` in a value stands for the environment.
/// @param overrides  `key=value` words; the value is YAML; they replace what the file says, axes of
/// the sweep
///                   included
/// @throws ConfigError  naming file, line and column, the key, what was expected and what was found
Experiment load_experiment(const std::filesystem::path& file,
                           const std::vector<std::string>& overrides, const Registry& registry,
                           UnsetVariables unset = UnsetVariables::refuse);

/// Reads `key=value` words as options of one plug-in, for commands that take a plug-in by name.
/// @throws ConfigError
OptionValues parse_options(const std::vector<std::string>& words, const OptionSchema& schema,
                           std::string_view where);

}  // namespace genrebench
