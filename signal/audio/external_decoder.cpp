#include "signal/audio/external_decoder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <utility>

#include "base/error.hpp"
#include "base/piped_program.hpp"
#include "base/text.hpp"
#include "signal/audio/decoder_watch.hpp"
#include "signal/audio/file_bytes.hpp"

namespace genrebench {
namespace {

using nlohmann::json;

constexpr double kPatience_s = 60.0;      // without a sample
constexpr int kProcessorTime_s = 7200;    // of one ffmpeg, also if we were killed
constexpr double kLongest_s = 48 * 3600;  // of a file; hostile ones never end
constexpr std::size_t kKeptSamples = std::size_t{1} << 22;
constexpr std::size_t kBlock = std::size_t{1} << 16;

/// How both programs are told what to read. "file:" keeps names with colons, percent signs or a
/// hyphen in front from being taken for something else.
std::vector<std::string> input(const std::filesystem::path& file, const ExtraFormat& format) {
  return {"-protocol_whitelist",       "file,pipe", "-f",
          std::string(format.demuxer), "-i",        "file:" + file.string()};
}

std::vector<std::string> joined(std::vector<std::string> words,
                                const std::vector<std::string>& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

[[noreturn]] void fail(const std::filesystem::path& file, std::string_view what) {
  throw DataError(fmt::format("{}: {}", file.string(), what));
}

/// A line of ffmpeg without its address in memory and the file's name.
/// "[aac @ 0x55] invalid band type" is "aac: invalid band type".
std::string cleaned(std::string line, const std::filesystem::path& file) {
  if (line.starts_with('[')) {
    const std::size_t at = line.find(" @ "), end = line.find("] ");
    if (at != std::string::npos && end != std::string::npos && at < end)
      line = line.substr(1, at - 1) + ": " + line.substr(end + 2);
  }
  const std::string name = "file:" + file.string() + ": ";
  if (line.starts_with(name)) line = line.substr(name.size());
  return line;
}

/// What ffprobe says of a file.
struct Probe {
  std::string codec;                 ///< of the first audio stream
  std::optional<double> duration_s;  ///< as the container says
  std::set<std::string> others;      ///< codecs of streams that are no audio
  json tags = json::object();

  /// The first error among the lines of ffmpeg that does not concern pictures and the like.
  std::string error_in(const std::string& errors, const std::filesystem::path& file) const {
    std::istringstream lines(errors);
    for (std::string line; std::getline(lines, line);) {
      const bool elsewhere = std::ranges::any_of(
          others, [&](const std::string& other) { return line.starts_with("[" + other + " @ "); });
      if (!elsewhere && !line.empty()) return cleaned(line, file);
    }
    return {};
  }
};

std::optional<double> seconds(const json& holder) {
  const auto found = holder.find("duration");
  if (found == holder.end() || !found->is_string()) return std::nullopt;
  const std::string text = found->get<std::string>();
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return end == text.c_str() || !(value > 0.0) ? std::nullopt : std::optional(value);
}

std::string text_of(const json& holder, const char* key) {
  const auto found = holder.find(key);
  return found != holder.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void require_ffmpeg(const std::filesystem::path& file, const ExtraFormat& format) {
  if (external_decoder().empty())
    fail(file, fmt::format("{} audio, which libsndfile does not decode: install ffmpeg to read it",
                           format.name));
}

Probe probe(const std::filesystem::path& file, const ExtraFormat& format) {
  require_ffmpeg(file, format);
  const DecoderCall call(file);
  ProgramOutput output;
  try {
    output = read_program(
        joined(joined({"ffprobe", "-hide_banner", "-v", "error", "-of", "json", "-show_entries",
                       "stream=codec_type,codec_name,duration:stream_tags:format=duration:"
                       "format_tags"},
                      input(file, format)),
               {}),
        kPatience_s);
  } catch (const DataError& error) {
    fail(file, error.what());
  }
  Probe result;
  const json document = json::parse(output.out, nullptr, /*allow_exceptions=*/false);
  if (output.exit_code != 0 || !document.is_object())
    fail(file, fmt::format("cut short or damaged: expected {} audio, ffmpeg says: {}", format.name,
                           result.error_in(output.err, file)));
  const json streams = document.value("streams", json::array()),
             container = document.value("format", json::object());
  json tags = container.value("tags", json::object());
  bool found = false;
  for (const json& stream : streams) {
    const std::string codec = text_of(stream, "codec_name");
    if (text_of(stream, "codec_type") != "audio") {
      result.others.insert(codec);
    } else if (!std::exchange(found, true)) {
      result.codec = codec;
      result.duration_s = seconds(stream);
      // Ogg and others keep tags with the stream.
      const json own = stream.value("tags", json::object());
      for (const auto& [key, value] : own.items())
        if (!tags.contains(key)) tags[key] = value;
    }
  }
  if (!found) fail(file, fmt::format("expected audio, found {} without any", format.name));
  if (!result.duration_s && streams.size() == 1) result.duration_s = seconds(container);
  if (!format.states_duration) result.duration_s.reset();
  result.tags = std::move(tags);
  return result;
}

AudioTags tags_in(const json& tags) {
  const auto tag = [&](std::string_view name) {
    for (const auto& [key, value] : tags.items())
      if (value.is_string() && ascii_lower(key) == name) return value.get<std::string>();
    return std::string();
  };
  return {.artist = tag("artist"), .album = tag("album"), .title = tag("title")};
}

const ExtraFormat* require_format(const std::filesystem::path& file) {
  const ExtraFormat* format = extra_format(file);
  if (format == nullptr) fail(file, "expected audio that ffmpeg decodes, found something else");
  return format;
}

/// An MP4 file is a sequence of boxes. ffmpeg takes a last box that is cut for a whole one.
/// @throws DataError  a box that says what the sound is ends after the file
void check_boxes(const std::filesystem::path& file) {
  constexpr std::array<std::string_view, 4> kNeeded = {"ftyp", "moov", "mdat", "moof"};
  FileBytes bytes(file);
  for (std::int64_t offset = 0; bytes.look(offset, 8);) {
    std::uint64_t size = bytes.big(0, 4);
    const std::string name(bytes.text(offset + 4, 4));
    if (size == 0) return;  // to the end of the file
    if (size == 1) {
      if (!bytes.look(offset, 16)) return;
      size = bytes.big(8, 8);
    }
    const auto left = static_cast<std::uint64_t>(bytes.size() - offset);
    if (size > left && std::ranges::find(kNeeded, name) != kNeeded.end())
      fail(file, fmt::format("cut short: its part '{}' has {} bytes, the file holds {} of them",
                             name, size, left));
    if (size < 8 || size > left) return;
    offset += static_cast<std::int64_t>(size);
  }
}

/// One run of ffmpeg over a file. It writes AU, whose header tells rate and channels.
class Pass {
 public:
  Pass(const std::filesystem::path& file, const ExtraFormat& format)
      : file_(file),
        program_(joined(joined({"ffmpeg", "-nostdin", "-hide_banner", "-v", "error", "-xerror",
                                "-threads", "1"},
                               input(file, format)),
                        {"-map", "0:a:0", "-c:a", "pcm_f32be", "-f", "au", "pipe:1"}),
                 kPatience_s, kProcessorTime_s) {}

  /// @return  false if ffmpeg wrote no header; finish() tells why
  bool read_header() {
    std::array<char, 24> header{};
    if (read_bytes(header) < header.size()) return false;
    const auto field = [&](int at) {
      std::uint32_t value = 0;
      for (int i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(header[static_cast<std::size_t>(at + i)]);
      return value;
    };
    constexpr std::uint32_t kMagic = 0x2E736E64, kFloat = 6, kLongestHeader = 1 << 24;
    const std::uint32_t offset = field(4);
    if (field(0) != kMagic || field(12) != kFloat || offset < header.size() ||
        offset > kLongestHeader)
      fail(file_, "ffmpeg wrote something other than the AU file that it was asked for");
    rate_hz = field(16);
    channels = field(20);
    for (std::size_t left = offset - header.size(); left > 0;) {
      std::array<char, 4096> skipped{};
      const std::size_t n = read_bytes({skipped.data(), std::min(left, skipped.size())});
      if (n == 0) return false;
      left -= n;
    }
    return channels > 0 && rate_hz > 0;
  }

  /// @return  number of samples, fewer than out.size() at the end only
  std::size_t read(std::span<float> out) {
    const std::size_t n = read_bytes({reinterpret_cast<char*>(out.data()), out.size_bytes()});
    for (float& sample : out.first(n / sizeof(float))) {
      if constexpr (std::endian::native == std::endian::little)
        sample = std::bit_cast<float>(__builtin_bswap32(std::bit_cast<std::uint32_t>(sample)));
    }
    return n / sizeof(float);
  }

  /// The end of ffmpeg.
  /// @throws DataError  it failed, or found an error in the file
  void finish(const Probe& probe, std::int64_t n_frames) {
    int exit_code = 0;
    try {
      const DecoderCall call(file_, program_.id());
      exit_code = program_.finish();
    } catch (const DataError& error) {
      fail(file_, error.what());
    }
    const std::string error = probe.error_in(program_.errors(), file_);
    if (exit_code == 0 && error.empty()) return;
    fail(file_, fmt::format("cut short or damaged: ffmpeg stopped after {} samples: {}", n_frames,
                            error.empty() ? fmt::format("exit code {}", exit_code) : error));
  }

  std::uint32_t rate_hz = 0, channels = 0;

 private:
  std::size_t read_bytes(std::span<char> out) {
    const DecoderCall call(file_, program_.id());
    try {
      return program_.read(out);
    } catch (const DataError& error) {
      fail(file_, error.what());
    }
  }

  const std::filesystem::path& file_;
  PipedProgram program_;
};

/// "ffmpeg 5.1.6" of "ffmpeg version 5.1.6 Copyright …"; empty: the program does not run.
std::string version_of(const std::string& program) {
  try {
    const ProgramOutput output = read_program({program, "-version"}, kPatience_s);
    std::istringstream words(output.out);
    std::string name, word, version;
    words >> name >> word >> version;
    if (output.exit_code == 0 && name == program && word == "version" && !version.empty())
      return fmt::format("{} {}", program, version);
  } catch (const DataError&) {
  }
  return {};
}

}  // namespace

const std::string& external_decoder() {
  static const std::string decoder =
      version_of("ffprobe").empty() ? std::string() : version_of("ffmpeg");
  return decoder;
}

bool needs_external_decoder(const std::filesystem::path& file) {
  return sound_name(file) == SoundName::extra && extra_format(file) != nullptr;
}

std::string decoder_of(const std::filesystem::path& file) {
  return needs_external_decoder(file) ? external_decoder() : std::string();
}

struct ExternalDecoder::Impl {
  explicit Impl(std::filesystem::path path) : file(std::move(path)), format(require_format(file)) {
    if (format->demuxer == "mov") check_boxes(file);
    probed = probe(file, *format);
    count();
  }

  /// The first pass: number of samples, and the samples of a short file.
  void count() {
    Pass pass(file, *format);
    std::vector<float> block;
    std::size_t n_samples = 0;
    bool keep = true;
    if (pass.read_header()) {
      block.resize(kBlock / pass.channels * pass.channels);
      const double most = kLongest_s * pass.rate_hz * pass.channels;
      if (block.empty()) fail(file, fmt::format("channels: found {}", pass.channels));
      while (const std::size_t n = pass.read(block)) {
        n_samples += n;
        if (static_cast<double>(n_samples) > most)
          fail(file, fmt::format("longer than {:g} hours", kLongest_s / 3600.0));
        keep = keep && n_samples <= kKeptSamples;
        if (keep)
          kept.insert(kept.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n));
        else
          kept = {};
        if (n < block.size()) break;
      }
    }
    const std::size_t channels = std::max<std::size_t>(1, pass.channels);
    const auto n_frames = static_cast<std::int64_t>(n_samples / channels);
    pass.finish(probed, n_frames);
    if (n_samples % channels != 0) fail(file, "ffmpeg stopped inside a sample");
    if (n_samples == 0) fail(file, "expected at least one sample, found none");
    is_kept = keep;
    info = {.sample_rate_hz = static_cast<double>(pass.rate_hz),
            .channels = static_cast<int>(pass.channels),
            .n_frames = n_frames,
            .duration_s = static_cast<double>(n_frames) / pass.rate_hz,
            .format = fmt::format("{}, {}, by {}", format->name, probed.codec, external_decoder()),
            .usual_peak = 2.0f};
    compare_with_container();
  }

  /// Codecs begin and end with some samples that containers count or not: up to 0.3 s.
  void compare_with_container() const {
    const double claimed_s = probed.duration_s.value_or(0.0);
    if (info.duration_s < claimed_s * 0.999 - 0.3)
      fail(file, fmt::format("cut short: the container says {:.2f} s, ffmpeg decodes {:.2f} s",
                             claimed_s, info.duration_s));
  }

  std::int64_t read(std::span<float> out) {
    const auto channels = static_cast<std::size_t>(info.channels);
    std::size_t n = 0;
    if (is_kept) {
      const std::size_t begin = static_cast<std::size_t>(n_read) * channels;
      n = std::min(out.size(), kept.size() - begin);
      std::copy_n(kept.begin() + static_cast<std::ptrdiff_t>(begin), n, out.begin());
    } else {
      n = read_again(out);
    }
    n_read += static_cast<std::int64_t>(n / channels);
    return static_cast<std::int64_t>(n / channels);
  }

  std::size_t read_again(std::span<float> out) {
    if (!second) {
      second.emplace(file, *format);
      if (!second->read_header() || second->channels != static_cast<unsigned>(info.channels))
        fail(file, "ffmpeg decodes it another way than a moment before");
    }
    const std::size_t n = second->read(out);
    const auto n_frames = static_cast<std::int64_t>(n) / info.channels;
    if (n_read + n_frames == info.n_frames) {
      float more = 0.0f;
      if (second->read({&more, 1}) != 0) ended_elsewhere();
      second->finish(probed, info.n_frames);
    } else if (n < out.size()) {
      second->finish(probed, n_read + n_frames);
      ended_elsewhere();
    }
    return n;
  }

  [[noreturn]] void ended_elsewhere() const {
    fail(file,
         fmt::format("ffmpeg decoded {} samples first, and then another number", info.n_frames));
  }

  std::filesystem::path file;
  const ExtraFormat* format;
  Probe probed;
  AudioInfo info;
  std::vector<float> kept;
  bool is_kept = false;
  std::optional<Pass> second;
  std::int64_t n_read = 0;
};

ExternalDecoder::ExternalDecoder(std::filesystem::path file)
    : impl_(std::make_unique<Impl>(std::move(file))) {}

ExternalDecoder::~ExternalDecoder() = default;

const AudioInfo& ExternalDecoder::info() const { return impl_->info; }

std::int64_t ExternalDecoder::read(std::span<float> out) { return impl_->read(out); }

AudioTags ExternalDecoder::tags() { return tags_in(impl_->probed.tags); }

AudioTags read_external_tags(const std::filesystem::path& file) {
  return tags_in(probe(file, *require_format(file)).tags);
}

}  // namespace genrebench
