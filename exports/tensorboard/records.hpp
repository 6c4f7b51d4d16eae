#pragma once
// The framing of an event file: TensorFlow's records, each with its length and two checksums.
// Source: tensorflow/core/lib/io/record_writer.h; tensorboard/summary/writer/record_writer.py

#include <cstddef>
#include <string>
#include <string_view>

namespace genrebench {

/// One record: the length in 8 bytes, its checksum in 4, the data, their checksum in 4, all
/// little-endian. Checksums are CRC-32C, rotated by 15 bits and shifted by a constant, so that the
/// checksum of data that hold checksums is none of them.
std::string record_of(std::string_view data);

/// Number of whole, undamaged records from the beginning, and the bytes that they take.
struct WholeRecords {
  std::size_t count = 0, bytes = 0;
};
WholeRecords whole_records(std::string_view file);

}  // namespace genrebench
