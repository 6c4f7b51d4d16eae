#include "harness/plan/plan.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <unordered_map>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/data/section_scoring.hpp"
#include "harness/plan/one_genre.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// What every track's file holds.
std::vector<FileContent> files_of(const Dataset& dataset, FileHashes& hashes) {
  std::vector<FileContent> files;
  files.reserve(dataset.tracks().size());
  for (const Track& track : dataset.tracks()) {
    FileContent& content = files.emplace_back();
    if (track.audio.empty()) continue;
    try {
      content.hash = hashes(track.audio);
    } catch (const FileUnreadable& error) {
      content.error = error.what();
    }
  }
  return files;
}

/// Hashes of each track's features and file; empty where the file cannot be read: a bad track,
/// reported as such when its turn comes.
TrackContents contents_of(const Dataset& dataset, const std::vector<FileContent>& files) {
  TrackContents result;
  for (std::size_t t = 0; t < files.size(); ++t) {
    const Track& track = dataset.tracks()[t];
    std::string text;
    if (!track.features.empty()) {
      std::vector<float> features = track.features;
      for (float& value : features) value += 0.0f;  // -0 is 0
      text = content_hash(
          {reinterpret_cast<const char*>(features.data()), features.size() * sizeof(float)});
    }
    if (!track.audio.empty()) text = files[t].hash.empty() ? std::string() : text + files[t].hash;
    result.push_back(std::move(text));
  }
  return result;
}

/// The dataset's fingerprint: ids, genres, groups, columns, and the content of every file.
std::string fingerprint(const Dataset& dataset, const TrackContents& content) {
  std::string text;
  for (const std::string& genre : dataset.genres()) text += list_text({"genre", genre}) + "\n";
  for (const std::string& name : dataset.feature_names())
    text += list_text({"column", name}) + "\n";
  for (std::size_t t = 0; t < content.size(); ++t) {
    const Track& track = dataset.tracks()[t];
    std::vector<std::string> words = {"track", track.id, std::to_string(track.genre)};
    for (const auto& [kind, value] : track.groups)
      words.insert(words.end(), {"group", kind, value});
    words.insert(words.end(), {"content", content[t].empty() ? "unreadable" : content[t]});
    text += list_text(words) + "\n";
  }
  return sha256(text);
}

/// All that decides what a generated dataset holds, as text.
std::string recipe_of(const DatasetPlugin& plugin, const OptionValues& options,
                      const Registry& registry, FileHashes& hashes) {
  std::string recipe = version_text(plugin) + "\n";
  for (const auto& [name, value] : options) {
    if (name == "root") continue;
    std::string text = to_string(value);
    if (plugin.options.find(name)->type == OptionType::path && !text.empty()) {
      if (plugin.built_from) continue;
      text = fs::absolute(text).lexically_normal().string();
    }
    recipe += list_text({name, text}) + "\n";
  }
  if (!plugin.built_from) return recipe;
  const SourceDataset source = plugin.built_from(options, registry);
  recipe += list_text({"source", source.version}) + "\n";
  if (source.dataset)
    recipe +=
        list_text({"source",
                   fingerprint(*source.dataset,
                               contents_of(*source.dataset, files_of(*source.dataset, hashes)))}) +
        "\n";
  return recipe;
}

