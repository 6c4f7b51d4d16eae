// Each deformation against its definition, measured on its output by other means than its own.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <numbers>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "harness/plugin/registry.hpp"
#include "signal/audio/audio.hpp"
#include "signal/spectrum/fft.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {

void register_all_pipeline(Registry& registry);

namespace definitions_test {

using Samples = std::vector<float>;

constexpr double kRate_hz = 22050.0;

std::unique_ptr<Deformation> make(const std::string& name, const OptionValues& given) {
  static const Registry registry = [] {
    Registry r;
    register_all_pipeline(r);
    return r;
  }();
  const DeformationPlugin& plugin = registry.deformations.get(name, "test");
  return plugin.make(plugin.options.resolve(given, name));
}

Samples apply(const std::string& name, const OptionValues& given, const Samples& samples,
              double rate_hz = kRate_hz) {
  return make(name, given)->apply(samples, rate_hz, /*seed=*/5);
}

Samples tone(double frequency_hz, double duration_s, double amplitude = 0.5) {
  Samples samples(static_cast<std::size_t>(duration_s * kRate_hz));
  for (std::size_t n = 0; n < samples.size(); ++n)
    samples[n] = static_cast<float>(amplitude * std::sin(2.0 * std::numbers::pi * frequency_hz *
                                                         static_cast<double>(n) / kRate_hz));
  return samples;
}

double power(const Samples& samples, std::size_t from = 0, std::size_t to = SIZE_MAX) {
  double sum = 0.0;
  to = std::min(to, samples.size());
  for (std::size_t n = from; n < to; ++n)
    sum += static_cast<double>(samples[n]) * static_cast<double>(samples[n]);
  return sum / static_cast<double>(to - from);
}

double decibels(double ratio_of_powers) { return 10.0 * std::log10(ratio_of_powers); }

/// |X[k]|^2 of a signal with Hann's window.
std::vector<double> spectrum(const Samples& samples) {
  const RealFft<double> fft(samples.size());
  std::vector<double> time(samples.size());
  for (std::size_t n = 0; n < time.size(); ++n)
    time[n] = static_cast<double>(samples[n]) *
              (0.5 - 0.5 * std::cos(2.0 * std::numbers::pi * static_cast<double>(n) /
                                    static_cast<double>(time.size())));
  std::vector<std::complex<double>> bins(fft.n_bins());
  fft.forward(time, bins);
  std::vector<double> result;
  for (const auto& bin : bins) result.push_back(std::norm(bin));
  return result;
}

/// The frequency of the strongest partial: the highest bin with the parabola through its
/// neighbours.
double pitch_hz(const Samples& samples) {
  const std::vector<double> bins = spectrum(samples);
  const auto k =
      static_cast<std::size_t>(std::max_element(bins.begin(), bins.end()) - bins.begin());
  const double a = std::log(bins[k - 1]), b = std::log(bins[k]), c = std::log(bins[k + 1]);
  return (static_cast<double>(k) + 0.5 * (a - c) / (a - 2.0 * b + c)) * kRate_hz /
         static_cast<double>(samples.size());
}

/// Where the gain of a deformation of an impulse is -3.01 dB, searched between two frequencies.
double cutoff_hz(const Samples& response, double low_hz, double high_hz) {
  const auto gain = [&](double frequency_hz) {
    std::complex<double> sum = 0.0;
    for (std::size_t n = 0; n < response.size(); ++n)
      sum += static_cast<double>(response[n]) *
             std::polar(1.0,
                        -2.0 * std::numbers::pi * frequency_hz * static_cast<double>(n) / kRate_hz);
    return std::norm(sum);
  };
  const bool rises = gain(high_hz) > gain(low_hz);
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low_hz + high_hz);
    ((gain(middle) < 0.5) == rises ? low_hz : high_hz) = middle;
  }
  return low_hz;
}

