#include "tests/fuzz/support/target.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "base/temporary_folder.hpp"
#include "base/text.hpp"

namespace genrebench::fuzz {

void broken(std::string_view what) {
  std::fflush(stdout);
  fmt::print(stderr, "fuzz: the contract is broken: {}\n", what);
  std::abort();
}

void check_message(std::string_view message) {
  constexpr std::size_t kLongest = 4096;
  require(!message.empty(), "an error has no message");
  if (message.size() > kLongest)
    broken(fmt::format("a message of {} characters, expected at most {}: {}", message.size(),
                       kLongest, message.substr(0, 200)));
  if (message.find_first_of("\n\r") != std::string_view::npos)
    broken(fmt::format("a message of several lines: {}", message));
}

bool same_bits(std::span<const float> a, std::span<const float> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](float x, float y) {
    return std::bit_cast<std::uint32_t>(x) == std::bit_cast<std::uint32_t>(y);
  });
}

const std::filesystem::path& scratch_folder() {
  static const TemporaryFolder folder("fuzz");
  return folder.path();
}

std::filesystem::path scratch_file(const std::filesystem::path& name, std::string_view content) {
  const std::filesystem::path file = scratch_folder() / name;
  std::filesystem::create_directories(file.parent_path());
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  return file;
}

}  // namespace genrebench::fuzz
