#pragma once
// A YAML document as a tree of nodes that know their place in the file. The only code that sees
// yaml-cpp is behind this header.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/options.hpp"

namespace genrebench {

struct YamlEntry;

/// One node of a document.
struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  std::string text = {};             ///< of a scalar
  bool quoted = false;               ///< a scalar in quotes is text, whatever it looks like
  std::vector<YamlNode> items = {};  ///< of a list
  std::vector<YamlEntry> entries;    ///< of a map, in the order of the file
  std::string where = {};            ///< "file.yaml:3:5"

  bool is_scalar() const { return kind == Kind::scalar; }
  bool is_list() const { return kind == Kind::list; }
  bool is_map() const { return kind == Kind::map; }

  /// The value of a map's key; null if this is no map or has no such key.
  const YamlNode* find(std::string_view key) const;
};

struct YamlEntry {
  YamlNode key, value;
};

/// Reads one document. References to anchors are replaced by copies.
/// @param source  what the text comes from, for messages: a file, "command line: KEY"
/// @throws ConfigError  if the text is not YAML, is nested too deeply or has too many nodes
YamlNode parse_yaml(const std::string& text, const std::string& source);

/// The word that a key of a map is.
/// @throws ConfigError  if it is a list, a map or nothing: YAML would allow these
const std::string& key_name(const YamlNode& key);

/// A scalar as the type it looks like, or a list of words.
/// @throws ConfigError  if it is a map, or a list of something else
OptionValue to_value(const YamlNode& node, const std::string& where);

/// A list of at least one value, for a sweep.
/// @param key  what is swept, for messages
/// @throws ConfigError
std::vector<OptionValue> value_list(const YamlNode& node, const std::string& key,
                                    const std::string& where);

/// Numbers as YAML reads them; empty where the node is none.
std::optional<int> to_int(const YamlNode& node);
std::optional<std::uint64_t> to_unsigned(const YamlNode& node);
std::optional<double> to_number(const YamlNode& node);

}  // namespace genrebench
