#pragma once
// The errors that a user can mend. Functions throw these, or classes derived from them, for every
// fault of a configuration or of data; the message is one line.
//
// Three other exceptions end a run without being errors: `Interrupted` (the user or the cluster
// stops the program) and `Pruned` (the run is not worth finishing), both in
// harness/plugin/method.hpp, and `LeaseLost` (another worker has taken the run over), in
// harness/store/run_store.hpp. `StoreGone`, a DataError of the same header, ends a whole
// sweep. std::logic_error means a mistake in our own code, such as two
// plug-ins of one name.

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

/// The losses or probabilities of a method are not finite: its fit diverged, or its input was
/// unusable. Where options are tuned, such a combination is not chosen; otherwise the run fails.
class NotFinite : public DataError {
 public:
  using DataError::DataError;
};

}  // namespace genrebench
