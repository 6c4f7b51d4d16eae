#pragma once
// Writes a document as text: for a terminal, Markdown, LaTeX, HTML, CSV and JSON.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/document.hpp"

namespace genrebench {

struct TerminalOptions {
  /// Emphasis by ANSI sequences: strong cells bold, caution cells yellow. Set it where the output
  /// is a terminal.
  bool colours = false;
  /// Width in columns at which paragraphs and notes are wrapped.
  std::size_t width = 100;
  /// Width in columns that tables fit, as far as words are narrower; 0: as wide as they are.
  std::size_t table_width = 0;
};

/// Aligned columns for reading in a terminal of fixed-width characters, UTF-8. Ends with a line
/// feed. Figures are named, not drawn.
std::string render_terminal(const Document& document, const TerminalOptions& options = {});

/// GitHub-flavoured Markdown: pipe tables, notes as lists. Figures refer to `<figure id>.svg`
/// beside the file. Source: the GFM specification 0.29, section 4.10
std::string render_markdown(const Document& document);

/// LaTeX for `\input`: each table in a `table` environment with booktabs rules, its title as the
/// caption and the label `tab:<id>`, its notes below. The document that inputs it needs the package
/// booktabs, and graphicx if there are figures, which refer to `<figure id>.pdf`; a missing one is
/// named in a box.
std::string render_latex(const Document& document);

/// One page of HTML that needs no other file: style and figures are within it, and there are no
/// scripts. Sound files that cells name are played from where they lie.
std::string render_html(const Document& document);

/// The whole document, with its data: {"name", "title", "body": [{"type": "paragraph" | "table" |
/// "figure", …}], "data": [{"id", "title", "columns", "records": [{column: value}], "notes"}]}.
/// Numeric cells of data tables are JSON numbers, empty ones null. Two-space indentation; ends with
/// a line feed.
std::string render_json(const Document& document);

/// One table as CSV with a header line; lines end with CR LF, cells with a comma, a quote or a line
/// end are quoted. Neither title nor notes. Text that a spreadsheet would take for a formula, such
/// as a genre named "=1+1" or a file "-x", gets an apostrophe before it; numbers stay as they are.
/// Source: RFC 4180; OWASP, CSV Injection
std::string render_csv(const Table& table);

/// The CSV files of a document by name: "<table id>.csv" for the tables that are shown and those of
/// `data`.
std::map<std::string, std::string> render_csv_files(const Document& document);

/// What write_document can write.
enum class Format { markdown, latex, html, json, csv };

/// All formats, in the order of their declaration.
const std::vector<Format>& all_formats();

std::string to_string(Format format);

/// @param name  "markdown", "latex", "html", "json" or "csv"
/// @throws ConfigError  naming the nearest format and listing all
Format parse_format(std::string_view name);

/// @param names  of formats; all formats if it is empty
/// @throws ConfigError  as parse_format()
std::vector<Format> parse_formats(const std::vector<std::string>& names);

/// Writes `<name>.md`, `<name>.tex`, `<name>.html`, `<name>.json`, `<table id>.csv`, and with
/// Markdown or LaTeX, which refer to them, `<figure id>.svg`, `.png` and `.pdf`, those that the
/// figure has, into a folder that is made if it is missing. Each file is written atomically.
/// @return  the files, in the order in which they were written
/// @throws DataError         naming the file or the folder that cannot be written
/// @throws std::logic_error  if two tables or figures share an id, or an id cannot be a file name:
/// a bug in the
///                           report
std::vector<std::filesystem::path> write_document(
    const Document& document, const std::filesystem::path& folder,
    const std::vector<Format>& formats = all_formats());

/// Columns to align right: those that have a numeric cell.
std::vector<bool> numeric_columns(const Table& table);

}  // namespace genrebench
