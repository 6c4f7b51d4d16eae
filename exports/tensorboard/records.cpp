#include "exports/tensorboard/records.hpp"

#include <boost/crc.hpp>
#include <cstdint>

namespace genrebench {
namespace {

constexpr std::size_t kHeader = 12, kFooter = 4;

std::uint32_t masked_crc(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(bytes.data(), bytes.size());
  const std::uint32_t sum = crc.checksum();
  return ((sum >> 15) | (sum << 17)) + 0xa282ead8U;
}

template <typename Unsigned>
std::string little_endian(Unsigned value) {
  std::string text;
  for (std::size_t i = 0; i < sizeof value; ++i)
    text += static_cast<char>(static_cast<unsigned char>(value >> (8 * i)));
  return text;
}

}  // namespace

std::string record_of(std::string_view data) {
  const std::string length = little_endian(static_cast<std::uint64_t>(data.size()));
  std::string record = length + little_endian(masked_crc(length));
  record += data;
  record += little_endian(masked_crc(data));
  return record;
}

WholeRecords whole_records(std::string_view file) {
  WholeRecords whole;
  for (;;) {
    const std::string_view rest = file.substr(whole.bytes);
    if (rest.size() < kHeader + kFooter) return whole;
    std::uint64_t length = 0;
    for (std::size_t i = 0; i < 8; ++i)
      length |= std::uint64_t{static_cast<unsigned char>(rest[i])} << (8 * i);
    if (length > rest.size() - kHeader - kFooter) return whole;
    const std::size_t size = kHeader + static_cast<std::size_t>(length) + kFooter;
    if (record_of(rest.substr(kHeader, static_cast<std::size_t>(length))) != rest.substr(0, size))
      return whole;
    ++whole.count;
    whole.bytes += size;
  }
}

}  // namespace genrebench
