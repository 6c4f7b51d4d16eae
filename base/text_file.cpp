#include "base/text_file.hpp"

#include <fmt/format.h>

#define ZLIB_CONST  // its input is const
#include <zlib.h>

#include <algorithm>
#include <array>
#include <boost/locale/encoding_utf.hpp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/error.hpp"
#include "base/files.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

using namespace std::string_view_literals;

/// What a file is that is no table, by its first bytes.
struct ForeignKind {
  std::string_view begins;
  std::string_view what;
  std::string_view advice;
};

constexpr std::string_view kExport = "export its table as CSV";
constexpr std::string_view kUnpack = "unpack it first";

constexpr std::array kForeign = {
    ForeignKind{"PK\3\4"sv, "a zip archive, as Excel's workbooks are",
                "export the table as CSV, or unpack the archive"},
    ForeignKind{"\xD0\xCF\x11\xE0"sv, "an Excel workbook (or another old Office file)", kExport},
    ForeignKind{"BZh"sv, "compressed by bzip2", kUnpack},
    ForeignKind{"\xFD\x37zXZ"sv, "compressed by xz", kUnpack},
    ForeignKind{"\x28\xB5\x2F\xFD"sv, "compressed by zstd", kUnpack},
    ForeignKind{"7z\xBC\xAF"sv, "a 7-Zip archive", kUnpack},
    ForeignKind{"PAR1"sv, "a Parquet file", kExport},
    ForeignKind{"\x89HDF"sv, "an HDF5 file", kExport},
    ForeignKind{"SQLite format 3"sv, "an SQLite database", kExport},
    ForeignKind{"\x93NUMPY"sv, "a NumPy array", kExport},
    ForeignKind{"%PDF"sv, "a PDF file", kExport},
    ForeignKind{"version https://git-lfs"sv, "a Git LFS pointer, not the file itself",
                "fetch the file with `git lfs pull`"},
    ForeignKind{"\xFF\xFE\0\0"sv, "UTF-32", "save it as UTF-8"},
    ForeignKind{"\0\0\xFE\xFF"sv, "UTF-32", "save it as UTF-8"}};

[[noreturn]] void refuse(const std::string& name, std::string_view what, std::string_view advice) {
  throw DataError(fmt::format("{}: is {}; expected a table as text (CSV): {}", name, what, advice));
}

/// Whether the text begins like a web page, whatever its case.
bool is_web_page(std::string_view text) {
  const std::string start = ascii_lower(text.substr(0, 64));
  const std::size_t first = start.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  if (first == std::string::npos) return false;
  const std::string_view trimmed = std::string_view(start).substr(first);
  return trimmed.starts_with("<!doctype html") || trimmed.starts_with("<html");
}

void refuse_foreign_kinds(std::string_view bytes, const std::string& name) {
  for (const ForeignKind& kind : kForeign)
    if (bytes.starts_with(kind.begins)) refuse(name, kind.what, kind.advice);
  if (is_web_page(bytes))
    refuse(name, "an HTML page, perhaps of a download that failed", "download the table again");
}

/// Unpacks gzip data. What it says of its size decides nothing: it is unpacked block by block.
class Unpacker {
 public:
  explicit Unpacker(const std::string& name) : name_(name) {
    constexpr int kGzip = 16;  // added to the window size
    if (inflateInit2(&stream_, kGzip + MAX_WBITS) != Z_OK)
      throw DataError(fmt::format("{}: zlib cannot be used", name_));
  }
  ~Unpacker() { inflateEnd(&stream_); }
  Unpacker(const Unpacker&) = delete;
  Unpacker& operator=(const Unpacker&) = delete;

  std::string unpack(std::string_view bytes) {
    constexpr std::size_t kFree = std::size_t{64} << 20, kMostTimes = 20;
    const std::size_t packed = bytes.size(), limit = kFree + kMostTimes * packed;
    std::string text;
    std::array<char, 1 << 16> block{};
    while (true) {
      const auto n_in = static_cast<uInt>(std::min<std::size_t>(bytes.size(), 1U << 30));
      stream_.next_in = reinterpret_cast<const Bytef*>(bytes.data());
      stream_.avail_in = n_in;
      stream_.next_out = reinterpret_cast<Bytef*>(block.data());
      stream_.avail_out = static_cast<uInt>(block.size());
      const int result = inflate(&stream_, Z_NO_FLUSH);
      bytes.remove_prefix(n_in - stream_.avail_in);
      text.append(block.data(), block.size() - stream_.avail_out);
      if (text.size() > limit)
        throw DataError(
            fmt::format("{}: {} bytes of gzip unpack to more than {} MiB, which no table does; if "
                        "it is one all the same, unpack it with gunzip",
                        name_, packed, limit >> 20));
      if (result == Z_STREAM_END) {
        // Whatever follows is the next member; zeros are padding of a tape.
        bytes.remove_prefix(std::min(bytes.find_first_not_of('\0'), bytes.size()));
        if (bytes.empty()) return text;
        inflateReset(&stream_);
      } else if (result != Z_OK && result != Z_BUF_ERROR) {
        throw DataError(fmt::format("{}: the gzip data is damaged: {}", name_,
                                    stream_.msg == nullptr ? "unknown" : stream_.msg));
      } else if (bytes.empty() && stream_.avail_out > 0) {  // else there may be more in the window
        throw DataError(fmt::format("{}: the gzip data is cut short", name_));
      }
    }
  }

 private:
  const std::string& name_;
  z_stream stream_ = {};
};

enum class ByteOrder { little, big };

/// The byte order of text in UTF-16; nothing if it is not UTF-16.
std::optional<ByteOrder> utf16_order(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE")) return ByteOrder::little;
  if (bytes.starts_with("\xFE\xFF")) return ByteOrder::big;
  if (bytes.size() < 4) return std::nullopt;
  const auto ascii = [&](std::size_t i) { return bytes[i] > 0; };
  if (ascii(0) && bytes[1] == 0 && ascii(2) && bytes[3] == 0) return ByteOrder::little;
  if (bytes[0] == 0 && ascii(1) && bytes[2] == 0 && ascii(3)) return ByteOrder::big;
  return std::nullopt;
}

std::string utf8_of_utf16(std::string_view bytes, ByteOrder order, const std::string& name) {
  if (bytes.size() % 2 != 0)
    throw DataError(fmt::format("{}: is UTF-16 of {} bytes, an odd number: the file is cut short",
                                name, bytes.size()));
  std::u16string units(bytes.size() / 2, u'\0');
  for (std::size_t i = 0; i < units.size(); ++i) {
    const auto first = static_cast<unsigned char>(bytes[2 * i]),
               second = static_cast<unsigned char>(bytes[2 * i + 1]);
    units[i] = static_cast<char16_t>(order == ByteOrder::little ? first | second << 8
                                                                : second | first << 8);
  }
  try {
    return boost::locale::conv::utf_to_utf<char>(units, boost::locale::conv::stop);
  } catch (const boost::locale::conv::conversion_error&) {
    throw DataError(fmt::format("{}: is not valid UTF-16; save it as UTF-8", name));
  }
}

}  // namespace

std::string read_text_file(const std::filesystem::path& file) {
  const std::string name = utf8_name(file.native());
  std::string text = read_file_text(file);
  if (text.starts_with("\x1F\x8B")) text = Unpacker(name).unpack(text);
  refuse_foreign_kinds(text, name);
  if (const auto order = utf16_order(text)) text = utf8_of_utf16(text, *order, name);
  return text;
}

}  // namespace genrebench
