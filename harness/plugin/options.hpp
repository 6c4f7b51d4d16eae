#pragma once
// How a plug-in describes its options: each one a name, a type, a range, a default and a source,
// bound to a member of a plain struct. One description serves the parser, `genrebench list`, the
// generated reference and the hash of the resolved configuration.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/error.hpp"

namespace genrebench {

/// A value as written in YAML or after `key=` on the command line. Empty means `auto` (YAML null).
using OptionValue =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, std::vector<std::string>>;

/// Values by option name. After OptionSchema::resolve: every option of the schema, each of its own
/// type.
using OptionValues = std::map<std::string, OptionValue>;

/// @return  the value as a reader would write it in YAML: `auto`, `true`, `3`, `0.5`, `text`, `[a,
/// b]`
std::string to_string(const OptionValue& value);

/// Reads a word from the command line as the type it looks like (null, bool, integer, number,
/// text).
OptionValue parse_option_value(std::string_view text);

enum class OptionType { boolean, integer, number, text, choice, list, path };

std::string_view to_string(OptionType type);

/// One option, without the struct it belongs to.
struct OptionInfo {
  std::string name = {};
  OptionType type = OptionType::text;
  /// `auto` (empty) is allowed only where the default may be `auto` or `automatic` is set.
  OptionValue default_value = {};
  bool automatic = false;  ///< `auto` is a legal value: the plug-in then chooses, as `help` says.
  double minimum = -std::numeric_limits<double>::infinity();  ///< inclusive; integer and number
                                                              ///< only
  double maximum = std::numeric_limits<double>::infinity();  ///< inclusive; integer and number only
  std::vector<std::string> choices = {};  ///< choice; list: the words allowed (empty: any);
                                          ///< integer: words allowed in place of a number
  std::string help = {};                  ///< meaning, unit, when to change it
  std::string source = {};                ///< where the default comes from; may be empty
  /// False for options that change how a result is reached but not the result (paths: the data's
  /// fingerprint stands for them). They are recorded, but a run is the same run without them.
  bool identity = true;
  /// True for a path to a file whose content changes the result: its hash is a part of the run's
  /// identity.
  bool content = false;
};

/// A named set of values, chosen by one option; what is given beside it replaces its values one by
/// one.
struct Preset {
  std::string name = {};
  std::string help = {};     ///< one line: what it is
  OptionValues values = {};  ///< where it differs from the defaults
};

/// All options of one plug-in, in the order of their declaration.
class OptionSchema {
 public:
  OptionSchema() = default;
  explicit OptionSchema(std::vector<OptionInfo> options, std::vector<Preset> presets = {},
                        std::string preset_option = {}, std::vector<std::string> alternatives = {});

  /// Empty where the plug-in has none.
  const std::vector<Preset>& presets() const { return presets_; }
  /// The option that chooses among them; empty where there are none.
  const std::string& preset_option() const { return preset_option_; }
  /// Options of which one at most is not `auto`.
  const std::vector<std::string>& alternatives() const { return alternatives_; }

  const std::vector<OptionInfo>& options() const& { return options_; }
  const OptionInfo* find(std::string_view name) const&;
  // Of a schema that is about to be gone, neither a reference nor a pointer.
  std::vector<OptionInfo> options() && { return std::move(options_); }
  const OptionInfo* find(std::string_view name) && = delete;

  /// Adds the defaults, or those of the preset that is given, checks names, types and ranges, and
  /// widens integers to numbers where asked for. Of alternatives, the one that is given puts out
  /// the defaults of the others.
  /// @param where  what the values belong to, for messages: "method knn"
  /// @throws ConfigError  naming `where`, the key, what was expected and what was found; for an
  /// unknown key
  ///                      the nearest known one and the list of all
  OptionValues resolve(const OptionValues& given, std::string_view where) const;

  /// Checks one value as resolve() does. @throws ConfigError
  OptionValue check(const OptionInfo& option, const OptionValue& value,
                    std::string_view where) const;

