#include "datasets/folders/known_tracks.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/error.hpp"
#include "datasets/folders/names.hpp"
#include "signal/audio/audio_formats.hpp"

namespace genrebench {
namespace fs = std::filesystem;
namespace {

using Severity = DatasetProblem::Severity;

class Stocktaking {
 public:
  Stocktaking(const fs::path& root, const KnownLayout& layout) : root_(root), layout_(layout) {}

  Inventory take() {
    for (const std::string& folder : list_folders(root_)) {
      const auto genre = find_genre(layout_.genres, folder);
      if (!genre) {
        report("extra", folder,
               fmt::format("is a folder of none of the genres of {}; it is not used",
                           layout_.text.dataset));
        continue;
      }
      if (*genre != folder)
        report("spelling", folder, fmt::format("is taken for the folder '{}'", *genre),
               Severity::note);
      look_through(folder, *genre);
    }
    for (const auto& [id, place] : places_) {
      found_.files.emplace(id, root_ / place.file);
      left_out_.add_track();
    }
    found_.notes = left_out_.notes();
    found_.advice = left_out_.advice();
    const auto belongs_to_none = [](const DatasetProblem& problem) {
      return problem.what == "extra" && problem.severity == Severity::error;
    };
    if (const auto n = std::ranges::count_if(found_.problems, belongs_to_none); n > 0)
      found_.notes.push_back(
          fmt::format("{} that {} to none of its tracks {} left out, such as {}",
                      n == 1 ? "1 file or folder" : fmt::format("{} files or folders", n),
                      n == 1 ? "belongs" : "belong", n == 1 ? "is" : "are",
                      std::ranges::find_if(found_.problems, belongs_to_none)->where));
    return std::move(found_);
  }

 private:
  struct Place {
    fs::path file;  // below root
    bool own_folder;
  };

  void report(std::string what, const fs::path& where, std::string message,
              Severity severity = Severity::error) {
    found_.problems.push_back(
        {severity, std::move(what), utf8_name(where.generic_string()), std::move(message)});
  }

  void look_through(const std::string& folder, const std::string& genre) {
    for (const std::string& deeper : list_folders(root_ / folder))
      report("extra", fs::path(folder) / deeper,
             "is a folder inside a genre folder; it is not used");
    for (const std::string& name : list_files(root_ / folder)) {
      const fs::path file = fs::path(folder) / name;
      if (!is_audio_file(name)) {
        left_out_.add_unread(file);
        continue;
      }
      const auto track = layout_.track_of(file.stem().native());
      if (!track) {
        report("extra", file,
               fmt::format("is none of the tracks of {} (expected {}); it is not used",
                           layout_.text.dataset, layout_.names_in(genre)));
        continue;
      }
      if (track->genre != genre)
        report("swapped", file,
               fmt::format("lies in the folder '{}' but {} says '{}', which is taken to be right",
                           utf8_name(folder), layout_.authority, track->genre));
      add(*track, {file, track->genre == genre});
    }
  }

  void add(const KnownTrack& track, Place place) {
    const auto [earlier, is_new] = places_.try_emplace(track.id, place);
    if (is_new) return;
    const std::string first = utf8_name(earlier->second.file.generic_string());
    if (earlier->second.own_folder && place.own_folder)
      throw DataError(fmt::format("{}: {} and {} in {} are the same track: keep one of them",
                                  layout_.text.where, first, utf8_name(place.file.generic_string()),
                                  utf8_name(root_.native())));
    report("duplicate", place.file,
           fmt::format("is the same track as {}; {} is used", first,
                       place.own_folder ? "this one" : "that one"));
    if (place.own_folder) earlier->second = std::move(place);
  }

  const fs::path& root_;
  const KnownLayout& layout_;
  std::map<std::string, Place> places_;  // by track id
  Inventory found_;
  LeftOutFiles left_out_;
};

/// "00003, 00010-00099"
std::string ranges(const std::vector<int>& numbers, int digits) {
  std::vector<std::string> parts;
  for (std::size_t i = 0; i < numbers.size();) {
    std::size_t j = i;
    while (j + 1 < numbers.size() && numbers[j + 1] == numbers[j] + 1) ++j;
    parts.push_back(i == j
                        ? fmt::format("{:0{}d}", numbers[i], digits)
                        : fmt::format("{:0{}d}-{:0{}d}", numbers[i], digits, numbers[j], digits));
    i = j + 1;
  }
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

Inventory take_inventory(const fs::path& root, const KnownLayout& layout) {
  return Stocktaking(root, layout).take();
}

std::vector<DatasetProblem> report_absent(const std::vector<AbsentTracks>& genres, int digits) {
  std::vector<DatasetProblem> problems;
  const auto report = [&problems](Severity severity, std::string where, std::string message) {
    problems.push_back({severity, "missing", std::move(where), std::move(message)});
  };
  std::size_t absent = 0, expected = 0;
  for (const AbsentTracks& genre : genres) {
    expected += genre.expected;
    absent += genre.numbers.size();
    if (genre.numbers.size() == genre.expected)
      report(Severity::error, genre.genre, fmt::format("all {} tracks are absent", genre.expected));
    else if (!genre.numbers.empty())
      report(Severity::note, genre.genre,
             fmt::format("{} of {} tracks are absent: {}", genre.numbers.size(), genre.expected,
                         ranges(genre.numbers, digits)));
  }
  if (absent > 0)
    report(Severity::note, "all genres",
           fmt::format("{} of {} tracks are absent; results hold for the {} that are here only",
                       absent, expected, expected - absent));
  return problems;
}

}  // namespace genrebench