/// Makes a generated dataset in the cache folder, unless it is there.
fs::path make_generated(const DatasetPlugin& plugin, const OptionValues& options,
                        const Registry& registry, const fs::path& cache_folder, FileHashes& hashes,
                        Progress& progress) {
  const std::string recipe = recipe_of(plugin, options, registry, hashes);
  const fs::path folder = cache_folder / "datasets" /
                          fmt::format("{}-{}", plugin.name, content_hash(recipe).substr(0, 16));
  if (fs::exists(folder)) return folder;
  const fs::path temporary = fmt::format("{}.tmp.{}", folder.string(), ::getpid());
  std::error_code error;
  fs::create_directories(temporary, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", temporary.string(), error.message()));
  try {
    bool begun = false;
    plugin.write(options, registry, temporary, [&](std::size_t done, std::size_t total) {
      if (!begun) progress.begin(fmt::format("making the {} dataset", plugin.name), total);
      begun = true;
      progress.advance(done);
    });
    if (begun) progress.end();
    if (recipe_of(plugin, options, registry, hashes) != recipe)
      throw FileChanged(fmt::format(
          "dataset {}: its source changed while the dataset was made; run the command again",
          plugin.name));
    fs::rename(temporary, folder, error);
    if (error && !fs::exists(folder))  // else another process was faster
      throw DataError(fmt::format("{}: cannot rename: {}", temporary.string(), error.message()));
  } catch (...) {
    fs::remove_all(temporary, error);
    throw;
  }
  fs::remove_all(temporary, error);
  return folder;
}

/// Whether a feature gives sequences. Making one may take a table of filters.
bool gives_sequences(const PluginChoice& choice, const Registry& registry) {
  return registry.features.get(choice.name, "features").make(choice.options)->sequence();
}

bool segments(const PluginChoice& choice, const Registry& registry) {
  const auto excerpt = registry.excerpts.get(choice.name, "excerpt").make(choice.options);
  return dynamic_cast<const SegmentingExcerpt*>(excerpt.get()) != nullptr;
}

/// A hash of what is known of every track's sections: the truth of structure scores.
std::string truth_of_sections(const Dataset& dataset) {
  std::string text;
  for (const Track& track : dataset.tracks()) {
    text += list_text({"track", track.id}) + "\n";
    for (const Section& section : dataset.sections(track))
      text += fmt::format("{} {} {}\n", section.start_s, section.end_s, list_text({section.label}));
  }
  return content_hash(text);
}

/// All that decides a run's result, as text; its SHA-256 is the run's id. kIdentityVersion counts
/// the changes of this rule.
class Identity {
 public:
  explicit Identity(const PlannedRun& run, const Registry& registry) {
    add("identity", std::to_string(kIdentityVersion));
    add("dataset", run.data->fingerprint);
    add("seed", std::to_string(run.spec.seed));
    for (const auto& [key, value] : run.spec.identity(registry)) add(key, value);
    for (const std::string& version : versions_of(run.spec, registry)) add("version", version);
  }

  void add(const std::string& key, const std::string& value) {
    text_ += list_text({key, value}) + "\n";
  }

  std::string id() const { return sha256(text_); }

 private:
  std::string text_;
};

/// A value a key, made when it is first asked for.
template <typename Key, typename Value>
class Once {
 public:
  template <typename Make>
  const Value& operator()(const Key& key, const Make& make) {
    auto place = values_.find(key);
    if (place == values_.end()) place = values_.emplace(key, make()).first;
    return place->second;
  }

 private:
  std::map<Key, Value> values_;
};

/// Runs that come out as one that is planned already: data that lie in two places, a preset beside
/// the values that it stands for.
class Repeats {
 public:
  Repeats(const Experiment& experiment, const Registry& registry)
      : name_(experiment.name), n_all_(experiment.runs.size()), registry_(registry) {}

  /// Whether the last of these runs has the id of an earlier one.
  bool is_one(const std::vector<PlannedRun>& runs) {
    const auto [first, is_new] = first_.try_emplace(runs.back().id, runs.size() - 1);
    if (is_new) return false;
    ++n_;
    const auto before = runs[first->second].spec.parameters(registry_),
               now = runs.back().spec.parameters(registry_);
    const auto files = runs.back().spec.content_files(registry_);
    for (const auto& [key, value] : now)
      if (const auto other = before.find(key); other == before.end() || other->second != value)
        (key.starts_with("dataset.") || files.contains(key) ? places_ : spellings_).insert(key);
    return true;
  }

  /// One line; empty where there are none.
  std::string in_words() const {
    if (n_ == 0) return {};
    std::vector<std::string> why;
    if (!places_.empty())
      why.push_back(fmt::format("{} names data of equal content", fmt::join(places_, ", ")));
    if (!spellings_.empty())
      why.push_back(fmt::format("{} gives equal options", fmt::join(spellings_, ", ")));
    return fmt::format("{}: {} of {} runs repeat others and are done once{}{}", name_, n_, n_all_,
                       why.empty() ? "" : ": ", fmt::join(why, "; "));
  }

 private:
  std::string name_;
  std::size_t n_all_;
  const Registry& registry_;
  std::unordered_map<std::string, std::size_t> first_;  ///< place of the first run by id
  std::size_t n_ = 0;
  std::set<std::string> places_, spellings_;  ///< options that differ between runs of one id
};

/// @throws ConfigError  if the run is to be pruned and cannot be
void check_pruning(const RunSpec& spec, const Split* split) {
  if (!spec.prune.on()) return;
  if (split == nullptr)
    throw ConfigError("prune: a run of task segmentation trains nothing; leave out prune");
  if (!spec.method.options.contains("epochs"))
    throw ConfigError(
        fmt::format("prune: the method {} is not trained by epochs; leave out prune, or take a "
                    "method with the option epochs",
                    spec.method.name));
  if (!spec.tune.empty())
    throw ConfigError(
        fmt::format("prune: method.tune trains the method {} several times in one run, which "
                    "cannot be compared; sweep over the values instead",
                    spec.method.name));
  if (!split->has(Part::valid))
    throw ConfigError(
        fmt::format("prune needs a validation part, and the split {} has none; set "
                    "split.valid_fraction (or validation_fold), or take another split",
                    spec.split.name));
}

std::string why_not(const RunSpec& spec, bool sequence, const Registry& registry) {
  const MethodPlugin& method = registry.methods.get(spec.method.name, "method");
  if (sequence && !method.takes_sequences)
    return fmt::format(
        "the method {} needs one vector an excerpt, but {} gives a sequence of frames; set "
        "features.summary",
        method.name, spec.features.name);
  return {};
}

}  // namespace

