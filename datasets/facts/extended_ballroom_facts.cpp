#include "datasets/facts/extended_ballroom_facts.hpp"

#include <sstream>

#include "base/csv.hpp"

namespace genrebench {
namespace embedded {
std::string_view extended_ballroom_folds_csv();
}

const std::vector<std::string>& ballroom_genres() {
  static const std::vector<std::string> kGenres = {
      "Chacha", "Foxtrot",   "Jive",  "Pasodoble",     "Quickstep", "Rumba",  "Salsa",
      "Samba",  "Slowwaltz", "Tango", "Viennesewaltz", "Waltz",     "Wcswing"};
  return kGenres;
}

const std::vector<std::string>& common_ballroom_genres() {
  static const std::vector<std::string> kGenres = {"Chacha",    "Foxtrot",       "Jive",
                                                   "Quickstep", "Rumba",         "Samba",
                                                   "Tango",     "Viennesewaltz", "Waltz"};
  return kGenres;
}

std::string ballroom_track_id(const std::string& genre, const std::string& number) {
  return genre + "/" + number;
}

const std::vector<PublishedCount>& ballroom_published_counts() {
  static const std::vector<PublishedCount> kCounts = {{"Chacha", "Cha Cha", 455},
                                                      {"Slowwaltz", "Slow Waltz", 65},
                                                      {"Viennesewaltz", "Viennese Waltz", 252},
                                                      {"Tango", "Tango", 464},
                                                      {"Samba", "Samba", 468},
                                                      {"Rumba", "Rumba", 470},
                                                      {"Quickstep", "Quickstep", 497},
                                                      {"Jive", "Jive", 350},
                                                      {"Waltz", "Waltz", 529},
                                                      {"Salsa", "Salsa", 47},
                                                      {"Foxtrot", "Foxtrot", 507},
                                                      {"Pasodoble", "Pasodoble", 53},
                                                      {"Wcswing", "Weswing", 23}};
  return kCounts;
}

const PublishedSplit& ballroom_folds() {
  static const PublishedSplit kFolds = [] {
    PublishedSplit folds{
        "artist_disc_folds",
        "10 folds of 418 tracks, published as artist- and disc-filtered (Foleis); by the owners' "
        "metadata an artist is kept together within a genre only, and discs are not",
        {},
        true};
    const CsvTable table =
        parse_csv(embedded::extended_ballroom_folds_csv(), "extended_ballroom_folds.csv");
    const std::size_t genre = table.column("genre"), fold = table.column("fold"),
                      ids = table.column("ids");
    for (const CsvRow& row : table.rows) {
      std::istringstream numbers(row.cells[ids]);
      for (std::string number; numbers >> number;)
        folds.parts.emplace(ballroom_track_id(row.cells[genre], number), row.cells[fold]);
    }
    return folds;
  }();
  return kFolds;
}

}  // namespace genrebench
