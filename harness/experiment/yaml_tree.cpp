#include "harness/experiment/yaml_tree.hpp"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>

#include "base/error.hpp"

namespace genrebench {
namespace {

/// Copies yaml-cpp's nodes. An anchor may refer to a node that contains it, or multiply nodes
/// without end; the limits stop both.
class Copier {
 public:
  explicit Copier(const std::string& source) : source_(source) {}

  YamlNode operator()(const YAML::Node& node, int depth = 0) {
    const std::string where = place(node.Mark());
    if (depth > kMaxDepth || ++n_nodes_ > kMaxNodes)
      throw ConfigError(fmt::format(
          "{}: expected at most {} values, nested at most {} deep; is an anchor used in itself?",
          where, kMaxNodes, kMaxDepth));
    YamlNode result{.kind = kind_of(node), .entries = {}, .where = where};
    if (node.IsMap()) {
      for (const auto& entry : node)
        result.entries.push_back(
            {(*this)(entry.first, depth + 1), (*this)(entry.second, depth + 1)});
    } else if (node.IsSequence()) {
      for (const YAML::Node& item : node) result.items.push_back((*this)(item, depth + 1));
    } else if (node.IsScalar()) {
      result.text = node.Scalar();
      result.quoted = node.Tag() == "!";
    }
    return result;
  }

  std::string place(const YAML::Mark& mark) const {
    return mark.is_null() ? source_
                          : fmt::format("{}:{}:{}", source_, mark.line + 1, mark.column + 1);
  }

 private:
  static constexpr int kMaxDepth = 64;
  static constexpr int kMaxNodes = 1000000;

  static YamlNode::Kind kind_of(const YAML::Node& node) {
    return node.IsMap()        ? YamlNode::Kind::map
           : node.IsSequence() ? YamlNode::Kind::list
           : node.IsScalar()   ? YamlNode::Kind::scalar
                               : YamlNode::Kind::null;
  }

  const std::string& source_;
  int n_nodes_ = 0;
};

template <typename Number>
std::optional<Number> number_of(const YamlNode& node) {
  if (!node.is_scalar()) return std::nullopt;
  Number number{};
  return YAML::convert<Number>::decode(YAML::Node(node.text), number) ? std::optional(number)
                                                                      : std::nullopt;
}

}  // namespace

const YamlNode* YamlNode::find(std::string_view key) const {
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const YamlEntry& entry) {
    return entry.key.is_scalar() && entry.key.text == key;
  });
  return found == entries.end() ? nullptr : &found->value;
}

YamlNode parse_yaml(const std::string& text, const std::string& source) {
  Copier copy(source);
  try {
    return copy(YAML::Load(text));
  } catch (const YAML::Exception& error) {
    throw ConfigError(fmt::format("{}: not valid YAML: {}", copy.place(error.mark), error.msg));
  }
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
      return std::monostate{};
    case YamlNode::Kind::scalar:
      return node.quoted ? OptionValue(node.text) : parse_option_value(node.text);
    case YamlNode::Kind::map:
      throw ConfigError(fmt::format("{}: expected a value, found a map", where));
    case YamlNode::Kind::list:
      break;
  }
  std::vector<std::string> words;
  for (const YamlNode& item : node.items) {
    if (!item.is_scalar())
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

std::optional<int> to_int(const YamlNode& node) { return number_of<int>(node); }
std::optional<std::uint64_t> to_unsigned(const YamlNode& node) {
  return number_of<std::uint64_t>(node);
}
std::optional<double> to_number(const YamlNode& node) { return number_of<double>(node); }

}  // namespace genrebench
