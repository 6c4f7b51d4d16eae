#include "datasets/folders/known_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "base/closest_name.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "base/text_file.hpp"
#include "datasets/folders/section_files.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

/// The annotations of a track by annotator, with the file that each is from.
struct Annotated {
  std::vector<Section> sections;
  std::string from;
};
using ByAnnotator = std::map<std::string, Annotated>;

/// The track that a file belongs to, and what else its name says.
struct Owner {
  std::string track;
  std::string annotator;
};

std::string last_part(const std::string& id) { return id.substr(id.find_last_of('/') + 1); }

/// Finds the track of a file by its name.
class Owners {
 public:
  explicit Owners(const std::vector<Track>& tracks) {
    for (const Track& track : tracks) {
      ids_.insert(track.id);
      by_last_part_[last_part(track.id)].push_back(track.id);
    }
  }

  /// @param key  the file's path below the folder, without its ending
  /// @return     nothing if it belongs to no track
  /// @throws DataError  if it fits several tracks
  std::optional<Owner> of(const std::string& key, const std::string& file) const {
    // First with all folders, then without the first one, and so on.
    for (std::size_t begin = 0; begin <= key.size();) {
      const std::string below = key.substr(begin), folders = key.substr(0, begin);
      if (std::optional<Owner> owner = begins_with_a_track(below, file)) {
        owner->annotator = folders + owner->annotator;
        while (owner->annotator.ends_with('/')) owner->annotator.pop_back();
        return owner;
      }
      const std::size_t slash = key.find('/', begin);
      if (slash == std::string::npos) break;
      begin = slash + 1;
    }
    return std::nullopt;
  }

 private:
  /// The track whose name is the longest beginning of a text.
  std::optional<Owner> begins_with_a_track(const std::string& text, const std::string& file) const {
    for (std::size_t end = text.size(); end > 0; --end) {
      if (end < text.size() && std::string_view("_-./").find(text[end]) == std::string_view::npos)
        continue;
      const std::string name = text.substr(0, end);
      const std::string rest = end < text.size() ? text.substr(end + 1) : std::string();
      if (ids_.contains(name)) return Owner{name, rest};
      const auto found = by_last_part_.find(name);
      if (found == by_last_part_.end()) continue;
      if (found->second.size() > 1)
        throw DataError(
            fmt::format("{}: fits several tracks: {}; name the file after the whole id of its "
                        "track, with its folders",
                        file, name_list(found->second)));
      return Owner{found->second.front(), rest};
    }
    return std::nullopt;
  }

  std::set<std::string> ids_;
  std::map<std::string, std::vector<std::string>> by_last_part_;
};

/// Gathers annotations track by track.
class Gathered {
 public:
  void add(const Owner& owner, SongAnnotations annotations, const std::string& file) {
    ByAnnotator& known = of_track_[owner.track];
    for (SectionAnnotation& one : annotations) {
      std::string annotator = owner.annotator;
      if (!annotator.empty() && !one.annotator.empty()) annotator += '/';
      annotator += one.annotator;
      const auto [place, is_new] =
          known.try_emplace(annotator, Annotated{std::move(one.sections), file});
      if (!is_new)
        throw DataError(fmt::format(
            "{}: the sections of track {}{} are in {} too; keep one of the files, or name the "
            "annotators in the files' names: ID_ANNOTATOR.csv",
            file, owner.track, annotator.empty() ? "" : fmt::format(" by {}", annotator),
            place->second.from));
    }
  }

  bool empty() const { return of_track_.empty(); }

  /// @param place  where the annotations are, for notes
  KnownSections result(const std::vector<Track>& tracks, const std::string& place) && {
    KnownSections known;
    for (auto& [track, annotations] : of_track_)
      for (auto& [annotator, one] : annotations)
        known.of_track[track].push_back(std::move(one.sections));
    std::vector<std::string> missing;
    for (const Track& track : tracks)
      if (!known.of_track.contains(track.id)) missing.push_back(track.id);
    if (!missing.empty())
      known.notes.push_back(
          fmt::format("{} of {} tracks {} no sections in {} and cannot be scored "
                      "by them: {}",
                      missing.size(), tracks.size(), missing.size() == 1 ? "has" : "have", place,
                      name_list(missing)));
    return known;
  }

 private:
  std::map<std::string, ByAnnotator> of_track_;
};

