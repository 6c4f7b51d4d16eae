#include "harness/data/open_dataset.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/unfinished_file.hpp"
#include "harness/grouping/evaluation_clusters.hpp"
#include "harness/records/run_records.hpp"
#include "signal/audio/external_decoder.hpp"

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

/// What decides the tracks' samples besides their files; empty: this program alone.
std::string external_decoder_of(const Dataset& dataset) {
  for (const Track& track : dataset.tracks())
    if (std::string decoder = decoder_of(track.audio); !decoder.empty()) return decoder;
  return {};
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
    if (!track.is_whole_file())
      words.insert(words.end(),
                   {"span", fmt::format("{}", track.start_s), fmt::format("{}", track.end_s)});
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
  if (!source.dataset) return recipe;
  recipe +=
      list_text({"source",
                 fingerprint(*source.dataset,
                             contents_of(*source.dataset, files_of(*source.dataset, hashes)))}) +
      "\n";
  if (const std::string decoder = external_decoder_of(*source.dataset); !decoder.empty())
    recipe += list_text({"decoder", decoder}) + "\n";
  return recipe;
}

/// Writes a generated dataset to a folder.
/// @throws FileChanged  if what it is built from changes meanwhile
class GeneratedDataset {
 public:
  GeneratedDataset(const DatasetPlugin& plugin, const OptionValues& options,
                   const Registry& registry, FileHashes& hashes)
      : plugin_(plugin),
        options_(options),
        registry_(registry),
        hashes_(hashes),
        recipe_(recipe_of(plugin, options, registry, hashes)) {}

  /// Its place in the cache, which names the recipe.
  fs::path folder_in(const fs::path& cache_folder) const {
    return cache_folder / "datasets" /
           fmt::format("{}-{}", plugin_.name, content_hash(recipe_).substr(0, 16));
  }

  void write(const fs::path& folder, Progress& progress) const {
    bool begun = false;
    plugin_.write(options_, registry_, folder, [&](std::size_t done, std::size_t total) {
      if (!begun) progress.begin(fmt::format("making the {} dataset", plugin_.name), total);
      begun = true;
      progress.advance(done);
    });
    if (begun) progress.end();
    if (recipe_of(plugin_, options_, registry_, hashes_) != recipe_)
      throw FileChanged(fmt::format(
          "dataset {}: its source changed while the dataset was made; run the command again",
          plugin_.name));
  }

 private:
  const DatasetPlugin& plugin_;
  const OptionValues& options_;
  const Registry& registry_;
  FileHashes& hashes_;
  std::string recipe_;
};

/// Makes a generated dataset in its folder, unless it is there. Other processes never see a half
/// made one.
void make_once(const GeneratedDataset& generated, const fs::path& folder, Progress& progress) {
  if (fs::exists(folder)) return;
  const fs::path temporary = fmt::format("{}.tmp.{}", folder.string(), unguessable_digits());
  std::error_code error;
  fs::create_directories(temporary, error);
  if (error)
    throw DataError(
        fmt::format("{}: cannot make the folder: {}", temporary.string(), error.message()));
  try {
    generated.write(temporary, progress);
    fs::rename(temporary, folder, error);
    if (error && !fs::exists(folder))  // else another process was faster
      throw DataError(fmt::format("{}: cannot rename: {}", temporary.string(), error.message()));
  } catch (...) {
    fs::remove_all(temporary, error);
    throw;
  }
  fs::remove_all(temporary, error);
}

}  // namespace

std::shared_ptr<const OpenDataset> open_dataset(const PluginChoice& choice,
                                                const Registry& registry,
                                                const fs::path& cache_folder, FileHashes& hashes,
                                                Progress& progress) {
  const DatasetPlugin& plugin = registry.datasets.get(choice.name, "dataset");
  OptionValues options = choice.options;
  if (plugin.generated && to_string(options.at("root")).empty()) {
    const GeneratedDataset generated(plugin, choice.options, registry, hashes);
    const fs::path folder =
        generated.folder_in(cache_folder.empty() ? default_cache_folder() : cache_folder);
    make_once(generated, folder, progress);
    options["root"] = folder.string();
  }
  auto result = std::make_shared<OpenDataset>();
  result->dataset = plugin.make(options, registry);
  result->files = files_of(*result->dataset, hashes);
  result->content = contents_of(*result->dataset, result->files);
  result->fingerprint = fingerprint(*result->dataset, result->content);
  result->external_decoder = external_decoder_of(*result->dataset);
  result->cluster_kind = evaluation_cluster_kind(*result->dataset);
  result->clusters = evaluation_clusters(*result->dataset);
  hashes.save();
  return result;
}

}  // namespace genrebench
