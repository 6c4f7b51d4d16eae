// Sections that people marked: JAMS, .lab and CSV.
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "datasets/folders/section_files.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

void check_line(const std::string& text) {
  require(text.find_first_of("\n\r") == std::string::npos, "a name or label is one line");
}

void check_annotations(const SongAnnotations& annotations) {
  require(!annotations.empty(), "a file that is accepted has an annotation");
  for (const SectionAnnotation& one : annotations) {
    check_line(one.annotator);
    check_sections(one.sections, "fuzz");
    for (const Section& section : one.sections) check_line(section.label);
  }
}

}  // namespace

void fuzz_sections(std::string_view input) {
  accepts([&] { check_annotations(parse_jams(input, "song.jams")); });
  accepts([&] { check_annotations(parse_jams(input, "song.jams", "segment_open")); });
  accepts([&] { check_annotations(parse_lab(input, "song.lab")); });
  accepts([&] { check_annotations(section_table(parse_csv(input, "song.csv"))); });
  accepts([&] {
    for (const auto& [track, annotations] : section_table_of_songs(parse_csv(input, "all.csv")))
      check_annotations(annotations);
  });
  for (const char* name : {"song.jams", "song.lab", "song.csv"})
    accepts([&] { check_annotations(read_section_file(scratch_file(name, input))); });
}

}  // namespace genrebench::fuzz
