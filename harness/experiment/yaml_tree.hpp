#pragma once
// A YAML document as a tree of nodes that know their place in the file. The only code that sees
// yaml-cpp is behind this header.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/option_value.hpp"

namespace genrebench {

// Limits of a document. docs/explanation/configuration.md states them.
inline constexpr std::size_t kMaxYamlBytes = 524'288;
inline constexpr std::size_t kMaxYamlDepth = 64;
/// Every list, map, key and word is one value; what an alias stands for counts again.
inline constexpr std::size_t kMaxYamlValues = 100'000;

struct YamlEntry;

/// One node of a document. A word has no type here: the option that it is for knows whether `1.10`
/// is a number or the name of a folder.
struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  /// Of a scalar, without quotes; of null the word that was written (`null`, `~`), if any.
  std::string text = {};
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

/// Reads one document in UTF-8. Aliases are replaced by copies of what they stand for.
/// @param source  what the text comes from, for messages: a file, "command line: KEY"
/// @throws ConfigError  if the text is not YAML, holds a second document, exceeds a limit, has a
///                      key twice, or uses what this program does not support: tags, merge keys,
///                      anchors that nothing refers to
YamlNode parse_yaml(const std::string& text, const std::string& source);

/// The word that a key of a map is.
/// @throws ConfigError  if it is a list, a map or nothing: YAML would allow these
const std::string& key_name(const YamlNode& key);

/// A word as it stands, a list of words, or nothing where nothing is written.
/// @throws ConfigError  if it is a map, or a list of something else
OptionValue to_value(const YamlNode& node, const std::string& where);

/// A list of at least one value, for a sweep.
/// @param key  what is swept, for messages
/// @throws ConfigError
std::vector<OptionValue> value_list(const YamlNode& node, const std::string& key,
                                    const std::string& where);

}  // namespace genrebench
