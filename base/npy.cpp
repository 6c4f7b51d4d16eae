#include "base/npy.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>

#include "base/byte_reader.hpp"
#include "base/decimal.hpp"
#include "base/element_count.hpp"
#include "base/files.hpp"
#include "base/mapped_file.hpp"
#include "base/npy_header.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kAlignment = 64;

struct TypeNames {
  NpyType type;
  std::string_view descr;
  std::string_view name;
  std::size_t size;
};

constexpr std::array<TypeNames, 6> kTypes{{
    {NpyType::uint8, "|u1", "uint8", 1},
    {NpyType::int32, "<i4", "int32", 4},
    {NpyType::int64, "<i8", "int64", 8},
    {NpyType::float16, "<f2", "float16", 2},
    {NpyType::float32, "<f4", "float32", 4},
    {NpyType::float64, "<f8", "float64", 8},
}};

const TypeNames& names_of(NpyType type) { return kTypes[static_cast<std::size_t>(type)]; }

/// The number of elements. @throws DataError  where no memory could hold as many
std::size_t count(const std::vector<std::size_t>& shape, const std::string& name) {
  if (const auto n = count_elements(shape)) return *n;
  throw DataError(
      fmt::format("{}: expected a shape that fits into memory, found {}", name, shape_text(shape)));
}

void check_size(const ByteReader& reader, std::size_t needed, const NpyHeader& header,
                const std::string& name) {
  if (reader.remaining() == needed) return;
  throw DataError(
      fmt::format("{}: expected {} bytes for {} of type {}, found {}{}", name, needed,
                  shape_text(header.shape), printable(header.descr), reader.remaining(),
                  reader.remaining() < needed ? ": the file is cut short or damaged" : ""));
}

[[noreturn]] void refuse_type(const std::string& descr, const std::string& name) {
  std::string hint;
  if (descr.find('O') != std::string::npos)
    hint = ": objects are pickled Python, which could run code";
  else if (descr.starts_with('>'))
    hint = ": its bytes are in big-endian order";
  throw DataError(
      fmt::format("{}: expected uint8, int32, int64, float16, float32 or float64, found an array "
                  "of type '{}'{}; save it with .astype('float32')",
                  name, printable(descr), hint));
}

