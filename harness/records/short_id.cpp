#include "harness/records/short_id.hpp"

namespace genrebench {

std::string short_id(std::string_view id, std::size_t length) {
  return std::string(id.substr(0, length));
}

}  // namespace genrebench
