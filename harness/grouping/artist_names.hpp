#pragma once
// Names as people write them. Spellings of one name that differ by case, accents, punctuation or
// Unicode form are one name, and a track by two artists belongs to both.

#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// What makes two names one artist's.
enum class ArtistJoins {
  spellings,  ///< other spellings of the whole name
  members     ///< also a name that is part of the other
};

/// For each of these artists, the first spelling of all that must stay on one side with it. Two are
/// joined where they are the same name, or where one names the other as a member; joins form
/// chains, so that "A & B" and "B & C" join A, B and C. A join too many makes groups larger and
/// never leaks; a missing one leaks.
///
/// - Names are compared as normalised_name() says, without a leading "The". "Beatles, The" and
///   "Marley, Bob" are turned round.
/// - "feat.", "ft.", "featuring", "vs.", ";" and " / " separate artists. Each of them is joined
/// with
///   every artist of the same name.
/// - "&", "and", "+", ",", "with", "x", "n'" (and "und", "et", "y", "e", "и") may be part of a
/// name.
///   Members of two or more words count as artists ("Prince & Sheena Easton"). A member of one word
///   is joined only with an artist who is called that: "Sonny & Cher" with "Cher". A list of three
///   or more single words is a name as a whole ("Earth, Wind & Fire" has no member "Fire"), joined
///   with a list that shares two of its members.
/// - "Percy Faith & His Orchestra" and "Percy Faith Orchestra" are joined with "Percy Faith": words
///   for bands (orchestra, band, trio, singers, ...) are not part of the name if the rest is an
///   artist's.
///
/// @param names  one per track, empty where unknown
/// @param joins  `spellings`: the first of the rules alone
/// @return       as many; empty where nobody is named
std::vector<std::string> join_artists(const std::vector<std::string>& names,
                                      ArtistJoins joins = ArtistJoins::members);

}  // namespace genrebench
