#pragma once
// Which sections people marked in which songs of a dataset: files in a folder, or one table.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/plugin/dataset.hpp"
#include "harness/plugin/options.hpp"

namespace genrebench {

/// Options of a dataset whose songs may be annotated. A dataset's options inherit it.
struct SectionOptions {
  std::string sections_from;       ///< folder or table of annotations; empty: none
  std::string sections_namespace;  ///< of JAMS files; empty: the usual ones
};

/// Help texts of these options.
const std::string& sections_from_help();
const std::string& sections_namespace_help();

/// Declares the options.
/// @tparam Struct  inherits SectionOptions
template <typename Struct>
void add_section_options(OptionTable<Struct>& table) {
  table.path("sections_from", &Struct::sections_from, sections_from_help())
      .text("sections_namespace", &Struct::sections_namespace, sections_namespace_help());
}

/// The sections of a dataset's songs, as people marked them.
struct KnownSections {
  /// By track id: the sections by each annotator, in the order of their names.
  std::map<std::string, std::vector<std::vector<Section>>> of_track;
  /// Sentences for Dataset::notes(): files that belong to no track, tracks without a file.
  std::vector<std::string> notes;
};

/// Reads the annotations of tracks; none if the options name no place.
///
/// - A folder holds files `ID.jams`, `ID.lab` or `ID.csv` at any depth, ID being a track's id or,
///   where no other track ends in the same, the last part of it. Behind the id, after `_`, `-`, `.`
///   or `/`, or in the name of a folder, may stand the annotator: `001_annotator1.csv`,
///   `annotator1/001.lab`.
/// - A file is a table with the columns track, start, end, label and, if there are several
///   annotators, annotator.
///
/// @param where  "dataset folder", for messages
/// @throws DataError  the place is not there, nothing in it belongs to a track, two files are of
///                    one track and annotator, a file fits several tracks, the table has another
///                    track, or a file is not as section_files.hpp expects it
KnownSections find_sections(const SectionOptions& options, const std::vector<Track>& tracks,
                            std::string_view where);

}  // namespace genrebench
