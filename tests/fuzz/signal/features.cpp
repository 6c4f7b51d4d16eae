// Spectra, features and fingerprints of arbitrary samples with arbitrary options.
#include <functional>
#include <vector>

#include "signal/audio/resampler.hpp"
#include "signal/features/descriptors.hpp"
#include "signal/features/mel.hpp"
#include "signal/features/mfcc.hpp"
#include "signal/fingerprint/fingerprint.hpp"
#include "signal/fingerprint/near_duplicates.hpp"
#include "signal/spectrum/stft.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

void take(Values& values, StftOptions& o) {
  o.n_fft = values.flag() ? values.within(-2, 5000) : 16 << values.within(0, 7);
  o.hop_length = values.within(-1, 3000);
  o.centred = values.flag();
  o.pad_mode = values.one_of({PadMode::constant, PadMode::reflect});
}

void take(Values& values, MelOptions& o) {
  take(values, static_cast<StftOptions&>(o));
  o.n_mels = values.within(-1, 300);
  o.fmin_hz = values.real(0.0, 4000.0);
  if (values.flag()) o.fmax_hz = values.real(1000.0, 12000.0);
  o.scale = values.one_of({MelScale::slaney, MelScale::htk});
  o.norm = values.one_of({MelNorm::slaney, MelNorm::none});
}

LogMelOptions log_mel_options(Values& values) {
  LogMelOptions o;
  take(values, o);
  if (values.flag()) o.db.reference = values.real(0.0, 10.0);
  o.db.amin = values.real(0.0, 1e-3);
  o.db.top_db = values.flag() ? std::optional(values.real(0.0, 120.0)) : std::nullopt;
  return o;
}

MfccOptions mfcc_options(Values& values) {
  MfccOptions o;
  take(values, o);
  o.n_mfcc = values.within(-1, 140);
  o.top_db = values.flag() ? std::optional(values.real(0.0, 120.0)) : std::nullopt;
  o.amin = values.real(0.0, 1e-3);
  o.lifter = values.real(0.0, 40.0);
  return o;
}

DescriptorOptions descriptor_options(Values& values) {
  DescriptorOptions o;
  take(values, o);
  for (bool* part : {&o.centroid, &o.bandwidth, &o.contrast, &o.roll_off, &o.chroma,
                     &o.zero_crossing_rate, &o.rms})
    *part = values.flag();
  o.roll_off_fraction = values.real(0.0, 1.0);
  o.contrast_bands = values.within(-1, 14);
  o.contrast_fmin_hz = values.real(0.0, 2000.0);
  o.contrast_quantile = values.real(0.0, 1.0);
  o.n_chroma = values.within(-1, 100);
  o.tuning = values.real(-0.6, 0.6);
  return o;
}

/// Any bits, or bytes as samples between -1 and 1, a few of them again and again.
std::vector<float> take_samples(Values& values) {
  const bool any_bits = values.flag();
  const std::size_t repeats = std::size_t{1} << values.within(0, 6);
  std::vector<float> once;
  while (!values.empty())
    once.push_back(any_bits ? values.raw<float>()
                            : static_cast<float>(values.raw<std::int8_t>()) / 127.0f);
  std::vector<float> samples;
  for (std::size_t i = 0; i < repeats && samples.size() < 40000; ++i)
    samples.insert(samples.end(), once.begin(), once.end());
  return samples;
}

bool same_bits(const Eigen::MatrixXf& a, const Eigen::MatrixXf& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         fuzz::same_bits({a.data(), a.data() + a.size()}, {b.data(), b.data() + b.size()});
}

/// That blocks of any size give the features of the whole, to the bit.
template <typename Extractor>
void extract(const Extractor& extractor, const std::vector<float>& samples, std::size_t block) {
  const std::span<const float> all = samples;
  const auto stream = extractor.stream(static_cast<std::int64_t>(block * 1000));
  for (std::size_t i = 0; i < all.size(); i += block)
    stream->push(all.subspan(i, std::min(block, all.size() - i)));
  Eigen::MatrixXf whole;
  const bool has_frames = accepts([&] { whole = extractor(all); });
  Eigen::MatrixXf parts;
  require(accepts([&] { parts = stream->finish(); }) == has_frames,
          "blocks and the whole are accepted alike");
  require(!has_frames || parts.rows() == extractor.rows(), "as many rows as were announced");
  require(same_bits(whole, parts), "blocks give the features of the whole");
}

void resample(Values& values, const std::vector<float>& samples) {
  const double from = values.real(4000.0, 48000.0), to = values.real(4000.0, 48000.0);
  // Rates of other machines would make millions of samples of a few.
  if (from > 0.0 && to > 64.0 * from) return;
  Resampler resampler(from, to);
  std::vector<float> out;
  resampler.push(samples, out);
  resampler.finish(out);
}

}  // namespace

void fuzz_features(std::string_view input) {
  Values values(input);
  const int kind = values.within(0, 6);
  const std::size_t block = values.within<std::size_t>(1, 5000);
  const double rate_hz = values.real(1000.0, 48000.0);
  accepts([&] {
    if (kind == 0) {
      StftOptions o;
      take(values, o);
      stft(take_samples(values), o);
    } else if (kind == 1) {
      const MelSpectrogram mel(log_mel_options(values), rate_hz);
      extract(mel, take_samples(values), block);
    } else if (kind == 2) {
      const LogMel mel(log_mel_options(values), rate_hz);
      extract(mel, take_samples(values), block);
    } else if (kind == 3) {
      const Mfcc mfcc(mfcc_options(values), rate_hz);
      extract(mfcc, take_samples(values), block);
    } else if (kind == 4) {
      const Descriptors descriptors(descriptor_options(values), rate_hz);
      extract(descriptors, take_samples(values), block);
    } else if (kind == 5) {
      const std::vector<float> samples = take_samples(values);
      Fingerprint one = fingerprint(samples, rate_hz);
      std::vector<Fingerprint> both = {one, one};
      near_duplicates(both, {.min_score = 0.1, .min_overlap_s = 0.0});
    } else {
      Values rates(values.bytes(18));
      resample(rates, take_samples(values));
    }
  });
}

}  // namespace genrebench::fuzz
