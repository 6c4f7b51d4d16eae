#pragma once
// Pieces of SQL for tests that change a store by hand.

#include <string>

namespace genrebench::testing {

/// The key of a run.
inline std::string run_key_of(const std::string& id) {
  return "(SELECT key FROM runs WHERE id = '" + id + "')";
}

/// The key of a text that the store has.
inline std::string key_of(const std::string& text) {
  return "(SELECT min(key) FROM texts WHERE text = '" + text + "')";
}

/// A statement that adds a text. It may be there already; then key_of() is the earlier one.
inline std::string add_text(const std::string& text) {
  return "INSERT INTO texts (hash, text) VALUES (0, '" + text + "'); ";
}

/// Statements that give a parameter, fact or row of the environment of all runs another value.
inline std::string set_value(const std::string& table, const std::string& name,
                             const std::string& value, const std::string& condition = "true") {
  return add_text(value) + "UPDATE " + table + " SET value = " + key_of(value) +
         " WHERE name = " + key_of(name) + " AND " + condition + "; ";
}

}  // namespace genrebench::testing
