#pragma once
// Names without what spelling alone decides: case, accents, Unicode form, blanks, punctuation.

#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

/// The text in the form in which names are compared: NFKC, case folded, without accents. Letters
/// that no accent tells apart get the spelling that is common without them: ø is o, ł is l, æ is
/// ae, ı is i, ß is ss. Marks that are no accents, such as the voicing marks of Japanese, stay.
/// What is not UTF-8 is read by decoded_text().
/// Source: Unicode Standard Annex 15 (NFKC), Unicode 13 case folding, as utf8proc implements them
std::string folded_name(std::string_view text);

/// Letters and digits of a folded text, in pieces between all other characters.
/// @param symbols  ASCII characters that are words of their own, such as "&"
std::vector<std::string> words_of(std::string_view folded_text, std::string_view symbols = {});

/// Words without blanks. A point stands between numbers, so that "1 11" is not "11 1".
std::string concatenated(const std::vector<std::string>& words);

/// Letters and digits of a text, folded: "BEYONCÉ" gives "beyonce", "Rock & Pop" gives "rockpop".
/// @return  empty where a text has neither letters nor digits
std::string normalised_name(std::string_view text);

}  // namespace genrebench
