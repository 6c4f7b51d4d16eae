// Long tracks as clips of 30 s, the length of GTZAN's tracks; their vote decides the genre of the
// track.

#include "harness/plugin/registry.hpp"
#include "pipeline/excerpts/support/pieces.hpp"

namespace genrebench {
namespace {

struct ClipOptions : PieceOptions {
  ClipOptions() { length_s = 30.0; }
};

const OptionTable<ClipOptions>& clips_options() {
  static const OptionTable<ClipOptions> options =
      OptionTable<ClipOptions>()
          .number("length_s", &ClipOptions::length_s, 0.05, 3600.0, "Length of a clip, in seconds.",
                  "the paper, section 3, and its authors' script")
          .enumeration(
              "short", &ClipOptions::short_tracks, {"skip", "keep"},
              "What happens when a track is shorter than a clip. skip: it counts as a track that "
              "cannot be read (on_bad_track). keep: the whole track is one shorter clip. Use keep "
              "for tracks of about 30 s, such as GTZAN's, many of which are a little shorter.",
              "the authors' script");
  return options;
}

}  // namespace

void register_clips(Registry& registry) {
  registry.excerpts.add(
      {{.name = "clips",
        .summary = "Consecutive clips of 30 s, whose vote decides the genre of the track; the "
                   "remainder is dropped.",
        .source = "the paper, section 3: 1517-Artists split to tracks of 30 seconds",
        .options = clips_options().schema()},
       [](const OptionValues& values) {
         return std::make_unique<Pieces>("clips", clips_options().parse(values),
                                         "excerpt.short: keep takes shorter tracks whole, and "
                                         "excerpt.length_s sets the length");
       }});
}

}  // namespace genrebench
