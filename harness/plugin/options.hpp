#pragma once
// How a plug-in declares its options: each one bound to a member of a plain struct.

#include <algorithm>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "harness/plugin/option_schema.hpp"
#include "harness/plugin/option_value.hpp"

namespace genrebench {

/// Binds options to the members of a struct, whose member initialisers are the defaults:
///
///     enum class Distance { euclidean, manhattan };
///     struct KnnOptions {
///       int neighbours = 5;
///       Distance distance = Distance::euclidean;
///     };
///
///     const auto kOptions =
///         OptionTable<KnnOptions>()
///             .integer("neighbours", &KnnOptions::neighbours, 1, 1000,
///                      "Number of neighbours that vote. Raise it for noisy labels.", "[source]")
///             .enumeration("distance", &KnnOptions::distance, {"euclidean", "manhattan"}, "…");
///
///     registry.methods.add({{.name = "knn", …, .options = kOptions.schema()}, …,
///                           [](const OptionValues& values, std::uint64_t seed) {
///                             return std::make_unique<Knn>(kOptions.parse(values), seed);
///                           }});
///
/// A name is the word of YAML, in snake_case; a quantity carries its unit (`window_s`). `help` says
/// what the option means, its unit, and when to change it; `source` says where the default comes
/// from (a paper, a library) and may be empty. Ranges include both ends. A member of type
/// std::optional takes `auto` too, for which it is empty.
///
/// A new option whose default keeps the behaviour changes no run's id. A new default changes
/// results: raise the plug-in's version.
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
          const auto* number = std::get_if<std::int64_t>(&v);
          s.*member =
              number == nullptr ? std::nullopt : std::optional<int>(static_cast<int>(*number));
        });
  }

  /// The option declared last, an integer whose member is std::optional, takes this word in place
  /// of `auto`.
  OptionTable& or_word(std::string word) {
    OptionInfo& option = options_.back();
    if (std::holds_alternative<std::monostate>(option.default_value)) option.default_value = word;
    option.automatic = false;
    option.choices = {std::move(word)};
    return *this;
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
                 const auto* number = std::get_if<double>(&v);
                 s.*member = number == nullptr ? std::nullopt : std::optional<double>(*number);
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

  /// A choice among the enumerators of a member.
  /// @param words  those of the enumerators in the order of their values, which count from 0
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
                 s.*member = enumerator<Enum>(words, std::get<std::string>(v));
               });
  }

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
                 const auto* word = std::get_if<std::string>(&v);
                 s.*member =
                     word == nullptr ? std::nullopt : std::optional(enumerator<Enum>(words, *word));
               });
  }

  /// A choice among words that are made at run time, such as names of registered things. Prefer
  /// enumeration() where the words are known when the code is written.
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

  /// @param choices  the words allowed; empty: any
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

  /// A file or folder. It says where data lie and not what they are, so it is no part of a run's
  /// id.
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

  /// A file whose content, and not its place, is a part of a run's id; empty: no file.
  OptionTable& content_file(std::string name, std::string Struct::*member, std::string help,
                            std::string source = {}) {
    path(std::move(name), member, std::move(help), std::move(source));
    options_.back().content = true;
    return *this;
  }

  /// Files whose content, and not their places, is a part of a run's id.
  OptionTable& content_files(std::string name, std::vector<std::string> Struct::*member,
                             std::string help, std::string source = {}) {
    list(std::move(name), member, {}, std::move(help), std::move(source));
    options_.back().identity = false;
    options_.back().content = true;
    return *this;
  }

  /// A whole number from 0 to 2^32 - 1.
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

  /// The option declared last changes how a result is reached but not the result, so it is no part
  /// of a run's id: a number of threads, a device.
  OptionTable& without_identity() {
    options_.back().identity = false;
    return *this;
  }

  /// An option that chooses among named sets of values for the other options. The first set must be
  /// what the defaults are.
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

  /// Options of which at most one may be other than `auto`. If one is given, the others become
  /// `auto`, whatever their defaults.
  OptionTable& alternatives(std::vector<std::string> names) {
    alternatives_ = std::move(names);
    return *this;
  }

  /// @throws std::logic_error, ConfigError  as the constructor of OptionSchema
  OptionSchema schema() const {
    return OptionSchema(options_, presets_, preset_option_, alternatives_);
  }

  /// The struct with the values in its members.
  /// @param values  as OptionSchema::resolve() returned them
  Struct parse(const OptionValues& values) const {
    Struct result;
    for (std::size_t i = 0; i < options_.size(); ++i)
      setters_[i](result, values.at(options_[i].name));
    return result;
  }

 private:
  using Setter = std::function<void(Struct&, const OptionValue&)>;

  template <typename Enum>
  static Enum enumerator(const std::vector<std::string>& words, const std::string& word) {
    return static_cast<Enum>(std::find(words.begin(), words.end(), word) - words.begin());
  }

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
