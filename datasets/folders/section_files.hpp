#pragma once
// Files in which people marked the sections of songs: JAMS, .lab and CSV.

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/csv.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// What one person says of the sections of one song.
struct SectionAnnotation {
  std::string annotator;          ///< empty: the file does not name one
  std::vector<Section> sections;  ///< by start, at least one
};

/// The annotations of one song.
using SongAnnotations = std::vector<SectionAnnotation>;

/// True for the names of such files: .jams, .lab and .csv, in any case.
bool is_section_file(const std::filesystem::path& file);

/// Reads a JAMS file, one annotation per annotator. Of a multi-level annotation the first level is
/// taken. Annotators without a name are counted: "1", "2".
/// @param name        what messages call the text
/// @param name_space  the namespace to read, such as "segment_salami_function"; empty: the first
///                    of segment_open, segment_salami_upper, segment_salami_function, segment_tut,
///                    multi_segment and segment_salami_lower that the file has
/// @throws DataError  no JSON, no JAMS, no annotation of the namespace, or sections as in
///                    check_sections()
/// Source: Humphrey et al., JAMS, ISMIR 2014; the schema of jams 0.3
SongAnnotations parse_jams(std::string_view text, const std::string& name,
                           const std::string& name_space = {});

/// Reads a .lab file: per line start and end in seconds and a label, separated by blanks. Empty
/// lines and lines that begin with # are skipped.
/// @throws DataError  naming the line
SongAnnotations parse_lab(std::string_view text, const std::string& name);

/// Reads a table of one song: the columns start and end (or start_s and end_s, in seconds), label
/// and, if there are several annotators, annotator.
/// @throws DataError  naming the row
SongAnnotations section_table(const CsvTable& table);

/// Reads a table of several songs: as above, with a column track (or id).
/// @return  by what the column track says
/// @throws DataError  naming the row
std::map<std::string, SongAnnotations> section_table_of_songs(const CsvTable& table);

/// Reads a file by its ending. @throws DataError  as the function for its kind
SongAnnotations read_section_file(const std::filesystem::path& file,
                                  const std::string& name_space = {});

/// Checks what scores of segmentations need of known sections.
/// @param where  for messages
/// @throws DataError  there is none, a time is negative or not finite, a section does not end
///                    after its start, or starts before the one above it
void check_sections(const std::vector<Section>& sections, std::string_view where);

}  // namespace genrebench
