#include "signal/audio/mpeg_decoder.hpp"

#include <fmt/format.h>
#include <mpg123.h>
#include <sys/types.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "signal/audio/decoder_watch.hpp"

namespace genrebench {
namespace {

/// One view of the file as libmpg123's input.
class Input {
 public:
  Input(const FileBytes& bytes, AudioView view) : bytes_(bytes), view_(std::move(view)) {}

  static ssize_t read(void* data, void* out, std::size_t count) {
    auto& input = *static_cast<Input*>(data);
    try {
      return static_cast<ssize_t>(input.read(static_cast<char*>(out), count));
    } catch (...) {  // may not pass through C
      input.failure_ = std::current_exception();
      return -1;
    }
  }

  static off_t seek(void* data, off_t offset, int whence) {
    auto& input = *static_cast<Input*>(data);
    off_t base = 0;
    if (whence == SEEK_CUR) base = input.position_;
    if (whence == SEEK_END) base = input.view_.size();
    if (base + offset < 0) return -1;
    return input.position_ = base + offset;
  }

  /// @throws FileUnreadable  if the file could not be read since
  void check() {
    if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
  }

 private:
  /// libmpg123 reads four bytes of a header, then the rest of a frame.
  std::size_t read(char* out, std::size_t count) {
    std::size_t done = 0;
    while (done < count) {
      const std::int64_t within = position_ - start_;
      if (within < 0 || within >= static_cast<std::int64_t>(window_.size())) {
        constexpr std::size_t kWindow = 1 << 16;
        window_.resize(kWindow);
        window_.resize(view_.read(bytes_, position_, window_.data(), kWindow));
        start_ = position_;
        if (window_.empty()) break;
        continue;
      }
      const std::size_t n =
          std::min(count - done, window_.size() - static_cast<std::size_t>(within));
      std::memcpy(out + done, window_.data() + within, n);
      done += n;
      position_ += static_cast<std::int64_t>(n);
    }
    return done;
  }

  const FileBytes& bytes_;
  AudioView view_;
  std::int64_t position_ = 0;
  std::vector<char> window_;
  std::int64_t start_ = 0;
  std::exception_ptr failure_;
};

struct Delete {
  void operator()(mpg123_handle* handle) const { mpg123_delete(handle); }
};
using Handle = std::unique_ptr<mpg123_handle, Delete>;

/// @throws DataError  saying why, of a library that cannot even start
Handle new_handle(const std::filesystem::path& file) {
  int error = MPG123_OK;
  mpg123_init();  // needed before 1.27
  Handle handle(mpg123_new(nullptr, &error));
  if (!handle)
    throw DataError(fmt::format("{}: libmpg123: {}", file.string(), mpg123_plain_strerror(error)));
  // QUIET: else it prints warnings on stderr.
  mpg123_param(handle.get(), MPG123_ADD_FLAGS, MPG123_QUIET | MPG123_FORCE_FLOAT, 0.0);
  // The delays are taken off here (MpegStream), and the rate is the file's own.
  mpg123_param(handle.get(), MPG123_REMOVE_FLAGS, MPG123_GAPLESS | MPG123_AUTO_RESAMPLE, 0.0);
  mpg123_replace_reader_handle(handle.get(), Input::read, Input::seek, nullptr);
  return handle;
}

std::string text_of(const mpg123_string* text) {
  return text == nullptr || text->p == nullptr ? std::string() : std::string(text->p);
}

/// A field of ID3v1: filled up with zeros, without one at its end if it is full.
template <std::size_t n>
std::string field(const char (&text)[n]) {
  return {text, ::strnlen(text, n)};
}

class MpegDecoder final : public Decoder {
 public:
  MpegDecoder(std::unique_ptr<FileBytes> bytes, AudioLayout layout)
      : bytes_(std::move(bytes)),
        stream_(*layout.mpeg),
        input_(*bytes_, std::move(layout.streams.at(0))),
        handle_(new_handle(bytes_->file())) {
    static constexpr std::array<const char*, 3> kLayers = {"I", "II", "III"};
    info_.sample_rate_hz = stream_.rate_hz;
    info_.channels = stream_.channels;
    info_.n_frames = stream_.n_samples();
    info_.usual_peak = 2.0f;
    info_.format = fmt::format("MPEG-1/2 Audio, MPEG Layer {}",
                               kLayers.at(static_cast<std::size_t>(stream_.layer) - 1));
    // The index is no part of the view; a frame like it in the middle, of a file that was joined
    // on, is decoded as the silence that it is.
    mpg123_param(handle_.get(), MPG123_ADD_FLAGS, MPG123_IGNORE_INFOFRAME, 0.0);
    if (stream_.is_mixed) mpg123_param(handle_.get(), MPG123_ADD_FLAGS, MPG123_FORCE_STEREO, 0.0);
    if (stream_.free_frame_bytes != 0)  // without the header
      mpg123_param(handle_.get(), MPG123_FREEFORMAT_SIZE, stream_.free_frame_bytes - 4, 0.0);
    if (info_.n_frames <= 0) return;
    long rate = 0;
    int channels = 0, encoding = 0;
    if (mpg123_open_handle(handle_.get(), &input_) != MPG123_OK ||
        mpg123_getformat(handle_.get(), &rate, &channels, &encoding) != MPG123_OK) {
      input_.check();
      fail(mpg123_strerror(handle_.get()));
    }
    if (rate != stream_.rate_hz || channels != stream_.channels ||
        encoding != MPG123_ENC_FLOAT_32) {
      fail(fmt::format("expected {} channels at {} Hz, libmpg123 finds {} at {} Hz",
                       stream_.channels, stream_.rate_hz, channels, rate));
    }
  }

