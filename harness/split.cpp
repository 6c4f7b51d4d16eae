#include "harness/split.hpp"

namespace genrebench {

std::string to_string(Part part) {
  switch (part) {
    case Part::none: return "none";
    case Part::train: return "train";
    case Part::valid: return "valid";
    case Part::test: return "test";
  }
  return "?";
}

}  // namespace genrebench