std::vector<std::string> versions_of(const RunSpec& spec, const Registry& registry) {
  std::vector<std::string> result = {
      fmt::format("evaluation {}", kEvaluationVersion),
      "dataset " + version_text(registry.datasets.get(spec.dataset.name, "dataset")),
      "excerpt " + version_text(registry.excerpts.get(spec.excerpt.name, "excerpt"))};
  if (spec.segmentation()) return result;
  result.push_back("split " + version_text(registry.splits.get(spec.split.name, "split")));
  result.push_back("features " +
                   version_text(registry.features.get(spec.features.name, "features")));
  result.push_back("method " + version_text(registry.methods.get(spec.method.name, "method")));
  return result;
}

std::shared_ptr<const OpenDataset> open_dataset(const PluginChoice& choice,
                                                const Registry& registry,
                                                const fs::path& cache_folder, FileHashes& hashes,
                                                Progress& progress) {
  const DatasetPlugin& plugin = registry.datasets.get(choice.name, "dataset");
  OptionValues options = choice.options;
  if (plugin.generated && to_string(options.at("root")).empty())
    options["root"] = make_generated(plugin, options, registry,
                                     cache_folder.empty() ? default_cache_folder() : cache_folder,
                                     hashes, progress)
                          .string();
  auto result = std::make_shared<OpenDataset>();
  result->dataset = plugin.make(options, registry);
  result->files = files_of(*result->dataset, hashes);
  result->content = contents_of(*result->dataset, result->files);
  result->fingerprint = fingerprint(*result->dataset, result->content);
  hashes.save();
  return result;
}

