#pragma once
// The parts of HTML pages: texts, tables, figures and notes of documents. All texts are escaped.

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/document.hpp"

namespace genrebench::html {

/// Text for the content of an element or for an attribute in double quotes. Characters that no
/// page may hold are replaced.
std::string escape(std::string_view text);

/// As escape(), with `<br>` for line ends.
std::string escape_lines(std::string_view text);

/// JSON as the content of a script element: no text in it can end the element.
std::string script_json(std::string_view json);

/// A player for the sound file; nothing where the path is empty or not absolute. The file is not
/// loaded before the reader asks for it: a page may have hundreds.
/// @param path   on this machine
/// @param label  what screen readers call it
std::string player(std::string_view path, std::string_view label);

/// Bytes of still pictures in a page whose scripts draw charts: those beyond are left to the
/// scripts, so that a page of hundreds of figures can still be sent to somebody.
inline constexpr std::size_t kMostStillBytes = 1'800'000;

/// What stands between these two in a folded part of a page is plain text to a browser that runs
/// scripts, until the page's script reads it: a page of hundreds of folded figures is shown at
/// once. Without scripts it is there from the start. It must not hold another such pair.
/// Source: HTML Living Standard, 4.12.2 (the noscript element)
inline constexpr std::string_view kBeginLater = "<noscript>", kEndLater = "</noscript>";

/// Appends the parts of documents to a page.
class Parts {
 public:
  /// @param links        what tables link to: the text of a whole cell, and the id in the page
  /// @param with_charts  figures carry the data of their charts, for the page's script
  explicit Parts(std::map<std::string, std::string> links = {}, bool with_charts = false)
      : links_(std::move(links)), with_charts_(with_charts) {}

  std::string result;

  /// Begins a document: notes that several of its parts have are written once from here on.
  void begin_document() { first_with_note_.clear(); }

  void operator()(const Paragraph& paragraph);
  void operator()(const Figure& figure);
  void operator()(const Table& table);

 private:
  /// The id of a part, different from those of all parts before it.
  std::string unique_id(const std::string& id);
  void still_picture(const Figure& figure);
  void headings(const Table& table, const std::vector<bool>& numeric);
  void cell(const Cell& cell, bool heading, bool numeric);
  void notes(const std::vector<std::string>& notes, const std::string& id,
             const std::string& title);

  struct Place {
    std::string id;
    std::string title;
  };
  std::map<std::string, std::string> links_;
  bool with_charts_;
  std::size_t still_bytes_ = 0;
  std::set<std::string> ids_;
  std::set<std::string> alarms_;  ///< that were shown
  std::map<std::string, Place> first_with_note_;
};

}  // namespace genrebench::html
