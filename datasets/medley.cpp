// Songs of known structure, for scoring segmentations. Each is cut from a few tracks of another
// dataset, so the boundaries of its sections are known to the sample.
//
// music/medley_maker writes the folder that is read here. A folder in the cache is named after the
// content of its source, so another source gives another folder. dataset.json keeps the
// fingerprint of the source files that a folder was made from.

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "datasets/folders/audio_folder.hpp"
#include "datasets/folders/generated_folder.hpp"
#include "datasets/folders/listed_dataset.hpp"
#include "datasets/music/medley_maker.hpp"
#include "datasets/music/medley_recipe.hpp"
#include "datasets/music/medley_source.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

using Facts = std::vector<std::pair<std::string, std::string>>;

class MedleyDataset final : public ListedDataset {
 public:
  MedleyDataset(fs::path root, std::vector<std::string> genres, std::vector<NamedTrack> tracks,
                std::map<std::string, std::vector<Section>> sections,
                std::map<std::string, std::vector<std::string>> sources, Facts facts)
      : ListedDataset(std::move(genres), std::move(tracks)),
        root_(std::move(root)),
        sections_(std::move(sections)),
        sources_(std::move(sources)),
        facts_(std::move(facts)) {}

  std::vector<Section> sections(const Track& track) const override {
    const auto found = sections_.find(track.id);
    return found == sections_.end() ? std::vector<Section>() : found->second;
  }

  std::vector<std::string> sources(const Track& track) const override {
    const auto found = sources_.find(track.id);
    return found == sources_.end() ? std::vector<std::string>() : found->second;
  }

  std::vector<DatasetProblem> verify() const override {
    std::vector<DatasetProblem> problems = missing_and_extra_files(root_, tracks());
    for (const Track& track : tracks()) {
      const std::vector<Section>& sections = sections_.at(track.id);
      const auto problem = [&](std::string message) {
        problems.push_back(
            {DatasetProblem::Severity::error, "sections", track.id, std::move(message)});
      };
      if (sections.front().start_s != 0.0)
        problem(
            fmt::format("the first section starts at {} s instead of 0", sections.front().start_s));
      for (std::size_t i = 1; i < sections.size(); ++i)
        if (sections[i].start_s != sections[i - 1].end_s)
          problem(fmt::format("a gap between the sections, from {} to {} s", sections[i - 1].end_s,
                              sections[i].start_s));
      try {
        const AudioInfo file = probe_audio(track.audio);
        if (std::abs(sections.back().end_s - file.duration_s) > 0.5 / file.sample_rate_hz)
          problem(fmt::format("the sections end at {} s, the file at {} s", sections.back().end_s,
                              file.duration_s));
      } catch (const DataError&) {
        // Missing, as said above, or not readable, which the harness finds in every dataset.
      }
    }
    return problems;
  }

  Facts facts() const override { return facts_; }

 private:
  fs::path root_;
  std::map<std::string, std::vector<Section>> sections_;
  std::map<std::string, std::vector<std::string>> sources_;
  Facts facts_;
};

Facts facts_of(const nlohmann::ordered_json& description, const std::vector<NamedTrack>& tracks) {
  std::set<std::string> components;
  for (const NamedTrack& named : tracks) components.insert(named.track.groups.at("source"));
  Facts facts = {
      {"tracks", fmt::format("{}", tracks.size())},
      {"made with", options_text(description)},
      {"groups", fmt::format("{}: medleys that share a source track, directly or through others",
                             components.size())}};
  const auto text_of = [](const nlohmann::ordered_json& value) {
    return value.is_string() ? value.get<std::string>() : json_text(value, /*indent=*/-1);
  };
  const auto source = description.value("source", nlohmann::ordered_json::object());
  for (const auto& [key, value] : source.items()) {
    if (value.is_array() && value.empty()) continue;
    facts.emplace_back("source " + key,
                       value.is_array()
                           ? fmt::format("{}, the first: {}", value.size(), text_of(value[0]))
                           : text_of(value));
  }
  facts.emplace_back("licence", "that of the source");
  facts.emplace_back("where to get it", "genrebench dataset make medley");
  return facts;
}

/// Of each medley the tracks that it is cut from, each once, in order of their first section.
std::map<std::string, std::vector<std::string>> read_sources(const fs::path& file) {
  const CsvTable table = read_csv(file);
  const std::size_t track = table.column("track"), source = table.column("source_track");
  std::map<std::string, std::vector<std::string>> sources;
  for (const CsvRow& row : table.rows) {
    std::vector<std::string>& names = sources[utf8_name(row.cells[track])];
    std::string name = utf8_name(row.cells[source]);
    if (std::find(names.begin(), names.end(), name) == names.end())
      names.push_back(std::move(name));
  }
  return sources;
}

std::unique_ptr<Dataset> make_medley(const OptionValues& values) {
  const fs::path root = require_folder(medley::option_table().parse(values).root, medley::kWhere,
                                       "expected a folder written by `dataset make medley`");
  const nlohmann::ordered_json description =
      read_generated_description(root, medley::kKind, medley::option_table().schema(), values);

  const CsvTable metadata = read_csv(root / "metadata.csv");
  const std::size_t id = metadata.column("track"), genre = metadata.column("genre"),
                    source = metadata.column("source");
  std::set<std::string> genres, ids;
  std::vector<NamedTrack> tracks;
  for (const CsvRow& row : metadata.rows) {
    NamedTrack named;
    named.genre = utf8_name(row.cells[genre]);
    named.track.id = utf8_name(row.cells[id]);
    named.track.groups = {{"source", utf8_name(row.cells[source])}};
    if (named.genre.empty() || named.track.id.empty() || row.cells[source].empty() ||
        !ids.insert(named.track.id).second)
      throw DataError(fmt::format(
          "{}: expected a track that is there once, a genre and a source, found '{}', '{}' and "
          "'{}'",
          metadata.where(row), named.track.id, named.genre, named.track.groups["source"]));
    named.track.audio = root / (name_within(metadata, row, id) + ".wav");
    genres.insert(named.genre);
    tracks.push_back(std::move(named));
  }
  if (const auto& count = description.at("options").at("count"); count != tracks.size())
    throw DataError(fmt::format("{}: expected {} medleys as dataset.json says, found {}",
                                metadata.name, count.dump(), tracks.size()));
  auto sections = read_sections(root / "sections.csv", ids);
  for (const std::string& track : ids)
    if (!sections.contains(track))
      throw DataError(fmt::format("{}: expected sections of every medley, found none of '{}'",
                                  (root / "sections.csv").string(), track));
  Facts facts = facts_of(description, tracks);
  return std::make_unique<MedleyDataset>(
      root, std::vector<std::string>(genres.begin(), genres.end()), std::move(tracks),
      std::move(sections), read_sources(root / "sections.csv"), std::move(facts));
}

}  // namespace

void register_medley(Registry& registry) {
  DatasetPlugin plugin;
  plugin.name = "medley";
  plugin.summary =
      "songs of known structure, cut from the tracks of another dataset: for scoring segmentations";
  plugin.options = medley::option_table().schema();
  plugin.make = [](const OptionValues& values, const Registry&) { return make_medley(values); };
  plugin.write = medley::write_medleys;
  plugin.generated = true;
  plugin.built_from = medley::source_of;
  plugin.version = medley::kGeneratorVersion;
  plugin.relies_on = {{"decoder", kDecoderVersion}};
  registry.datasets.add(std::move(plugin));
}

}  // namespace genrebench
