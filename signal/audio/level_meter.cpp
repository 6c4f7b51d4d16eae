#include "signal/audio/level_meter.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace genrebench {

void LevelMeter::push(std::span<const float> interleaved, int channels) {
  // Several largest values side by side, which compilers turn into vector instructions.
  std::array<float, 16> peaks{};
  std::size_t i = 0;
  for (; i + peaks.size() <= interleaved.size(); i += peaks.size())
    for (std::size_t lane = 0; lane < peaks.size(); ++lane)
      peaks[lane] = std::max(peaks[lane], std::abs(interleaved[i + lane]));
  for (; i < interleaved.size(); ++i) peak_ = std::max(peak_, std::abs(interleaved[i]));
  for (const float peak : peaks) peak_ = std::max(peak_, peak);
  if (channels < 2) return;
  const auto step = static_cast<std::size_t>(channels);
  for (std::size_t frame = 0; frame + step <= interleaved.size(); frame += step) {
    double sum = 0.0;
    for (std::size_t c = 0; c < step; ++c) {
      const double x = interleaved[frame + c];
      sum += x;
      sum_of_energies_ += x * x;
    }
    energy_of_sum_ += sum * sum;
  }
}

double LevelMeter::kept_share() const {
  return sum_of_energies_ > 0.0 ? energy_of_sum_ / sum_of_energies_ : 1.0;
}

}  // namespace genrebench
