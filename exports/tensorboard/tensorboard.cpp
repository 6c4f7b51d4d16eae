#include "exports/tensorboard/tensorboard.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <system_error>
#include <utility>

#include "base/decimal.hpp"
#include "base/error.hpp"
#include "base/files.hpp"
#include "exports/tensorboard/events.hpp"
#include "exports/tensorboard/records.hpp"
#include "exports/tensorboard/run_events.hpp"
#include "reports/support/cells.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// TensorBoard takes every file whose name has this in it for an event file, and reads several of
/// one folder in the order of their names.
constexpr const char* kPrefix = "events.out.tfevents.";
constexpr const char* kSuffix = ".genrebench";

/// An event file of ours, and how often it was begun anew.
struct EventFile {
  fs::path path;
  std::uint64_t version = 0;
};

/// "events.out.tfevents.1796000000.0.genrebench": the time, which TensorBoard sorts by, and the
/// version.
fs::path file_name(const RunRecord& run, std::uint64_t version) {
  return fmt::format("{}{:.0f}.{}{}", kPrefix, start_of(run), version, kSuffix);
}

/// Our event files in a run's folder; there are two where an export was killed between making a
/// new one and removing the old one.
std::vector<EventFile> find_files(const fs::path& folder) {
  std::vector<EventFile> found;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (!name.starts_with(kPrefix) || !name.ends_with(kSuffix)) continue;
    const std::string body = name.substr(0, name.size() - std::strlen(kSuffix));
    const auto version = decimal_unsigned(body.substr(body.rfind('.') + 1));
    if (version) found.push_back({.path = entry->path(), .version = *version});
  }
  std::sort(found.begin(), found.end(),
            [](const EventFile& a, const EventFile& b) { return a.version < b.version; });
  return found;
}

[[noreturn]] void cannot_write(const fs::path& file) {
  throw DataError(fmt::format("{}: cannot be written: {}", file.string(), std::strerror(errno)));
}

void append(const fs::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::app);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  if (!out.flush()) cannot_write(file);
}

/// Makes an event file that appears whole. TensorBoard would take a file on its way for one of its
/// own if it had its name.
void put(const fs::path& file, std::string_view bytes) {
  const fs::path fresh = file.parent_path() / "new_events";
  write_file_atomically(fresh, bytes);
  std::error_code error;
  fs::rename(fresh, file, error);
  if (error) throw DataError(fmt::format("{}: {}", file.string(), error.message()));
}

class TensorboardExporter {
 public:
  TensorboardExporter(const StoreReader& store, const TensorboardOptions& options)
      : store_(store), options_(options) {}

  void add(const ExportedRun& exported) {
    const fs::path folder = options_.folder / slug(exported.experiment) / exported.name;
    std::vector<EventFile> files = find_files(folder);
    // Of several files the last one counts.
    for (; files.size() > 1; files.erase(files.begin())) fs::remove(files.front().path);
    if (files.empty()) {
      put(folder / file_name(exported.run, 0), with_figure(events_of(exported, 0), exported.run));
      ++summary_.n_new;
      return;
    }
    const EventFile& file = files.front();
    const std::string present = read_file_text(file.path),
                      events = events_of(exported, file.version);
    if (has_all(present, events, exported.run)) {
      ++summary_.n_same;
      return;
    }
    const std::string whole = with_figure(events, exported.run);
    if (whole == present) {  // there is nothing to draw
      ++summary_.n_same;
    } else if (whole.starts_with(present)) {
      append(file.path, std::string_view(whole).substr(present.size()));
      ++summary_.n_grown;
    } else {
      put(folder / file_name(exported.run, file.version + 1),
          with_figure(events_of(exported, file.version + 1), exported.run));
      fs::remove(file.path);
      ++summary_.n_replaced;
    }
  }

  TensorboardSummary summary() && { return std::move(summary_); }

 private:
  std::string events_of(const ExportedRun& exported, std::uint64_t version) const {
    return run_events(store_, exported, /*again=*/version > 0);
  }

  /// True if a file holds all events. The figure, which comes last, is only drawn where it is
  /// missing: drawing takes longer than all else.
  bool has_all(const std::string& present, const std::string& events, const RunRecord& run) const {
    if (!present.starts_with(events)) return false;
    if (!options_.figures || run.status != RunStatus::done) return true;
    const std::string_view rest = std::string_view(present).substr(events.size());
    const WholeRecords whole = whole_records(rest);
    return whole.count == 1 && whole.bytes == rest.size();
  }

  std::string with_figure(std::string events, const RunRecord& run) {
    if (!options_.figures || !can_draw_) return events;
    try {
      if (const std::string png = confusion_png(store_, run); !png.empty())
        events += record_of(png_event(start_of(run) + run.wall_s, 0, "confusion", png));
    } catch (const DataError& error) {
      can_draw_ = false;
      summary_.notes.push_back(
          fmt::format("the figures of confusion are left out: {}", error.what()));
    }
    return events;
  }

  const StoreReader& store_;
  const TensorboardOptions& options_;
  bool can_draw_ = true;
  TensorboardSummary summary_;
};

}  // namespace

TensorboardSummary export_tensorboard(const StoreReader& store,
                                      const std::vector<ExportedRun>& runs,
                                      const TensorboardOptions& options) {
  TensorboardExporter exporter(store, options);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    check_interrupted(options.interrupted);
    exporter.add(runs[i]);
    if (options.progress) options.progress(i + 1);
  }
  return std::move(exporter).summary();
}

}  // namespace genrebench