template <typename T>
T load(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

/// The value of IEEE 754's binary16.
float from_half(std::uint16_t bits) {
  const std::uint32_t sign = static_cast<std::uint32_t>(bits & 0x8000u) << 16;
  const std::uint32_t exponent = (bits >> 10) & 0x1fu, mantissa = bits & 0x3ffu;
  if (exponent == 0) {  // zero and subnormal numbers: multiples of 2^-24
    const float value = static_cast<float>(mantissa) * 0x1p-24f;
    return sign == 0 ? value : -value;
  }
  const std::uint32_t wide = exponent == 0x1fu ? 0xffu : exponent + 127 - 15;
  return std::bit_cast<float>(sign | (wide << 23) | (mantissa << 13));
}

/// Calls visit(value) for elements that lie `step` places apart; the value is of a type that holds
/// it exactly.
template <typename Visit>
void for_each_element(const NpyArray& array, std::size_t first, std::size_t step, std::size_t n,
                      const Visit& visit) {
  const std::size_t size = size_of(array.type);
  const char* from = array.bytes.data() + first * size;
  const std::size_t stride = step * size;
  const auto loop = [&](auto value_at) {
    for (std::size_t i = 0; i < n; ++i, from += stride) visit(value_at(from));
  };
  switch (array.type) {
    case NpyType::uint8:
      return loop(load<std::uint8_t>);
    case NpyType::int32:
      return loop(load<std::int32_t>);
    case NpyType::int64:
      return loop(load<std::int64_t>);
    case NpyType::float16:
      return loop([](const char* at) { return from_half(load<std::uint16_t>(at)); });
    case NpyType::float32:
      return loop(load<float>);
    case NpyType::float64:
      return loop(load<double>);
  }
}

/// The nearest float; infinite beyond the range of float, for which a plain conversion is
/// undefined.
template <typename T>
float to_float(T value) {
  if constexpr (std::is_same_v<T, double>) {
    constexpr double kMost = std::numeric_limits<float>::max();
    if (value > kMost) return std::numeric_limits<float>::infinity();
    if (value < -kMost) return -std::numeric_limits<float>::infinity();
  }
  return static_cast<float>(value);
}

/// The places of the elements in the order of the file, taken in C order.
std::vector<std::size_t> places_in_c_order(const NpyArray& array) {
  const std::size_t n_axes = array.shape.size();
  std::vector<std::size_t> strides(n_axes, 1);  // of the file, which is in Fortran's order
  for (std::size_t axis = 1; axis < n_axes; ++axis)
    strides[axis] = strides[axis - 1] * array.shape[axis - 1];
  std::vector<std::size_t> places(array.size());
  std::vector<std::size_t> index(n_axes, 0);
  std::size_t place = 0;
  for (std::size_t& one : places) {
    one = place;
    for (std::size_t axis = n_axes; axis-- > 0;) {
      place += strides[axis];
      if (++index[axis] < array.shape[axis]) break;
      place -= strides[axis] * index[axis];
      index[axis] = 0;
    }
  }
  return places;
}

template <typename T>
std::vector<T> values_of(const NpyArray& array) {
  std::vector<T> values;
  values.reserve(array.size());
  for_each_element(array, 0, 1, array.size(), [&](auto value) {
    if constexpr (std::is_same_v<T, float>)
      values.push_back(to_float(value));
    else
      values.push_back(static_cast<T>(value));
  });
  if (!array.fortran_order || array.shape.size() < 2) return values;
  std::vector<T> result;
  result.reserve(values.size());
  for (const std::size_t place : places_in_c_order(array)) result.push_back(values[place]);
  return result;
}

/// "(3, 4)", "(3,)", "()"
std::string tuple_text(std::span<const std::size_t> shape) {
  std::string text = "(";
  for (std::size_t i = 0; i < shape.size(); ++i)
    text += fmt::format("{}{}", i == 0 ? "" : " ", shape[i]) +
            (i + 1 < shape.size() || i == 0 ? "," : "");
  return text + ")";
}

template <typename T>
void write(const std::filesystem::path& file, NpyType type, std::span<const T> values,
           std::span<const std::size_t> shape) {
  static_assert(std::endian::native == std::endian::little, "the files are little-endian");
  assert(values.size() == count({shape.begin(), shape.end()}, file.string()));
  const std::string header = npy_header(type, shape);
  const std::array<std::string_view, 2> pieces = {
      header, {reinterpret_cast<const char*>(values.data()), values.size_bytes()}};
  write_file_atomically(file, pieces);
}

void append_utf8(std::uint32_t code, std::string& text) {
  const auto tail = [&](int shift) {
    text += static_cast<char>(0x80u | ((code >> shift) & 0x3fu));
  };
  if (code < 0x80) {
    text += static_cast<char>(code);
  } else if (code < 0x800) {
    text += static_cast<char>(0xc0u | (code >> 6));
    tail(0);
  } else if (code < 0x10000) {
    text += static_cast<char>(0xe0u | (code >> 12));
    tail(6);
    tail(0);
  } else {
    text += static_cast<char>(0xf0u | (code >> 18));
    tail(12);
    tail(6);
    tail(0);
  }
}

/// The number of characters of "<U12". Nothing if the type is another.
std::optional<std::size_t> characters_of(std::string_view descr) {
  if (!descr.starts_with("<U")) return std::nullopt;
  const auto n = decimal_unsigned(descr.substr(2));
  return n && *n <= (std::uint64_t{1} << 20) ? std::optional(static_cast<std::size_t>(*n))
                                             : std::nullopt;
}

}  // namespace

std::string_view to_string(NpyType type) { return names_of(type).name; }

std::size_t size_of(NpyType type) { return names_of(type).size; }

std::size_t NpyArray::size() const { return bytes.size() / size_of(type); }

std::string shape_text(std::span<const std::size_t> shape) {
  if (shape.empty()) return "one number";
  std::string text = std::to_string(shape.front());
  for (const std::size_t size : shape.subspan(1)) text += fmt::format(" x {}", size);
  return text;
}

