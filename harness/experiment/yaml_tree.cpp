#include "harness/experiment/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"

namespace genrebench {
namespace {

/// @throws ConfigError  unless the text is UTF-8 of an allowed size without control characters:
///                      yaml-cpp ends a document in silence at some of these
void check_text(std::string_view text, const std::string& source) {
  if (text.size() > kMaxYamlBytes)
    throw ConfigError(
        fmt::format("{}: expected at most {} bytes of YAML, found more", source, kMaxYamlBytes));
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF"))
    throw ConfigError(
        fmt::format("{}: expected UTF-8 text, found UTF-16; save it as UTF-8", source));
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string line(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    std::replace_if(
        line.begin(), line.end(), [](char c) { return c == '\t' || c == '\r'; }, ' ');
    const std::string shown = utf8_name(line);
    if (shown == line) continue;
    const auto at = static_cast<std::size_t>(
        std::mismatch(line.begin(), line.end(), shown.begin(), shown.end()).first - line.begin());
    throw ConfigError(
        fmt::format("{}:{}:{}: expected UTF-8 text without control characters, found "
                    "the byte {}{}",
                    source, number, at + 1, shown.substr(at + 1, 3),
                    line[at] == '\0' ? "; is this a binary file, or UTF-16?" : ""));
  }
}

/// Text that stands for nothing, as YAML has it.
constexpr std::array<std::string_view, 4> kNullWords = {"null", "Null", "NULL", "~"};

/// True for words that need no quotes before ` #`: nobody has a folder or a label of this name in
/// mind.
bool is_number_or_switch(const std::string& word) {
  return decimal_number(word) || word == "true" || word == "false" || word == "auto";
}

/// Makes the tree while yaml-cpp parses, so that a limit stops the parser.
class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const std::string& text, const std::string& source) : text_(text), source_(source) {}

  YamlNode take() {
    for (const auto& [id, anchor] : anchors_)
      if (!anchor.used)
        throw ConfigError(fmt::format(
            "{}: nothing refers to the anchor &{}; text that begins with & needs quotes",
            anchor.node.where, names_.at(id)));
    return std::move(root_);
  }

