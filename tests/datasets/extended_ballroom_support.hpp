#pragma once
// What the tests of Extended Ballroom share: songs of its metadata file.

#include <string>
#include <vector>

#include "datasets/facts/extended_ballroom_metadata.hpp"
#include "support/shared_data.hpp"

namespace genrebench::testing {

/// A song element. `hash` becomes 32 digits.
inline std::string song(const std::string& number, const std::string& artist,
                        const std::string& album, const std::string& title, char hash,
                        const std::string& links = {}) {
  return "<song album=\"" + album + "\" artist=\"" + artist + "\" bpm=\"120\" id=\"" + number +
         "\" title=\"" + title + "\" hash=\"" + std::string(32, hash) + "\">" + links + "</song>\n";
}

}  // namespace genrebench::testing

/// The real metadata file, if it is there.
#define REQUIRE_METADATA(songs)           \
  GENREBENCH_REQUIRE_SHARED(shared);      \
  const std::vector<BallroomSong> songs = \
      read_ballroom_metadata(shared / "data/extended-ballroom/extendedballroom_v1.1.xml")
