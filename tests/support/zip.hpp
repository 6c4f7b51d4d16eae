#pragma once
// Zip archives made in a test, and files that are damaged in every place.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace genrebench::testing {

/// A little-endian number as bytes.
template <typename T>
std::string little(T value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

/// A member of a zip archive.
struct Member {
  std::string name;
  std::string bytes;
  std::uint16_t method = 0;
  std::uint32_t claimed_size = 0;   ///< 0: that of the bytes
  std::uint32_t unpacked_size = 0;  ///< of the content of a compressed member; 0: as claimed
};

/// A zip archive as in PKWARE's specification, without checksums.
inline std::string zip(const std::vector<Member>& members) {
  std::string body;
  std::string directory;
  for (const Member& member : members) {
    const auto size = member.claimed_size != 0 ? member.claimed_size
                                               : static_cast<std::uint32_t>(member.bytes.size());
    const auto unpacked_size = member.unpacked_size != 0 ? member.unpacked_size : size;
    const std::string common =
        little<std::uint16_t>(20) + little<std::uint16_t>(0) + little(member.method) +
        std::string(8, '\0') + little(size) + little(unpacked_size) +
        little(static_cast<std::uint16_t>(member.name.size())) + little<std::uint16_t>(0);
    directory += "PK\x01\x02" + little<std::uint16_t>(20) + common + std::string(10, '\0') +
                 little(static_cast<std::uint32_t>(body.size())) + member.name;
    body += "PK\x03\x04" + common + member.name + member.bytes;
  }
  const auto n = little(static_cast<std::uint16_t>(members.size()));
  return body + directory + "PK\x05\x06" + std::string(4, '\0') + n + n +
         little(static_cast<std::uint32_t>(directory.size())) +
         little(static_cast<std::uint32_t>(body.size())) + std::string(2, '\0');
}

/// Reads a file cut short at every length and with every byte changed in several ways. Each must be
/// read or refused with a DataError; anything else fails the test or ends the program.
/// @param parse  void(std::string_view)
template <typename Parser>
void survive_damage(const std::string& bytes, const Parser& parse) {
  int refused = 0;
  const auto attempt = [&](std::string_view damaged) {
    try {
      parse(damaged);
    } catch (const DataError&) {
      ++refused;
    }
  };
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    const std::string cut = bytes.substr(0, length);  // of its own, so that a sanitizer sees its
                                                      // end
    attempt(cut);
  }
  EXPECT_EQ(refused, static_cast<int>(bytes.size())) << "some file that was cut short was read";
  for (std::size_t i = 0; i < bytes.size(); ++i)
    for (const unsigned change : {0x01U, 0x02U, 0x04U, 0x08U, 0x10U, 0x20U, 0x40U, 0x80U, 0xffU}) {
      std::string flipped = bytes;
      flipped[i] = static_cast<char>(static_cast<unsigned char>(flipped[i]) ^ change);
      attempt(flipped);
    }
  EXPECT_GT(refused, static_cast<int>(bytes.size())) << "no change of a byte was seen";
}

}  // namespace genrebench::testing
