// Sound files of any container: probing, tags, decoding in blocks of any size.
#include "signal/audio/audio.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <vector>

#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

/// A few bytes may stand for hours of silence.
constexpr std::size_t kMostSamples = std::size_t{1} << 21;

/// The first samples of a file, read in blocks of this size.
std::vector<float> first_samples(AudioReader& reader, std::size_t block) {
  std::vector<float> samples;
  std::vector<float> part(block);
  while (samples.size() < kMostSamples) {
    const std::size_t n = reader.read(part);
    require(n <= block, "a block holds no more than was asked for");
    samples.insert(samples.end(), part.begin(), part.begin() + static_cast<std::ptrdiff_t>(n));
    if (n < block) break;
  }
  return samples;
}

/// That both begin alike.
bool same_start(const std::vector<float>& a, const std::vector<float>& b) {
  const std::size_t n = std::min(a.size(), b.size());
  return same_bits(std::span(a).first(n), std::span(b).first(n));
}

void decode(const std::filesystem::path& file, double sample_rate_hz) {
  AudioReader reader(file, sample_rate_hz);
  const std::int64_t expected = reader.expected_samples();
  require(expected > 0, "a file that is read holds samples");
  const std::vector<float> samples = first_samples(reader, 4096);
  for (const float sample : samples) require(std::isfinite(sample), "samples are finite");
  require(samples.size() >= kMostSamples || std::ssize(samples) == expected,
          "as many samples as were announced");
  AudioReader again(file, sample_rate_hz);
  require(same_start(samples, first_samples(again, 1000)),
          "samples do not depend on the size of the blocks");
}

}  // namespace

void fuzz_audio(std::string_view input) {
  // No other program takes part, whatever is installed.
  static const int no_programs = ::setenv("PATH", "/nonexistent", /*overwrite=*/1);
  require(no_programs == 0, "the environment can be changed");
  const std::filesystem::path file = scratch_file("song.wav", input);
  accepts([&] {
    const AudioInfo info = probe_audio(file);
    require(info.n_frames > 0 && info.channels > 0, "a file that is opened holds samples");
  });
  accepts([&] { read_tags(file); });
  accepts([&] { decode(file, 0.0); });
  accepts([&] { decode(file, 22050.0); });
}

}  // namespace genrebench::fuzz
