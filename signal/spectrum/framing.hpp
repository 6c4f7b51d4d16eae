#pragma once
// Internal. Cuts a clip that arrives in blocks into padded, overlapping frames, kLanes at a time.

#include <Eigen/Core>
#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "signal/spectrum/frame_batch.hpp"
#include "signal/spectrum/stft_options.hpp"

namespace genrebench::lanes {

/// Which frames share a batch depends on their index alone, never on the blocks.
class Framer {
 public:
  explicit Framer(const StftOptions& options)
      : options_(options),
        pad_(options.centred ? options.n_fft / 2 : 0),
        history_(options.pad_mode == PadMode::reflect ? pad_ + 1 : 0),
        batch_span_(static_cast<std::int64_t>(kLanes - 1) * options.hop_length + options.n_fft),
        buffer_(static_cast<std::size_t>(
            history_ +
            2 * std::max<std::int64_t>(batch_span_, kLanes * std::int64_t{options.hop_length}))),
        end_(pad_) {}

  /// Samples of the clip so far.
  std::int64_t n_samples() const { return n_samples_; }

  /// @param use  called with each complete FrameBatch
  template <typename Use>
  void push(std::span<const float> samples, Use&& use) {
    n_samples_ += static_cast<std::int64_t>(samples.size());
    append(samples, use);
  }

  /// @throws DataError  if the clip has no frame
  template <typename Use>
  void finish(Use&& use) {
    if (n_samples_ == 0) throw DataError("clip: expected at least one sample, got none");
    if (frame_count(n_samples_, options_) == 0) {
      throw DataError("clip: expected at least " +
                      std::to_string(options_.centred ? pad_ + 1 : options_.n_fft) +
                      " samples (n_fft " + std::to_string(options_.n_fft) + "), got " +
                      std::to_string(n_samples_));
    }
    mirror_start();
    std::vector<float> tail(static_cast<std::size_t>(pad_), 0.0f);
    if (options_.pad_mode == PadMode::reflect) {
      for (std::int64_t i = 0; i < pad_; ++i) tail[static_cast<std::size_t>(i)] = at(end_ - 2 - i);
    }
    append(tail, use);
    const std::int64_t left = end_ - begin_ < options_.n_fft
                                  ? 0
                                  : 1 + (end_ - begin_ - options_.n_fft) / options_.hop_length;
    if (left > 0) emit(static_cast<int>(left), use);
  }

 private:
  float& at(std::int64_t index) { return buffer_[static_cast<std::size_t>(index)]; }

  template <typename Use>
  void append(std::span<const float> samples, Use& use) {
    while (!samples.empty()) {
      if (end_ == static_cast<std::int64_t>(buffer_.size())) make_room();
      const auto n = std::min<std::int64_t>(static_cast<std::int64_t>(samples.size()),
                                            static_cast<std::int64_t>(buffer_.size()) - end_);
      std::copy_n(samples.data(), n, buffer_.data() + end_);
      end_ += n;
      samples = samples.subspan(static_cast<std::size_t>(n));
      while (end_ - begin_ >= batch_span_) emit(kLanes, use);
    }
  }

  template <typename Use>
  void emit(int count, Use& use) {
    mirror_start();
    FrameBatch batch;
    for (int lane = 0; lane < kLanes; ++lane) {
      batch.frames[lane] =
          buffer_.data() + begin_ + (lane < count ? std::int64_t{lane} * options_.hop_length : 0);
    }
    batch.count = count;
    batch.first = n_frames_;
    batch.position = n_frames_ * options_.hop_length - pad_;
    use(static_cast<const FrameBatch&>(batch));
    n_frames_ += count;
    begin_ += std::int64_t{count} * options_.hop_length;
  }

  /// Drops samples that no later frame and no mirror needs.
  void make_room() {
    const std::int64_t keep_from = std::max<std::int64_t>(0, std::min(begin_, end_ - history_));
    std::copy(buffer_.begin() + keep_from, buffer_.begin() + end_, buffer_.begin());
    begin_ -= keep_from;
    end_ -= keep_from;
  }

  void mirror_start() {
    if (options_.pad_mode != PadMode::reflect || mirrored_) return;
    for (std::int64_t i = 1; i <= pad_; ++i) at(pad_ - i) = at(pad_ + i);
    mirrored_ = true;
  }

  StftOptions options_;
  std::int64_t pad_;
  std::int64_t history_;
  std::int64_t batch_span_;
  std::vector<float> buffer_;
  std::int64_t begin_ = 0;  // of the next frame in the buffer
  std::int64_t end_;        // of the samples in the buffer; the first pad_ are the padding
  std::int64_t n_samples_ = 0;
  std::int64_t n_frames_ = 0;
  bool mirrored_ = false;
};

/// A feature matrix that grows by columns. Its memory is one allocation that is enlarged in place
/// where the system can (large blocks are remapped, not copied), so that a clip of hours never
/// needs twice its size.
class GrowingMatrix {
 public:
  GrowingMatrix(int rows, std::int64_t expected_columns) : rows_(rows) {
    constexpr std::int64_t kLargestReserve = std::int64_t{1} << 30;  // bytes; a hint may be wrong
    const std::int64_t most = kLargestReserve / (rows * static_cast<std::int64_t>(sizeof(float)));
    values_.resize(rows, std::clamp<std::int64_t>(expected_columns, 0, most));
  }

  /// Where column t is to be written, with room for `count` columns.
  float* columns(std::int64_t t, int count) {
    n_columns_ = t + count;
    if (n_columns_ > values_.cols()) {
      values_.conservativeResize(
          rows_, std::max<Eigen::Index>(n_columns_, values_.cols() + values_.cols() / 2 + 64));
    }
    return values_.data() + t * rows_;
  }

  Eigen::MatrixXf take() {
    if (values_.cols() != n_columns_) values_.conservativeResize(rows_, n_columns_);
    return std::move(values_);
  }

 private:
  Eigen::Index rows_;
  Eigen::Index n_columns_ = 0;
  Eigen::MatrixXf values_;
};

}  // namespace genrebench::lanes
