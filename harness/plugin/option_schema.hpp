#pragma once
// What a plug-in says of its options: names, types, ranges, defaults and help. One description
// serves the parser, `genrebench list`, the generated reference and the id of a run.

#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "harness/plugin/option_value.hpp"

namespace genrebench {

enum class OptionType { boolean, integer, number, text, choice, list, path };

std::string_view to_string(OptionType type);

/// One option, without the struct it belongs to. Plug-ins make it through OptionTable.
struct OptionInfo {
  std::string name = {};
  OptionType type = OptionType::text;
  OptionValue default_value = {};
  /// `auto` is a legal value. The plug-in then chooses, as `help` says.
  bool automatic = false;
  /// Range of integers and numbers, both ends included.
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  /// choice: the words to choose from. list: the words allowed (empty: any). integer: words allowed
  /// in place of a number.
  std::vector<std::string> choices = {};
  std::string help = {};    ///< meaning, unit, when to change it
  std::string source = {};  ///< where the default comes from: a paper, a library; may be empty
  /// False for options that change how a result is reached but not the result, such as paths (the
  /// content of the files stands for them). They are recorded with a run, and are no part of its
  /// id.
  bool identity = true;
  /// True for a path to a file, or a list of paths, whose content changes the result: the hash of
  /// the content is a part of the run's id.
  bool content = false;
};

/// A named set of values, chosen by one option. Values that are given beside it replace those of
/// the set.
struct Preset {
  std::string name = {};
  std::string help = {};     ///< one line: what it is
  OptionValues values = {};  ///< where it differs from the defaults
};

/// All options of one plug-in, in the order of their declaration. Immutable.
class OptionSchema {
 public:
  OptionSchema() = default;

  /// @param preset_option  the option that chooses a preset; empty if there are none
  /// @param alternatives   options of which at most one may be other than `auto`
  /// @throws std::logic_error  if a name is declared twice or a preset sets an unknown option
  /// @throws ConfigError       if a default or a preset's value is out of range
  explicit OptionSchema(std::vector<OptionInfo> options, std::vector<Preset> presets = {},
                        std::string preset_option = {}, std::vector<std::string> alternatives = {});

  const std::vector<OptionInfo>& options() const& { return options_; }
  const std::vector<Preset>& presets() const { return presets_; }
  const std::string& preset_option() const { return preset_option_; }
  const std::vector<std::string>& alternatives() const { return alternatives_; }

  /// Null if there is no such option.
  const OptionInfo* find(std::string_view name) const&;

  // A temporary schema gives neither a reference nor a pointer to what dies with it.
  std::vector<OptionInfo> options() && { return std::move(options_); }
  const OptionInfo* find(std::string_view name) && = delete;

  /// Checks names, types and ranges of the values that are given, turns integers into numbers where
  /// these are asked for, and adds the defaults, or the values of the preset that is given. If one
  /// of the alternatives is given, the others become `auto`.
  /// @param where  what the values belong to, for messages: "method knn"
  /// @return       a value for every option
  /// @throws ConfigError  naming `where`, the option, what was expected and what was found; for an
  ///                      unknown option the nearest known one and all others
  OptionValues resolve(const OptionValues& given, std::string_view where) const;

  /// Checks one value as resolve() does.
  /// @return  the value, of the option's type
  /// @throws ConfigError
  OptionValue check(const OptionInfo& option, const OptionValue& value,
                    std::string_view where) const;
  OptionValue check(std::string_view name, const OptionValue& value, std::string_view where) const;

  /// @throws ConfigError  always: there is no option of this name. It names the nearest one and all
  /// others.
  [[noreturn]] void refuse(std::string_view name, std::string_view where) const;

 private:
  OptionValues defaults(const OptionValues& given, std::string_view where) const;
  void clear_alternatives(const OptionValues& given, std::string_view where,
                          OptionValues& resolved) const;

  std::vector<OptionInfo> options_;
  std::vector<Preset> presets_;
  std::string preset_option_;
  std::vector<std::string> alternatives_;
};

}  // namespace genrebench
