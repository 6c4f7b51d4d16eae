#include "signal/audio/file_bytes.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace genrebench {

FileBytes::FileBytes(const std::filesystem::path& file)
    : file_(file), opened_(file), size_(opened_.state().size) {}

bool FileBytes::look(std::int64_t offset, std::int64_t count) {
  if (offset < 0 || count < 0 || count > kLargestLook || count > size_ - offset) return false;
  if (offset < start_ || offset + count > start_ + static_cast<std::int64_t>(window_.size())) {
    const auto wanted = static_cast<std::size_t>(
        std::min<std::int64_t>(std::max<std::int64_t>(count, 1 << 16), size_ - offset));
    window_.resize(wanted);
    window_.resize(read(offset, window_.data(), wanted));
    start_ = offset;
    if (static_cast<std::int64_t>(window_.size()) < count) return false;  // it has shrunk
  }
  data_ = window_.data() + (offset - start_);
  return true;
}

bool FileBytes::starts_with(std::string_view text) const {
  return std::memcmp(data_, text.data(), text.size()) == 0;
}

std::uint64_t FileBytes::little(std::int64_t at, int count) const {
  std::uint64_t value = 0;
  for (int i = count - 1; i >= 0; --i) value = value << 8 | data_[at + i];
  return value;
}

std::uint64_t FileBytes::big(std::int64_t at, int count) const {
  std::uint64_t value = 0;
  for (int i = 0; i < count; ++i) value = value << 8 | data_[at + i];
  return value;
}

std::string_view FileBytes::text(std::int64_t offset, std::int64_t count) {
  const std::int64_t there =
      std::clamp<std::int64_t>(size_ - offset, 0, std::min(count, kLargestLook));
  if (!look(offset, there)) return {};
  return {reinterpret_cast<const char*>(data_), static_cast<std::size_t>(there)};
}

bool FileBytes::only_zeros_from(std::int64_t offset) {
  constexpr std::int64_t kStep = 1 << 16;
  for (; offset < size_; offset += kStep) {
    const std::string_view part = text(offset, kStep);
    if (part.empty() || part.find_first_not_of('\0') != std::string_view::npos) return false;
  }
  return true;
}

std::size_t FileBytes::read(std::int64_t offset, void* to, std::size_t count) const {
  return opened_.read_at(offset, to, count);
}

std::int64_t after_id3v2(FileBytes& bytes, std::int64_t offset) {
  while (bytes.look(offset, 10) && bytes.starts_with("ID3") && bytes.data()[3] != 0xFF) {
    const unsigned char* tag = bytes.data();
    const bool footer = (tag[5] & 0x10) != 0;
    offset +=
        10 + (footer ? 10 : 0) +
        ((tag[6] & 0x7F) << 21 | (tag[7] & 0x7F) << 14 | (tag[8] & 0x7F) << 7 | (tag[9] & 0x7F));
  }
  return offset;
}

}  // namespace genrebench
