#pragma once
// Conditions on runs, as users write them: "method.name=svm test.accuracy>0.7".

#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

enum class Comparison { equal, unequal, contains, less, at_most, more, at_least };

/// What must hold of one value of a run.
struct Condition {
  std::string key;  ///< a key of list_runs() (run_list.hpp): "method.name", "test.accuracy"
  Comparison comparison = Comparison::equal;
  std::vector<std::string> values;  ///< alternatives, at least one; one of an order
};

/// Reads conditions that must all hold: key, comparison, value, separated by blanks or `and`.
///
/// - Comparisons are `=` (or `==`), `!=`, `~` (contains the text, whatever the case of its ASCII
///   letters), `<`, `<=`, `>` and `>=`.
/// - Alternatives of `=`, `!=` and `~` have `|` between them: `method.name=svm|knn`.
/// - Keys and values with blanks, quotes, `|` or signs of comparison stand between quotation marks,
///   'so' or "so"; a mark within them is doubled.
/// - An order needs a number, but for `started`, which is compared as text: `started>=2026-11`.
///
/// @param where  names the text in messages: "--where"
/// @throws ConfigError  naming the part that is no condition, and what was expected
std::vector<Condition> parse_run_conditions(std::string_view text, std::string_view where);

/// Whether a value fulfils a condition. Two numbers are equal if they have the same value ("0.10"
/// and "0.1"), other texts if they are the same. A run that lacks the key has the empty value: it
/// fulfils `key=''` and `key!=x`, and no order.
bool holds(const Condition& condition, std::string_view value);

}  // namespace genrebench
