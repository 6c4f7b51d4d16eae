// From file to mono samples: AudioReader against the samples that were written. The file is
// generated; another is named by the environment variable GENREBENCH_AUDIO, and is then checked
// against its own streamed samples.

#include <unistd.h>

#include <cstdlib>
#include <filesystem>

#include "kernel_check.hpp"
#include "signal/audio/audio.hpp"
#include "signal/features/mel.hpp"

namespace genrebench::kernels {
namespace {

std::filesystem::path file;

void whole(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(read_audio(file));
}
BENCHMARK(whole)->Name("decode/whole")->Unit(benchmark::kMillisecond);

std::vector<float> streamed() {
  AudioReader reader(file);
  std::vector<float> samples;
  std::vector<float> block(4096);
  while (const std::size_t n = reader.read(block))
    samples.insert(samples.end(), block.begin(), block.begin() + static_cast<std::ptrdiff_t>(n));
  return samples;
}

void probe(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(probe_audio(file));
}
BENCHMARK(probe)->Name("decode/probe")->Unit(benchmark::kMillisecond);

void to_log_mel(benchmark::State& state) {
  const LogMel log_mel({}, kRateHz);
  std::vector<float> block(16384);
  for (auto _ : state) {
    AudioReader reader(file);
    const auto stream = log_mel.stream(reader.expected_samples());
    while (const std::size_t n = reader.read(block)) stream->push(std::span(block).first(n));
    benchmark::DoNotOptimize(stream->finish());
  }
}
BENCHMARK(to_log_mel)->Name("decode/streamed_to_log_mel")->Unit(benchmark::kMillisecond);

Eigen::MatrixXf as_row(const std::vector<float>& samples) {
  return Eigen::Map<const Eigen::MatrixXf>(samples.data(), 1,
                                           static_cast<Eigen::Index>(samples.size()));
}

}  // namespace
}  // namespace genrebench::kernels

int main(int argc, char** argv) {
  using namespace genrebench;
  using namespace genrebench::kernels;
  const char* named = std::getenv("GENREBENCH_AUDIO");
  if (named != nullptr) {
    file = named;
    return run_benchmarks(
        argc, argv, agree("whole and streamed", as_row(read_audio(file)), as_row(streamed()), 0.0));
  }
  file =
      std::filesystem::temp_directory_path() / fmt::format("genrebench-decode-{}.wav", ::getpid());
  const std::vector<float> clip = generated_clip();
  write_wav(file, clip, static_cast<int>(kRateHz));
  // Half a step of 16 bits.
  const bool checked =
      agree("decoded and written", as_row(read_audio(file)), as_row(clip), 0.5 / 32768.0) &&
      agree("whole and streamed", as_row(read_audio(file)), as_row(streamed()), 0.0);
  const int status = run_benchmarks(argc, argv, checked);
  std::filesystem::remove(file);
  return status;
}
