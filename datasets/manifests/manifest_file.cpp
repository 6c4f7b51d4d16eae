#include "datasets/manifests/manifest_file.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>
#include <string_view>
#include <utility>

#include "base/csv.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "datasets/manifests/manifest_options.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

/// Names of columns that mean something when the list is read.
constexpr std::array<std::string_view, 11> kColumns = {"id",    "path", "genre",  "artist",
                                                       "album", "song", "title",  "start_s",
                                                       "end_s", "md5",  "sources"};
constexpr std::array<std::string_view, 4> kPrefixes = {kGroupPrefix, kSplitPrefix, kFoldPrefix,
                                                       kFeaturePrefix};
constexpr std::string_view kFurtherPrefix = "further:";

/// One column of the list: its name, and the cell of each track.
struct Column {
  std::string name;
  std::function<std::string(std::size_t)> cell;
};

fs::path normal(const fs::path& file) { return fs::absolute(file).lexically_normal(); }

/// The innermost folder that holds every audio file; empty: there is none.
fs::path common_folder(const std::vector<Track>& tracks) {
  fs::path common;
  for (const Track& track : tracks) {
    if (track.audio.empty()) continue;
    const fs::path folder = normal(track.audio).parent_path();
    if (common.empty()) {
      common = folder;
      continue;
    }
    const auto [end, unused] =
        std::mismatch(common.begin(), common.end(), folder.begin(), folder.end());
    fs::path shared;
    for (auto part = common.begin(); part != end; ++part) shared /= *part;
    common = shared;
  }
  return common;
}

class Writer {
 public:
  explicit Writer(const Dataset& dataset)
      : dataset_(dataset), tracks_(dataset.tracks()), root_(common_folder(tracks_)) {}

  ManifestText write() {
    add("id", [](const Track& track) { return track.id; });
    if (!root_.empty())
      add("path", [this](const Track& track) {
        return track.audio.empty() ? std::string()
                                   : normal(track.audio).lexically_relative(root_).native();
      });
    add("genre", [this](const Track& track) { return dataset_.genre_name(track.genre); });
    add_groups();
    add_parts();
    add_if_some("md5", [](const Track& track) { return track.published_md5; });
    add_if_some("sources", [this](const Track& track) { return sources_of(track); });
    add_splits();
    add_features();
    add_further();
    return {.csv = csv(), .audio_root = root_, .options = options()};
  }

 private:
  using OfTrack = std::function<std::string(const Track&)>;

  void add(std::string name, OfTrack cell) {
    columns_.push_back({std::move(name), [this, cell = std::move(cell)](std::size_t t) {
                          return cell(tracks_[t]);
                        }});
  }

  void add_if_some(std::string name, OfTrack cell) {
    if (std::ranges::any_of(tracks_, [&](const Track& track) { return !cell(track).empty(); }))
      add(std::move(name), std::move(cell));
  }

  void add_groups() {
    std::set<std::string> kinds;
    for (const Track& track : tracks_)
      for (const auto& [kind, unused] : track.groups) kinds.insert(kind);
    for (const std::string& kind : kinds) {
      const bool usual = kind == "artist" || kind == "album" || kind == "song";
      add(usual ? kind : fmt::format("{}{}", kGroupPrefix, kind), [kind](const Track& track) {
        const auto group = track.groups.find(kind);
        return group == track.groups.end() ? std::string() : group->second;
      });
    }
  }

  void add_parts() {
    const auto seconds = [](double value) {
      return value == 0.0 ? std::string() : fmt::format("{}", value);
    };
    add_if_some("start_s", [seconds](const Track& track) { return seconds(track.start_s); });
    add_if_some("end_s", [seconds](const Track& track) { return seconds(track.end_s); });
  }

  std::string sources_of(const Track& track) const {
    std::vector<std::string> names = dataset_.sources(track);
    for (std::string& name : names) std::ranges::replace(name, '|', '/');  // the separator
    return fmt::format("{}", fmt::join(names, "|"));
  }

  void add_splits() {
    for (PublishedSplit& split : dataset_.published_splits()) {
      const std::string_view prefix = split.folds ? kFoldPrefix : kSplitPrefix;
      add(fmt::format("{}{}", prefix, split.name),
          [parts = std::move(split.parts)](const Track& track) {
            const auto part = parts.find(track.id);
            return part == parts.end() ? std::string() : part->second;
          });
    }
  }

  void add_features() {
    const std::vector<std::string> names = dataset_.feature_names();
    for (std::size_t i = 0; i < names.size(); ++i)
      add(fmt::format("{}{}", kFeaturePrefix, names[i]),
          [i](const Track& track) { return fmt::format("{}", track.features.at(i)); });
  }

  void add_further() {
    for (auto& [name, cells] : dataset_.further_columns()) {
      const bool means_something =
          std::ranges::find(kColumns, name) != kColumns.end() ||
          std::ranges::any_of(kPrefixes, [&name = name](std::string_view prefix) {
            return name.starts_with(prefix);
          });
      for (std::string& cell : cells) std::ranges::replace(cell, '\0', ' ');
      columns_.push_back({means_something ? fmt::format("{}{}", kFurtherPrefix, name) : name,
                          [cells = std::move(cells)](std::size_t t) { return cells.at(t); }});
    }
  }

  std::string csv() const {
    std::string text;
    const auto add_line = [&text, this](const std::function<std::string(const Column&)>& cell_of) {
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (i > 0) text += ',';
        text += csv_cell(cell_of(columns_[i]));
      }
      text += '\n';
    };
    add_line([](const Column& column) { return column.name; });
    for (std::size_t t = 0; t < tracks_.size(); ++t)
      add_line([t](const Column& column) { return column.cell(t); });
    return text;
  }

  OptionValues options() const {
    OptionValues options;
    std::set<int> used;
    for (const Track& track : tracks_) used.insert(track.genre);
    if (used.size() < dataset_.genres().size()) options["genres"] = dataset_.genres();
    if (const std::vector<std::string> usual = dataset_.usual_groups(); !usual.empty())
      options["usual_groups"] = usual;
    return options;
  }

  const Dataset& dataset_;
  const std::vector<Track>& tracks_;
  fs::path root_;
  std::vector<Column> columns_;
};

/// A text or a list as YAML, which takes strings of JSON.
std::string yaml_text(const nlohmann::json& value) {
  return value.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

std::string yaml_of(const ManifestText& manifest, const std::string& name, const fs::path& list) {
  std::string text = fmt::format(
      "# The dataset {} as a list of tracks, written by `genrebench dataset describe --out`.\n"
      "# An experiment begins with it by `extends: manifest.yaml`.\n"
      "dataset:\n"
      "  name: manifest\n"
      "  root: {}\n",
      single_line(name), yaml_text(list.native()));
  if (!manifest.audio_root.empty())
    text += fmt::format("  audio_root: {}\n", yaml_text(manifest.audio_root.native()));
  for (const auto& [option, value] : manifest.options)
    text += fmt::format("  {}: {}\n", option, yaml_text(std::get<std::vector<std::string>>(value)));
  return text;
}

}  // namespace

ManifestText manifest_text(const Dataset& dataset) { return Writer(dataset).write(); }

std::vector<fs::path> write_manifest(const Dataset& dataset, const std::string& name,
                                     const fs::path& folder) {
  const ManifestText manifest = manifest_text(dataset);
  const fs::path list = folder / "manifest.csv", yaml = folder / "manifest.yaml";
  write_file_atomically(list, manifest.csv);
  write_file_atomically(yaml, yaml_of(manifest, name, normal(list)));
  return {list, yaml};
}

}  // namespace genrebench
