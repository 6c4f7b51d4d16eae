// Excerpts of equal length, whose vote decides the genre of the track.

#include "harness/plugin/registry.hpp"
#include "pipeline/excerpts/support/pieces.hpp"

namespace genrebench {
namespace {

const OptionTable<PieceOptions>& chunks_options() {
  static const OptionTable<PieceOptions> options =
      OptionTable<PieceOptions>()
          .number("length_s", &PieceOptions::length_s, 0.05, 3600.0,
                  "Length of a chunk, in seconds.", "the paper, section 4.1")
          .number("hop_s", &PieceOptions::hop_s, 0.05, 3600.0,
                  "From the start of one chunk to the start of the next, in seconds; auto: "
                  "length_s, so "
                  "without overlap.");
  return options;
}

}  // namespace

void register_chunks(Registry& registry) {
  registry.excerpts.add({{.name = "chunks",
                          .summary = "Excerpts of equal length, whose vote decides the genre of "
                                     "the track; the remainder is dropped.",
                          .source = "the paper, section 4.1: 3-second segments followed by voting",
                          .options = chunks_options().schema()},
                         [](const OptionValues& values) {
                           return std::make_unique<Pieces>("chunks", chunks_options().parse(values),
                                                           "excerpt.length_s sets the length");
                         }});
}

}  // namespace genrebench
