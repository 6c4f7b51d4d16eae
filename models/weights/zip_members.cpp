#include "models/weights/zip_members.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "models/weights/byte_reader.hpp"

// LibTorch 1.13's own reader takes memory for whatever size a member claims before it looks for the
// bytes, and does not tell the size beforehand; so the directory is read here.

namespace genrebench {
namespace {

constexpr std::string_view kEnd = "PK\x05\x06";
constexpr std::string_view kEnd64Locator = "PK\x06\x07";
constexpr std::string_view kEnd64 = "PK\x06\x06";
constexpr std::string_view kDirectoryEntry = "PK\x01\x02";
constexpr std::string_view kLocalHeader = "PK\x03\x04";
constexpr std::uint32_t kIn64 = 0xffffffff;  // "see the 64-bit field"

struct Directory {
  std::uint64_t n_members;
  std::uint64_t offset;
};

struct Member {
  std::string_view name;
  std::uint64_t size;
  std::uint64_t header_offset;
};

void expect_signature(ByteReader& reader, std::string_view signature, std::string_view of) {
  if (reader.take(signature.size()) != signature)
    reader.fail(fmt::format("expected {} of a zip archive, found other bytes", of));
}

/// A reader at an offset that the archive names.
ByteReader reader_at(std::string_view archive, std::string_view file, std::uint64_t offset) {
  ByteReader reader(archive, file);
  reader.take(offset);
  return reader;
}

Directory find_directory(std::string_view archive, std::string_view file) {
  constexpr std::size_t kEndSize = 22;
  constexpr std::size_t kLocatorSize = 20;
  const std::size_t end =
      archive.rfind(kEnd, archive.size() < kEndSize ? 0 : archive.size() - kEndSize);
  if (end == std::string_view::npos)
    ByteReader(archive, file)
        .fail(
            "expected the end record of a zip archive, found none: the file is cut short or "
            "damaged");
  ByteReader(archive, file, end).take(kEndSize);
  ByteReader reader(archive, file, end + 10);
  Directory directory{reader.number<std::uint16_t>(), 0};
  reader.take(4);
  directory.offset = reader.number<std::uint32_t>();
  if (end >= kLocatorSize && archive.substr(end - kLocatorSize, 4) == kEnd64Locator) {
    ByteReader locator(archive, file, end - kLocatorSize + 8);
    ByteReader record = reader_at(archive, file, locator.number<std::uint64_t>());
    expect_signature(record, kEnd64, "the 64-bit end record");
    record.take(28);
    directory.n_members = record.number<std::uint64_t>();
    record.take(8);
    directory.offset = record.number<std::uint64_t>();
  }
  return directory;
}

/// Puts the 64-bit values of the extra field in the place of those that refer to it.
void apply_extra(Member& member, std::uint64_t& packed_size, ByteReader extra) {
  while (extra.remaining() >= 4) {
    const auto tag = extra.number<std::uint16_t>();
    ByteReader field(extra.take(extra.number<std::uint16_t>()), extra.file());
    if (tag != 1) continue;
    for (std::uint64_t* value : {&member.size, &packed_size, &member.header_offset})
      if (*value == kIn64) *value = field.number<std::uint64_t>();
  }
}

Member read_entry(ByteReader& reader) {
  expect_signature(reader, kDirectoryEntry, "a directory entry");
  reader.take(4);
  const auto flags = reader.number<std::uint16_t>();
  const auto method = reader.number<std::uint16_t>();
  reader.take(8);
  std::uint64_t packed_size = reader.number<std::uint32_t>();
  Member member{{}, reader.number<std::uint32_t>(), 0};
  const auto name_length = reader.number<std::uint16_t>();
  const auto extra_length = reader.number<std::uint16_t>();
  const auto comment_length = reader.number<std::uint16_t>();
  reader.take(8);
  member.header_offset = reader.number<std::uint32_t>();
  member.name = reader.take(name_length);
  apply_extra(member, packed_size, ByteReader(reader.take(extra_length), reader.file()));
  reader.take(comment_length);
  if (method != 0 || (flags & 1) != 0 || packed_size != member.size)
    reader.fail(fmt::format(
        "member {}: expected it stored as torch.save does, found it compressed or encrypted",
        printable(member.name)));
  return member;
}

std::string_view bytes_of(const Member& member, std::string_view archive, std::string_view file) {
  ByteReader reader = reader_at(archive, file, member.header_offset);
  expect_signature(reader, kLocalHeader, "a member's header");
  reader.take(22);
  const auto name_length = reader.number<std::uint16_t>();
  const auto extra_length = reader.number<std::uint16_t>();
  if (reader.take(name_length) != member.name)
    reader.fail(fmt::format("member {}: expected its name in its header, found another",
                            printable(member.name)));
  reader.take(extra_length);
  return reader.take(member.size);
}

/// A small file whose members share bytes could claim any amount of memory.
void check_disjoint(const std::map<std::string_view, std::string_view>& members,
                    std::string_view file) {
  std::vector<std::string_view> ranges;
  for (const auto& [name, bytes] : members)
    if (!bytes.empty()) ranges.push_back(bytes);
  std::ranges::sort(ranges, {}, [](std::string_view bytes) { return bytes.data(); });
  for (std::size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i - 1].data() + ranges[i - 1].size() > ranges[i].data())
      throw DataError(fmt::format(
          "{}: expected a zip archive whose members lie apart, found two that overlap", file));
}

}  // namespace

std::map<std::string_view, std::string_view> zip_members(std::string_view archive,
                                                         std::string_view file) {
  const Directory directory = find_directory(archive, file);
  ByteReader reader = reader_at(archive, file, directory.offset);
  std::map<std::string_view, std::string_view> members;
  for (std::uint64_t i = 0; i < directory.n_members; ++i) {
    const Member member = read_entry(reader);
    if (!members.emplace(member.name, bytes_of(member, archive, file)).second)
      reader.fail(
          fmt::format("expected every member once, found {} twice", printable(member.name)));
  }
  check_disjoint(members, file);
  return members;
}

}  // namespace genrebench
