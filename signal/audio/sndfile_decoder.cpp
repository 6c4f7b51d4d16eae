#include "signal/audio/sndfile_decoder.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/decoder_watch.hpp"

namespace genrebench {
namespace {

/// libsndfile's message about its last failure, without prefix and full stop.
std::string reason_of(SNDFILE* sound) {
  std::string reason = sf_strerror(sound);
  while (!reason.empty() && (reason.back() == '.' || reason.back() == '\n')) reason.pop_back();
  constexpr std::string_view kPrefix = "Error : ";
  return reason.starts_with(kPrefix) ? reason.substr(kPrefix.size()) : reason;
}

std::string describe(int format) {
  const auto name_of = [](int code) -> std::string {
    SF_FORMAT_INFO info{};
    info.format = code;
    return sf_command(nullptr, SFC_GET_FORMAT_INFO, &info, sizeof info) == 0 && info.name != nullptr
               ? info.name
               : "unknown";
  };
  return name_of(format & SF_FORMAT_TYPEMASK) + ", " + name_of(format & SF_FORMAT_SUBMASK);
}

/// Whether the samples come from a codec with losses.
bool is_lossy(int format) {
  const int codec = format & SF_FORMAT_SUBMASK;
  return codec == SF_FORMAT_VORBIS || codec == SF_FORMAT_OPUS;
}

/// One view of the file as libsndfile's virtual file. Exceptions do not pass through C: they wait
/// here until libsndfile has returned.
class OpenStream {
 public:
  OpenStream(const FileBytes& bytes, const AudioView& view) : bytes_(bytes), view_(view) {
    SF_VIRTUAL_IO io{
        .get_filelen = length, .seek = seek, .read = read, .write = write, .tell = tell};
    sound_ = sf_open_virtual(&io, SFM_READ, &info_, this);
    if (failure_) {
      close();
      std::rethrow_exception(failure_);
    }
    if (sound_ == nullptr) {
      throw DataError(fmt::format("{}: expected audio that libsndfile decodes, found: {}",
                                  bytes_.file().string(), reason_of(nullptr)));
    }
  }
  ~OpenStream() { close(); }
  OpenStream(const OpenStream&) = delete;
  OpenStream& operator=(const OpenStream&) = delete;

  const SF_INFO& info() const { return info_; }
  SNDFILE* sound() { return sound_; }

  /// @throws FileUnreadable  if the file could not be read since
  void check() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  void close() {
    if (sound_ != nullptr) sf_close(sound_);
    sound_ = nullptr;
  }

  static OpenStream& self(void* data) { return *static_cast<OpenStream*>(data); }
  static sf_count_t length(void* data) { return self(data).view_.size(); }
  static sf_count_t tell(void* data) { return self(data).position_; }
  static sf_count_t write(const void*, sf_count_t, void*) { return 0; }
  static sf_count_t seek(sf_count_t offset, int whence, void* data) {
    OpenStream& stream = self(data);
    sf_count_t base = 0;
    if (whence == SEEK_CUR) base = stream.position_;
    if (whence == SEEK_END) base = stream.view_.size();
    if (offset > std::numeric_limits<sf_count_t>::max() - base || base + offset < 0) return -1;
    return stream.position_ = base + offset;
  }
  static sf_count_t read(void* out, sf_count_t count, void* data) {
    OpenStream& stream = self(data);
    if (count <= 0 || stream.failure_) return 0;
    try {
      const auto got = static_cast<sf_count_t>(
          stream.view_.read(stream.bytes_, stream.position_, out, static_cast<std::size_t>(count)));
      stream.position_ += got;
      return got;
    } catch (...) {
      stream.failure_ = std::current_exception();
      return 0;
    }
  }

  const FileBytes& bytes_;
  const AudioView& view_;
  sf_count_t position_ = 0;
  std::exception_ptr failure_;
  SF_INFO info_{};
  SNDFILE* sound_ = nullptr;
};

class SndfileDecoder final : public Decoder {
 public:
  SndfileDecoder(std::unique_ptr<FileBytes> bytes, AudioLayout layout)
      : bytes_(std::move(bytes)), layout_(std::move(layout)) {
    // The last opened first: the first one then stays open.
    for (std::size_t s = layout_.streams.size(); s-- > 0;) {
      open(s);
      add_length(s);
    }
  }

  const AudioInfo& info() const override { return info_; }
  bool may_exceed_full_scale() const override { return !is_pcm16(); }

