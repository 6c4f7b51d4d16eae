#pragma once
// Progress that nobody watches; what it is told to say is kept.

#include <string>
#include <vector>

#include "base/progress.hpp"

namespace genrebench::testing {

class SilentProgress final : public Progress {
 public:
  void begin(const std::string&, std::size_t) override {}
  void advance(std::size_t, const std::string&) override {}
  void end() override {}
  void message(const std::string& text) override { messages.push_back(text); }
  std::vector<std::string> messages;
};

}  // namespace genrebench::testing
