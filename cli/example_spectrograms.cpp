#include "cli/example_spectrograms.hpp"

#include <fmt/format.h>

#include <vector>

#include "base/error.hpp"
#include "harness/data/track_reader.hpp"
#include "reports/charts/charts.hpp"
#include "signal/features/mel.hpp"

namespace genrebench::cli {
namespace {

constexpr double kSampleRateHz = 22050.0;
constexpr double kSeconds = 30.0;

LogMelOptions paper_options() {
  LogMelOptions options;
  options.n_fft = 2048;
  options.hop_length = 1024;
  options.n_mels = 128;
  return options;
}

std::vector<float> beginning(const Track& track) {
  TrackReader reader(track, kSampleRateHz);
  std::vector<float> samples(static_cast<std::size_t>(kSeconds * kSampleRateHz));
  std::size_t n = 0;
  while (n < samples.size()) {
    const std::size_t read = reader.read(std::span(samples).subspan(n));
    if (read == 0) break;
    n += read;
  }
  samples.resize(n);
  return samples;
}

}  // namespace

std::optional<Figure> example_spectrograms(const Dataset& dataset) {
  const LogMel spectrogram(paper_options(), kSampleRateHz);
  Panels chart{.x_label =
                   fmt::format("{:g} s; 128 mel bands up to {:g} Hz; bright is loud, 80 dB in all",
                               kSeconds, kSampleRateHz / 2.0)};
  std::vector<std::string> notes;
  for (std::size_t g = 0; g < dataset.genres().size(); ++g) {
    std::string unreadable;
    bool shown = false;
    for (const Track& track : dataset.tracks()) {
      if (shown || track.genre != static_cast<int>(g) || track.audio.empty()) continue;
      try {
        chart.panels.push_back({dataset.genres()[g], spectrogram(beginning(track)).cast<double>()});
        notes.push_back(dataset.genres()[g] + ": " + track.id);
        shown = true;
      } catch (const DataError& error) {
        unreadable = error.what();
      }
    }
    if (!shown && !unreadable.empty())
      notes.push_back(
          fmt::format("{}: no track could be read: {}", dataset.genres()[g], unreadable));
  }
  if (chart.panels.empty()) return std::nullopt;
  std::string tracks;
  for (const std::string& note : notes) tracks += (tracks.empty() ? "" : "; ") + note;
  return to_figure("figure1", "Sample spectrograms from each music genre (the paper's Figure 1)",
                   draw(chart, {.id = "figure1"}), {tracks + "."});
}

}  // namespace genrebench::cli
