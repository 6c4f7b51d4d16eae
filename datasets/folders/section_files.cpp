#include "datasets/folders/section_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "base/closest_name.hpp"
#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

using nlohmann::json;

/// The namespaces of sections, from the one that is preferred.
constexpr std::array<const char*, 6> kNamespaces = {
    "segment_open", "segment_salami_upper", "segment_salami_function",
    "segment_tut",  "multi_segment",        "segment_salami_lower"};

std::string lower_ending(const fs::path& file) {
  std::string ending = file.extension().string();
  for (char& c : ending)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return ending;
}

/// Reads one JAMS file.
class JamsReader {
 public:
  explicit JamsReader(const std::string& name) : name_(name) {}

  SongAnnotations read(const json& document, const std::string& name_space) const {
    const json& all = list_in(document, "annotations", "the file");
    const std::string wanted = choose(all, name_space);
    SongAnnotations result;
    std::set<std::string> taken;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (namespace_of(all[i], i) != wanted) continue;
      SectionAnnotation one{.annotator = annotator_of(all[i]), .sections = sections_of(all[i], i)};
      if (one.annotator.empty()) one.annotator = std::to_string(result.size() + 1);
      const std::string person = one.annotator;
      for (int n = 2; !taken.insert(one.annotator).second; ++n)
        one.annotator = fmt::format("{} ({})", person, n);
      result.push_back(std::move(one));
    }
    return result;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw DataError(fmt::format("{}: {}; expected a JAMS file", name_, what));
  }

  const json& list_in(const json& owner, const char* key, const std::string& where) const {
    if (!owner.is_object() || !owner.contains(key) || !owner.at(key).is_array())
      refuse(fmt::format("{} has no list '{}'", where, key));
    return owner.at(key);
  }

  std::string namespace_of(const json& annotation, std::size_t i) const {
    if (!annotation.is_object() || !annotation.contains("namespace") ||
        !annotation.at("namespace").is_string())
      refuse(fmt::format("annotation {} has no text 'namespace'", i));
    return annotation.at("namespace").get<std::string>();
  }

  std::string choose(const json& all, const std::string& asked) const {
    std::set<std::string> there;
    for (std::size_t i = 0; i < all.size(); ++i) there.insert(namespace_of(all[i], i));
    if (!asked.empty()) {
      if (there.contains(asked)) return asked;
    } else {
      for (const char* preferred : kNamespaces)
        if (there.contains(preferred)) return preferred;
    }
    std::vector<std::string> names;
    for (const std::string& one : there) names.push_back(single_line(one));
    throw DataError(fmt::format(
        "{}: no annotation of sections: expected the namespace {}, found {}", name_,
        asked.empty() ? std::string("segment_open (or another one of segments)") : asked,
        names.empty() ? std::string("no annotation") : name_list(names)));
  }

  /// The annotator's name; empty if there is none.
  static std::string annotator_of(const json& annotation) {
    for (const char* person : {"annotator", "curator"}) {
      const json::json_pointer place(fmt::format("/annotation_metadata/{}/name", person));
      if (!annotation.contains(place) || !annotation.at(place).is_string()) continue;
      if (std::string text = tag_text(annotation.at(place).get<std::string>()); !text.empty())
        return text;
    }
    return {};
  }

  double seconds(const json& observation, const char* key, const std::string& where) const {
    if (!observation.is_object() || !observation.contains(key) || !observation.at(key).is_number())
      refuse(fmt::format("{} has no number '{}'", where, key));
    return observation.at(key).get<double>();
  }

  /// The label of an observation; nothing if it is of a deeper level.
  std::optional<std::string> label(const json& observation, const std::string& where) const {
    if (!observation.contains("value")) refuse(fmt::format("{} has no 'value'", where));
    const json& value = observation.at("value");
    if (value.is_string()) return tag_text(value.get<std::string>());
    if (value.is_number()) return value.dump();
    if (!value.is_object() || !value.contains("label") || !value.at("label").is_string() ||
        !value.contains("level") || !value.at("level").is_number_integer())
      refuse(fmt::format("{}: its 'value' is neither a label nor a label with a level", where));
    if (value.at("level").get<std::int64_t>() != 0) return std::nullopt;
    return tag_text(value.at("label").get<std::string>());
  }

  std::vector<Section> sections_of(const json& annotation, std::size_t i) const {
    const std::string which = fmt::format("annotation {}", i);
    std::vector<Section> sections;
    const json& observations = list_in(annotation, "data", which);
    for (std::size_t o = 0; o < observations.size(); ++o) {
      const std::string where = fmt::format("{}, observation {}", which, o);
      const double start_s = seconds(observations[o], "time", where),
                   duration_s = seconds(observations[o], "duration", where);
      if (std::optional<std::string> text = label(observations[o], where))
        sections.push_back({start_s, start_s + duration_s, *std::move(text)});
    }
    // JAMS promises no order.
    std::stable_sort(sections.begin(), sections.end(),
                     [](const Section& a, const Section& b) { return a.start_s < b.start_s; });
    check_sections(sections, fmt::format("{}: {}", name_, which));
    return sections;
  }

  const std::string& name_;
};

