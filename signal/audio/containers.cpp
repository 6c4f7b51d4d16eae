#include "signal/audio/containers.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "signal/audio/file_kind.hpp"

namespace genrebench {

std::optional<AudioLayout> read_container(FileBytes& bytes) {
  const std::int64_t start = std::min(after_id3v2(bytes, 0), bytes.size());
  const std::string head(bytes.text(start, 40));
  const auto form_is = [&](std::string_view form, std::string_view type) {
    return head.starts_with(form) && head.size() >= 12 && head.substr(8, 4) == type;
  };
  if (form_is("RIFF", "WAVE") || form_is("RIFX", "WAVE") || form_is("RF64", "WAVE") ||
      form_is("BW64", "WAVE"))
    return read_riff(bytes, start);
  constexpr std::string_view kWave64("riff\x2E\x91\xCF\x11\xA5\xD6\x28\xDB\x04\xC1\0\0", 16);
  if (head.starts_with(kWave64) && head.size() == 40) return read_w64(bytes, start);
  if (form_is("FORM", "AIFF") || form_is("FORM", "AIFC")) return read_aiff(bytes, start);
  if (head.starts_with(".snd") || head.starts_with("dns.")) return read_au(bytes, start);
  if (head.starts_with("caff")) return read_caf(bytes, start);
  if (head.starts_with("fLaC")) return read_flac(bytes, start);
  if (head.starts_with("OggS")) return read_ogg(bytes, start);
  if (signed_kind(bytes, start)) return std::nullopt;
  return read_mpeg(bytes);
}

}  // namespace genrebench
