#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cstdint>

#include "base/text.hpp"
#include "reports/render/headings.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace {

/// Characters of our reports that the usual fonts of pdfLaTeX do not have.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kSymbols = {
    {{"±", "$\\pm$"},
     {"–", "--"},
     {"—", "---"},
     {"−", "$-$"},
     {"×", "$\\times$"},
     {"≈", "$\\approx$"},
     {"≥", "$\\geq$"},
     {"≤", "$\\leq$"},
     {"→", "$\\rightarrow$"},
     {"…", "\\ldots{}"},
     {"†", "$\\dagger$"},
     {"‡", "$\\ddagger$"},
     {"↵", "$\\hookleftarrow$"},
     {"µ", "$\\mu$"},
     {"Δ", "$\\Delta$"},
     {"\uFFFD", "?"}}};

struct Character {
  char32_t number = 0;
  std::size_t n_bytes = 1;
};

/// The character that begins at a place.
/// @param text  valid UTF-8
Character character_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[at + i]); };
  if (byte(0) < 0x80) return {.number = byte(0), .n_bytes = 1};
  const std::size_t n_bytes = byte(0) < 0xE0 ? 2 : byte(0) < 0xF0 ? 3 : 4;
  char32_t number = byte(0) & (0xFFu >> (n_bytes + 1));
  for (std::size_t i = 1; i < n_bytes; ++i) number = number << 6 | (byte(i) & 0x3Fu);
  return {.number = number, .n_bytes = n_bytes};
}

/// Whether pdfLaTeX has a character in its usual fonts, be it with the encoding T1. Latin letters
/// and the punctuation of texts, as pdfTeX 1.40.24 of TeX Live 2022 was seen to have them.
bool is_usual(char32_t c) {
  constexpr std::u32string_view kMissing = U"ĦħĸĿŀŉŦŧſ", kMore = U"ȘșȚț‐‑‒–—―‖‘’“”†‡•…€™";
  return c < 0x180 ? kMissing.find(c) == kMissing.npos : kMore.find(c) != kMore.npos;
}

/// Letters that pdfLaTeX would stop at are shown by their numbers there, and as they are by XeLaTeX
/// and LuaLaTeX, which know \Umathchar. Not by a command of our own: lists of tables come before
/// its definition.
std::string with_other_letters(std::string_view text) {
  std::string result, letters, numbers;
  const auto end_letters = [&] {
    if (!letters.empty())
      result +=
          fmt::format("\\ifdefined\\Umathchar {}\\else{{[}}{}{{]}}\\fi{{}}", letters, numbers);
    letters.clear();
    numbers.clear();
  };
  for (std::size_t at = 0; at < text.size();) {
    const Character character = character_at(text, at);
    const std::string_view bytes = text.substr(at, character.n_bytes);
    at += bytes.size();
    if (is_usual(character.number)) {
      end_letters();
      result += bytes;
    } else {
      letters += bytes;
      numbers += fmt::format("{}U+{:04X}", numbers.empty() ? "" : " ",
                             static_cast<std::uint32_t>(character.number));
    }
  }
  end_letters();
  return result;
}

std::string escape(std::string_view text) {
  std::string result = replace_each(single_line(text), [](char c) -> std::string_view {
    switch (c) {
      case '\\':
        return "\\textbackslash{}";
      case '{':
        return "\\{";
      case '}':
        return "\\}";
      case '$':
        return "\\$";
      case '&':
        return "\\&";
      case '#':
        return "\\#";
      case '%':
        return "\\%";
      case '_':
        return "\\_";
      case '^':
        return "\\textasciicircum{}";
      case '~':
        return "\\textasciitilde{}";
      case '<':
        return "\\textless{}";
      case '>':
        return "\\textgreater{}";
      case '|':
        return "\\textbar{}";
      case '`':
        return "\\textasciigrave{}";
      // After \\ a bracket would be read as an optional argument and a star as part of the command.
      case '[':
        return "{[}";
      case ']':
        return "{]}";
      case '*':
        return "{*}";
      default:
        return {};
    }
  });
  // Two hyphens would become a dash: "--json".
  for (std::size_t at = 0; (at = result.find("--", at)) != std::string::npos; at += 3)
    result.insert(at + 1, "{}");
  for (const auto& [symbol, command] : kSymbols)
    for (std::size_t at = 0; (at = result.find(symbol, at)) != std::string::npos;
         at += command.size())
      result.replace(at, symbol.size(), command);
  return with_other_letters(result);
}