Samples impulse(std::size_t length = 16384) {
  Samples samples(length);
  samples[0] = 1.0f;
  return samples;
}

Samples minus(const Samples& a, const Samples& b) {
  Samples result(a.size());
  for (std::size_t n = 0; n < a.size(); ++n) result[n] = a[n] - b[n];
  return result;
}

TEST(Noise, HasTheSignalToNoiseRatioThatIsAskedFor) {
  const ::genrebench::testing::TemporaryFolder folder;
  write_wav(folder / "hum.wav", tone(50.0, 0.7), 22050);
  const Samples music = tone(440.0, 2.0);
  for (const double snr_db : {-10.0, 0.0, 20.0, 40.0})
    for (const std::string colour : {"white", "pink", "files"}) {
      OptionValues options = {{"snr_db", snr_db}, {"colour", colour}};
      if (colour == "files") options["files"] = std::vector{(folder / "hum.wav").string()};
      const Samples noise = minus(apply("noise", options, music), music);
      EXPECT_NEAR(decibels(power(music) / power(noise)), snr_db, 0.1) << colour;
    }
}

TEST(Noise, IsFlatIfWhiteAndFallsByThreeDecibelsPerOctaveIfPink) {
  const Samples music = tone(440.0, 20.0, 0.01);
  for (const std::string colour : {"white", "pink"}) {
    const Samples noise =
        minus(apply("noise", {{"snr_db", -40.0}, {"colour", colour}}, music), music);
    const std::vector<double> bins = spectrum(noise);
    const auto in_octave = [&](double low_hz) {
      const double bins_per_hz = static_cast<double>(noise.size()) / kRate_hz;
      double sum = 0.0;
      for (auto k = static_cast<std::size_t>(low_hz * bins_per_hz);
           k < static_cast<std::size_t>(2.0 * low_hz * bins_per_hz); ++k)
        sum += bins[k];
      return sum;
    };
    const double rise_db = decibels(in_octave(4000.0) / in_octave(250.0)) / 4.0;  // per octave
    EXPECT_NEAR(rise_db, colour == "white" ? 3.01 : 0.0, 0.15) << colour;
  }
}

TEST(Noise, IsAnotherForAnotherTrackOrSeed) {
  const Samples music = tone(440.0, 0.5);
  const auto noise = make("noise", {});
  EXPECT_NE(noise->apply(music, kRate_hz, 1), noise->apply(music, kRate_hz, 2));
  EXPECT_NE(noise->apply(music, kRate_hz, 1),
            make("noise", {{"seed", std::int64_t{1}}})->apply(music, kRate_hz, 1));
}

TEST(Noise, RefusesFilesWithoutTheirColourAndSilentFiles) {
  const ::genrebench::testing::TemporaryFolder folder;
  write_wav(folder / "silence.wav", Samples(1000, 0.0f), 22050);
  const std::vector<std::string> files = {(folder / "silence.wav").string()};
  EXPECT_THROW(make("noise", {{"files", files}}), ConfigError);
  EXPECT_THROW(make("noise", {{"colour", std::string("files")}}), ConfigError);
  EXPECT_THROW(
      apply("noise", {{"colour", std::string("files")}, {"files", files}}, tone(440.0, 0.5)),
      ConfigError);
}

TEST(Gain, MultipliesByTheRatioOfItsDecibels) {
  const Samples music = tone(440.0, 0.5);
  for (const double gain_db : {-24.0, -6.0, 12.0})
    EXPECT_NEAR(decibels(power(apply("gain", {{"gain_db", gain_db}}, music)) / power(music)),
                gain_db, 1e-4);
}

