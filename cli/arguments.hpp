#pragma once
// The arguments of a command, declared once: for parsing, for --help and for the completion of
// shells. CLI11, which parses, is known to arguments.cpp and command_line.cpp only.

#include <algorithm>
#include <deque>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

namespace genrebench::cli {

/// What a shell offers in the place of a value.
enum class Completion { nothing, file, folder, experiment_file, plugin_kind };

struct ArgumentInfo {
  std::string name;        ///< "--db", "-q,--quiet"; without hyphens: told by its position
  std::string value = {};  ///< its value as --help shows it: "N", "FOLDER"
  std::string help;
  /// Range of a number.
  double minimum = -std::numeric_limits<double>::infinity();
  double maximum = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  ///< the only values allowed; empty: any
  bool required = false;
  bool hide_default = false;  ///< --help does not show the target's value as the default
  bool one_per_use = false;   ///< of a list: `--name A --name B`, but not `--name A B`
  bool any_words = false;     ///< behind --, words that are options are values too
  Completion completes = Completion::nothing;
};

/// An argument that was declared.
class Argument {
 public:
  Argument(ArgumentInfo info, CLI::Option* option) : info_(std::move(info)), option_(option) {}

  const ArgumentInfo& info() const { return info_; }
  /// "-q" and "--quiet"; empty for an argument told by its position.
  std::vector<std::string> names() const;
  bool positional() const { return info_.name.empty() || info_.name.front() != '-'; }
  bool takes_value() const { return !flag_; }
  /// The default as --help shows it; empty: none.
  const std::string& default_text() const { return default_text_; }

  /// True if the command line has it.
  bool given() const;

 private:
  friend class Arguments;

  ArgumentInfo info_;
  CLI::Option* option_;
  std::string default_text_;
  bool flag_ = false;
};

/// The arguments of one command. Values go into targets of the caller, which must outlive the
/// parsing and hold the defaults beforehand.
class Arguments {
 public:
  explicit Arguments(CLI::App& app) : app_(app) {}
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  /// @tparam T  int, std::size_t, std::int64_t, double, std::string, std::filesystem::path or
  /// std::vector<std::string>
  template <typename T>
  Argument& add(ArgumentInfo info, T& target);

  /// An argument without a value.
  Argument& add_flag(ArgumentInfo info, bool& target);
  Argument& add_flag(ArgumentInfo info, std::function<void()> when_given);

  /// One of several names, each of which stands for a value.
  template <typename Value>
  Argument& add_choice(ArgumentInfo info, Value& target,
                       const std::vector<std::pair<std::string, Value>>& names) {
    std::string present;
    for (const auto& [name, value] : names) {
      info.choices.push_back(name);
      if (value == target) present = name;
    }
    return add_text(std::move(info), present, [&target, names](const std::string& text) {
      for (const auto& [name, value] : names)
        if (name == text) target = value;
    });
  }

  /// The two cannot be given together.
  void exclude(const Argument& one, const Argument& other);

  const std::deque<Argument>& all() const { return all_; }

 private:
  Argument& add_text(ArgumentInfo info, const std::string& default_text,
                     std::function<void(const std::string&)> set);
  void refuse_options_as_values(CLI::Option& option) const;
  Argument& keep(ArgumentInfo info, CLI::Option* option, std::string default_text);

  CLI::App& app_;
  std::deque<Argument> all_;  ///< a deque, for references to them stay valid
};

}  // namespace genrebench::cli