  std::string place(const YAML::Mark& mark) const {
    return mark.is_null() ? source_
                          : fmt::format("{}:{}:{}", source_, mark.line + 1, mark.column + 1);
  }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++n_documents_ > 1)
      throw ConfigError(
          fmt::format("{}: expected one document, found text behind its end: a second document, or "
                      "what belongs "
                      "to no key; put each experiment in a file of its own",
                      place(mark)));
  }
  void OnDocumentEnd() override {}

  void OnAnchor(const YAML::Mark& /*mark*/, const std::string& name) override { name_ = name; }

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    YamlNode node = make(YamlNode::Kind::null, mark);
    for (const std::string_view word : kNullWords)
      if (stands_at(content(mark), word)) node.text = word;
    note_name(anchor);
    add({.node = std::move(node), .anchor = anchor});
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check_tag(mark, tag);
    if (tag == "?")
      check_comment(mark, value);
    else
      check_quoted(mark, value);
    YamlNode node = make(YamlNode::Kind::scalar, mark);
    node.text = value;
    note_name(anchor);
    add({.node = std::move(node), .anchor = anchor});
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(YamlNode::Kind::list, mark, anchor);
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(YamlNode::Kind::map, mark, anchor);
  }
  void OnMapEnd() override { close(); }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t id) override {
    const auto found = anchors_.find(id);
    if (found == anchors_.end())
      throw ConfigError(
          fmt::format("{}: the anchor &{} is used within itself", place(mark), names_.at(id)));
    Anchor& anchor = found->second;
    anchor.used = true;
    count(anchor.n_values, place(mark));
    check_depth(anchor.height, place(mark));
    add({.node = anchor.node, .n_values = anchor.n_values, .height = anchor.height});
  }

 private:
  /// A node that is complete or open.
  struct Part {
    YamlNode node;
    YAML::anchor_t anchor = YAML::NullAnchor;
    std::size_t n_values = 1;
    std::size_t height = 0;  ///< lists and maps from here to the innermost; of a word 0
    // Of an open map:
    std::optional<YamlNode> key = {};
    std::set<std::string> seen = {};
  };

  struct Anchor {
    YamlNode node;
    std::size_t n_values, height;
    bool used = false;
  };

  YamlNode make(YamlNode::Kind kind, const YAML::Mark& mark) {
    YamlNode node{.kind = kind, .entries = {}, .where = place(mark)};
    count(1, node.where);
    return node;
  }

  void count(std::size_t n, const std::string& where) {
    n_values_ += n;
    if (n_values_ > kMaxYamlValues)
      throw ConfigError(fmt::format(
          "{}: expected at most {} values, found more; what an alias stands for counts each time",
          where, kMaxYamlValues));
  }

  void check_depth(std::size_t height, const std::string& where) const {
    if (open_.size() + height > kMaxYamlDepth)
      throw ConfigError(
          fmt::format("{}: expected lists and maps nested at most {} deep", where, kMaxYamlDepth));
  }

  /// Where a node begins, behind its anchor and tag.
  std::size_t content(const YAML::Mark& mark) const {
    std::size_t position = static_cast<std::size_t>(mark.pos);
    while (character_at(position) == '&' || character_at(position) == '!')
      position = text_.find_first_not_of(" \t\r\n", text_.find_first_of(" \t\r\n,]}", position));
    return std::min(position, text_.size());
  }

  bool stands_at(std::size_t position, std::string_view word) const {
    return text_.compare(position, word.size(), word) == 0;
  }

  char character_at(std::size_t position) const {
    return position < text_.size() ? text_[position] : '\0';
  }

  /// yaml-cpp gives plain nodes the tag "?" and text in quotes the tag "!".
  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag == "tag:yaml.org,2002:str") return;
    const bool written = character_at(static_cast<std::size_t>(mark.pos)) == '!';
    if (!written && (tag.empty() || tag == "?" || tag == "!")) return;
    throw ConfigError(fmt::format(
        "{}: tags are not supported; text that begins with ! needs quotes", place(mark)));
  }

  /// @throws ConfigError  where a comment follows a plain word that may be a part of a name:
  ///                      `root: music #2`
  void check_comment(const YAML::Mark& mark, const std::string& word) const {
    const std::size_t begin = content(mark);
    if (!stands_at(begin, word) || is_number_or_switch(word)) return;
    const std::size_t blanks = begin + word.size();
    const std::size_t hash = text_.find_first_not_of(" \t", blanks);
    if (hash == blanks || character_at(hash) != '#') return;
    if (std::string_view("\0 \t\r\n#-=*~", 10).find(character_at(hash + 1)) !=
        std::string_view::npos)
      return;
    const std::size_t end = std::min(text_.find_first_of(" \t\r\n", hash), text_.size());
    const std::string comment = text_.substr(hash, end - hash);
    throw ConfigError(fmt::format(
        "{}: is '{}' behind '{}' part of the text or a comment? Write \"{} {}\" in quotes, or a "
        "blank behind # for a comment",
        place(mark), comment, word, word, comment));
  }

  /// True for text without quotes, and where the quotes that open it are closed.
  bool quotes_are_closed(std::size_t begin) const {
    const char quote = character_at(begin);
    if (quote != '"' && quote != '\'') return true;
    for (std::size_t i = begin + 1; i < text_.size(); ++i) {
      if (quote == '"' && text_[i] == '\\') {
        ++i;
      } else if (text_[i] == quote) {
        if (quote == '"' || character_at(i + 1) != quote) return true;
        ++i;
      }
    }
    return false;
  }

  /// @throws ConfigError  for what yaml-cpp passes: quotes that only the end of the text closes,
  /// and
  ///                      a zero byte, which no path can hold
  void check_quoted(const YAML::Mark& mark, const std::string& value) const {
    if (!quotes_are_closed(content(mark)))
      throw ConfigError(fmt::format("{}: not valid YAML: quotes are not closed", place(mark)));
    if (value.find('\0') != std::string::npos)
      throw ConfigError(
          fmt::format("{}: expected text without zero bytes, found \\0 in it", place(mark)));
  }

  void note_name(YAML::anchor_t anchor) {
    if (anchor != YAML::NullAnchor) names_[anchor] = name_;
  }

  void open(YamlNode::Kind kind, const YAML::Mark& mark, YAML::anchor_t anchor) {
    note_name(anchor);
    check_depth(1, place(mark));
    open_.push_back({.node = make(kind, mark), .anchor = anchor, .height = 1});
  }

  void close() {
    Part part = std::move(open_.back());
    open_.pop_back();
    add(std::move(part));
  }

  /// Puts a complete node in its place.
  void add(Part part) {
    if (part.anchor != YAML::NullAnchor) {
      count(part.n_values, part.node.where);
      anchors_[part.anchor] = {.node = part.node, .n_values = part.n_values, .height = part.height};
    }
    if (open_.empty()) {
      root_ = std::move(part.node);
      return;
    }
    Part& parent = open_.back();
    parent.n_values += part.n_values;
    parent.height = std::max(parent.height, part.height + 1);
    if (parent.node.is_list())
      parent.node.items.push_back(std::move(part.node));
    else if (parent.key)
      parent.node.entries.push_back({*std::exchange(parent.key, {}), std::move(part.node)});
    else
      parent.key = check_key(std::move(part.node), parent.seen);
  }

  static YamlNode check_key(YamlNode key, std::set<std::string>& seen) {
    if (key.is_scalar() && key.text == "<<")
      throw ConfigError(fmt::format(
          "{}: merge keys (<<) are not supported; write the keys out, or use extends", key.where));
    if (key.is_scalar() && !seen.insert(key.text).second)
      throw ConfigError(fmt::format("{}: key '{}' is given twice", key.where, key.text));
    return key;
  }

  const std::string& text_;
  const std::string& source_;
  int n_documents_ = 0;
  std::size_t n_values_ = 0;
  std::vector<Part> open_;  ///< from the root to the innermost list or map
  YamlNode root_;
  std::string name_;  ///< of the anchor met last
  std::map<YAML::anchor_t, std::string> names_;
  std::map<YAML::anchor_t, Anchor> anchors_;  ///< of complete nodes
};

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) {
    return entry.key.is_scalar() && entry.key.text == key;
  });
  return found == entries.end() ? nullptr : &found->value;
}

