#pragma once
// What a report says, before it is written as text for a terminal, Markdown, LaTeX, HTML, CSV or
// JSON.

#include <optional>
#include <string>
#include <variant>
#include <vector>

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

/// A table as a reader sees it.
struct Table {
  std::string id = {};  ///< file name and label, unique in the document: "table2"
  std::string title = {};
  std::vector<std::string> columns = {};
  std::vector<std::vector<Cell>> rows = {};  ///< one cell per column
  std::vector<std::string> notes = {};       ///< below the table, in order
};

/// A picture, as SVG text, and as PNG and PDF where there are any.
struct Figure {
  std::string id = {};  ///< file name and label, unique in the document
  std::string title = {};
  std::string svg = {};
  std::optional<std::string> png = {};  ///< the bytes of the file
  std::optional<std::string> pdf = {};  ///< the bytes of the file; LaTeX needs it
  std::vector<std::string> notes = {};
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
