#pragma once
// Arrays in NumPy's .npy format: read, also memory-mapped, and written.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace genrebench {

class MappedFile;

/// The types of elements that are read and written; the others are refused by name.
enum class NpyType { uint8, int32, int64, float16, float32, float64 };

/// As NumPy calls it, "float32".
std::string_view to_string(NpyType type);

/// Bytes of one element.
std::size_t size_of(NpyType type);

/// An array whose bytes belong to someone else.
struct NpyArray {
  NpyType type = NpyType::float32;
  std::vector<std::size_t> shape;  ///< empty: one number
  /// The first index runs fastest, as numpy.save writes a transposed array.
  bool fortran_order = false;
  std::string_view bytes;  ///< exactly size() elements, little-endian; aligned to nothing

  /// Number of elements. It fits into memory with the size of any type.
  std::size_t size() const;
};

/// "3 x 4", "5", or "one number": for messages.
std::string shape_text(std::span<const std::size_t> shape);

/// The array of a file's bytes, in which it stays.
/// @param name  what messages call the bytes
/// @throws DataError  other than a .npy of version 1, 2 or 3; a header that is no dictionary of
///                    descr, fortran_order and shape; another type (objects, which are pickled
///                    Python, text, big-endian numbers, structures); more or fewer bytes than the
///                    shape needs
/// Source: numpy.lib.format; checked against NumPy in tests/base
NpyArray parse_npy(std::string_view bytes, const std::string& name);

/// A .npy file, memory-mapped: only what is looked at is read from the disk.
class NpyFile {
 public:
  /// @throws DataError  as parse_npy, and where the file is missing, a folder or unreadable
  explicit NpyFile(const std::filesystem::path& file);
  ~NpyFile();

  /// Valid while this object lives.
  const NpyArray& array() const { return array_; }

 private:
  std::unique_ptr<MappedFile> mapped_;
  NpyArray array_;
};

/// All elements in C order (the last index runs fastest), whatever the order of the file. Numbers
/// of 64 bits are rounded to the nearest float; those beyond its range become infinite.
std::vector<float> float_values(const NpyArray& array);

/// The same as double, which holds every type but int64 beyond 2^53 exactly.
std::vector<double> double_values(const NpyArray& array);

/// Some elements by their places in the order of the file: `count` of them, the first at `first`,
/// each `step` places after the one before. Only these are read.
/// @param to  at least `count` floats
void copy_floats(const NpyArray& array, std::size_t first, std::size_t step, std::size_t count,
                 float* to);

/// The texts of an array of text ("<U12", as numpy.array of Python's strings is), in UTF-8.
/// @throws DataError  as parse_npy, where the array is of another type or has several axes, and
///                    where an element is no Unicode
std::vector<std::string> parse_npy_texts(std::string_view bytes, const std::string& name);

/// What stands before the elements in a file of version 1.0; its length is a multiple of 64.
std::string npy_header(NpyType type, std::span<const std::size_t> shape);

/// Writes an array in C order, atomically; makes the folder if need be.
/// @param values  as many as the shape says
/// @throws DataError  naming the file and the system's reason (no space, no permission)
void write_npy(const std::filesystem::path& file, std::span<const float> values,
               std::span<const std::size_t> shape);
void write_npy(const std::filesystem::path& file, std::span<const double> values,
               std::span<const std::size_t> shape);
void write_npy(const std::filesystem::path& file, std::span<const std::int32_t> values,
               std::span<const std::size_t> shape);
void write_npy(const std::filesystem::path& file, std::span<const std::int64_t> values,
               std::span<const std::size_t> shape);
void write_npy(const std::filesystem::path& file, std::span<const std::uint8_t> values,
               std::span<const std::size_t> shape);

}  // namespace genrebench