NpyArray parse_npy(std::string_view bytes, const std::string& name) {
  ByteReader reader(bytes, name);
  NpyHeader header = read_npy_header(reader, name);
  const auto known = std::ranges::find(kTypes, header.descr, &TypeNames::descr);
  // One byte has no order, but some writers give it one.
  const bool byte = header.descr == "<u1" || header.descr == "u1";
  if (known == kTypes.end() && !byte) refuse_type(header.descr, name);
  const NpyType type = byte ? NpyType::uint8 : known->type;
  check_size(reader, count(header.shape, name) * size_of(type), header, name);
  return {.type = type,
          .shape = std::move(header.shape),
          .fortran_order = header.fortran_order,
          .bytes = reader.take(reader.remaining())};
}

NpyFile::NpyFile(const std::filesystem::path& file)
    : mapped_(std::make_unique<MappedFile>(file)),
      array_(parse_npy(mapped_->bytes(), file.string())) {}

NpyFile::~NpyFile() = default;

std::vector<float> float_values(const NpyArray& array) { return values_of<float>(array); }

std::vector<double> double_values(const NpyArray& array) { return values_of<double>(array); }

void copy_floats(const NpyArray& array, std::size_t first, std::size_t step, std::size_t count,
                 float* to) {
  assert(count == 0 || first + (count - 1) * step < array.size());
  for_each_element(array, first, step, count, [&](auto value) { *to++ = to_float(value); });
}

std::vector<std::string> parse_npy_texts(std::string_view bytes, const std::string& name) {
  ByteReader reader(bytes, name);
  const NpyHeader header = read_npy_header(reader, name);
  const auto n_characters = characters_of(header.descr);
  if (!n_characters || header.shape.size() != 1)
    throw DataError(
        fmt::format("{}: expected a list of texts (of type '<U12', say), found {} of type '{}'; "
                    "save numpy.array(list_of_names)",
                    name, shape_text(header.shape), printable(header.descr)));
  constexpr std::size_t kSize = sizeof(std::uint32_t);
  check_size(reader, count({header.shape.front(), *n_characters, kSize}, name), header, name);
  std::vector<std::string> texts;
  for (std::size_t i = 0; *n_characters > 0 && i < header.shape.front(); ++i) {
    std::string& text = texts.emplace_back();
    ByteReader characters(reader.take(*n_characters * kSize), name);
    while (characters.remaining() > 0) {
      const auto code = characters.number<std::uint32_t>();
      if (code == 0) break;  // fills the element up
      if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
        throw DataError(
            fmt::format("{}: text {}: expected Unicode, found the number {:#x}", name, i, code));
      append_utf8(code, text);
    }
  }
  return texts;
}

std::string npy_header(NpyType type, std::span<const std::size_t> shape) {
  std::string dictionary = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}",
                                       names_of(type).descr, tuple_text(shape));
  constexpr std::size_t kLengthBytes = 2;
  const std::size_t before = kNpyMagic.size() + 2 + kLengthBytes;
  const std::size_t whole = (before + dictionary.size() + 1 + kAlignment - 1) / kAlignment;
  dictionary.resize(whole * kAlignment - before - 1, ' ');
  dictionary += '\n';
  const auto length = static_cast<std::uint16_t>(dictionary.size());
  std::string header(kNpyMagic);
  header += '\x01';
  header += '\0';
  header += static_cast<char>(length & 0xff);
  header += static_cast<char>(length >> 8);
  return header + dictionary;
}

void write_npy(const std::filesystem::path& file, std::span<const float> values,
               std::span<const std::size_t> shape) {
  write(file, NpyType::float32, values, shape);
}

void write_npy(const std::filesystem::path& file, std::span<const double> values,
               std::span<const std::size_t> shape) {
  write(file, NpyType::float64, values, shape);
}

void write_npy(const std::filesystem::path& file, std::span<const std::int32_t> values,
               std::span<const std::size_t> shape) {
  write(file, NpyType::int32, values, shape);
}

void write_npy(const std::filesystem::path& file, std::span<const std::int64_t> values,
               std::span<const std::size_t> shape) {
  write(file, NpyType::int64, values, shape);
}

void write_npy(const std::filesystem::path& file, std::span<const std::uint8_t> values,
               std::span<const std::size_t> shape) {
  write(file, NpyType::uint8, values, shape);
}

}  // namespace genrebench