 private:
  std::vector<OptionInfo> options_;
  std::vector<Preset> presets_;
  std::string preset_option_;  ///< the option that chooses among them
  std::vector<std::string> alternatives_;
};

/// Binds options to the members of a struct, whose member initialisers are the defaults:
///
///   struct KnnOptions { int neighbours = 5; std::string distance = "euclidean"; };
///   const auto kOptions = OptionTable<KnnOptions>()
///       .integer("neighbours", &KnnOptions::neighbours, 1, 1000, "Number of neighbours that
///       vote.", "[source]") .choice("distance", &KnnOptions::distance, {"euclidean", "manhattan"},
///       "…");
///   registry.methods.add({.name = "knn", …, .options = kOptions.schema(), .make = …
///   kOptions.parse(values) …});
template <typename Struct>
class OptionTable {
 public:
  OptionTable& boolean(std::string name, bool Struct::*member, std::string help,
                       std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::boolean,
                .default_value = Struct{}.*member,
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) { s.*member = std::get<bool>(v); });
  }
  OptionTable& integer(std::string name, int Struct::*member, int minimum, int maximum,
                       std::string help, std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::integer,
                .default_value = static_cast<std::int64_t>(Struct{}.*member),
                .minimum = double(minimum),
                .maximum = double(maximum),
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) {
                 s.*member = static_cast<int>(std::get<std::int64_t>(v));
               });
  }
  OptionTable& integer(std::string name, std::optional<int> Struct::*member, int minimum,
                       int maximum, std::string help, std::string source = {}) {
    const std::optional<int> value = Struct{}.*member;
    return add(
        {.name = std::move(name),
         .type = OptionType::integer,
         .default_value = value ? OptionValue(static_cast<std::int64_t>(*value)) : OptionValue(),
         .automatic = true,
         .minimum = double(minimum),
         .maximum = double(maximum),
         .help = std::move(help),
         .source = std::move(source)},
        [member](Struct& s, const OptionValue& v) {
          s.*member = std::holds_alternative<std::monostate>(v)
                          ? std::nullopt
                          : std::optional<int>(static_cast<int>(std::get<std::int64_t>(v)));
        });
  }
  /// An integer, or a word, for which the member is empty.
  OptionTable& integer_or(std::string word, std::string name, std::optional<int> Struct::*member,
                          int minimum, int maximum, std::string help, std::string source = {}) {
    const std::optional<int> value = Struct{}.*member;
    return add({.name = std::move(name),
                .type = OptionType::integer,
                .default_value =
                    value ? OptionValue(static_cast<std::int64_t>(*value)) : OptionValue(word),
                .minimum = double(minimum),
                .maximum = double(maximum),
                .choices = {word},
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) {
                 const auto* number = std::get_if<std::int64_t>(&v);
                 s.*member = number == nullptr ? std::nullopt
                                               : std::optional<int>(static_cast<int>(*number));
               });
  }
  OptionTable& number(std::string name, double Struct::*member, double minimum, double maximum,
                      std::string help, std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::number,
                .default_value = Struct{}.*member,
                .minimum = minimum,
                .maximum = maximum,
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) { s.*member = std::get<double>(v); });
  }
  OptionTable& number(std::string name, std::optional<double> Struct::*member, double minimum,
                      double maximum, std::string help, std::string source = {}) {
    const std::optional<double> value = Struct{}.*member;
    return add({.name = std::move(name),
                .type = OptionType::number,
                .default_value = value ? OptionValue(*value) : OptionValue(),
                .automatic = true,
                .minimum = minimum,
                .maximum = maximum,
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) {
                 s.*member = std::holds_alternative<std::monostate>(v)
                                 ? std::nullopt
                                 : std::optional<double>(std::get<double>(v));
               });
  }
  OptionTable& text(std::string name, std::string Struct::*member, std::string help,
                    std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::text,
                .default_value = Struct{}.*member,
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) { s.*member = std::get<std::string>(v); });
  }
  OptionTable& choice(std::string name, std::string Struct::*member,
                      std::vector<std::string> choices, std::string help, std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::choice,
                .default_value = Struct{}.*member,
                .choices = std::move(choices),
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) { s.*member = std::get<std::string>(v); });
  }
  OptionTable& list(std::string name, std::vector<std::string> Struct::*member,
                    std::vector<std::string> choices, std::string help, std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::list,
                .default_value = Struct{}.*member,
                .choices = std::move(choices),
                .help = std::move(help),
                .source = std::move(source)},
               [member](Struct& s, const OptionValue& v) {
                 s.*member = std::get<std::vector<std::string>>(v);
               });
  }
  /// A file or folder. It says where data lies, not what they are, so it is no part of a run's
  /// identity.
  OptionTable& path(std::string name, std::string Struct::*member, std::string help,
                    std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::path,
                .default_value = Struct{}.*member,
                .help = std::move(help),
                .source = std::move(source),
                .identity = false},
               [member](Struct& s, const OptionValue& v) { s.*member = std::get<std::string>(v); });
  }

  /// A file whose content, not its place, is a part of a run's identity; empty: none.
  OptionTable& content_file(std::string name, std::string Struct::*member, std::string help,
                            std::string source = {}) {
    path(std::move(name), member, std::move(help), std::move(source));
    options_.back().content = true;
    return *this;
  }
  /// The option declared last changes how a result is reached but not the result.
  OptionTable& without_identity() {
    options_.back().identity = false;
    return *this;
  }

  OptionTable& seed(std::string name, std::uint64_t Struct::*member, std::string help) {
    return add({.name = std::move(name),
                .type = OptionType::integer,
                .default_value = static_cast<std::int64_t>(Struct{}.*member),
                .minimum = 0.0,
                .maximum = 4294967295.0,
                .help = std::move(help)},
               [member](Struct& s, const OptionValue& v) {
                 s.*member = static_cast<std::uint64_t>(std::get<std::int64_t>(v));
               });
  }
  /// A choice among the enumerators of a member: their `words` in the order of their values, which
  /// count from 0.
  template <typename Enum, typename Base>
  OptionTable& enumeration(std::string name, Enum Base::*member, std::vector<std::string> words,
                           std::string help, std::string source = {}) {
    return add({.name = std::move(name),
                .type = OptionType::choice,
                .default_value = words.at(static_cast<std::size_t>(Struct{}.*member)),
                .choices = words,
                .help = std::move(help),
                .source = std::move(source)},
               [member, words](Struct& s, const OptionValue& v) {
                 const auto found = std::find(words.begin(), words.end(), std::get<std::string>(v));
                 s.*member = static_cast<Enum>(found - words.begin());
               });
  }
  /// The same, or `auto`, for which the member is empty.
  template <typename Enum, typename Base>
  OptionTable& enumeration(std::string name, std::optional<Enum> Base::*member,
                           std::vector<std::string> words, std::string help,
                           std::string source = {}) {
    const std::optional<Enum> value = Struct{}.*member;
    return add({.name = std::move(name),
                .type = OptionType::choice,
                .default_value =
                    value ? OptionValue(words.at(static_cast<std::size_t>(*value))) : OptionValue(),
                .automatic = true,
                .choices = words,
                .help = std::move(help),
                .source = std::move(source)},
               [member, words](Struct& s, const OptionValue& v) {
                 s.*member = std::nullopt;
                 if (const auto* word = std::get_if<std::string>(&v))
                   s.*member = static_cast<Enum>(std::find(words.begin(), words.end(), *word) -
                                                 words.begin());
               });
  }
  /// An option that chooses among named sets of values. The first is what the defaults are.
  OptionTable& presets(std::string name, std::vector<Preset> presets, std::string help,
                       std::string source = {}) {
    OptionInfo option{.name = name,
                      .type = OptionType::choice,
                      .default_value = presets.front().name,
                      .help = std::move(help),
                      .source = std::move(source)};
    for (const Preset& preset : presets) option.choices.push_back(preset.name);
    presets_ = std::move(presets);
    preset_option_ = std::move(name);
    return add(std::move(option), [](Struct&, const OptionValue&) {});
  }
  /// Options of which one at most may be other than `auto`.
  OptionTable& alternatives(std::vector<std::string> names) {
    alternatives_ = std::move(names);
    return *this;
  }

  OptionSchema schema() const {
    return OptionSchema(options_, presets_, preset_option_, alternatives_);
  }

  /// @param values  as OptionSchema::resolve returned them
  Struct parse(const OptionValues& values) const {
    Struct result;
    for (std::size_t i = 0; i < options_.size(); ++i)
      setters_[i](result, values.at(options_[i].name));
    return result;
  }

 private:
  using Setter = std::function<void(Struct&, const OptionValue&)>;

  OptionTable& add(OptionInfo option, Setter setter) {
    options_.push_back(std::move(option));
    setters_.push_back(std::move(setter));
    return *this;
  }

  std::vector<OptionInfo> options_;
  std::vector<Setter> setters_;
  std::vector<Preset> presets_;
  std::string preset_option_;
  std::vector<std::string> alternatives_;
};

}  // namespace genrebench
