#include "base/zip_members.hpp"

#include <fmt/format.h>

#define ZLIB_CONST  // inflate() takes input that it does not write to
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

#include "base/byte_reader.hpp"

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
  std::uint64_t packed_size;
  std::uint64_t header_offset;
  bool compressed;
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
void apply_extra(Member& member, ByteReader extra) {
  while (extra.remaining() >= 4) {
    const auto tag = extra.number<std::uint16_t>();
    ByteReader field(extra.take(extra.number<std::uint16_t>()), extra.file());
    if (tag != 1) continue;
    for (std::uint64_t* value : {&member.size, &member.packed_size, &member.header_offset})
      if (*value == kIn64) *value = field.number<std::uint64_t>();
  }
}

Member read_entry(ByteReader& reader) {
  constexpr std::uint16_t kStored = 0, kDeflated = 8;
  expect_signature(reader, kDirectoryEntry, "a directory entry");
  reader.take(4);
  const auto flags = reader.number<std::uint16_t>();
  const auto method = reader.number<std::uint16_t>();
  reader.take(8);
  const std::uint64_t packed_size = reader.number<std::uint32_t>();
  const std::uint64_t size = reader.number<std::uint32_t>();
  Member member{{}, size, packed_size, 0, method == kDeflated};
  const auto name_length = reader.number<std::uint16_t>();
  const auto extra_length = reader.number<std::uint16_t>();
  const auto comment_length = reader.number<std::uint16_t>();
  reader.take(8);
  member.header_offset = reader.number<std::uint32_t>();
  member.name = reader.take(name_length);
  apply_extra(member, ByteReader(reader.take(extra_length), reader.file()));
  reader.take(comment_length);
  const bool stored = method == kStored && member.packed_size == member.size;
  if ((flags & 1) != 0 || (!stored && !member.compressed))
    reader.fail(fmt::format(
        "member {}: expected it stored or compressed by deflate, found it encrypted or packed by "
        "method {}",
        printable(member.name), method));
  return member;
}

ZipMember find_bytes(const Member& member, std::string_view archive, std::string_view file) {
  ByteReader reader = reader_at(archive, file, member.header_offset);
  expect_signature(reader, kLocalHeader, "a member's header");
  reader.take(22);
  const auto name_length = reader.number<std::uint16_t>();
  const auto extra_length = reader.number<std::uint16_t>();
  if (reader.take(name_length) != member.name)
    reader.fail(fmt::format("member {}: expected its name in its header, found another",
                            printable(member.name)));
  reader.take(extra_length);
  return {.bytes = reader.take(member.packed_size),
          .size = member.size,
          .compressed = member.compressed};
}

/// A small file whose members share bytes could claim any amount of memory.
void check_disjoint(const std::map<std::string_view, ZipMember>& members, std::string_view file) {
  std::vector<std::string_view> ranges;
  for (const auto& [name, member] : members)
    if (!member.bytes.empty()) ranges.push_back(member.bytes);
  std::ranges::sort(ranges, {}, [](std::string_view bytes) { return bytes.data(); });
  for (std::size_t i = 1; i < ranges.size(); ++i)
    if (ranges[i - 1].data() + ranges[i - 1].size() > ranges[i].data())
      throw DataError(fmt::format(
          "{}: expected a zip archive whose members lie apart, found two that overlap", file));
}

/// zlib's decoder of data without a header of its own.
class Inflater {
 public:
  explicit Inflater(const std::string& name) : name_(name) {
    if (inflateInit2(&stream_, -MAX_WBITS) != Z_OK)
      throw DataError(fmt::format("{}: zlib cannot be used", name));
  }
  ~Inflater() { inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// @param size  of the content, as the archive says
  std::string operator()(std::string_view bytes, std::uint64_t size) {
    std::string content;
    std::array<char, 1 << 16> block{};
    int result = Z_OK;
    while (result != Z_STREAM_END) {
      const auto n_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), 1U << 30));
      stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
      stream_.avail_in = n_in;
      stream_.next_out = reinterpret_cast<Bytef*>(block.data());
      stream_.avail_out = static_cast<uInt>(block.size());
      result = inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END)  // Z_BUF_ERROR: nothing is left to read
        throw DataError(fmt::format("{}: the compressed data is damaged or cut short", name_));
      bytes.remove_prefix(n_in - stream_.avail_in);
      content.append(block.data(), block.size() - stream_.avail_out);
      if (content.size() > size) break;
    }
    if (content.size() != size)
      throw DataError(fmt::format(
          "{}: expected {} bytes as the archive says, found {} when it was unpacked", name_, size,
          content.size() > size ? "more" : std::to_string(content.size())));
    return content;
  }

 private:
  const std::string& name_;
  z_stream stream_ = {};
};

}  // namespace

std::map<std::string_view, ZipMember> zip_directory(std::string_view archive,
                                                    std::string_view file) {
  const Directory directory = find_directory(archive, file);
  ByteReader reader = reader_at(archive, file, directory.offset);
  std::map<std::string_view, ZipMember> members;
  for (std::uint64_t i = 0; i < directory.n_members; ++i) {
    const Member member = read_entry(reader);
    if (!members.emplace(member.name, find_bytes(member, archive, file)).second)
      reader.fail(
          fmt::format("expected every member once, found {} twice", printable(member.name)));
  }
  check_disjoint(members, file);
  return members;
}

std::string unpacked(const ZipMember& member, const std::string& name) {
  constexpr std::uint64_t kFree = std::uint64_t{64} << 20, kMostTimes = 100;
  if (member.size > kFree && member.size / kMostTimes > member.bytes.size())
    throw DataError(
        fmt::format("{}: {} bytes claim to unpack to {}, which no data does; if it is data all the "
                    "same, save it without compression",
                    name, member.bytes.size(), member.size));
  return Inflater(name)(member.bytes, member.size);
}

std::map<std::string_view, std::string_view> zip_members(std::string_view archive,
                                                         std::string_view file) {
  std::map<std::string_view, std::string_view> contents;
  for (const auto& [name, member] : zip_directory(archive, file)) {
    if (member.compressed)
      throw DataError(
          fmt::format("{}: member {}: expected it stored as torch.save does, found it compressed",
                      file, printable(name)));
    contents.emplace(name, member.bytes);
  }
  return contents;
}

}  // namespace genrebench