/// The files of sections below a folder, by path relative to it, sorted.
std::vector<fs::path> list_section_files(const fs::path& folder, std::string_view where) {
  std::vector<fs::path> files;
  std::error_code error;
  fs::recursive_directory_iterator entry(folder, error);
  for (const fs::recursive_directory_iterator end; !error && entry != end; entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.filename().native().starts_with('.')) {
      entry.disable_recursion_pending();
      continue;
    }
    std::error_code ignored;
    if (entry->is_regular_file(ignored) && is_section_file(path))
      files.push_back(path.lexically_relative(folder));
  }
  if (error)
    throw DataError(fmt::format("{}: option 'sections_from': {} cannot be read: {}", where,
                                utf8_name(folder.native()), error.message()));
  std::sort(files.begin(), files.end());
  return files;
}

KnownSections read_folder(const SectionOptions& options, const fs::path& folder,
                          const std::vector<Track>& tracks, std::string_view where) {
  const std::vector<fs::path> files = list_section_files(folder, where);
  const std::string place = utf8_name(folder.native());
  const Owners owners(tracks);
  Gathered gathered;
  std::vector<std::string> strangers;
  for (const fs::path& file : files) {
    const std::string name = utf8_name((folder / file).native());
    fs::path key = file;
    const std::optional<Owner> owner =
        owners.of(utf8_name(key.replace_extension().generic_string()), name);
    if (owner)
      gathered.add(*owner, read_section_file(folder / file, options.sections_namespace), name);
    else
      strangers.push_back(utf8_name(file.generic_string()));
  }
  if (gathered.empty())
    throw DataError(
        fmt::format("{}: option 'sections_from': expected files such as {}.jams, .lab or .csv in "
                    "{}, found {}{}",
                    where, tracks.empty() ? std::string("ID") : tracks.front().id, place,
                    strangers.empty() ? std::string("none") : name_list(strangers),
                    strangers.empty() ? "" : ", which belong to no track"));
  KnownSections known = std::move(gathered).result(tracks, place);
  if (!strangers.empty())
    known.notes.push_back(fmt::format("{} in {} {} to no track and {} left out: {}",
                                      counted(strangers.size(), "file"), place,
                                      strangers.size() == 1 ? "belongs" : "belong",
                                      strangers.size() == 1 ? "is" : "are", name_list(strangers)));
  return known;
}

KnownSections read_table(const fs::path& file, const std::vector<Track>& tracks) {
  const std::string name = utf8_name(file.native());
  std::vector<std::string> ids;
  for (const Track& track : tracks) ids.push_back(track.id);
  std::sort(ids.begin(), ids.end());
  Gathered gathered;
  for (auto& [track, annotations] : section_table_of_songs(parse_csv(read_text_file(file), name))) {
    if (!std::binary_search(ids.begin(), ids.end(), track))
      throw DataError(unknown_name_message("track", track, name, ids));
    gathered.add({.track = track, .annotator = {}}, std::move(annotations), name);
  }
  if (gathered.empty())
    throw DataError(fmt::format("{}: expected at least one section, found none", name));
  return std::move(gathered).result(tracks, name);
}

}  // namespace

const std::string& sections_from_help() {
  static const std::string kHelp =
      "Where the sections that people marked in the songs lie, so that segmentations are scored "
      "against them: a folder of files ID.jams, ID.lab or ID.csv (columns start, end, label; in "
      "seconds), or one table with the column track besides. ID is the track's id or the last part "
      "of it. Several annotators: ID_ANNOTATOR.csv, a folder per annotator, the column annotator, "
      "or JAMS. Empty: none.";
  return kHelp;
}

const std::string& sections_namespace_help() {
  static const std::string kHelp =
      "The namespace of JAMS files that is read, such as segment_salami_function. Empty: the first "
      "of segment_open, segment_salami_upper, segment_salami_function, segment_tut, multi_segment "
      "(its first level) and segment_salami_lower that a file has.";
  return kHelp;
}

KnownSections find_sections(const SectionOptions& options, const std::vector<Track>& tracks,
                            std::string_view where) {
  if (options.sections_from.empty()) return {};
  const fs::path place = options.sections_from;
  std::error_code error;
  if (fs::is_directory(place, error)) return read_folder(options, place, tracks, where);
  if (!fs::is_regular_file(place, error))
    throw DataError(fmt::format(
        "{}: option 'sections_from': expected a folder of annotations or a table, found "
        "neither at {}",
        where, utf8_name(place.native())));
  return read_table(place, tracks);
}

}  // namespace genrebench
