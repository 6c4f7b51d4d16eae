#pragma once
// TensorBoard's events, as bytes of its protocol buffers. Each function gives a whole Event, which
// record_of() frames.
// Source: tensorboard/compat/proto/{event,summary,tensor}.proto,
// tensorboard/plugins/hparams/plugin_data.proto

#include <cstdint>
#include <map>
#include <string>

namespace genrebench {

/// The first event of every file. @param wall_time  seconds since 1970, here and below
std::string file_version_event(double wall_time);

/// Makes TensorBoard forget the events that it has read of this run.
std::string restart_event(double wall_time);

/// A point of a curve. TensorBoard keeps 32 bits of it.
std::string scalar_event(double wall_time, std::int64_t step, const std::string& tag, double value);

/// A text, which TensorBoard shows as Markdown. @param text  UTF-8
std::string text_event(double wall_time, std::int64_t step, const std::string& tag,
                       const std::string& text);

/// A picture. @param png  a whole PNG file
/// @throws DataError  if it is none
std::string png_event(double wall_time, std::int64_t step, const std::string& tag,
                      const std::string& png);

/// What the hyper-parameter dashboard needs of a run.
struct HparamsSession {
  /// By name. What reads as a finite number becomes one, "true" and "false" become truth values.
  std::map<std::string, std::string> parameters;
  std::string group;  ///< sessions of one group are the repetitions of one configuration
  double start_time = 0.0;
};
std::string session_start_event(double wall_time, const HparamsSession& session);

enum class SessionStatus { success = 1, failure = 2, running = 3 };
std::string session_end_event(double wall_time, SessionStatus status, double end_time);

}  // namespace genrebench
