#include "signal/audio/file_kind.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "base/text.hpp"
#include "base/text_file.hpp"
#include "signal/audio/signatures.hpp"

namespace genrebench {
namespace {

/// The codec of the first sound track of an MP4 file: the four letters in its 'stsd' box.
std::string mp4_content(FileBytes& bytes, std::int64_t offset) {
  struct Codec {
    std::string_view id, name;
  };
  static constexpr std::array<Codec, 7> kCodecs = {{{"mp4a", "AAC"},
                                                    {"alac", "Apple Lossless"},
                                                    {"ac-3", "Dolby AC-3"},
                                                    {"ec-3", "Dolby E-AC-3"},
                                                    {"fLaC", "FLAC"},
                                                    {"Opus", "Opus"},
                                                    {"drms", "protected AAC"}}};
  constexpr std::array<std::string_view, 5> kParents = {"moov", "trak", "mdia", "minf", "stbl"};
  constexpr int kMostBoxes = 100000;
  for (int n = 0; n < kMostBoxes && bytes.look(offset, 16); ++n) {
    std::uint64_t size = bytes.big(0, 4);
    std::int64_t header = 8;
    const std::string id(bytes.text(offset + 4, 4));
    bytes.look(offset, 16);
    if (size == 1) {
      size = bytes.big(8, 8);
      header = 16;
    }
    if (std::ranges::find(kParents, id) != kParents.end()) {
      offset += header;  // its boxes follow
      continue;
    }
    if (id == "stsd") {
      const std::string_view codec = bytes.text(offset + header + 12, 4);
      const auto known = std::ranges::find(kCodecs, codec, &Codec::id);
      if (known != kCodecs.end()) return std::string(known->name) + " in MP4";
    }
    if (size < static_cast<std::uint64_t>(header) ||
        size > static_cast<std::uint64_t>(bytes.size() - offset))
      break;
    offset += static_cast<std::int64_t>(size);
  }
  return "an MP4 file";
}

std::optional<std::string> marked_text(std::string_view begin) {
  std::string text = ascii_lower(without_byte_order_mark(begin.substr(0, 4096)));
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return std::nullopt;
  text.erase(0, first);
  if (text.starts_with("<!doctype html") || text.starts_with("<html") ||
      (text.starts_with("<") && text.find("<html") != std::string::npos) ||
      text.starts_with("<head") || text.starts_with("<body"))
    return "an HTML page";
  if (text.starts_with("<?xml") || text.starts_with("<!doctype")) return "an XML document";
  if (text.starts_with("<") && text.size() > 1 && std::isalpha(static_cast<unsigned char>(text[1])))
    return "an XML or HTML document";
  if (text.find("/annex/objects/") != std::string::npos && text.size() < 1000)
    return "a git-annex pointer";
  const auto second = text.find_first_not_of(" \t\r\n", 1);
  const char next = second == std::string::npos ? '\0' : text[second];
  if ((text[0] == '{' && (next == '"' || next == '}')) ||
      (text[0] == '[' && (next == '{' || next == '"' || next == ']' || next == '[')))
    return "JSON";
  return std::nullopt;
}

/// Text of one byte per letter or UTF-8, without control characters.
bool is_text(std::string_view begin) {
  return std::ranges::none_of(begin, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 32 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f') ||
           byte == 127;
  });
}

std::string quoted_text(std::string_view begin) {
  constexpr std::size_t kShown = 30;
  std::string shown;
  for (const char c : begin.substr(0, kShown)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 128) break;
    shown += byte < 32 ? ' ' : c;
  }
  return shown.empty() ? "text"
                       : fmt::format("text that begins '{}{}'", shown,
                                     shown.size() < begin.size() ? "…" : "");
}

bool is_adts(FileBytes& bytes, std::int64_t offset) {
  int n = 0;
  for (; n < 3 && bytes.look(offset, 7); ++n) {
    if (bytes.data()[0] != 0xFF || (bytes.data()[1] & 0xF6) != 0xF0) return false;
    const auto size = static_cast<std::int64_t>(bytes.big(3, 3) >> 5 & 0x1FFF);
    if (size < 7) return false;
    offset += size;
  }
  return n > 0;
}

bool is_transport_stream(FileBytes& bytes, std::int64_t offset) {
  for (std::int64_t packet = 0; packet < 4; ++packet)
    if (!bytes.look(offset + 188 * packet, 1) || bytes.data()[0] != 0x47) return false;
  return true;
}

std::string describe(FileBytes& bytes, std::int64_t offset) {
  const std::string begin(bytes.text(offset, 4096));
  if (begin.empty()) return offset == 0 ? "an empty file" : "an ID3 tag without audio behind it";
  if (bytes.only_zeros_from(offset)) {
    return offset == 0 ? fmt::format("{} zero bytes", bytes.size())
                       : "an ID3 tag without audio behind it";
  }
  if (const auto kind = signed_kind(bytes, offset)) return *kind;
  if (is_adts(bytes, offset)) return "AAC (ADTS)";
  if (begin.starts_with("\xFF\xFE") || begin.starts_with("\xFE\xFF")) return "text in UTF-16";
  if (is_text(begin)) {
    if (const auto marked = marked_text(begin)) return *marked;
    return quoted_text(begin);
  }
  std::string shown;
  for (const char c : begin.substr(0, 8))
    shown += fmt::format("{}{:02X}", shown.empty() ? "" : " ", static_cast<unsigned char>(c));
  return fmt::format("bytes of no known kind ({}{})", shown, begin.size() > 8 ? " …" : "");
}

}  // namespace

std::optional<std::string> signed_kind(FileBytes& bytes, std::int64_t offset) {
  const std::string begin(bytes.text(offset, kSignatureBytes));
  if (const Signature* signature = signature_of(begin)) return std::string(signature->phrase);
  if (begin.size() >= 8 && begin.substr(4, 4) == "ftyp") return mp4_content(bytes, offset);
  if (is_transport_stream(bytes, offset)) return "an MPEG transport stream";
  return std::nullopt;
}

std::string describe_content(const std::filesystem::path& file) {
  FileBytes bytes(file);
  const std::int64_t behind = after_id3v2(bytes, 0);
  if (behind > bytes.size()) return "an ID3 tag without audio behind it";
  return describe(bytes, behind);
}

}  // namespace genrebench