YamlNode parse_yaml(const std::string& text, const std::string& source) {
  check_text(text, source);
  const std::string content(without_byte_order_mark(text));
  TreeBuilder builder(content, source);
  std::istringstream stream(content);
  try {
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    throw ConfigError(
        fmt::format("{}: not valid YAML: {}; text with signs such as : # [ {{ @ * & needs quotes",
                    builder.place(error.mark), error.msg));
  }
  return builder.take();
}

const std::string& key_name(const YamlNode& key) {
  if (!key.is_scalar())
    throw ConfigError(
        fmt::format("{}: expected a word as key, found a list, a map or nothing", key.where));
  return key.text;
}

OptionValue to_value(const YamlNode& node, const std::string& where) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return node.text.empty() ? OptionValue() : OptionValue(node.text);
    case YamlNode::Kind::scalar:
      return node.text;
    case YamlNode::Kind::map:
      throw ConfigError(
          fmt::format("{}: expected a value, found a map; text that begins with {{ or has a colon "
                      "needs quotes",
                      where));
    case YamlNode::Kind::list:
      break;
  }
  std::vector<std::string> words;
  for (const YamlNode& item : node.items) {
    const bool empty = item.kind == YamlNode::Kind::null && item.text.empty();
    if (item.is_list() || item.is_map() || empty)
      throw ConfigError(fmt::format("{}: expected a list of words or numbers", where));
    words.push_back(item.text);
  }
  return words;
}

std::vector<OptionValue> value_list(const YamlNode& node, const std::string& key,
                                    const std::string& where) {
  if (!node.is_list() || node.items.empty())
    throw ConfigError(
        fmt::format("{}: '{}' must be a list of at least one value to sweep over", where, key));
  std::vector<OptionValue> values;
  for (const YamlNode& item : node.items) values.push_back(to_value(item, where));
  return values;
}

}  // namespace genrebench
