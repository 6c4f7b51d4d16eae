#include "harness/store/library_version.hpp"

#include <SQLiteCpp/Database.h>

namespace genrebench {

std::string sqlite_version() { return SQLite::getLibVersion(); }

}  // namespace genrebench