std::string cell_text(const Cell& cell) {
  std::string text = escape(visible_line(cell.text));
  if (text.empty()) return text;
  if (cell.caution) text = "\\textit{" + text + "}";
  if (cell.strong) text = "\\textbf{" + text + "}";
  return text;
}

/// A heading on as many short lines as it needs: columns are to be as wide as their numbers.
std::string heading(const std::string& text, bool right) {
  constexpr std::size_t kWidth = 12;
  const std::string lines = wrap_text(visible_line(text), kWidth);
  if (lines.find('\n') == std::string::npos) return escape(lines);
  std::string result = std::string("\\shortstack[") + (right ? "r" : "l") + "]{";
  for (std::size_t begin = 0; begin <= lines.size();) {
    const std::size_t end = std::min(lines.find('\n', begin), lines.size());
    result += (begin > 0 ? "\\\\" : "") + escape(lines.substr(begin, end - begin));
    begin = end + 1;
  }
  return result + "}";
}

class LatexWriter {
 public:
  std::string result;

  void notes(const std::vector<std::string>& notes) {
    if (notes.empty()) return;
    result += "\n\\medskip\n\\begin{minipage}{\\linewidth}\\footnotesize\n";
    for (const std::string& note : notes) result += escape(note) + "\\par\n";
    result += "\\end{minipage}\n";
  }

  void operator()(const Paragraph& paragraph) { result += escape(paragraph.text) + "\\par\n"; }

  void operator()(const Figure& figure) {
    const std::string file = figure.id + ".pdf";
    result += "\\begin{figure}[htbp]\n\\centering\n\\IfFileExists{" + file +
              "}{\\includegraphics[width=\\linewidth]{" + file + "}}{\\fbox{Make " + escape(file) +
              " from " + escape(figure.id) + ".svg.}}\n";
    result += "\\caption{" + escape(figure.title) + "}\n\\label{fig:" + figure.id + "}\n";
    notes(figure.notes);
    result += "\\end{figure}\n";
  }

  void operator()(const Table& table) {
    result += "\\begin{table}[htbp]\n\\centering\\small\n";
    result +=
        "\\caption{" + escape(table.title) + "}\n\\label{tab:" + table.id + "}\n\\begin{tabular}{";
    const std::vector<bool> numeric = numeric_columns(table);
    for (const bool right : numeric) result += right ? 'r' : 'l';
    result += "}\n\\toprule\n";
    upper_headings(table);
    for (std::size_t c = 0; c < table.columns.size(); ++c)
      result += (c > 0 ? " & " : "") + heading(lower_heading(table, c), numeric[c]);
    result += " \\\\\n\\midrule\n";
    for (const std::vector<Cell>& row : table.rows) {
      assert(row.size() <= table.columns.size());
      for (std::size_t c = 0; c < table.columns.size(); ++c)
        result += (c > 0 ? " & " : "") + (c < row.size() ? cell_text(row[c]) : std::string());
      result += " \\\\\n";
    }
    result += "\\bottomrule\n\\end{tabular}\n";
    notes(table.notes);
    result += "\\end{table}\n";
  }

 private:
  /// Headings over several columns, and a rule below each.
  void upper_headings(const Table& table) {
    const std::vector<HeadingGroup> groups = heading_groups(table);
    if (groups.empty()) return;
    std::string rules;
    for (const HeadingGroup& group : groups) {
      if (group.first > 0) result += " & ";
      if (group.title.empty()) {
        for (std::size_t c = 1; c < group.n_columns; ++c) result += " & ";
        continue;
      }
      result += "\\multicolumn{" + std::to_string(group.n_columns) + "}{c}{" +
                escape(visible_line(group.title)) + "}";
      rules += "\\cmidrule(lr){" + std::to_string(group.first + 1) + "-" +
               std::to_string(group.first + group.n_columns) + "}";
    }
    result += " \\\\\n" + rules + "\n";
  }
};

}  // namespace

std::string render_latex(const Document& document) {
  LatexWriter writer;
  for (const auto& part : document.body) {
    writer.result += "\n";
    std::visit(writer, part);
  }
  return "% " + single_line(document.title) +
         "\n% Needs \\usepackage{booktabs}; with figures also graphicx; for letters such as ą, đ "
         "and ð also [T1]{fontenc}; for other scripts XeLaTeX or LuaLaTeX.\n" +
         writer.result;
}

}  // namespace genrebench
