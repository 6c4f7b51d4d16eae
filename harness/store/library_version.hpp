#pragma once
// Which SQLite this process uses.

#include <string>

namespace genrebench {

std::string sqlite_version();

}  // namespace genrebench
