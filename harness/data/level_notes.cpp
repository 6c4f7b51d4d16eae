#include "harness/data/level_notes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace genrebench {

FileLevels levels_of(std::string name, const AudioInfo& info, const LevelMeter& meter) {
  return {.name = std::move(name),
          .peak = meter.peak(),
          .usual_peak = info.usual_peak,
          .kept_share = meter.kept_share()};
}

std::vector<LevelNote> level_notes(const std::vector<FileLevels>& files) {
  std::vector<LevelNote> notes;
  const auto count = [&](bool (FileLevels::*fault)() const) {
    return std::ranges::count_if(files, [&](const FileLevels& file) { return (file.*fault)(); });
  };
  const std::string of_files =
      fmt::format("of {} file{}", files.size(), files.size() == 1 ? "" : "s");
  if (const auto n = count(&FileLevels::beyond_full_scale); n > 0) {
    const FileLevels& worst = *std::ranges::max_element(files, {}, [](const FileLevels& file) {
      return file.beyond_full_scale() ? file.peak : 0.0f;
    });
    constexpr float kSurelyIntegers = 100.0f;
    notes.push_back(
        {worst.name,
         fmt::format("{} {} {} samples beyond full scale, which is 1 (the largest is {:.6g}, in "
                     "{}), so features of level differ from those of other files; {}",
                     n, of_files, n == 1 ? "has" : "have", worst.peak, worst.name,
                     worst.peak > kSurelyIntegers
                         ? "divide such files by the full scale of their integers, 32768 for 16 bit"
                         : "scale such files to the range from -1 to 1")});
  }
  if (const auto n = count(&FileLevels::channels_cancel); n > 0) {
    const FileLevels& worst = *std::ranges::min_element(files, {}, &FileLevels::kept_share);
    notes.push_back(
        {worst.name,
         fmt::format("{} {} {} channels that cancel each other when they are mixed ({} keeps "
                     "{:.2g} % of its energy); invert one channel of such files, or keep one only",
                     n, of_files, n == 1 ? "has" : "have", worst.name, 100.0 * worst.kept_share)});
  }
  return notes;
}

}  // namespace genrebench
