#include "signal/audio/signatures.hpp"

#include <algorithm>
#include <span>

namespace genrebench {
namespace {

using std::string_view_literals::operator""sv;

constexpr Signature kSignatures[] = {
    {0, "version https://git-lfs.github.com/spec/"sv, "a Git LFS pointer"},
    {8, "AVI "sv, "an AVI video"},
    {8, "WEBP"sv, "a WebP image"},
    {8, "RMID"sv, "MIDI in RIFF"},
    {8, "8SVX"sv, "an Amiga 8SVX sound"},
    {0, "RIFF"sv, "a RIFF file"},
    {0, "RIFX"sv, "a RIFF file"},
    {0, "RF64"sv, "an RF64 file"},
    {0, "BW64"sv, "a BW64 file"},
    {0, "riff\x2E\x91\xCF\x11"sv, "a Wave64 file"},
    {0, "FORM"sv, "an IFF file"},
    {0, "FRM8"sv, "a DSDIFF file", {"DSDIFF", "iff", false}},
    {0, "DSD "sv, "a DSF file", {"DSD stream file", "dsf", true}},
    {0, "caff"sv, "a CAF file"},
    {0, ".snd"sv, "an AU file"},
    {0, "dns."sv, "an AU file"},
    {0, "fLaC"sv, "a FLAC file"},
    {0, "OggS"sv, "an Ogg file"},
    {0, "MThd"sv, "a MIDI file"},
    {0, "MAC "sv, "Monkey's Audio", {"Monkey's Audio", "ape", true}},
    {0, "wvpk"sv, "WavPack", {"WavPack", "wv", true}},
    {0, "MPCK"sv, "Musepack", {"Musepack", "mpc8", true}},
    {0, "MP+"sv, "Musepack", {"Musepack", "mpc", true}},
    {0, "TTA1"sv, "True Audio (TTA)", {"True Audio", "tta", true}},
    {0, "tBaK"sv, "TAK", {"TAK", "tak", true}},
    {0, "ajkg"sv, "Shorten", {"Shorten", "shn", false}},
    {0, "OFR "sv, "OptimFROG"},
    {0, "#!AMR"sv, "AMR speech", {"AMR", "amr", false}},
    {0, "ADIF"sv, "AAC (ADIF)"},
    {0, "\x0B\x77"sv, "Dolby AC-3", {"AC-3", "ac3", false}},
    {0, "\x7F\xFE\x80\x01"sv, "DTS", {"DTS", "dts", false}},
    {0, ".RMF"sv, "RealMedia", {"RealMedia", "rm", true}},
    {0, ".ra\xFD"sv, "RealAudio", {"RealAudio", "rm", false}},
    {0, "Creative Voice File"sv, "a Creative VOC file", {"Creative VOC", "voc", false}},
    {0, "NIST_1A"sv, "a NIST SPHERE file", {"NIST SPHERE", "nistsphere", false}},
    {0,
     "\x30\x26\xB2\x75\x8E\x66\xCF\x11"sv,
     "Windows Media (ASF: WMA or WMV)",
     {"Windows Media", "asf", true}},
    {0, "\x1A\x45\xDF\xA3"sv, "Matroska or WebM", {"Matroska or WebM", "matroska", true}},
    {0, "FLV\x01"sv, "a Flash video"},
    {0, "\0\0\x01\xBA"sv, "an MPEG video"},
    {0, "\0\0\x01\xB3"sv, "an MPEG video"},
    {0, "PK\x03\x04"sv, "a ZIP archive"},
    {0, "PK\x05\x06"sv, "a ZIP archive"},
    {0, "Rar!"sv, "a RAR archive"},
    {0, "7z\xBC\xAF\x27\x1C"sv, "a 7-Zip archive"},
    {0, "\x1F\x8B"sv, "gzip"},
    {0, "BZh"sv, "bzip2"},
    {0,
     "\xFD"
     "7zXZ"sv,
     "xz"},
    {0, "\x28\xB5\x2F\xFD"sv, "Zstandard"},
    {257, "ustar"sv, "a tar archive"},
    {0, "%PDF"sv, "a PDF document"},
    {0, "%!PS"sv, "PostScript"},
    {0, "{\\rtf"sv, "an RTF document"},
    {0, "\xD0\xCF\x11\xE0"sv, "an old Microsoft Office document"},
    {0, "\x89PNG"sv, "a PNG image"},
    {0, "\xFF\xD8\xFF"sv, "a JPEG image"},
    {0, "GIF8"sv, "a GIF image"},
    {0, "SQLite format 3"sv, "an SQLite database"},
    {0,
     "\x7F"
     "ELF"sv,
     "a program (ELF)"},
    {0, "\x93NUMPY"sv, "a NumPy array"},
    {0, "\x89HDF"sv, "an HDF5 file"},
    {0, "\0\x05\x16\x07"sv, "macOS metadata (AppleDouble)"},
    {0, "bplist0"sv, "an Apple property list"},
    {0, "L\0\0\0\x01\x14\x02\0"sv, "a Windows shortcut"},
    {0, "d8:announce"sv, "a torrent"},
    {0, "#EXTM3U"sv, "an M3U playlist"},
    {0, "[playlist]"sv, "a PLS playlist"},
    {0, "[InternetShortcut]"sv, "an Internet shortcut"},
};

}  // namespace

std::span<const Signature> signatures() { return kSignatures; }

const Signature* signature_of(std::string_view begin) {
  const auto found = std::ranges::find_if(kSignatures, [&](const Signature& signature) {
    return begin.size() >= signature.offset &&
           begin.substr(signature.offset).starts_with(signature.bytes);
  });
  return found == std::end(kSignatures) ? nullptr : found;
}

}  // namespace genrebench