TEST(Clipping, CutsTheShareOfSamplesThatIsAskedFor) {
  Random random(1);
  Samples music(50000);
  for (float& x : music) x = static_cast<float>(random.normal());
  for (const double share : {0.01, 0.05, 0.2, 1.0}) {
    const Samples cut = apply("clipping", {{"share", share}}, music);
    std::size_t n_changed = 0;
    for (std::size_t n = 0; n < music.size(); ++n) n_changed += cut[n] != music[n];
    EXPECT_EQ(n_changed, static_cast<std::size_t>(share * 50000.0));
    const float limit = *std::max_element(cut.begin(), cut.end());
    for (std::size_t n = 0; n < music.size(); ++n)
      EXPECT_EQ(cut[n], std::clamp(music[n], -limit, limit));
  }
}

TEST(LowPass, HasItsCutOffWithinOnePercent) {
  for (const double cutoff : {500.0, 2000.0, 8000.0})
    EXPECT_NEAR(cutoff_hz(apply("low_pass", {{"cutoff_hz", cutoff}}, impulse()), 20.0, 11000.0),
                cutoff, 0.01 * cutoff);
  EXPECT_THROW(make("low_pass", {{"order", std::int64_t{3}}}), ConfigError);
  EXPECT_EQ(apply("low_pass", {{"cutoff_hz", 12000.0}}, impulse()), impulse());
}

TEST(HighPass, HasItsCutOffWithinOnePercent) {
  for (const double cutoff : {100.0, 300.0, 1000.0})
    EXPECT_NEAR(cutoff_hz(apply("high_pass", {{"cutoff_hz", cutoff}}, impulse()), 20.0, 11000.0),
                cutoff, 0.01 * cutoff);
  EXPECT_THROW(apply("high_pass", {{"cutoff_hz", 12000.0}}, impulse()), DataError);
}

TEST(Telephone, HasBothEndsOfItsBandWithinOnePercent) {
  const Samples response = apply("telephone", {}, impulse());
  EXPECT_NEAR(cutoff_hz(response, 50.0, 1000.0), 300.0, 3.0);
  EXPECT_NEAR(cutoff_hz(response, 1000.0, 8000.0), 3400.0, 34.0);
  EXPECT_THROW(make("telephone", {{"low_hz", 4000.0}}), ConfigError);
}

TEST(Resampling, KeepsWhatIsBelowTheNewHalfAndLosesWhatIsAbove) {
  for (const double frequency_hz : {1000.0, 3500.0, 4600.0, 7000.0}) {
    const Samples before = tone(frequency_hz, 1.0),
                  after = apply("resampling", {{"rate_hz", 8000.0}}, before);
    ASSERT_EQ(after.size(), before.size());
    const double change_db =
        decibels(power(after, 2000, 20000) / power(before, 2000, 20000) + 1e-12);
    if (frequency_hz < 4000.0)
      EXPECT_NEAR(change_db, 0.0, 0.1) << frequency_hz;
    else
      EXPECT_LT(change_db, -80.0) << frequency_hz;
  }
  EXPECT_EQ(apply("resampling", {{"rate_hz", 44100.0}}, impulse()), impulse());
}

TEST(Mp3, KeepsATonesPitchLengthAndPlace) {
  const Samples before = tone(440.0, 2.0),
                after = apply("mp3", {{"bit_rate_kbps", std::int64_t{64}}}, before);
  ASSERT_EQ(after.size(), before.size());
  EXPECT_NEAR(pitch_hz(after), 440.0, 0.1);
  const Samples error = minus(after, before);
  EXPECT_LT(decibels(power(error, 4000, 40000) / power(before, 4000, 40000)), -20.0);
  EXPECT_THROW(apply("mp3", {{"bit_rate_kbps", std::int64_t{320}}}, before), DataError);
}

