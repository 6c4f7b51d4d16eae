#include <algorithm>
#include <array>
#include <set>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "harness/plugin/options.hpp"
#include "reports/render/pictures.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// The files of a figure, in the order in which they are written.
constexpr std::array<std::pair<PictureFormat, std::string_view>, 3> kPictureFiles = {
    {{PictureFormat::svg, ".svg"}, {PictureFormat::png, ".png"}, {PictureFormat::pdf, ".pdf"}}};

void check_file_name(const std::string& id, const std::string& where) {
  const bool plain =
      !id.empty() && id.front() != '.' && std::all_of(id.begin(), id.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-' || c == '.';
      });
  if (!plain)
    throw std::logic_error("report '" + where + "': the id '" + id + "' cannot be a file name");
}

void check_ids(const Document& document) {
  check_file_name(document.name, document.name);
  std::set<std::string> seen;
  const auto check = [&](const std::string& id) {
    check_file_name(id, document.name);
    if (!seen.insert(id).second)
      throw std::logic_error("report '" + document.name + "': two tables or figures have the id '" +
                             id + "'");
  };
  for (const auto& part : document.body) {
    if (const auto* table = std::get_if<Table>(&part)) check(table->id);
    if (const auto* figure = std::get_if<Figure>(&part)) check(figure->id);
  }
  for (const Table& table : document.data) check(table.id);
}

}  // namespace

const std::vector<Format>& all_formats() {
  static const std::vector<Format> formats = {Format::markdown, Format::latex, Format::html,
                                              Format::json, Format::csv};
  return formats;
}

std::string to_string(Format format) {
  switch (format) {
    case Format::markdown:
      return "markdown";
    case Format::latex:
      return "latex";
    case Format::html:
      return "html";
    case Format::json:
      return "json";
    case Format::csv:
      return "csv";
  }
  return {};
}

Format parse_format(std::string_view name) {
  std::vector<std::string> names;
  for (const Format format : all_formats()) {
    if (to_string(format) == name) return format;
    names.push_back(to_string(format));
  }
  throw ConfigError(unknown_name_message("format", name, "report", names));
}

std::vector<Format> parse_formats(const std::vector<std::string>& names) {
  if (names.empty()) return all_formats();
  std::vector<Format> formats;
  for (const std::string& name : names) formats.push_back(parse_format(name));
  return formats;
}

std::vector<fs::path> write_document(const Document& document, const fs::path& folder,
                                     const std::vector<Format>& formats) {
  check_ids(document);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error)
    throw DataError("cannot make the folder '" + folder.string() + "': " + error.message());

  const auto wanted = [&](Format format) {
    return std::find(formats.begin(), formats.end(), format) != formats.end();
  };
  const bool picture_files = wanted(Format::markdown) || wanted(Format::latex);
  if (picture_files)
    draw_pictures({&document}, {PictureFormat::svg, PictureFormat::png, PictureFormat::pdf});

  std::vector<fs::path> files;
  const auto write = [&](const std::string& name, std::string_view text) {
    write_file_atomically(folder / name, text);
    files.push_back(folder / name);
  };
  if (wanted(Format::markdown)) write(document.name + ".md", render_markdown(document));
  if (wanted(Format::latex)) write(document.name + ".tex", render_latex(document));
  if (wanted(Format::html)) write(document.name + ".html", render_html(document));
  if (wanted(Format::json)) write(document.name + ".json", render_json(document));
  if (wanted(Format::csv))
    for (const auto& [name, text] : render_csv_files(document)) write(name, text);
  if (picture_files) {
    for (const auto& part : document.body) {
      if (const auto* figure = std::get_if<Figure>(&part)) {
        for (const auto& [format, end] : kPictureFiles)
          if (figure->picture.has(format))
            write(figure->id + std::string(end), figure->picture.file(format));
      }
    }
  }
  return files;
}

}  // namespace genrebench
