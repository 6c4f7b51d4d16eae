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
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// Progress on standard error: on a terminal one line that changes, with the time left; elsewhere a
/// plain line every ten seconds.
/// @param quiet  messages only
std::unique_ptr<Progress> console_progress(bool quiet);

/// Progress of a pool's worker, for its pool (harness/workers/worker_pool.hpp).
std::unique_ptr<Progress> pool_progress();

/// Prints one table, aligned.
void print_table(const Table& table);

/// Prints a document to standard output, indented. Bytes that are not UTF-8, which names of files
/// may hold, become U+FFFD.
void print_json(const nlohmann::ordered_json& document);

/// Tells which files were written, on standard error.
void print_written(const std::vector<std::filesystem::path>& files);

/// "12 B", "3.4 kB", "5.6 MB".
std::string bytes_text(std::uintmax_t bytes);

/// True once the user asked to stop by Ctrl-C or SIGTERM. The first call installs the handlers. A
/// second Ctrl-C ends the process at once.
bool stop_requested();

/// For tasks of a cluster: SIGUSR1, which Slurm sends before the time limit, asks to stop too, and
/// a signal that is sent twice does not end the process.
void heed_cluster_signals();

/// The first signal that asked to stop; 0: none.
int stop_signal();

}  // namespace genrebench::cli