Plan make_plan(Experiment experiment, const Registry& registry, const fs::path& cache_folder,
               FileHashes& hashes, Progress& progress) {
  Plan plan;
  Once<PluginChoice, std::shared_ptr<const OpenDataset>> datasets;
  Once<std::tuple<const OpenDataset*, PluginChoice, std::uint64_t>, std::shared_ptr<const Split>>
      splits;
  Once<PluginChoice, bool> excerpts, features;
  Once<const OpenDataset*, std::string> truths;
  Once<const OpenDataset*, bool> several_genres;
  Once<const Split*, std::string> divisions;
  std::size_t n_applicable = 0;
  Repeats repeats(experiment, registry);
  plan.runs.reserve(experiment.runs.size());
  for (RunSpec& taken : experiment.runs) {
    PlannedRun& run = plan.runs.emplace_back(PlannedRun{
        .spec = std::move(taken), .id = {}, .data = {}, .split = {}, .not_applicable = {}});
    const RunSpec& spec = run.spec;
    run.data = datasets(spec.dataset, [&] {
      return open_dataset(spec.dataset, registry, cache_folder, hashes, progress);
    });
    const Dataset& dataset = *run.data->dataset;
    const bool segmenting =
        excerpts(spec.excerpt, [&] { return segments(spec.excerpt, registry); });
    Identity identity(run, registry);
    if (segmenting && knows_sections(dataset))
      identity.add("sections", truths(run.data.get(), [&] { return truth_of_sections(dataset); }));
    if (spec.segmentation()) {
      if (!segmenting)
        throw ConfigError(
            fmt::format("task segmentation: the excerpt {} does not segment; use excerpt.name: sem",
                        spec.excerpt.name));
      if (!knows_sections(dataset))
        throw ConfigError(fmt::format(
            "task segmentation: the dataset {} knows no sections; use synthetic or medley",
            spec.dataset.name));
      check_pruning(spec, nullptr);
    } else {
      several_genres(run.data.get(), [&] { return refuse_one_genre(dataset, spec.dataset), true; });
      run.not_applicable = why_not(
          spec, features(spec.features, [&] { return gives_sequences(spec.features, registry); }),
          registry);
      run.split = splits({run.data.get(), spec.split, spec.seed}, [&] {
        const auto splitter =
            registry.splits.get(spec.split.name, "split").make(spec.split.options);
        auto split =
            std::make_shared<const Split>(splitter->split(dataset, run.data->content, spec.seed));
        refuse_one_trained_genre(dataset, *split);
        return split;
      });
      if (!spec.tune.empty() && !run.split->has(Part::valid))
        throw ConfigError(
            fmt::format("method {}: tune needs a validation part, and the split {} has none; set "
                        "split.valid_fraction (or validation_fold), or take another split",
                        spec.method.name, spec.split.name));
      check_pruning(spec, run.split.get());
      identity.add("division",
                   divisions(run.split.get(), [&] { return division_hash(*run.split); }));
      for (const auto& [key, file] : spec.content_files(registry)) {
        run.content_files[key] = {.file = file, .hash = hashes(file)};
        identity.add(key + " content", run.content_files[key].hash);
      }
    }
    run.id = identity.id();
    n_applicable += run.not_applicable.empty();
    if (repeats.is_one(plan.runs)) plan.runs.pop_back();
  }
  if (const std::string text = repeats.in_words(); !text.empty()) progress.message(text);
  experiment.runs.clear();
  if (n_applicable == 0 && !plan.runs.empty())
    throw ConfigError(fmt::format("{}: no run can be made: {}", experiment.source_file,
                                  plan.runs.front().not_applicable));
  plan.experiment = std::move(experiment);
  return plan;
}

ExperimentRecord Plan::record() const {
  return {.name = experiment.name,
          .description = experiment.description,
          .source_file = experiment.source_file,
          .created_at = {},
          .run_ids = {}};
}

std::vector<RunRecord> Plan::records(const Registry& registry) const {
  std::vector<RunRecord> result;
  for (const PlannedRun& run : runs) {
    RunRecord record;
    record.id = run.id;
    record.seed = run.spec.seed;
    record.dataset_fingerprint = run.data->fingerprint;
    record.parameters = run.spec.parameters(registry);
    for (const auto& [key, content] : run.content_files)
      record.parameters[key + std::string(kContentSuffix)] = content.hash;
    result.push_back(std::move(record));
  }
  return result;
}

}  // namespace genrebench
