#pragma once
// The errors that a user can mend. Functions throw these, or classes derived from them, for every
// fault of a configuration or of data. Messages hold what others have written, so all of them go
// through message_line().
//
// Three other exceptions end a run without being errors: `Interrupted` (the user or the cluster
// stops the program) and `Pruned` (the run is not worth finishing), both in
// harness/plugin/method.hpp, and `LeaseLost` (another worker has taken the run over), in
// harness/store/run_store.hpp. `StoreGone`, a DataError of the same header, ends a whole
// sweep. std::logic_error means a mistake in our own code, such as two
// plug-ins of one name.

#include <stdexcept>
#include <string>
#include <utility>

namespace genrebench {

/// The text on one line that a terminal can show: line feeds are shown as ↵, other control
/// characters and bytes that are not UTF-8 are replaced, and of more than 4000 bytes the middle is
/// left out.
std::string message_line(std::string text);

/// The configuration or the command line asks for something impossible. The message names the key
/// or option, what was expected and what was found, in one line.
class ConfigError : public std::runtime_error {
 public:
  explicit ConfigError(std::string message)
      : std::runtime_error(message_line(std::move(message))) {}
};

/// A file holds something that cannot be used. The message names the file (and the row or the
/// sample where that helps), what was expected and what was found, in one line.
class DataError : public std::runtime_error {
 public:
  explicit DataError(std::string message) : std::runtime_error(message_line(std::move(message))) {}
};

/// The losses or probabilities of a method are not finite: its fit diverged, or its input was
/// unusable. Where options are tuned, such a combination is not chosen; otherwise the run fails.
class NotFinite : public DataError {
 public:
  using DataError::DataError;
};

}  // namespace genrebench
