#pragma once
// The two errors that a user can mend. Everything of ours that throws, throws one of these.

#include <stdexcept>
#include <string>

namespace genrebench {

/// The configuration or the command line asks for something impossible. The message names the key
/// or option, what was expected and what was found, in one line.
class ConfigError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A file holds something that cannot be used. The message names the file (and the row or the
/// sample where that helps), what was expected and what was found, in one line.
class DataError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace genrebench
