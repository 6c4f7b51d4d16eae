#pragma once
// Internal. A table as lines of text that fit a terminal.

#include <string>

#include "harness/plugin/document.hpp"
#include "reports/render/render.hpp"

namespace genrebench {

/// The columns and rows of a table, without its title and notes, aligned. Where they are wider than
/// `options.table_width`, what helps is done, in this order:
/// - columns of text that say the same in every row are said once, above the table;
/// - headings and text are broken at blanks, into few lines per cell;
/// - columns of numbers beside one of names are divided into several tables;
/// - each row becomes a block of lines, one per column that is not empty.
/// Words and numbers are never broken: a word that is wider than the terminal stays in one piece.
std::string terminal_table(const Table& table, const TerminalOptions& options);

/// Text emphasised as its cell asks for. @param options  without colours it stays as it is
std::string emphasised(const std::string& text, const Cell& cell, const TerminalOptions& options);

}  // namespace genrebench
