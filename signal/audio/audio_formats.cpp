#include "signal/audio/audio_formats.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.hpp"
#include "signal/audio/external_decoder.hpp"
#include "signal/audio/file_bytes.hpp"
#include "signal/audio/sndfile_decoder.hpp"

namespace genrebench {
namespace {

using namespace std::string_view_literals;

constexpr std::array kLibraryNames = {
    ".wav"sv,  ".rf64"sv, ".w64"sv, ".au"sv,  ".snd"sv, ".aif"sv, ".aiff"sv, ".aifc"sv, ".caf"sv,
    ".bw64"sv, ".flac"sv, ".ogg"sv, ".oga"sv, ".mp1"sv, ".mp2"sv, ".mp3"sv,  ".mpga"sv};

constexpr std::array kExtraNames = {
    ".m4a"sv,  ".m4b"sv,  ".m4r"sv, ".mp4"sv, ".3gp"sv,  ".3g2"sv,  ".alac"sv, ".aac"sv,
    ".adts"sv, ".loas"sv, ".wma"sv, ".asf"sv, ".webm"sv, ".weba"sv, ".mka"sv,  ".opus"sv,
    ".spx"sv,  ".ape"sv,  ".wv"sv,  ".mpc"sv, ".mpp"sv,  ".mp+"sv,  ".tta"sv,  ".tak"sv,
    ".ac3"sv,  ".eac3"sv, ".ec3"sv, ".dts"sv, ".amr"sv,  ".awb"sv,  ".ra"sv,   ".rm"sv,
    ".dsf"sv,  ".dff"sv,  ".shn"sv, ".voc"sv, ".sph"sv};

constexpr ExtraFormat kMpeg4 = {"MPEG-4", "mov", true};
constexpr ExtraFormat kAdts = {"AAC (ADTS)", "aac", false};
constexpr ExtraFormat kLoas = {"AAC (LOAS)", "loas", false};
constexpr ExtraFormat kEac3 = {"E-AC-3", "eac3", false};
constexpr ExtraFormat kSpeex = {"Speex", "ogg", false};
constexpr ExtraFormat kOpus = {"Opus", "ogg", false};

/// What the first bytes of a file are, without tags before them.
const ExtraFormat* format_of(std::string_view bytes) {
  const auto byte = [&](std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u;
  };
  const auto has = [&](std::size_t at, std::string_view text) {
    return bytes.size() >= at && bytes.substr(at).starts_with(text);
  };
  if (has(0, "OggS") && has(28, "Speex   ")) return &kSpeex;
  if (has(0, "OggS") && has(28, "OpusHead") && !sndfile_has_opus()) return &kOpus;
  if (const Signature* signature = signature_of(bytes)) {
    if (signature->extra.demuxer.empty()) return nullptr;
    return signature->extra.demuxer == "ac3" && byte(5) >> 3 > 10 ? &kEac3 : &signature->extra;
  }
  for (const std::string_view atom : {"ftyp"sv, "moov"sv, "mdat"sv, "wide"sv, "free"sv, "skip"sv})
    if (has(4, atom)) return &kMpeg4;
  if (byte(0) == 0xFF && (byte(1) & 0xF6) == 0xF0) return &kAdts;  // layer 0: no MPEG audio
  if (byte(0) == 0x56 && (byte(1) & 0xE0) == 0xE0) return &kLoas;
  return nullptr;
}

}  // namespace

SoundName sound_name(const std::filesystem::path& file) {
  const std::string extension = ascii_lower(file.extension().native());
  if (std::ranges::find(kLibraryNames, extension) != kLibraryNames.end() ||
      (extension == ".opus" && sndfile_has_opus()))
    return SoundName::library;
  if (std::ranges::find(kExtraNames, extension) != kExtraNames.end()) return SoundName::extra;
  return SoundName::none;
}

bool is_audio_file(const std::filesystem::path& file) {
  const SoundName name = sound_name(file);
  return name == SoundName::library || (name == SoundName::extra && !external_decoder().empty());
}

const ExtraFormat* extra_format(const std::filesystem::path& file) {
  try {
    FileBytes bytes(file);
    return format_of(bytes.text(after_id3v2(bytes, 0), kSignatureBytes));
  } catch (const FileUnreadable&) {
    return nullptr;
  }
}

}  // namespace genrebench
