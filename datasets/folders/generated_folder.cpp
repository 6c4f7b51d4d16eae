#include "datasets/folders/generated_folder.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/csv.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "datasets/folders/audio_folder.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

struct JsonWriter {
  nlohmann::ordered_json operator()(std::monostate) const { return nullptr; }
  nlohmann::ordered_json operator()(const auto& v) const { return v; }
};

nlohmann::ordered_json to_json(const OptionValue& value) { return std::visit(JsonWriter{}, value); }

std::string format_of(const GeneratedKind& kind) { return fmt::format("genrebench {}", kind.name); }

double parse_seconds(const CsvTable& table, const CsvRow& row, std::size_t column) {
  const std::string& text = row.cells[column];
  double value = 0.0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || !(value >= 0.0) ||
      !std::isfinite(value))
    throw DataError(fmt::format("{}: column '{}': expected seconds, found '{}'", table.where(row),
                                table.columns[column], utf8_name(text)));
  return value;
}

}  // namespace

void prepare_generated_folder(const fs::path& dir) {
  std::error_code error;
  fs::create_directories(dir, error);
  if (error || !fs::is_directory(dir))
    throw DataError(
        fmt::format("{}: the folder cannot be made: {}", dir.string(), error.message()));
  if (!fs::is_empty(dir, error) || error)
    throw DataError(
        fmt::format("{}: expected a new or empty folder, found files in it", dir.string()));
}

std::string json_text(const nlohmann::ordered_json& json, int indent) {
  return json.dump(indent, ' ', /*ensure_ascii=*/false,
                   nlohmann::ordered_json::error_handler_t::replace);
}

nlohmann::ordered_json options_json(const OptionSchema& schema, const OptionValues& values) {
  auto result = nlohmann::ordered_json::object();
  for (const OptionInfo& option : schema.options())
    if (option.type != OptionType::path) result[option.name] = to_json(values.at(option.name));
  return result;
}

nlohmann::ordered_json generated_description(const GeneratedKind& kind, const OptionSchema& schema,
                                             const OptionValues& values) {
  return {{"format", format_of(kind)},
          {"format_version", kind.format_version},
          {"generator_version", kind.generator_version},
          {"options", options_json(schema, values)}};
}

nlohmann::ordered_json read_generated_description(const fs::path& root, const GeneratedKind& kind,
                                                  const OptionSchema& schema,
                                                  const OptionValues& values) {
  const fs::path file = root / "dataset.json";
  const std::string where = fmt::format("dataset {}", kind.name),
                    root_name = utf8_name(root.native());
  if (!fs::exists(file))
    throw DataError(
        fmt::format("{}: no dataset.json in {}: it was not made by `dataset make {}`, or making it "
                    "was interrupted; make it again in an empty folder",
                    where, root_name, kind.name));
  auto json =
      nlohmann::ordered_json::parse(read_file_text(file), nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("format") || json["format"] != format_of(kind) ||
      !json.contains("format_version") || !json.contains("options") || !json["options"].is_object())
    throw DataError(fmt::format("{}: expected the description of a {} set, found other text",
                                file.string(), kind.name));
  if (const auto& version = json["format_version"]; version != kind.format_version)
    throw DataError(fmt::format("{}: expected format_version {}, found {}: make the set again",
                                file.string(), kind.format_version, version.dump()));
  auto made_with = nlohmann::ordered_json::object();
  for (const OptionInfo& option : schema.options()) {
    if (option.type == OptionType::path) continue;
    const OptionValue& wanted = values.at(option.name);
    const auto& found = made_with[option.name] =
        json["options"].value(option.name, nlohmann::ordered_json());
    if (wanted != option.default_value && to_json(wanted) != found)
      throw ConfigError(
          fmt::format("{}: option '{}' is {}, but the set in {} was made with {}; leave the option "
                      "out, or make another set",
                      where, option.name, to_json(wanted).dump(), root_name, found.dump()));
  }
  json["options"] = std::move(made_with);
  return json;
}

std::string options_text(const nlohmann::ordered_json& description) {
  std::string text;
  for (const auto& [name, value] : description.at("options").items())
    text += fmt::format("{}{}={}", text.empty() ? "" : ", ", name,
                        value.is_string() ? value.get<std::string>() : value.dump());
  return text;
}

const std::string& name_within(const CsvTable& metadata, const CsvRow& row, std::size_t column) {
  const std::string& name = row.cells[column];
  if (name.empty() || name == "." || name == ".." ||
      name.find_first_of(std::string_view("/\0", 2)) != std::string::npos)
    throw DataError(fmt::format("{}: expected the name of a file or folder without '/', found '{}'",
                                metadata.where(row), utf8_name(name)));
  return name;
}

std::map<std::string, std::vector<Section>> read_sections(const fs::path& file,
                                                          const std::set<std::string>& ids) {
  const CsvTable table = read_csv(file);
  const std::size_t track = table.column("track"), label = table.column("label"),
                    start = table.column("start_s"), end = table.column("end_s");
  std::map<std::string, std::vector<Section>> sections;
  for (const CsvRow& row : table.rows) {
    if (!ids.contains(row.cells[track]))
      throw DataError(
          fmt::format("{}: column 'track': expected a track of metadata.csv, found '{}'",
                      table.where(row), utf8_name(row.cells[track])));
    const Section section{parse_seconds(table, row, start), parse_seconds(table, row, end),
                          row.cells[label]};
    auto& list = sections[row.cells[track]];
    if (section.end_s <= section.start_s || (!list.empty() && section.start_s < list.back().end_s))
      throw DataError(
          fmt::format("{}: expected a section after the one before it, found {} to {} s",
                      table.where(row), section.start_s, section.end_s));
    list.push_back(section);
  }
  return sections;
}

std::vector<DatasetProblem> missing_and_extra_files(const fs::path& root,
                                                    const std::vector<Track>& tracks) {
  std::vector<DatasetProblem> problems;
  std::set<fs::path> expected;
  for (const Track& track : tracks) {
    std::error_code ignored;
    if (!fs::is_regular_file(track.audio, ignored))
      problems.push_back({DatasetProblem::Severity::error, "missing", track.id,
                          fmt::format("{} is in metadata.csv but not in the folder",
                                      utf8_name(track.audio.native()))});
    expected.insert(track.audio.lexically_relative(root));
  }
  for (const fs::path& file : find_audio_files(root))
    if (!expected.contains(file))
      problems.push_back({DatasetProblem::Severity::error, "extra",
                          utf8_name(file.generic_string()),
                          "is in the folder but not in metadata.csv; it is not used"});
  return problems;
}

}  // namespace genrebench
