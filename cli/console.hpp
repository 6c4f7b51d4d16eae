#pragma once
// What the commands share of talking to people: tables on standard output, progress on standard
// error, Ctrl-C.

#include <memory>
#include <string>
#include <vector>

#include "base/progress.hpp"
#include "harness/plugin/document.hpp"

namespace genrebench::cli {

/// On a terminal one line that moves, with the time left; elsewhere a plain line now and then.
/// `quiet`: messages only.
std::unique_ptr<Progress> console_progress(bool quiet);

/// For a worker of a pool (harness/workers/worker_pool.hpp): what it is doing goes to the pool, now
/// and then; messages are lines.
std::unique_ptr<Progress> pool_progress();

/// Prints one table, aligned.
void print_table(const Table& table);

/// "1 run", "3 runs".
std::string count_of(std::size_t n, const std::string& noun);

/// True once the user asked to stop by Ctrl-C (or SIGTERM); the first call installs the handlers. A
/// second Ctrl-C ends the process at once.
bool stop_requested();

/// For tasks of a cluster: SIGUSR1, which Slurm is told to send before the time limit, asks to stop
/// as well, and no signal that is sent twice ends the process.
void heed_cluster_signals();

/// The first signal that asked to stop; 0: none did.
int stop_signal();

}  // namespace genrebench::cli
