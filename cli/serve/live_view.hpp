#pragma once
// The answers of the live view: which address shows what.

#include <atomic>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>

#include "cli/serve/http_server.hpp"
#include "cli/serve/readers.hpp"
#include "cli/serve/run_board.hpp"
#include "cli/serve/track_audio.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench::cli {

/// Several threads may ask at a time. It never writes to the store.
class LiveView {
 public:
  /// @param threads  for the segmentation of songs
  /// @throws DataError  if the store cannot be read
  LiveView(const std::filesystem::path& store, const Registry& registry, int threads);

  /// Looks whether the store has changed. To be called again and again, from one thread.
  void look();

  /// @throws ConfigError, DataError  if what is asked for is not there
  HttpAnswer answer(const HttpRequest& request);

  /// The one path that takes a POST: a sound file, to be segmented.
  static constexpr const char* kUploadPath = "api/segment";
  HttpAnswer segment(const UploadReader& upload, std::size_t most);

  /// Ends the streams of events.
  void stop();

  RunBoard& board() { return board_; }

 private:
  HttpAnswer events(const HttpRequest& request);
  HttpAnswer run_page(const HttpRequest& request);
  HttpAnswer curves(const HttpRequest& request);
  HttpAnswer audio(const HttpRequest& request);
  HttpAnswer log(const HttpRequest& request);
  HttpAnswer report_names();
  HttpAnswer report(const HttpRequest& request);
  RunRecord run_of(const RunStore& store, const HttpRequest& request) const;

  const Registry& registry_;
  int threads_;
  RunBoard board_;
  Readers readers_;
  TrackAudio audio_;
  std::atomic<bool> stopping_ = false;
  std::mutex reports_;   ///< held while a report is made: one at a time
  std::mutex segments_;  ///< held while a song is segmented: one at a time
};

}  // namespace genrebench::cli
