#pragma once
// A signal cut into windows of one length, as Algorithm 2 begins.

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace genrebench {

enum class Taper { none, hann, hamming };

/// Equally spaced windows of a signal. A view: the caller keeps the samples. Immutable.
class WindowSeries {
 public:
  /// @param samples  mono; what is left behind the last whole window is not used
  /// @param length   of a window, in samples, at least 1
  /// @param hop      from the start of one window to the next, in samples, at least 1
  /// @param taper    each window is multiplied by it (periodic form), both for the model and for
  /// the
  ///                 residual
  /// @throws ConfigError  if length or hop is 0
  WindowSeries(std::span<const float> samples, std::size_t length, std::size_t hop,
               Taper taper = Taper::none);

  std::size_t size() const { return size_; }  ///< windows; 0 where the signal is shorter than one
  std::size_t length() const { return length_; }  ///< of each, in samples
  std::size_t hop() const { return hop_; }

  /// Window i, tapered. @param out  length() values
  void copy(std::size_t i, std::span<double> out) const;

 private:
  std::span<const float> samples_;
  std::size_t length_, hop_, size_;
  std::vector<double> taper_;  ///< empty: none
};

}  // namespace genrebench
