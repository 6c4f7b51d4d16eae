// AU, also called SND: a header of at least 24 bytes, then samples to the end of the file.

#include <fmt/format.h>

#include "signal/audio/chunks.hpp"
#include "signal/audio/containers.hpp"

namespace genrebench {

AudioLayout read_au(FileBytes& bytes, std::int64_t start) {
  if (!bytes.look(start, 24))
    cut_short(bytes, "the header of an AU file", 24, bytes.size() - start);
  const bool little = bytes.starts_with("dns.");
  const auto field = [&](int at) { return little ? bytes.little(at, 4) : bytes.big(at, 4); };
  const std::uint64_t header = field(4);
  const std::uint64_t claimed = field(8);
  const std::int64_t in_file = bytes.size() - start;
  if (header < 24 || header > static_cast<std::uint64_t>(in_file))
    cut_short(bytes, "the header of an AU file", header, in_file);
  const std::int64_t there = in_file - static_cast<std::int64_t>(header);
  // No chunk follows the samples: a size that is too small, or counts the header, is wrong.
  const bool counts_header = claimed == static_cast<std::uint64_t>(in_file);
  const bool lacks_padding = claimed == static_cast<std::uint64_t>(there) + 1;
  if (claimed > static_cast<std::uint64_t>(there) && !is_unknown_size(claimed) && !counts_header &&
      !lacks_padding)
    cut_short(bytes, "the header", claimed, there);
  constexpr std::int64_t kUnknown = 0xFFFFFFFF;
  const auto size = static_cast<std::uint64_t>(there < kUnknown ? there : kUnknown);
  AudioView view;
  view.add(start, 8);
  view.add(little ? little_endian(size, 4) : big_endian(size, 4));
  view.add(start + 12, in_file - 12);
  return {.streams = {view}, .mpeg = {}};
}

}  // namespace genrebench
