#pragma once
// Standard output and standard error that may be closed, full or a terminal that is gone. Neither
// ends the program: what cannot be printed on standard error goes to a file beside the store, and
// a failure of standard output is reported at the end.

#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <utility>

namespace genrebench::cli {

/// To be called once, before any file is opened. Standard streams that are closed get /dev/null in
/// a mode in which writing fails, so that no store gets their numbers. Writing to a pipe without a
/// reader, or beyond a limit of file sizes, becomes an error instead of a signal.
void prepare_standard_streams();

/// Writes to standard output. A failure is kept for output_failure().
void write_text(std::string_view text);

/// The same with a format.
template <typename... Values>
void write_out(fmt::format_string<Values...> format, Values&&... values) {
  write_text(fmt::format(format, std::forward<Values>(values)...));
}

/// Writes what is buffered. @return  the error number of the first write to standard output that
/// failed; 0: none
int output_failure();

/// Ends the process as programs end that write to a pipe without a reader, unless the caller had
/// that signal ignored: then it returns.
void end_as_by_broken_pipe();

/// Prints a line on standard error. Line ends and control characters become signs. If standard
/// error cannot be written, the line goes to the file that keep_messages_beside() names.
void say(std::string_view line);

/// Adds a line to the file that keep_messages_beside() names, because standard output cannot be
/// written.
void keep_message(std::string_view line);

/// Writes to standard error what is worth nothing later: progress.
/// @return  false if it cannot be written
bool draw(std::string_view text);

/// From now on, lines that cannot be printed are added to `DATABASE.log`, with the time and the
/// number of the process. Those of before are kept until then.
void keep_messages_beside(const std::filesystem::path& database);

/// The width of the terminal that a stream goes to: $COLUMNS, or what the terminal says, or 80.
/// @param descriptor  STDOUT_FILENO or STDERR_FILENO
/// @return  0 if it is no terminal and $COLUMNS is not set: as wide as need be
std::size_t columns_of(int descriptor);

}  // namespace genrebench::cli