  const AudioInfo& info() const override { return info_; }

  std::int64_t read(std::span<float> out) override {
    const auto channels = static_cast<std::size_t>(info_.channels);
    std::size_t done = 0;
    while (done + channels <= out.size() && position_ < all()) {
      const std::int64_t room = static_cast<std::int64_t>((out.size() - done) / channels);
      const auto [end, kept] = stretch();
      const std::int64_t wanted = std::min(end - position_, room);
      const auto part = out.subspan(done, static_cast<std::size_t>(wanted) * channels);
      decode(part);
      position_ += wanted;
      if (kept) done += part.size();
    }
    return static_cast<std::int64_t>(done / channels);
  }

  AudioTags tags() override {
    AudioView whole;
    whole.add(0, bytes_->size());
    Input input(*bytes_, std::move(whole));
    const Handle handle = new_handle(bytes_->file());
    mpg123_id3v1* old_tag = nullptr;
    mpg123_id3v2* tag = nullptr;
    long rate = 0;
    int channels = 0, encoding = 0;
    AudioTags tags;
    if (mpg123_open_handle(handle.get(), &input) != MPG123_OK) return tags;
    mpg123_getformat(handle.get(), &rate, &channels, &encoding);  // reads up to the first frame
    input.check();
    if (mpg123_id3(handle.get(), &old_tag, &tag) != MPG123_OK) return tags;
    if (old_tag != nullptr) {
      tags = {.artist = field(old_tag->artist),
              .album = field(old_tag->album),
              .title = field(old_tag->title)};
    }
    const auto take = [](std::string& to, const mpg123_string* from) {
      if (const std::string text = text_of(from); !text.empty()) to = text;
    };
    if (tag != nullptr) {
      take(tags.artist, tag->artist);
      take(tags.album, tag->album);
      take(tags.title, tag->title);
    }
    return tags;
  }

 private:
  [[noreturn]] void fail(const std::string& reason) {
    throw DataError(
        fmt::format("{}: cut short or damaged: the decoder stopped after {} of {} samples: {}",
                    bytes_->file().string(), std::max<std::int64_t>(0, position_ - stream_.skip),
                    info_.n_frames, reason));
  }

  std::int64_t all() const { return stream_.n_frames * stream_.frame_samples; }

  /// Where the stretch of samples ends that are all kept or all dropped.
  std::pair<std::int64_t, bool> stretch() const {
    if (position_ < stream_.skip) return {stream_.skip, false};
    if (position_ < stream_.drop_begin) return {stream_.drop_begin, true};
    if (position_ < stream_.drop_end) return {stream_.drop_end, false};
    return {all(), true};
  }

  void decode(std::span<float> out) {
    const DecoderCall call(bytes_->file());
    std::size_t done = 0;
    while (done < out.size()) {
      std::size_t bytes = 0;
      const int result = mpg123_read(handle_.get(), out.data() + done,
                                     (out.size() - done) * sizeof(float), &bytes);
      done += bytes / sizeof(float);
      input_.check();
      if (result != MPG123_OK && result != MPG123_NEW_FORMAT && done < out.size())
        fail(result == MPG123_DONE ? "it found no more frames" : mpg123_strerror(handle_.get()));
    }
  }

  std::unique_ptr<FileBytes> bytes_;
  MpegStream stream_;
  Input input_;
  Handle handle_;
  AudioInfo info_;
  std::int64_t position_ = 0;  // decoded, kept or not
};

}  // namespace

std::unique_ptr<Decoder> open_mpeg(std::unique_ptr<FileBytes> bytes, AudioLayout layout) {
  return std::make_unique<MpegDecoder>(std::move(bytes), std::move(layout));
}

}  // namespace genrebench