/// Square waves, whose magnitude is constant, show the curve of the compressor once it has settled:
/// -10 dB is 20 dB above the threshold, of which a ratio of 4 leaves 5.
TEST(Compression, LeavesAboveTheThresholdOneQuarterOfTheLevel) {
  Samples music(8 * 22050);
  for (std::size_t n = 0; n < music.size(); ++n) {
    const double level_db = n < music.size() / 2 ? -10.0 : -60.0;
    const double x = std::pow(10.0, level_db / 20.0);
    music[n] = static_cast<float>(n / 50 % 2 == 0 ? x : -x);
  }
  const Samples after = apply("compression", {{"ratio", 4.0}, {"threshold_db", -30.0}}, music);
  const double loud_db = decibels(power(after, 2 * 22050, 4 * 22050)),
               quiet_db = decibels(power(after, 6 * 22050, 8 * 22050));
  // 50 dB apart before; the loud part fell by 15, and the mean power stayed.
  EXPECT_NEAR(loud_db - quiet_db, 35.0, 0.1);
  EXPECT_NEAR(power(after), power(music), 1e-4 * power(music));
}

TEST(Compression, HasItsAttackAndReleaseAsTimeConstants) {
  // From rest the reduction rises to 1 - 1/e of its end within the attack. Square waves again.
  Samples music(22050);
  for (std::size_t n = 0; n < music.size(); ++n)
    music[n] = n / 50 % 2 == 0 ? 0.3162f : -0.3162f;  // -10 dB
  const Samples after =
      apply("compression", {{"ratio", 4.0}, {"attack_ms", 50.0}, {"release_ms", 100.0}}, music);
  const auto level_db = [&](std::size_t n) {
    return 20.0 * std::log10(std::abs(static_cast<double>(after[n])));
  };
  const double start_db = level_db(0), end_db = level_db(music.size() - 1);
  EXPECT_NEAR(start_db - end_db, 15.0, 0.1);
  const auto at = static_cast<std::size_t>(0.05 * 22050.0);
  EXPECT_NEAR((start_db - level_db(at)) / (start_db - end_db), 1.0 - 1.0 / std::numbers::e, 0.01);
}

/// Schroeder, JASA 37, 1965: the energy that is still to come falls by 60 dB in the reverberation
/// time; from -5 to -35 dB as ISO 3382 measures it.
TEST(Reverberation, FallsBySixtyDecibelsInItsTime) {
  for (const double rt60_s : {0.2, 0.4, 1.0}) {
    const Samples response =
        apply("reverberation", {{"rt60_s", rt60_s}, {"direct_db", 3.0}}, impulse(44100));
    std::vector<double> rest(response.size() + 1, 0.0);
    for (std::size_t n = response.size(); n-- > 1;)
      rest[n] = rest[n + 1] + static_cast<double>(response[n]) * static_cast<double>(response[n]);
    const auto falls_to = [&](double level_db) {
      std::size_t n = 1;
      while (decibels(rest[n] / rest[1]) > level_db) ++n;
      return static_cast<double>(n) / kRate_hz;
    };
    EXPECT_NEAR(2.0 * (falls_to(-35.0) - falls_to(-5.0)), rt60_s, 0.1 * rt60_s);
    const double direct = static_cast<double>(response[0]) * static_cast<double>(response[0]);
    EXPECT_NEAR(decibels(direct / rest[1]), 3.0, 0.1);
  }
}

TEST(Reverberation, IsTheConvolutionWithAResponseOfTheUser) {
  const ::genrebench::testing::TemporaryFolder folder;
  Samples response(200);
  response[0] = 0.5f;
  response[150] = -0.25f;
  write_wav(folder / "room.wav", response, 22050, SampleFormat::float32);
  const Samples music = tone(440.0, 0.5);
  const Samples after =
      apply("reverberation", {{"impulse_response", (folder / "room.wav").string()}}, music);
  const double scale = static_cast<double>(after[100]) / (0.5 * static_cast<double>(music[100]));
  for (std::size_t n = 0; n < music.size(); n += 37)
    EXPECT_NEAR(after[n],
                scale * (0.5 * static_cast<double>(music[n]) -
                         (n >= 150 ? 0.25 * static_cast<double>(music[n - 150]) : 0.0)),
                1e-5);
  EXPECT_NEAR(power(after), power(music), 1e-5);
}

