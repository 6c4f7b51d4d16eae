#pragma once
// The header of NumPy's .npy format: the type, order and shape of an array, as a dictionary in
// Python's notation. Only what numpy.save writes is understood; nothing is run.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/byte_reader.hpp"

namespace genrebench {

inline constexpr std::string_view kNpyMagic = "\x93NUMPY";

struct NpyHeader {
  std::string descr;  ///< the type in NumPy's notation: "<f4"
  bool fortran_order = false;
  std::vector<std::size_t> shape;
};

/// Reads a header, and leaves the reader at the elements.
/// @param name  what messages call the file
/// @throws DataError  other than a .npy of version 1, 2 or 3; a header that is longer than numpy's
///                    own limit of 10000 bytes, has more than 32 axes, is cut short, or is no
///                    dictionary of descr, fortran_order and shape, each once
NpyHeader read_npy_header(ByteReader& reader, const std::string& name);

}  // namespace genrebench
