// The metadata of Extended Ballroom, in XML.
#include <set>

#include "base/text.hpp"
#include "datasets/facts/extended_ballroom_metadata.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {

void fuzz_ballroom(std::string_view input) {
  const std::filesystem::path file = scratch_file("extendedballroom_v1.1.xml", input);
  accepts([&] {
    std::set<std::string> numbers;
    for (const BallroomSong& song : read_ballroom_metadata(file)) {
      require(song.md5.size() == 32, "a song has an MD5 sum");
      require(numbers.insert(song.number).second, "numbers are unique");
      require(song.number.find_first_not_of("0123456789") == std::string::npos,
              "numbers are digits");
      for (const std::string& text : {song.artist, song.album, song.title})
        require(single_line(text) == text, "text is valid UTF-8 on one line");
    }
  });
}

}  // namespace genrebench::fuzz
