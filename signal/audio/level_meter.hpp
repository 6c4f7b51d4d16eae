#pragma once
// What mixing channels does to a file, and how loud it is before.

#include <span>

namespace genrebench {

/// Looks at interleaved samples in blocks, before channels are mixed.
class LevelMeter {
 public:
  /// @param interleaved  finite samples, a multiple of `channels`
  void push(std::span<const float> interleaved, int channels);

  /// Largest magnitude of a sample of any channel.
  float peak() const { return peak_; }

  /// Energy of the channels' sum as a share of the sum of their energies: 1 for one channel and
  /// for channels that have nothing in common, the number of channels where they are equal, 0 where
  /// they cancel each other; 1 for silence.
  double kept_share() const;

 private:
  float peak_ = 0.0f;
  double energy_of_sum_ = 0.0, sum_of_energies_ = 0.0;
};

}  // namespace genrebench
