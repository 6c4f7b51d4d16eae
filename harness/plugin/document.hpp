#pragma once
// What a report says, before it is written as text for a terminal, Markdown, LaTeX, HTML, CSV or
// JSON.

#include <string>
#include <variant>
#include <vector>

#include "harness/plugin/picture.hpp"

namespace genrebench {

/// One cell of a table: plain UTF-8 text without markup. Writers escape it.
struct Cell {
  std::string text = {};
  bool numeric = false;  ///< aligned right
  bool strong = false;   ///< emphasised: the best of a column
  bool caution = false;  ///< must not be read without its note: leaky, incomplete
  /// The absolute path of a sound file on this machine, which the HTML plays below the text; other
  /// formats show the text alone. Empty: none.
  std::string audio = {};
};

/// What stands above a column in a table with two levels of headings: "full songs" over "paper".
struct Heading {
  std::string group = {};  ///< shared by neighbouring columns of the same group; empty: none
  std::string name = {};   ///< of the column within its group
};

/// A table as a reader sees it.
struct Table {
  std::string id = {};  ///< file name and label, unique in the document: "table2"
  std::string title = {};
  std::vector<std::string> columns = {};
  std::vector<std::vector<Cell>> rows = {};  ///< one cell per column
  std::vector<std::string> notes = {};       ///< below the table, in order
  /// Headings in two levels, one per column, which readers see in place of `columns`; CSV and JSON
  /// name columns by `columns`. Empty: one level.
  std::vector<Heading> headings = {};
};

/// A picture with what is said of it.
struct Figure {
  std::string id = {};  ///< file name and label, unique in the document
  std::string title = {};
  Picture picture = {};  ///< SVG for Markdown and HTML, PDF for LaTeX, PNG for slides
  std::vector<std::string> notes = {};
  /// What the picture shows, as JSON (reports/charts/chart_data.hpp), which a page with scripts
  /// draws in its place. Empty: there is only the picture.
  std::string chart = {};
  /// The absolute path of the sound file that the picture is of, on this machine; pages play it.
  /// Empty: none.
  std::string audio = {};
  double audio_start_s = 0.0;  ///< where the picture's time 0 is in the file
};

struct Paragraph {
  std::string text = {};
};

/// A whole report. `data` holds the numbers behind it in long form, one observation per row, with
/// the ids of the runs that it comes from. It is written as CSV and JSON, not shown.
struct Document {
  std::string name = {};  ///< file name: "table2"
  std::string title = {};
  std::vector<std::variant<Paragraph, Table, Figure>> body;
  std::vector<Table> data;
};

}  // namespace genrebench
