#pragma once
// What the commands share of talking to people and programs: tables and JSON on standard output,
// progress on standard error, Ctrl-C.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "cli/standard_streams.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// Progress on standard error: on a terminal one line that changes, with the time left; elsewhere a
/// plain line now and then: after ten seconds, later at a tenth of the time that has passed.
/// @param quiet  only what is wrong
std::unique_ptr<Progress> console_progress(bool quiet);

/// Progress of a pool's worker, for its pool (harness/workers/worker_pool.hpp).
std::unique_ptr<Progress> pool_progress();

/// Prints a document as text, as wide as the terminal is.
void print_document(const Document& document);

/// Prints a line of text, broken where the terminal ends.
/// @param indent  number of blanks before it; the lines after the first get two more
void print_line(std::size_t indent, const std::string& text);

/// Prints one table, aligned.
void print_table(const Table& table);

/// Prints a document to standard output, indented. Bytes that are not UTF-8, which names of files
/// may hold, become U+FFFD.
void print_json(const nlohmann::ordered_json& document);

/// Tells which files were written, on standard error.
void print_written(const std::vector<std::filesystem::path>& files);

/// "12 B", "3.4 kB", "5.6 MB".
std::string bytes_text(std::uintmax_t bytes);

/// True once the user asked to stop by Ctrl-C or SIGTERM, or the terminal was closed (SIGHUP),
/// unless that is ignored, as under nohup. The first call installs the handlers. A second signal
/// of the same number ends the process at once.
bool stop_requested();

/// For tasks of a cluster and workers of a pool: SIGUSR1, which Slurm sends before the time limit,
/// asks to stop too, and SIGTERM or SIGUSR1 that is sent twice does not end the process.
void heed_cluster_signals();

/// The first signal that asked to stop; 0: none.
int stop_signal();

}  // namespace genrebench::cli
