#include "signal/audio/audio_formats.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <fstream>
#include <string>
#include <utility>

#include "base/error.hpp"
#include "signal/audio/external_decoder.hpp"
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

std::string lower_extension(const std::filesystem::path& file) {
  std::string extension = file.extension().string();
  for (char& c : extension) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return extension;
}

constexpr ExtraFormat kMpeg4 = {"MPEG-4", "mov", true};
constexpr ExtraFormat kAdts = {"AAC (ADTS)", "aac", false};
constexpr ExtraFormat kLoas = {"AAC (LOAS)", "loas", false};
constexpr ExtraFormat kAc3 = {"AC-3", "ac3", false};
constexpr ExtraFormat kEac3 = {"E-AC-3", "eac3", false};
constexpr ExtraFormat kDts = {"DTS", "dts", false};
constexpr ExtraFormat kSpeex = {"Speex", "ogg", false};
constexpr ExtraFormat kOpus = {"Opus", "ogg", false};

/// Formats that begin with these bytes.
constexpr std::array<std::pair<std::string_view, ExtraFormat>, 17> kBeginnings = {{
    {"\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv, {"Windows Media", "asf", true}},
    {"\x1A\x45\xDF\xA3"sv, {"Matroska or WebM", "matroska", true}},
    {"MAC "sv, {"Monkey's Audio", "ape", true}},
    {"wvpk"sv, {"WavPack", "wv", true}},
    {"MPCK"sv, {"Musepack", "mpc8", true}},
    {"MP+"sv, {"Musepack", "mpc", true}},
    {"TTA1"sv, {"True Audio", "tta", true}},
    {"tBaK"sv, {"TAK", "tak", true}},
    {"#!AMR"sv, {"AMR", "amr", false}},
    {".RMF"sv, {"RealMedia", "rm", true}},
    {".ra\xFD"sv, {"RealAudio", "rm", false}},
    {"DSD "sv, {"DSD stream file", "dsf", true}},
    {"FRM8"sv, {"DSDIFF", "iff", false}},
    {"ajkg"sv, {"Shorten", "shn", false}},
    {"Creative Voice File"sv, {"Creative VOC", "voc", false}},
    {"NIST_1A"sv, {"NIST SPHERE", "nistsphere", false}},
    {"\x7F\xFE\x80\x01"sv, kDts},
}};

/// What the first bytes of a file are, without tags before them.
const ExtraFormat* format_of(std::string_view bytes) {
  for (const auto& [beginning, format] : kBeginnings)
    if (bytes.starts_with(beginning)) return &format;
  const auto byte = [&](std::size_t at) {
    return at < bytes.size() ? static_cast<unsigned char>(bytes[at]) : 0u;
  };
  const auto has = [&](std::size_t at, std::string_view text) {
    return bytes.size() >= at + text.size() && bytes.substr(at, text.size()) == text;
  };
  for (const std::string_view atom : {"ftyp"sv, "moov"sv, "mdat"sv, "wide"sv, "free"sv, "skip"sv})
    if (has(4, atom)) return &kMpeg4;
  if (has(0, "OggS") && has(28, "Speex   ")) return &kSpeex;
  if (has(0, "OggS") && has(28, "OpusHead") && !sndfile_has_opus()) return &kOpus;
  if (byte(0) == 0xFF && (byte(1) & 0xF6) == 0xF0) return &kAdts;  // layer 0: no MPEG audio
  if (byte(0) == 0x56 && (byte(1) & 0xE0) == 0xE0) return &kLoas;
  if (byte(0) == 0x0B && byte(1) == 0x77) return byte(5) >> 3 > 10 ? &kEac3 : &kAc3;
  return nullptr;
}

/// Bytes of the ID3v2 tag that begins here; 0: there is none.
std::int64_t id3_length(std::string_view bytes) {
  if (bytes.size() < 10 || !bytes.starts_with("ID3")) return 0;
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]) & 0x7F; };
  const bool footer = (static_cast<unsigned char>(bytes[5]) & 0x10) != 0;
  return 10 + (footer ? 10 : 0) + (byte(6) << 21 | byte(7) << 14 | byte(8) << 7 | byte(9));
}

}  // namespace

SoundName sound_name(const std::filesystem::path& file) {
  const std::string extension = lower_extension(file);
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
  std::ifstream stream(file, std::ios::binary);
  std::array<char, 64> block{};
  constexpr int kMostTags = 16;
  std::int64_t offset = 0;
  for (int i = 0; i < kMostTags; ++i) {
    stream.clear();
    stream.seekg(offset);
    stream.read(block.data(), block.size());
    const std::string_view bytes(block.data(), static_cast<std::size_t>(stream.gcount()));
    const std::int64_t tag = id3_length(bytes);
    if (tag == 0) return format_of(bytes);
    offset += tag;
  }
  return nullptr;
}

}  // namespace genrebench