TEST(Speed, MultipliesThePitchAndDividesTheLength) {
  for (const double factor : {0.8, 1.06, 1.2}) {
    const Samples after = apply("speed", {{"factor", factor}}, tone(440.0, 3.0));
    EXPECT_NEAR(static_cast<double>(after.size()), 3.0 * kRate_hz / factor, 1.0);
    EXPECT_NEAR(pitch_hz(after), 440.0 * factor, 0.1);
  }
}

/// Starts of clicks: where the magnitude passes a limit after 100 ms below it.
std::vector<double> onsets_s(const Samples& samples) {
  std::vector<double> result;
  double last_s = -1.0;
  for (std::size_t n = 0; n < samples.size(); ++n) {
    if (std::abs(samples[n]) < 0.2f) continue;
    const double now_s = static_cast<double>(n) / kRate_hz;
    if (now_s - last_s > 0.1) result.push_back(now_s);
    last_s = now_s;
  }
  return result;
}

TEST(TimeStretch, MovesOnsetsByTheTempoAndKeepsThePitch) {
  // Bursts of 20 ms, one each half second.
  Samples music(static_cast<std::size_t>(8.0 * kRate_hz));
  for (std::size_t beat = 1; beat < 16; ++beat)
    for (std::size_t n = 0; n < 441; ++n)
      music[beat * 11025 + n] = static_cast<float>(
          0.8 * std::sin(2.0 * std::numbers::pi * 1000.0 * static_cast<double>(n) / kRate_hz));
  for (const double tempo : {0.8, 1.05, 1.25}) {
    const std::vector<double> onsets = onsets_s(apply("time_stretch", {{"tempo", tempo}}, music));
    ASSERT_EQ(onsets.size(), 15u) << tempo;
    // A window may begin up to 12 ms from its place.
    for (std::size_t i = 0; i < onsets.size(); ++i)
      EXPECT_NEAR(onsets[i], 0.5 * static_cast<double>(i + 1) / tempo, 0.013) << tempo;
    const Samples after = apply("time_stretch", {{"tempo", tempo}}, tone(440.0, 3.0));
    EXPECT_NEAR(pitch_hz(after), 440.0, 0.5);
  }
}

TEST(PitchShift, MultipliesThePitchAndKeepsTheLength) {
  for (const double semitones : {-3.0, 0.5, 1.0, 12.0}) {
    const Samples before = tone(440.0, 3.0),
                  after = apply("pitch_shift", {{"semitones", semitones}}, before);
    ASSERT_EQ(after.size(), before.size());
    const double expected = 440.0 * std::exp2(semitones / 12.0);
    EXPECT_NEAR(pitch_hz(after), expected, 0.001 * expected);
  }
}

TEST(StartCut, LeavesTheRestOfTheTrack) {
  const Samples before = tone(440.0, 2.0), after = apply("start_cut", {{"cut_s", 0.5}}, before);
  EXPECT_EQ(after, Samples(before.begin() + 11025, before.end()));
  EXPECT_THROW(apply("start_cut", {{"cut_s", 2.0}}, before), DataError);
}

TEST(Silence, SilencesTheShareOfThePiecesAndLeavesTheOthers) {
  Samples music(static_cast<std::size_t>(10.0 * kRate_hz), 0.5f);
  const Samples after = apply("silence", {{"share", 0.3}, {"piece_s", 0.5}}, music);
  std::size_t n_silent = 0;
  for (std::size_t piece = 0; piece < 20; ++piece) {
    const auto begin = after.begin() + static_cast<std::ptrdiff_t>(piece * 11025);
    const bool silent = *begin == 0.0f;
    n_silent += silent;
    EXPECT_TRUE(
        std::all_of(begin, begin + 11025, [&](float x) { return x == (silent ? 0.0f : 0.5f); }));
  }
  EXPECT_EQ(n_silent, 6u);
}

}  // namespace definitions_test
}  // namespace genrebench