  std::int64_t read(std::span<float> out) override {
    const auto channels = static_cast<std::size_t>(info_.channels);
    const auto room = static_cast<std::int64_t>(out.size() / channels);
    std::int64_t got = 0;
    while (got < room) {
      const std::int64_t wanted = std::min(room - got, lengths_[current_] - stream_frames_);
      const std::int64_t n = decode(out.subspan(static_cast<std::size_t>(got) * channels), wanted);
      got += n;
      stream_frames_ += n;
      frames_ += n;
      if (n < wanted) {
        throw DataError(
            fmt::format("{}: cut short or damaged: expected {} samples, the decoder "
                        "stopped after {}",
                        bytes_->file().string(), info_.n_frames, frames_));
      }
      if (stream_frames_ < lengths_[current_]) continue;
      if (current_ + 1 == layout_.streams.size()) break;
      open(current_ + 1);
    }
    return got;
  }

  AudioTags tags() override {
    const auto tag = [&](int which) {
      const char* text = sf_get_string(stream_->sound(), which);
      return text == nullptr ? std::string() : std::string(text);
    };
    return {.artist = tag(SF_STR_ARTIST), .album = tag(SF_STR_ALBUM), .title = tag(SF_STR_TITLE)};
  }

 private:
  bool is_pcm16() const { return (stream_->info().format & SF_FORMAT_SUBMASK) == SF_FORMAT_PCM_16; }

  void open(std::size_t stream) {
    stream_ = std::make_unique<OpenStream>(*bytes_, layout_.streams[stream]);
    current_ = stream;
    stream_frames_ = 0;
  }

  /// Takes the properties of the open stream over.
  void add_length(std::size_t stream) {
    const SF_INFO& raw = stream_->info();
    if (raw.frames == SF_COUNT_MAX) {
      throw DataError(
          fmt::format("{}: cut short: its length cannot be told", bytes_->file().string()));
    }
    const bool is_last = stream + 1 == layout_.streams.size();
    if (!is_last && (raw.samplerate != info_.sample_rate_hz || raw.channels != info_.channels)) {
      throw DataError(fmt::format(
          "{}: expected streams of one rate, found {} Hz with {} channels before {} Hz with {}; "
          "join recordings by decoding them",
          bytes_->file().string(), raw.samplerate, raw.channels, info_.sample_rate_hz,
          info_.channels));
    }
    info_.sample_rate_hz = raw.samplerate;
    info_.channels = raw.channels;
    info_.n_frames += std::max<sf_count_t>(0, raw.frames);
    info_.format = describe(raw.format);
    info_.usual_peak = is_lossy(raw.format) ? 2.0f : 1.0f;
    lengths_.insert(lengths_.begin(), std::max<sf_count_t>(0, raw.frames));
  }

  std::int64_t decode(std::span<float> out, std::int64_t wanted) {
    if (wanted == 0) return 0;
    const DecoderCall call(bytes_->file());
    std::int64_t got = 0;
    if (is_pcm16()) {  // as libsndfile would, but its loop is three times slower
      shorts_.resize(static_cast<std::size_t>(wanted * info_.channels));
      got = sf_readf_short(stream_->sound(), shorts_.data(), wanted);
      for (std::size_t i = 0; i < shorts_.size(); ++i)
        out[i] = static_cast<float>(shorts_[i]) * (1.0f / 32768.0f);
    } else {
      got = sf_readf_float(stream_->sound(), out.data(), wanted);
    }
    stream_->check();
    if (sf_error(stream_->sound()) != SF_ERR_NO_ERROR) {
      throw DataError(fmt::format(
          "{}: cut short or damaged: the decoder stopped after {} of {} samples: {}",
          bytes_->file().string(), frames_ + got, info_.n_frames, reason_of(stream_->sound())));
    }
    return got;
  }

  std::unique_ptr<FileBytes> bytes_;
  AudioLayout layout_;
  AudioInfo info_;
  std::vector<std::int64_t> lengths_;  // frames of each stream
  std::unique_ptr<OpenStream> stream_;
  std::size_t current_ = 0;
  std::int64_t stream_frames_ = 0;  // read of the current stream
  std::int64_t frames_ = 0;         // read of all
  std::vector<std::int16_t> shorts_;
};

}  // namespace

std::unique_ptr<Decoder> open_sndfile(std::unique_ptr<FileBytes> bytes, AudioLayout layout) {
  return std::make_unique<SndfileDecoder>(std::move(bytes), std::move(layout));
}

bool sndfile_has_opus() {
  SF_INFO opus{};
  opus.samplerate = 48000;
  opus.channels = 1;
  opus.format = SF_FORMAT_OGG | SF_FORMAT_OPUS;
  return sf_format_check(&opus) != 0;
}

}  // namespace genrebench
