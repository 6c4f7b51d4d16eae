#pragma once
// Where the time of a run went, as the artifact `profile.json` keeps it:
//   {"version": 1, "stages": {"name", "seconds", "count", "within": [stage]},
//    "tracks": {track: {stage: seconds}}}

#include <string>

#include "base/profile.hpp"

namespace genrebench {

std::string profile_text(const Profile& profile);

/// @param name  of the file, for messages
/// @throws DataError  if the text is not what profile_text() writes, with finite times that are not
/// negative, up to 30 stages within one another and 10 000 in all
Profile profile_from(const std::string& text, const std::string& name);

}  // namespace genrebench
