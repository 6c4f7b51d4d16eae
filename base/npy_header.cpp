#include "base/npy_header.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <optional>

#include "base/decimal.hpp"

namespace genrebench {
namespace {

// As numpy.lib.format: a longer one is an attack.
constexpr std::size_t kMostNpyHeaderBytes = 10'000;
constexpr std::size_t kMostAxes = 32;  // as NumPy 1

/// Reads the dictionary of a header. Only what numpy.save writes is understood.
class HeaderParser {
 public:
  HeaderParser(std::string_view text, const std::string& name) : text_(text), name_(name) {}

  NpyHeader parse() {
    Found found;
    expect('{', "a dictionary");
    while (!take('}')) {
      const std::string key = quoted();
      expect(':', "a colon");
      if (key == "descr")
        set(found.descr, descr(), key);
      else if (key == "fortran_order")
        set(found.fortran_order, truth(), key);
      else if (key == "shape")
        set(found.shape, shape(), key);
      else
        fail(fmt::format("expected descr, fortran_order and shape, found '{}'", printable(key)));
      if (take('}')) break;
      expect(',', "a comma or the end of the dictionary");
    }
    skip_blanks();
    if (place_ != text_.size()) fail("expected nothing after the dictionary, found more");
    if (!found.descr || !found.fortran_order || !found.shape)
      fail("expected descr, fortran_order and shape, found something missing");
    return {*std::move(found.descr), *found.fortran_order, *std::move(found.shape)};
  }

 private:
  /// What was read so far.
  struct Found {
    std::optional<std::string> descr;
    std::optional<bool> fortran_order;
    std::optional<std::vector<std::size_t>> shape;
  };

  template <typename T>
  void set(std::optional<T>& field, T value, const std::string& key) {
    if (field) fail(fmt::format("expected '{}' once, found it twice", key));
    field = std::move(value);
  }

  void skip_blanks() {
    while (place_ < text_.size() && (text_[place_] == ' ' || text_[place_] == '\n')) ++place_;
  }

  bool take(char c) {
    skip_blanks();
    if (place_ == text_.size() || text_[place_] != c) return false;
    ++place_;
    return true;
  }

  bool take(std::string_view word) {
    skip_blanks();
    if (!text_.substr(place_).starts_with(word)) return false;
    place_ += word.size();
    return true;
  }

  void expect(char c, std::string_view what) {
    if (!take(c)) fail(fmt::format("expected {}, found '{}'", what, rest()));
  }

  std::string rest() const { return printable(text_.substr(place_, 24)); }

  std::string quoted() {
    skip_blanks();
    const char quote = place_ < text_.size() ? text_[place_] : ' ';
    if (quote != '\'' && quote != '"') fail(fmt::format("expected a quote, found '{}'", rest()));
    const std::size_t end = text_.find(quote, place_ + 1);
    if (end == std::string_view::npos) fail("expected a closing quote, found none");
    const std::string_view word = text_.substr(place_ + 1, end - place_ - 1);
    place_ = end + 1;
    return std::string(word);
  }

  std::string descr() {
    skip_blanks();
    if (take('['))
      fail(
          "expected an array of numbers of one type, found one of structures; save its columns "
          "one by one");
    return quoted();
  }

  bool truth() {
    if (take("True")) return true;
    if (!take("False")) fail(fmt::format("expected True or False, found '{}'", rest()));
    return false;
  }

  std::vector<std::size_t> shape() {
    std::vector<std::size_t> sizes;
    expect('(', "a tuple");
    while (!take(')')) {
      skip_blanks();
      std::size_t end = place_;
      while (end < text_.size() && text_[end] >= '0' && text_[end] <= '9') ++end;
      const auto size = decimal_unsigned(text_.substr(place_, end - place_));
      if (!size) fail(fmt::format("expected a size of the shape, found '{}'", rest()));
      place_ = end;
      take('L');  // Python 2
      sizes.push_back(static_cast<std::size_t>(*size));
      if (sizes.size() > kMostAxes)
        fail(fmt::format("expected at most {} axes, found more", kMostAxes));
      if (take(')')) break;
      expect(',', "a comma or the end of the shape");
    }
    return sizes;
  }

  [[noreturn]] void fail(std::string_view what) const {
    throw DataError(fmt::format("{}: header of the .npy: {}", name_, what));
  }

  std::string_view text_;
  const std::string& name_;
  std::size_t place_ = 0;
};

}  // namespace

NpyHeader read_npy_header(ByteReader& reader, const std::string& name) {
  if (reader.remaining() < kNpyMagic.size() || reader.take(kNpyMagic.size()) != kNpyMagic)
    throw DataError(fmt::format(
        "{}: expected a .npy file of NumPy, which begins with \\x93NUMPY, found other bytes",
        name));
  const auto major = reader.number<std::uint8_t>();
  reader.number<std::uint8_t>();  // the minor version, always 0
  if (major < 1 || major > 3)
    throw DataError(
        fmt::format("{}: expected a .npy of version 1, 2 or 3, found version {}", name, major));
  const std::size_t length =
      major == 1 ? reader.number<std::uint16_t>() : reader.number<std::uint32_t>();
  if (length > kMostNpyHeaderBytes)
    throw DataError(fmt::format("{}: expected a header of at most {} bytes, found {}", name,
                                kMostNpyHeaderBytes, length));
  return HeaderParser(reader.take(length), name).parse();
}

}  // namespace genrebench
