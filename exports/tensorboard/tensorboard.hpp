#pragma once
// A store as a folder that TensorBoard reads: `tensorboard --logdir FOLDER`.

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "exports/exported_runs.hpp"

namespace genrebench {

struct TensorboardOptions {
  std::filesystem::path folder;                    ///< made if it is missing
  bool figures = true;                             ///< draw the confusion of each run that is done
  std::function<bool()> interrupted = {};          ///< true ends the export between two runs
  std::function<void(std::size_t)> progress = {};  ///< called with the number of runs looked at
};

struct TensorboardSummary {
  std::size_t n_new = 0;       ///< runs that had no event file
  std::size_t n_grown = 0;     ///< runs whose file got more events
  std::size_t n_replaced = 0;  ///< runs that were made anew since: their old file is gone
  std::size_t n_same = 0;      ///< runs with nothing new
  std::vector<std::string> notes;
};

/// Writes one event file per run, FOLDER/EXPERIMENT/RUN/events.out.tfevents.*, with what
/// run_events() says and a figure. What a file holds already stays, and only what is new is added
/// behind it, so TensorBoard can follow a sweep that is under way, an export may be repeated at
/// any time, and one that was killed half-way through an event is completed by the next. Other
/// files in the folder are left alone.
/// @throws DataError    naming the file that cannot be read or written
/// @throws Interrupted  if `interrupted` said so
TensorboardSummary export_tensorboard(const StoreReader& store,
                                      const std::vector<ExportedRun>& runs,
                                      const TensorboardOptions& options);

}  // namespace genrebench
