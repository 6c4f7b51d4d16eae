// Long tracks as clips of the length that short ones have; the track is decided by their vote.

#include "harness/plugin/registry.hpp"
#include "pipeline/excerpts/support/pieces.hpp"

namespace genrebench {
namespace {

struct ClipOptions : PieceOptions {
  ClipOptions() { length_s = 30.0; }
};

const OptionTable<ClipOptions>& table() {
  static const OptionTable<ClipOptions> options =
      OptionTable<ClipOptions>()
          .number("length_s", &ClipOptions::length_s, 0.05, 3600.0, "Length of a clip, in seconds.",
                  "the paper, section 3, and its authors' script")
          .enumeration(
              "short", &ClipOptions::short_tracks, {"skip", "keep"},
              "What a track gives that is shorter than a clip. skip: nothing, it counts as a track "
              "that cannot be used (on_bad_track). keep: all of it, as one shorter clip; needed "
              "where tracks have about 30 s, such as GTZAN's, of which many are a little shorter.",
              "the authors' script");
  return options;
}

}  // namespace

void register_clips(Registry& registry) {
  registry.excerpts.add(
      {{.name = "clips",
        .summary = "Consecutive clips of 30 s of a long track, the remainder dropped; the track is "
                   "decided by vote.",
        .source = "the paper, section 3: 1517-Artists split to tracks of 30 seconds",
        .options = table().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Pieces>("clips", table().parse(values));
       }});
}

}  // namespace genrebench