/// Takes the next word off a line.
std::string_view next_word(std::string_view& line) {
  constexpr std::string_view kBlanks = " \t";
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  const std::string_view word = line.substr(0, line.find_first_of(kBlanks));
  line.remove_prefix(word.size());
  return word;
}

std::size_t column_of(const CsvTable& table, const char* name, const char* other_name) {
  const std::optional<std::size_t> column = table.find(name);
  return column ? *column : table.column(other_name);
}

/// The columns of a table of sections.
struct SectionColumns {
  std::size_t start, end, label;
  std::optional<std::size_t> annotator;

  explicit SectionColumns(const CsvTable& table)
      : start(column_of(table, "start_s", "start")),
        end(column_of(table, "end_s", "end")),
        label(table.column("label")),
        annotator(table.find("annotator")) {}
};

double seconds_of(const CsvTable& table, const CsvRow& row, std::size_t column) {
  const std::optional<double> value = decimal_number(tag_text(row.cells[column]));
  if (!value || *value < 0.0)
    throw DataError(fmt::format("{}: column '{}': expected seconds, found '{}'", table.where(row),
                                single_line(table.columns[column]),
                                single_line(row.cells[column].substr(0, 80))));
  return *value;
}

/// Adds a row to the annotation of its annotator.
void add_row(const CsvTable& table, const CsvRow& row, const SectionColumns& columns,
             SongAnnotations& annotations) {
  const std::string annotator =
      columns.annotator ? tag_text(row.cells[*columns.annotator]) : std::string();
  auto place = std::find_if(annotations.begin(), annotations.end(),
                            [&](const SectionAnnotation& a) { return a.annotator == annotator; });
  if (place == annotations.end())
    place = annotations.insert(annotations.end(), {.annotator = annotator, .sections = {}});
  const Section section{seconds_of(table, row, columns.start), seconds_of(table, row, columns.end),
                        tag_text(row.cells[columns.label])};
  if (section.end_s <= section.start_s ||
      (!place->sections.empty() && section.start_s < place->sections.back().start_s))
    throw DataError(fmt::format(
        "{}: expected a section that ends after its start, below those that start before it; found "
        "{} to {} s",
        table.where(row), section.start_s, section.end_s));
  place->sections.push_back(section);
}

}  // namespace

bool is_section_file(const fs::path& file) {
  const std::string ending = lower_ending(file);
  return ending == ".jams" || ending == ".lab" || ending == ".csv";
}

void check_sections(const std::vector<Section>& sections, std::string_view where) {
  if (sections.empty())
    throw DataError(fmt::format("{}: expected at least one section, found none", where));
  double last_s = 0.0;
  for (std::size_t i = 0; i < sections.size(); ++i) {
    const auto& [start_s, end_s, label] = sections[i];
    if (!std::isfinite(start_s) || !std::isfinite(end_s) || start_s < last_s || end_s <= start_s)
      throw DataError(fmt::format(
          "{}: section {}: expected times that are finite, not negative and in order, found {} to "
          "{} s",
          where, i + 1, start_s, end_s));
    last_s = start_s;
  }
}

SongAnnotations parse_jams(std::string_view text, const std::string& name,
                           const std::string& name_space) {
  const json document = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (document.is_discarded())
    throw DataError(fmt::format("{}: is not valid JSON; expected a JAMS file", name));
  return JamsReader(name).read(document, name_space);
}

SongAnnotations parse_lab(std::string_view text, const std::string& name) {
  text = without_byte_order_mark(text);
  SectionAnnotation result;
  double last_s = 0.0;
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    std::string_view rest = line;
    const std::string_view first = next_word(rest);
    if (first.empty() || first.starts_with('#')) continue;
    const std::optional<double> start_s = decimal_number(first),
                                end_s = decimal_number(next_word(rest));
    std::string label = tag_text(rest);
    if (!start_s || !end_s || *start_s < last_s || *end_s <= *start_s || label.empty())
      throw DataError(fmt::format(
          "{}:{}: expected start and end of a section in seconds, in order, and its label; found "
          "'{}'",
          name, number, single_line(line.substr(0, 80))));
    last_s = *start_s;
    result.sections.push_back({*start_s, *end_s, std::move(label)});
  }
  check_sections(result.sections, name);
  return {std::move(result)};
}

SongAnnotations section_table(const CsvTable& table) {
  const SectionColumns columns(table);
  SongAnnotations result;
  for (const CsvRow& row : table.rows) add_row(table, row, columns, result);
  if (result.empty())
    throw DataError(fmt::format("{}: expected at least one section, found none", table.name));
  return result;
}

std::map<std::string, SongAnnotations> section_table_of_songs(const CsvTable& table) {
  const std::size_t track = column_of(table, "id", "track");
  const SectionColumns columns(table);
  std::map<std::string, SongAnnotations> result;
  for (const CsvRow& row : table.rows) add_row(table, row, columns, result[row.cells[track]]);
  return result;
}

SongAnnotations read_section_file(const fs::path& file, const std::string& name_space) {
  const std::string ending = lower_ending(file);
  const std::string name = utf8_name(file.native());
  if (ending == ".jams") return parse_jams(read_file_text(file), name, name_space);
  if (ending == ".lab") return parse_lab(read_text_file(file), name);
  return section_table(parse_csv(read_text_file(file), name));
}

}  // namespace genrebench
