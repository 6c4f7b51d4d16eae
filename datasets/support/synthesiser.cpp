// How a song comes about
//
// genre   An archetype (kArchetypes below) fixes six traits: rhythm (tempo, metre, swing, drum grids), harmony (scale
//         and chord progressions), texture (how the chords and the bass move), instruments (additive, FM, plucked
//         string, breath noise), mix (levels, brightness, drive) and dynamics (compression, reverberation).
// artist  Draws one value from each of the genre's ranges and keeps it: tuning, colours of the instruments, drum kit,
//         tilt and bandwidth of the recording, hiss, reverberation, loudness, preferred tempo. These habits are what a
//         split that ignores artists lets a classifier memorise.
// song    Moves a little around its artist's values and draws key, progression, melody and form (AABA, ABAC ...).
// section Equal labels share chords, melody and orchestration; each repetition varies loudness and drum fills.
//
// `difficulty` d widens every range towards the range over all archetypes, and lets an artist (and, more rarely, a
// song) borrow a whole trait from another archetype with a probability that grows with d.
//
// Each draw comes from a stream of its own, seeded by (set seed, purpose, genre name, number), so that adding tracks
// or genres leaves earlier songs alone. Sounds are made by table look-up and recurrences only.

#include "datasets/support/synthesiser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <numbers>
#include <span>
#include <string_view>

#include "signal/random.hpp"

namespace genrebench {
namespace {

// ---------------------------------------------------------------------------------------------------------------
// Archetypes

struct Range {
  double low;
  double high;
};

enum class Voice { organ, flute, saw, square, strings, bell, electric_piano, brass, steel_pluck, nylon_pluck, breath };
enum class Comping { pad, quarters, offbeats, chug, arpeggio, boom_chick, stabs, waltz, charleston, habanera };
enum class BassLine { drone, roots, eighths, walking, octaves, root_fifth, syncopated };

struct Rhythm {
  Range tempo_bpm;
  int steps_per_bar;  // sixteenths: 16 in 4/4, 12 in 3/4
  Range swing;        // delay of every second eighth, as a fraction of an eighth
  // Two grids each: x a stroke, o a soft one, . none. The second grid is for contrasting sections.
  std::array<std::string_view, 2> kick, snare, hat;
};

struct Harmony {
  std::string_view scale_name;
  std::vector<int> scale;                      // semitones above the key
  std::vector<std::array<int, 4>> progressions;  // degrees of the scale, one a bar
  bool sevenths;
};

struct Texture {
  Comping comping;
  BassLine bass;
  Range density;   // share of the eighths on which the lead sings
  Range lead_key;  // MIDI note around which it moves
};

struct Mix {
  Range drums_db, bass_db, chords_db, lead_db;
  Range tilt_db;  // treble against bass, around 800 Hz
  Range drive;    // gain into the soft clipper of the tonal bus; 0 is clean
  Range bandwidth_hz;  // of the recording
};

struct Dynamics {
  Range compression;  // ratio of the bus compressor
  Range reverb;       // share of the wet signal
  Range accent;       // how much strokes differ in loudness
};

struct Archetype {
  std::string_view name;
  Rhythm rhythm;
  Harmony harmony;
  Texture texture;
  std::vector<Voice> chords, lead, bass;
  Mix mix;
  Dynamics dynamics;
};

const std::vector<int> kMajor = {0, 2, 4, 5, 7, 9, 11};
const std::vector<int> kMinor = {0, 2, 3, 5, 7, 8, 10};
const std::vector<int> kDorian = {0, 2, 3, 5, 7, 9, 10};
const std::vector<int> kMixolydian = {0, 2, 4, 5, 7, 9, 10};
const std::vector<int> kPhrygian = {0, 1, 3, 5, 7, 8, 10};
const std::vector<int> kHarmonicMinor = {0, 2, 3, 5, 7, 8, 11};

const std::vector<Archetype>& archetypes() {
  using enum Voice;
  static const std::vector<Archetype> kArchetypes = {
      {"ambient",
       {{60, 84}, 16, {0, 0.05}, {"................", "x..............."}, {"................", "........o......."},
        {"o.......o.......", "o...o...o...o..."}},
       {"major", kMajor, {{0, 4, 5, 3}, {3, 0, 4, 0}, {5, 3, 0, 4}}, true},
       {Comping::pad, BassLine::drone, {0.1, 0.3}, {64, 76}},
       {strings, organ, breath}, {bell, flute, breath}, {organ, strings},
       {{-20, -12}, {-9, -3}, {-4, 0}, {-10, -4}, {-5, 0}, {0, 0.4}, {5000, 7000}}, {{1.0, 2.0}, {0.35, 0.6}, {0.1, 0.4}}},
      {"bluegrass",
       {{112, 152}, 16, {0, 0.12}, {"x.......x.......", "x.......x......."}, {"....o.......o...", "....x.......x..."},
        {"..o...o...o...o.", "................"}},
       {"major", kMajor, {{0, 3, 0, 4}, {0, 0, 3, 4}, {0, 4, 3, 0}}, false},
       {Comping::boom_chick, BassLine::root_fifth, {0.7, 0.95}, {67, 79}},
       {steel_pluck, nylon_pluck}, {steel_pluck, strings}, {nylon_pluck, steel_pluck},
       {{-16, -9}, {-6, -1}, {-5, -1}, {-3, 1}, {-1, 4}, {0, 0.3}, {8500, 10500}}, {{1.0, 2.5}, {0.03, 0.15}, {0.3, 0.7}}},
      {"chiptune",
       {{120, 160}, 16, {0, 0.03}, {"x...x...x...x...", "x.....x.x......."}, {"....x.......x...", "....x.......x.xx"},
        {"x.x.x.x.x.x.x.x.", "xxxxxxxxxxxxxxxx"}},
       {"minor", kMinor, {{0, 5, 2, 6}, {0, 3, 4, 0}, {0, 6, 5, 6}}, false},
       {Comping::arpeggio, BassLine::octaves, {0.6, 0.9}, {72, 84}},
       {square, saw}, {square, bell}, {square, saw},
       {{-8, -3}, {-5, 0}, {-7, -2}, {-3, 1}, {0, 5}, {0.2, 0.8}, {9500, 10900}}, {{2.0, 5.0}, {0.0, 0.08}, {0.05, 0.3}}},
      {"dub",
       {{66, 92}, 16, {0.05, 0.25}, {"........x.......", "x.......x......."}, {"........x.......", "........x.....o."},
        {"..x...x...x...x.", "x.xox.xox.xox.xo"}},
       {"dorian", kDorian, {{0, 3, 0, 3}, {0, 6, 0, 6}, {0, 0, 4, 3}}, false},
       {Comping::offbeats, BassLine::syncopated, {0.15, 0.4}, {62, 72}},
       {organ, electric_piano, steel_pluck}, {brass, organ, flute}, {organ, nylon_pluck},
       {{-6, -1}, {-1, 4}, {-8, -3}, {-9, -4}, {-5, 0}, {0.1, 0.6}, {4500, 6500}}, {{1.5, 4.0}, {0.2, 0.45}, {0.2, 0.6}}},
      {"funk",
       {{94, 116}, 16, {0.0, 0.2}, {"x..x..x...x.....", "x.x....x..x..x.."}, {"....x..o.o..x..o", "....x.......x.o."},
        {"xoxoxoxoxoxoxoxo", "x.xox.xxx.xox.xo"}},
       {"mixolydian", kMixolydian, {{0, 0, 3, 0}, {0, 3, 0, 6}, {0, 6, 3, 0}}, true},
       {Comping::stabs, BassLine::syncopated, {0.35, 0.65}, {64, 74}},
       {electric_piano, steel_pluck, organ}, {brass, saw, electric_piano}, {saw, nylon_pluck},
       {{-4, 1}, {-3, 2}, {-8, -3}, {-7, -2}, {-2, 3}, {0.2, 0.9}, {7500, 9500}}, {{2.0, 5.0}, {0.02, 0.12}, {0.3, 0.8}}},
      {"house",
       {{116, 130}, 16, {0, 0.1}, {"x...x...x...x...", "x...x...x...x..."}, {"....x.......x...", "....x.......x..x"},
        {"..x...x...x...x.", "..x.o.x.o.x.o.xo"}},
       {"minor", kMinor, {{0, 0, 5, 6}, {0, 5, 0, 6}, {0, 2, 3, 5}}, true},
       {Comping::stabs, BassLine::octaves, {0.2, 0.5}, {64, 76}},
       {saw, organ, strings}, {saw, bell, electric_piano}, {saw, square},
       {{-3, 2}, {-3, 2}, {-8, -3}, {-9, -3}, {-2, 3}, {0.1, 0.7}, {9000, 10900}}, {{3.0, 8.0}, {0.1, 0.3}, {0.05, 0.3}}},
      {"march",
       {{100, 124}, 16, {0, 0.08}, {"x.......x.......", "x...x...x...x..."}, {"x..xx...x..xx.xx", "x...x.x.x...x.x."},
        {"................", "x.......x......."}},
       {"major", kMajor, {{0, 4, 0, 4}, {0, 3, 4, 0}, {0, 5, 1, 4}}, false},
       {Comping::quarters, BassLine::root_fifth, {0.45, 0.7}, {65, 77}},
       {brass, organ}, {brass, flute}, {brass, saw},
       {{-7, -2}, {-5, 0}, {-6, -1}, {-4, 1}, {-2, 3}, {0, 0.4}, {5500, 7500}}, {{1.0, 2.5}, {0.12, 0.3}, {0.3, 0.7}}},
      {"metal",
       {{104, 168}, 16, {0, 0.04}, {"x.x.x.x.x.x.x.x.", "xxxxxxxxxxxxxxxx"}, {"....x.......x...", "........x......."},
        {"x...x...x...x...", "x.x.x.x.x.x.x.x."}},
       {"phrygian", kPhrygian, {{0, 0, 1, 0}, {0, 5, 6, 0}, {0, 1, 0, 6}}, false},
       {Comping::chug, BassLine::eighths, {0.3, 0.7}, {64, 78}},
       {saw, steel_pluck}, {saw, square}, {saw, steel_pluck},
       {{-4, 1}, {-5, 0}, {-2, 3}, {-6, -1}, {-1, 5}, {2.5, 7.0}, {8000, 10500}}, {{3.0, 8.0}, {0.02, 0.15}, {0.1, 0.4}}},
      {"swing",
       {{112, 176}, 16, {0.22, 0.34}, {"x.......x.......", "x...x...x...x..."}, {"....o.......o...", "....x..o....x..o"},
        {"x...x.x.x...x.x.", "x...x.x.x...x.x."}},
       {"major", kMajor, {{1, 4, 0, 5}, {0, 5, 1, 4}, {2, 5, 1, 4}}, true},
       {Comping::charleston, BassLine::walking, {0.45, 0.75}, {62, 76}},
       {electric_piano, nylon_pluck, organ}, {brass, flute, breath}, {nylon_pluck, organ},
       {{-11, -5}, {-4, 1}, {-9, -4}, {-4, 1}, {-4, 1}, {0, 0.3}, {4500, 6500}}, {{1.0, 2.5}, {0.08, 0.25}, {0.3, 0.8}}},
      {"waltz",
       {{84, 180}, 12, {0, 0.06}, {"x...........", "x..........."}, {"....o...o...", "............"},
        {"............", "....o...o..."}},
       {"harmonic minor", kHarmonicMinor, {{0, 3, 4, 0}, {0, 4, 0, 4}, {0, 5, 3, 4}}, false},
       {Comping::waltz, BassLine::roots, {0.4, 0.7}, {66, 80}},
       {strings, nylon_pluck, organ}, {strings, flute, nylon_pluck}, {strings, nylon_pluck},
       {{-18, -10}, {-6, -1}, {-6, -2}, {-3, 2}, {-3, 2}, {0, 0.3}, {6000, 8000}}, {{1.0, 2.0}, {0.15, 0.4}, {0.3, 0.8}}},
      {"synthpop",
       {{104, 128}, 16, {0, 0.06}, {"x...x...x...x...", "x.....x.x.....x."}, {"....x.......x...", "....x.......x..."},
        {"x.x.x.x.x.x.x.x.", "..x...x...x...x."}},
       {"major", kMajor, {{0, 4, 5, 3}, {5, 3, 0, 4}, {3, 4, 5, 0}}, false},
       {Comping::arpeggio, BassLine::eighths, {0.35, 0.65}, {66, 78}},
       {saw, square, strings}, {square, bell, saw}, {saw, square},
       {{-5, 0}, {-4, 1}, {-7, -2}, {-5, 0}, {-1, 4}, {0.1, 0.6}, {8500, 10500}}, {{2.5, 6.0}, {0.12, 0.35}, {0.05, 0.35}}},
      {"tango",
       {{108, 136}, 16, {0, 0.06}, {"x.......x.......", "x.....x.x......."}, {"............x.o.", "......o.....x..."},
        {"................", "................"}},
       {"harmonic minor", kHarmonicMinor, {{0, 4, 0, 4}, {0, 3, 0, 4}, {0, 3, 4, 0}}, false},
       {Comping::habanera, BassLine::root_fifth, {0.4, 0.75}, {64, 76}},
       {organ, strings}, {strings, organ, saw}, {nylon_pluck, strings},
       {{-18, -10}, {-4, 1}, {-4, 0}, {-4, 1}, {-4, 1}, {0, 0.4}, {4500, 6500}}, {{1.0, 2.5}, {0.08, 0.25}, {0.4, 0.9}}},
  };
  return kArchetypes;
}

// ---------------------------------------------------------------------------------------------------------------
// Oscillators

constexpr int kTableBits = 11;
constexpr int kTableSize = 1 << kTableBits;

const std::array<float, kTableSize + 1>& sine_table() {
  static const auto kTable = [] {
    std::array<float, kTableSize + 1> table{};
    for (int i = 0; i <= kTableSize; ++i)
      table[i] = static_cast<float>(std::sin(2.0 * std::numbers::pi * i / kTableSize));
    return table;
  }();
  return kTable;
}

/// The table at a 32 bit phase, interpolated linearly.
float look_up(const float* table, std::uint32_t phase) {
  constexpr int kFractionBits = 32 - kTableBits;
  const std::uint32_t index = phase >> kFractionBits;
  const float fraction = static_cast<float>(phase & ((1U << kFractionBits) - 1)) * (1.0F / (1U << kFractionBits));
  return table[index] + fraction * (table[index + 1] - table[index]);
}

std::uint32_t phase_step(double frequency_hz, double sample_rate_hz) {
  return static_cast<std::uint32_t>(std::min(0.499, frequency_hz / sample_rate_hz) * 4294967296.0);
}

double from_db(double level_db) { return std::pow(10.0, level_db / 20.0); }

/// tanh by a rational function: exact to 3 % and cheap.
float soft_clip(float x) {
  x = std::clamp(x, -3.0F, 3.0F);
  return x * (27.0F + x * x) / (27.0F + 9.0F * x * x);
}

enum class Generator { additive, fm, pluck, breath };

/// One instrument as one artist plays it.
class Instrument {
 public:
  Instrument(Voice voice, double sample_rate_hz, Random random) : rate_(sample_rate_hz) {
    const auto around = [&random](double value, double spread) { return value * std::exp(spread * random.normal()); };
    double slope = 1.0;      // partial h has amplitude h^-slope ...
    double even = 1.0;       // ... times this where h is even
    double formant = 0.0;    // and a bump of this height at partial `formant_at`
    const double formant_at = random.uniform(2.0, 9.0);
    int partials = 40;
    switch (voice) {
      case Voice::organ: slope = 1.6, even = 0.9, partials = 12, attack_s_ = 0.01, sustain_ = 0.9, release_s_ = 0.06; break;
      case Voice::flute: slope = 2.4, even = 0.5, partials = 8, attack_s_ = 0.05, sustain_ = 0.85, noise_ = 0.05, vibrato_ = 0.004; break;
      case Voice::saw: slope = 1.0, attack_s_ = 0.005, sustain_ = 0.75; break;
      case Voice::square: slope = 1.0, even = 0.05, attack_s_ = 0.002, sustain_ = 0.7, release_s_ = 0.02; break;
      case Voice::strings: slope = 1.25, attack_s_ = 0.12, sustain_ = 0.9, release_s_ = 0.15, vibrato_ = 0.006; break;
      case Voice::bell: generator_ = Generator::fm, ratio_ = 3.5, index_ = 2.2, index_decay_s_ = 0.6, decay_s_ = 0.9, sustain_ = 0.0; break;
      case Voice::electric_piano: generator_ = Generator::fm, ratio_ = 1.0, index_ = 1.6, index_decay_s_ = 0.25, decay_s_ = 0.7, sustain_ = 0.1; break;
      case Voice::brass: generator_ = Generator::fm, ratio_ = 1.0, index_ = 3.2, index_decay_s_ = 1.2, attack_s_ = 0.04, sustain_ = 0.8, vibrato_ = 0.003; break;
      case Voice::steel_pluck: generator_ = Generator::pluck, damping_ = 0.15, decay_s_ = 1.6; break;
      case Voice::nylon_pluck: generator_ = Generator::pluck, damping_ = 0.45, decay_s_ = 0.8; break;
      case Voice::breath: generator_ = Generator::breath, attack_s_ = 0.08, sustain_ = 0.9, release_s_ = 0.12; break;
    }
    // The artist's colours.
    slope = around(slope, 0.08), even = std::min(1.0, around(even, 0.2)), formant = random.uniform(0.0, 1.5);
    attack_s_ = around(attack_s_, 0.25), decay_s_ = around(decay_s_, 0.2), release_s_ = around(release_s_, 0.2);
    index_ = around(index_, 0.18), index_decay_s_ = around(index_decay_s_, 0.2), vibrato_ = around(vibrato_, 0.5);
    damping_ = std::clamp(around(damping_, 0.2), 0.05, 0.9), detune_ = random.uniform(0.0, 0.006);
    if (voice == Voice::bell) ratio_ = std::array{1.4, 3.5, 5.19, 7.07}[random.below(4)];
    for (int h = 1; h <= partials; ++h) {
      const double bump = 1.0 + formant * std::exp(-0.5 * std::pow((h - formant_at) / 1.5, 2.0));
      amplitudes_.push_back(std::pow(h, -slope) * (h % 2 == 0 ? even : 1.0) * bump);
    }
    for (std::size_t h = 0; h < amplitudes_.size(); ++h) phases_.push_back(random.below(kTableSize));
  }

  /// Adds one note to a bus.
  void play(std::span<float> bus, std::int64_t start, double length_s, double frequency_hz, double gain, Random& random) {
    if (start >= static_cast<std::int64_t>(bus.size()) || start < 0 || frequency_hz > 0.4 * rate_) return;
    const auto held = static_cast<std::int64_t>(length_s * rate_);
    const auto total = std::min<std::int64_t>(held + static_cast<std::int64_t>(4.0 * release_s_ * rate_),
                                              static_cast<std::int64_t>(bus.size()) - start);
    const auto out = bus.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(total));
    switch (generator_) {
      case Generator::additive: return add_additive(out, held, frequency_hz, gain, random);
      case Generator::fm: return add_fm(out, held, frequency_hz, gain);
      case Generator::pluck: return add_pluck(out, held, frequency_hz, gain, random);
      case Generator::breath: return add_breath(out, held, frequency_hz, gain, random);
    }
  }

 private:
  /// Linear attack, exponential decay to the sustained level, exponential release.
  class Envelope {
   public:
    Envelope(const Instrument& i, std::int64_t held)
        : rise_(static_cast<float>(1.0 / std::max(1.0, i.attack_s_ * i.rate_))),
          sustain_(static_cast<float>(i.sustain_)),
          decay_(static_cast<float>(1.0 - std::exp(-1.0 / (i.decay_s_ * i.rate_)))),
          release_(static_cast<float>(std::exp(-1.0 / (i.release_s_ * i.rate_)))),
          held_(held) {}
    float next() {
      if (n_++ >= held_) return level_ *= release_;
      if (rising_) {
        level_ += rise_;
        if (level_ >= 1.0F) level_ = 1.0F, rising_ = false;
      } else {
        level_ += decay_ * (sustain_ - level_);
      }
      return level_;
    }

   private:
    float rise_, sustain_, decay_, release_;
    std::int64_t held_, n_ = 0;
    float level_ = 0.0F;
    bool rising_ = true;
  };

  /// The waveform without partials above half the sample rate, for this octave of fundamentals.
  const float* table_for(double frequency_hz) {
    const int octave = std::max(0, static_cast<int>(std::floor(std::log2(frequency_hz / 27.5))));
    auto& table = tables_[octave];
    if (table.empty()) {
      table.assign(kTableSize + 1, 0.0F);
      const double top = 27.5 * std::exp2(octave + 1);
      double power = 0.0;
      for (std::size_t h = 1; h <= amplitudes_.size() && static_cast<double>(h) * top < 0.5 * rate_; ++h) {
        const auto amplitude = static_cast<float>(amplitudes_[h - 1]);
        power += 0.5 * amplitudes_[h - 1] * amplitudes_[h - 1];
        for (int i = 0; i <= kTableSize; ++i)
          table[i] += amplitude * sine_table()[(i * h + phases_[h - 1]) & (kTableSize - 1)];
      }
      const auto scale = static_cast<float>(0.35 / std::sqrt(std::max(power, 1e-9)));
      for (float& value : table) value *= scale;
    }
    return table.data();
  }

  void add_additive(std::span<float> out, std::int64_t held, double frequency_hz, double gain, Random& random) {
    const float* table = table_for(frequency_hz);
    Envelope envelope(*this, held);
    auto phase = static_cast<std::uint32_t>(random.below(1ULL << 32));
    auto second = static_cast<std::uint32_t>(random.below(1ULL << 32));
    const double step = phase_step(frequency_hz, rate_);
    const std::uint32_t second_step = phase_step(frequency_hz * (1.0 + detune_), rate_);
    const std::uint32_t vibrato_step = phase_step(5.2, rate_);
    const auto depth = static_cast<float>(vibrato_ * step);
    const auto base = static_cast<std::uint32_t>(step);
    auto noise = static_cast<std::uint32_t>(random.below(1ULL << 32));
    std::uint32_t vibrato = 0;
    const auto g = static_cast<float>(0.5 * gain);
    const auto hiss = static_cast<float>(noise_);
    for (float& sample : out) {
      noise = noise * 1664525U + 1013904223U;
      vibrato += vibrato_step;
      const float wobble = depth * look_up(sine_table().data(), vibrato);
      phase += base + static_cast<std::uint32_t>(static_cast<std::int32_t>(wobble));
      second += second_step;
      const float grain = hiss * static_cast<float>(static_cast<std::int32_t>(noise)) * 0x1.0p-31F;
      sample += g * envelope.next() * (look_up(table, phase) + look_up(table, second) + grain);
    }
  }

  void add_fm(std::span<float> out, std::int64_t held, double frequency_hz, double gain) {
    Envelope envelope(*this, held);
    std::uint32_t carrier = 0, modulator = 0, vibrato = 0;
    const std::uint32_t carrier_step = phase_step(frequency_hz, rate_);
    const std::uint32_t modulator_step = phase_step(frequency_hz * ratio_ * (1.0 + 0.3 * detune_), rate_);
    const std::uint32_t vibrato_step = phase_step(4.8, rate_);
    // Carson's rule keeps the side bands below half the sample rate.
    const double index = std::min(index_, std::max(0.0, 0.45 * rate_ / (frequency_hz * ratio_) - 1.0));
    auto level = static_cast<float>(index);
    const auto floor = static_cast<float>(0.25 * index);
    const auto fall = static_cast<float>(1.0 - std::exp(-1.0 / (index_decay_s_ * rate_)));
    const auto depth = static_cast<float>(vibrato_ * carrier_step);
    const auto g = static_cast<float>(0.4 * gain);
    constexpr float kRadian = 4294967296.0F / (2.0F * std::numbers::pi_v<float>);
    for (float& sample : out) {
      level += fall * (floor - level);
      vibrato += vibrato_step;
      modulator += modulator_step;
      carrier += carrier_step + static_cast<std::uint32_t>(
                                    static_cast<std::int32_t>(depth * look_up(sine_table().data(), vibrato)));
      const float shift = level * look_up(sine_table().data(), modulator) * kRadian;
      sample += g * envelope.next() *
                look_up(sine_table().data(), carrier + static_cast<std::uint32_t>(static_cast<std::int64_t>(shift)));
    }
  }

  /// Karplus and Strong's plucked string, tuned by an all-pass (Jaffe and Smith 1983).
  void add_pluck(std::span<float> out, std::int64_t held, double frequency_hz, double gain, Random& random) {
    const double period = rate_ / frequency_hz;
    const double blend = 0.5 * damping_;  // the loop's low-pass: (1 - blend) x[n] + blend x[n-1], delay `blend`
    const int whole = std::max(2, static_cast<int>(period - blend - 0.1));
    const double fraction = period - blend - whole;
    const auto all_pass = static_cast<float>((1.0 - fraction) / (1.0 + fraction));
    const auto a = static_cast<float>(1.0 - blend), b = static_cast<float>(blend);
    const auto loss = static_cast<float>(std::exp(-period / (decay_s_ * rate_)));
    const auto release = static_cast<float>(std::exp(-1.0 / (release_s_ * rate_)));
    std::vector<float> line(static_cast<std::size_t>(whole));
    float smooth = 0.0F;
    for (float& value : line) {
      smooth += static_cast<float>(1.0 - 0.6 * damping_) * (static_cast<float>(random.uniform(-1.0, 1.0)) - smooth);
      value = smooth;
    }
    float before = 0.0F, in_before = 0.0F, out_before = 0.0F, level = static_cast<float>(0.9 * gain);
    std::size_t at = 0;
    std::int64_t n = 0;
    for (float& sample : out) {
      const float now = line[at];
      const float low = loss * (a * now + b * before);
      before = now;
      const float next = all_pass * (low - out_before) + in_before;
      in_before = low;
      out_before = next;
      line[at] = next;
      if (++at == line.size()) at = 0;
      if (n++ >= held) level *= release;
      sample += level * now;
    }
  }

  /// Noise through a resonance at the note.
  void add_breath(std::span<float> out, std::int64_t held, double frequency_hz, double gain, Random& random) {
    Envelope envelope(*this, held);
    const double radius = 1.0 - 18.0 * (1.0 + damping_) / rate_;
    const auto c1 = static_cast<float>(2.0 * radius * std::cos(2.0 * std::numbers::pi * frequency_hz / rate_));
    const auto c2 = static_cast<float>(-radius * radius);
    const auto g = static_cast<float>(2.2 * gain * std::sqrt(1.0 - radius) *
                                      std::sin(std::min(1.5, 2.0 * std::numbers::pi * frequency_hz / rate_)));
    auto noise = static_cast<std::uint32_t>(random.below(1ULL << 32));
    float y1 = 0.0F, y2 = 0.0F;
    for (float& sample : out) {
      noise = noise * 1664525U + 1013904223U;
      const float x = static_cast<float>(static_cast<std::int32_t>(noise)) * 0x1.0p-31F;
      const float y = x + c1 * y1 + c2 * y2;
      y2 = y1;
      y1 = y;
      sample += g * envelope.next() * (y + 0.4F * x);
    }
  }

  double rate_;
  Generator generator_ = Generator::additive;
  double attack_s_ = 0.004, decay_s_ = 0.5, sustain_ = 0.7, release_s_ = 0.05;
  double ratio_ = 1.0, index_ = 1.0, index_decay_s_ = 0.4;  // FM
  double vibrato_ = 0.0005, noise_ = 0.0, detune_ = 0.002, damping_ = 0.3;
  std::vector<double> amplitudes_;
  std::vector<std::uint64_t> phases_;
  std::map<int, std::vector<float>> tables_;  // by octave
};

/// The strokes of one artist's drum kit, rendered once a song.
struct DrumKit {
  std::vector<float> kick, snare, hat;

  DrumKit(double rate, Random random) {
    const double drop_hz = random.uniform(38.0, 62.0), start_hz = random.uniform(110.0, 260.0);
    const double kick_s = random.uniform(0.09, 0.28), sweep_s = random.uniform(0.02, 0.06);
    const double body_hz = random.uniform(150.0, 260.0), snare_s = random.uniform(0.05, 0.16);
    const double snap = random.uniform(0.45, 0.9), hat_s = random.uniform(0.015, 0.07);
    const double snare_colour = random.uniform(0.25, 0.95), hat_colour = random.uniform(0.3, 0.95);
    const double click = random.uniform(0.0, 0.5);
    const auto stroke = [rate](double seconds) {
      return std::vector<float>(static_cast<std::size_t>(6.0 * seconds * rate) + 1);
    };
    kick = stroke(kick_s);
    double phase = 0.0;
    for (std::size_t i = 0; i < kick.size(); ++i) {
      const double t = static_cast<double>(i) / rate;
      phase += 2.0 * std::numbers::pi * (drop_hz + start_hz * std::exp(-t / sweep_s)) / rate;
      kick[i] = static_cast<float>(std::exp(-t / kick_s) * std::sin(phase) +
                                   click * std::exp(-t / 0.003) * random.uniform(-1.0, 1.0));
    }
    snare = stroke(snare_s);
    double low = 0.0;
    for (std::size_t i = 0; i < snare.size(); ++i) {
      const double t = static_cast<double>(i) / rate;
      low += snare_colour * (random.uniform(-1.0, 1.0) - low);
      snare[i] = static_cast<float>(std::exp(-t / snare_s) * (snap * low + (1.0 - snap) * std::sin(2.0 * std::numbers::pi * body_hz * t)));
    }
    hat = stroke(hat_s);
    low = 0.0;
    for (std::size_t i = 0; i < hat.size(); ++i) {
      const double x = random.uniform(-1.0, 1.0);
      low += hat_colour * (x - low);
      hat[i] = static_cast<float>(0.5 * std::exp(-static_cast<double>(i) / rate / hat_s) * (x - low * (2.0 - 1.3 * hat_colour)));
    }
  }
};

void add_stroke(std::span<float> bus, std::int64_t start, const std::vector<float>& stroke, double gain) {
  if (start < 0 || start >= static_cast<std::int64_t>(bus.size())) return;
  const auto n = std::min(stroke.size(), bus.size() - static_cast<std::size_t>(start));
  const auto g = static_cast<float>(gain);
  for (std::size_t i = 0; i < n; ++i) bus[static_cast<std::size_t>(start) + i] += g * stroke[i];
}

// ---------------------------------------------------------------------------------------------------------------
// Artists and songs

/// How far a song strays from its artist, relative to the artist's own freedom.
constexpr double kSongSpread = 0.2;

/// The range over all archetypes of one trait.
template <typename Member>
Range overall(Member member) {
  Range all{1e9, -1e9};
  for (const Archetype& a : archetypes()) {
    const Range r = member(a);
    all.low = std::min(all.low, r.low), all.high = std::max(all.high, r.high);
  }
  return all;
}

/// Everything that a song has decided before its first note.
struct Style {
  const Rhythm* rhythm;
  const Harmony* harmony;
  const Texture* texture;
  std::array<Voice, 2> chords, lead;  // [1] is for contrasting sections
  Voice bass;
  double tempo_bpm, swing, density, lead_key;
  double drums_db, bass_db, chords_db, lead_db, tilt_db, drive, bandwidth_hz;
  double compression, reverb, accent;
  // Habits that no genre explains.
  double tuning_cents, hiss_db, level_db, reverb_s, chords_key;
};

/// @param artist_seed  fixes the artist's habits; `song` moves around them
Style draw_style(const Archetype& own, double difficulty, std::uint64_t artist_seed, Random& song) {
  const double overlap = difficulty * difficulty;
  Random artist(derive_seed(artist_seed, "habits"));
  const auto any = [](Random& random) -> const Archetype& {
    return archetypes()[random.below(archetypes().size())];
  };
  // Draws are made whether used or not, so that difficulty moves values and never the streams.
  const auto source = [&](double share_artist, double share_song) -> const Archetype& {
    const Archetype& by_artist = any(artist);
    const bool artist_borrows = artist.uniform() < overlap * share_artist;
    const Archetype& by_song = any(song);
    const bool song_borrows = song.uniform() < overlap * share_song;
    return song_borrows ? by_song : artist_borrows ? by_artist : own;
  };
  const auto value = [&](auto member) {
    const Range mine = member(own), all = overall(member);
    const double low = std::lerp(mine.low, all.low, overlap), high = std::lerp(mine.high, all.high, overlap);
    return std::clamp(artist.uniform(low, high) + kSongSpread * (high - low) * song.normal(), all.low, all.high);
  };
  const auto voices = [&](auto member, const Archetype& from) {
    const std::vector<Voice>& list = member(from);
    const std::size_t drawn = artist.below(list.size());
    const std::size_t first = artist.uniform() < 0.7 ? 0 : drawn;
    return std::array<Voice, 2>{list[first], list[(first + 1) % list.size()]};
  };
  Style s{};
  s.rhythm = &source(0.3, 0.1).rhythm;
  s.harmony = &source(0.3, 0.1).harmony;
  s.texture = &source(0.3, 0.1).texture;
  s.chords = voices([](const Archetype& a) -> const auto& { return a.chords; }, source(0.4, 0.1));
  s.lead = voices([](const Archetype& a) -> const auto& { return a.lead; }, source(0.4, 0.1));
  s.bass = voices([](const Archetype& a) -> const auto& { return a.bass; }, source(0.4, 0.1))[0];
  s.tempo_bpm = value([](const Archetype& a) { return a.rhythm.tempo_bpm; });
  s.swing = value([](const Archetype& a) { return a.rhythm.swing; });
  s.density = value([](const Archetype& a) { return a.texture.density; });
  s.lead_key = value([](const Archetype& a) { return a.texture.lead_key; });
  s.drums_db = value([](const Archetype& a) { return a.mix.drums_db; });
  s.bass_db = value([](const Archetype& a) { return a.mix.bass_db; });
  s.chords_db = value([](const Archetype& a) { return a.mix.chords_db; });
  s.lead_db = value([](const Archetype& a) { return a.mix.lead_db; });
  s.tilt_db = value([](const Archetype& a) { return a.mix.tilt_db; });
  s.drive = value([](const Archetype& a) { return a.mix.drive; });
  s.compression = value([](const Archetype& a) { return a.dynamics.compression; });
  s.reverb = value([](const Archetype& a) { return a.dynamics.reverb; });
  s.accent = value([](const Archetype& a) { return a.dynamics.accent; });
  s.tilt_db += 0.8 * artist.normal() + 0.3 * song.normal();
  s.tuning_cents = 18.0 * artist.normal() + 2.0 * song.normal();
  s.bandwidth_hz = value([](const Archetype& a) { return a.mix.bandwidth_hz; });
  s.hiss_db = artist.uniform(-78.0, -60.0) + 1.5 * song.normal();
  s.level_db = artist.uniform(-7.0, -1.0) + 0.5 * song.normal();
  s.level_db = std::min(s.level_db, -0.3);
  s.reverb_s = artist.uniform(0.4, 2.2) * std::exp(0.1 * song.normal());
  s.chords_key = artist.uniform(52.0, 62.0);
  return s;
}

/// What the sections with one label share.
struct Material {
  std::array<int, 4> progression{};
  int grid = 0;           // which of the two drum grids
  bool kick = true, hat = true, lead = true;
  int chord_voice = 0, lead_voice = 0, lead_shift = 0;
  double brightness_db = 0.0;
  std::vector<int> melody;  // two bars of eighths: steps above the chord's root, or kRest
};

constexpr int kRest = -1000;

Material draw_material(const Style& style, std::uint64_t song_seed, char label) {
  Random random(derive_seed(song_seed, "material", static_cast<std::uint64_t>(label)));
  Material m;
  const auto& progressions = style.harmony->progressions;
  Random song(derive_seed(song_seed, "progressions"));
  const std::size_t first = song.below(progressions.size());
  m.progression = progressions[(first + static_cast<std::size_t>(label - 'A')) % progressions.size()];
  if (label != 'A') {
    m.grid = 1;
    m.chord_voice = random.uniform() < 0.6 ? 1 : 0;
    m.lead_voice = random.uniform() < 0.6 ? 1 : 0;
    m.lead = random.uniform() < 0.8;
    m.lead_shift = std::array{-5, 0, 5, 7}[random.below(4)];
    m.brightness_db = random.uniform(1.0, 3.0) * (random.uniform() < 0.5 ? -1.0 : 1.0);
    m.hat = random.uniform() < 0.75;
    if (label == 'C') m.kick = false, m.grid = 0;
  }
  int step = 0;
  for (int eighth = 0; eighth < style.rhythm->steps_per_bar; ++eighth) {
    const bool sings = random.uniform() < style.density * (eighth % 2 == 0 ? 1.15 : 0.85);
    step = std::clamp(step + static_cast<int>(random.below(5)) - 2, -4, 7);
    m.melody.push_back(sings ? step : kRest);
  }
  return m;
}

struct Buses {
  std::vector<float> drums, bass, chords, lead;
};

class Performer {
 public:
  Performer(const Style& style, int key, double rate, std::uint64_t artist_seed, Buses& buses)
      : style_(style),
        key_(key),
        rate_(rate),
        buses_(buses),
        kit_(rate, Random(derive_seed(artist_seed, "drums"))),
        bass_(style.bass, rate, Random(derive_seed(artist_seed, "bass"))) {
    for (std::uint64_t i = 0; i < 2; ++i) {
      chords_.emplace_back(style.chords[i], rate, Random(derive_seed(artist_seed, "chords", i)));
      lead_.emplace_back(style.lead[i], rate, Random(derive_seed(artist_seed, "lead", i)));
    }
  }

  double bar_s() const { return style_.rhythm->steps_per_bar * step_s(); }

  void play_bar(const Material& m, int bar, double start_s, double end_s, bool fill, Random& random) {
    end_s_ = end_s;
    const int steps = style_.rhythm->steps_per_bar;
    const int degree = m.progression[static_cast<std::size_t>(bar) % 4];
    for (int step = 0; step < steps; ++step) {
      const double at_s = start_s + step_time(step) + 0.003 * random.normal();
      if (at_s >= end_s) break;
      const double accent = 1.0 - style_.accent * (step % 4 == 0 ? 0.0 : 0.5) + 0.06 * random.normal();
      drums(m, step, at_s, accent, fill && step >= steps - 4, random);
      bass(step, degree, at_s, accent, random);
      chords(m, step, degree, at_s, accent, random);
      if (m.lead && step % 2 == 0) {
        const int note = m.melody[static_cast<std::size_t>((bar % 2) * (steps / 2) + step / 2)];
        if (note != kRest) lead(m, note, degree, at_s, accent, random);
      }
    }
  }

 private:
  double step_s() const { return 15.0 / style_.tempo_bpm; }
  double step_time(int step) const {
    const double swung = step % 4 == 2 || step % 4 == 3 ? style_.swing * 2.0 : 0.0;
    return (step + swung * (step % 4 == 2 ? 1.0 : 0.5)) * step_s();
  }
  std::int64_t sample(double at_s) const { return static_cast<std::int64_t>(std::max(0.0, at_s) * rate_); }
  double frequency(double midi) const {
    return 440.0 * std::exp2((midi - 69.0 + style_.tuning_cents / 100.0) / 12.0);
  }
  double pitch(int degree, double around) const {
    const auto& scale = style_.harmony->scale;
    const int n = static_cast<int>(scale.size());
    const int octave = degree >= 0 ? degree / n : -((n - 1 - degree) / n);
    const double note = key_ + scale[static_cast<std::size_t>(degree - octave * n)] + 12 * octave;
    return note + 12.0 * std::round((around - key_) / 12.0);
  }
  double until_end(double at_s, double length_s) const { return std::max(0.02, std::min(length_s, end_s_ - at_s)); }

  void drums(const Material& m, int step, double at_s, double accent, bool fill, Random& random) {
    const auto hit = [&](const std::array<std::string_view, 2>& grids, const std::vector<float>& stroke) {
      const std::string_view grid = grids[static_cast<std::size_t>(m.grid)];
      const char c = grid[static_cast<std::size_t>(step) % grid.size()];
      if (c != '.') add_stroke(buses_.drums, sample(at_s), stroke, (c == 'x' ? 0.8 : 0.35) * accent);
    };
    if (m.kick) hit(style_.rhythm->kick, kit_.kick);
    if (fill && random.uniform() < 0.5)
      add_stroke(buses_.drums, sample(at_s), kit_.snare, 0.5 * accent);
    else
      hit(style_.rhythm->snare, kit_.snare);
    if (m.hat) hit(style_.rhythm->hat, kit_.hat);
  }

  void bass(int step, int degree, double at_s, double accent, Random& random) {
    const double s = step_s();
    const int steps = style_.rhythm->steps_per_bar;
    const auto play = [&](int d, double octave, double length_s) {
      bass_.play(buses_.bass, sample(at_s), until_end(at_s, length_s), frequency(pitch(d, 38.0) + octave), 0.8 * accent, random);
    };
    switch (style_.texture->bass) {
      case BassLine::drone: if (step == 0) play(degree, 0, steps * s); break;
      case BassLine::roots: if (step == 0) play(degree, 0, 4 * s); break;
      case BassLine::eighths: if (step % 2 == 0) play(degree, 0, 1.7 * s); break;
      case BassLine::walking: if (step % 4 == 0) play(degree + std::array{0, 2, 4, 5}[step / 4 % 4], 0, 3.6 * s); break;
      case BassLine::octaves: if (step % 2 == 0) play(degree, step % 4 == 2 ? 12 : 0, 1.5 * s); break;
      case BassLine::root_fifth: if (step % 8 == 0) play(degree + (step % 16 == 8 ? 4 : 0), 0, 5 * s); break;
      case BassLine::syncopated:
        if (step == 0 || step == 3 || step == 6 || step == 10) play(degree + (step == 6 ? 4 : 0), 0, 2.5 * s);
        if (step == 13) play(degree + 6, 0, 2.0 * s);
        break;
    }
  }

  void chords(const Material& m, int step, int degree, double at_s, double accent, Random& random) {
    const double s = step_s();
    Instrument& instrument = chords_[static_cast<std::size_t>(m.chord_voice)];
    const auto note = [&](int d, double length_s, double gain) {
      instrument.play(buses_.chords, sample(at_s), until_end(at_s, length_s), frequency(pitch(d, style_.chords_key)), gain * accent, random);
    };
    const auto chord = [&](double length_s, double gain) {
      note(degree, length_s, gain), note(degree + 2, length_s, gain), note(degree + 4, length_s, gain);
      if (style_.harmony->sevenths) note(degree + 6, length_s, gain);
    };
    switch (style_.texture->comping) {
      case Comping::pad: if (step == 0) chord(style_.rhythm->steps_per_bar * s, 0.35); break;
      case Comping::quarters: if (step % 4 == 0) chord(2.5 * s, 0.4); break;
      case Comping::offbeats: if (step % 4 == 2) chord(1.0 * s, 0.45); break;
      case Comping::chug:
        if (step % 2 == 0 || step % 8 == 3) note(degree, 1.6 * s, 0.5), note(degree + 4, 1.6 * s, 0.4);
        break;
      case Comping::arpeggio: note(degree + std::array{0, 2, 4, 7}[step % 4], 1.1 * s, 0.5); break;
      case Comping::boom_chick: if (step % 8 == 4) chord(2.0 * s, 0.45); break;
      case Comping::stabs: if (step == 0 || step == 3 || step == 6 || step == 11) chord(1.3 * s, 0.42); break;
      case Comping::waltz: if (step == 4 || step == 8) chord(2.5 * s, 0.4); break;
      case Comping::charleston: if (step == 0 || step == 6) chord(2.5 * s, 0.4); break;
      case Comping::habanera: if (step == 0 || step == 6 || step == 8 || step == 12) chord(1.8 * s, 0.42); break;
    }
  }

  void lead(const Material& m, int note, int degree, double at_s, double accent, Random& random) {
    const double midi = pitch(degree + note, style_.lead_key) + m.lead_shift;
    lead_[static_cast<std::size_t>(m.lead_voice)].play(buses_.lead, sample(at_s), until_end(at_s, 2.4 * step_s()),
                                                       frequency(midi), 0.8 * accent, random);
  }

  const Style& style_;
  int key_;
  double rate_;
  Buses& buses_;
  DrumKit kit_;
  Instrument bass_;
  std::vector<Instrument> chords_, lead_;
  double end_s_ = 0.0;
};

// ---------------------------------------------------------------------------------------------------------------
// Form

/// Splits the duration into sections of whole bars (the last one ends with the song). A form is repeated until the
/// song ends; sections have at most 8 bars, and short songs still get their four sections where a bar allows it.
std::vector<Section> draw_sections(double duration_s, double bar_s, Random& random) {
  static constexpr std::array<std::string_view, 6> kForms = {"ABAB", "AABA", "ABAC", "AABB", "ABCB", "ABCA"};
  const std::string_view form = kForms[random.below(kForms.size())];
  const double section_s = bar_s * std::clamp(std::round(duration_s / (4.0 * bar_s)), 1.0, 8.0);
  std::vector<Section> sections;
  for (double start_s = 0.0; start_s < duration_s; start_s += section_s) {
    // A remainder of less than half a section belongs to the last one.
    if (!sections.empty() && duration_s - start_s < 0.5 * section_s) break;
    sections.push_back({std::string(1, form[sections.size() % form.size()]), start_s, start_s + section_s});
  }
  sections.back().end_s = duration_s;
  return sections;
}

// ---------------------------------------------------------------------------------------------------------------
// Mixing

/// Schroeder's reverberator: four combs with damped feedback, two all-passes.
std::vector<float> reverberate(const std::vector<float>& dry, double rate, double time_s) {
  static constexpr std::array kCombs_s = {0.0253, 0.0269, 0.0290, 0.0307};
  static constexpr std::array kAllPasses_s = {0.0126, 0.0050};
  std::vector<float> wet(dry.size(), 0.0F);
  for (const double delay_s : kCombs_s) {
    std::vector<float> line(static_cast<std::size_t>(delay_s * rate), 0.0F);
    const auto feedback = static_cast<float>(std::pow(10.0, -3.0 * delay_s / time_s));
    float damped = 0.0F;
    std::size_t at = 0;
    for (std::size_t i = 0; i < dry.size(); ++i) {
      const float y = line[at];
      damped += 0.7F * (y - damped);
      line[at] = dry[i] + feedback * damped;
      if (++at == line.size()) at = 0;
      wet[i] += 0.25F * y;
    }
  }
  for (const double delay_s : kAllPasses_s) {
    std::vector<float> line(static_cast<std::size_t>(delay_s * rate), 0.0F);
    std::size_t at = 0;
    for (float& sample : wet) {
      const float y = line[at] - 0.5F * sample;
      line[at] = sample + 0.5F * y;
      if (++at == line.size()) at = 0;
      sample = y;
    }
  }
  return wet;
}

float rms(const std::vector<float>& x) {
  double sum = 0.0;
  for (const float v : x) sum += static_cast<double>(v) * v;
  return static_cast<float>(std::sqrt(sum / static_cast<double>(std::max<std::size_t>(1, x.size()))));
}

/// Bus compressor: gain follows the level with 5 ms attack and 120 ms release.
void compress(std::vector<float>& x, double rate, double ratio) {
  constexpr std::size_t kBlock = 16;
  const float threshold = rms(x);
  if (threshold <= 0.0F) return;
  const auto attack = static_cast<float>(1.0 - std::exp(-1.0 / (0.005 * rate)));
  const auto release = static_cast<float>(1.0 - std::exp(-1.0 / (0.120 * rate)));
  const auto power = static_cast<float>(1.0 / ratio - 1.0);
  float level = threshold, gain = 1.0F;
  for (std::size_t i = 0; i < x.size(); i += kBlock) {
    const std::size_t end = std::min(x.size(), i + kBlock);
    for (std::size_t j = i; j < end; ++j) {
      const float a = std::fabs(x[j]);
      level += (a > level ? attack : release) * (a - level);
    }
    const float wanted = level > threshold ? std::pow(level / threshold, power) : 1.0F;
    const float step = (wanted - gain) / static_cast<float>(kBlock);
    for (std::size_t j = i; j < end; ++j) x[j] *= (gain += step);
  }
}

std::vector<float> mix_down(Buses& buses, const Style& style, const std::vector<Section>& sections,
                            const std::map<std::string, Material>& materials, double rate, Random& noise) {
  const std::size_t n = buses.drums.size();
  std::vector<float> tonal(n);
  const auto bass = static_cast<float>(from_db(style.bass_db)), chords = static_cast<float>(from_db(style.chords_db)),
             lead = static_cast<float>(from_db(style.lead_db)), drums = static_cast<float>(from_db(style.drums_db));
  for (std::size_t i = 0; i < n; ++i) tonal[i] = chords * buses.chords[i] + lead * buses.lead[i];
  if (style.drive > 0.05) {
    const auto gain = static_cast<float>(1.0 + 3.0 * style.drive);
    const auto back = static_cast<float>(1.0 / std::sqrt(1.0 + 3.0 * style.drive));
    for (float& x : tonal) x = back * soft_clip(gain * x);
  }
  for (std::size_t i = 0; i < n; ++i) tonal[i] += bass * buses.bass[i] + drums * buses.drums[i];
  if (style.reverb > 0.005) {
    const std::vector<float> wet = reverberate(tonal, rate, style.reverb_s);
    const auto share = static_cast<float>(style.reverb);
    for (std::size_t i = 0; i < n; ++i) tonal[i] = (1.0F - share) * tonal[i] + 1.5F * share * wet[i];
  }
  compress(tonal, rate, style.compression);

  // Tilt around 800 Hz, brighter or darker by section (glides in 20 ms), and the recording's bandwidth.
  const auto split = static_cast<float>(1.0 - std::exp(-2.0 * std::numbers::pi * 800.0 / rate));
  const auto band = static_cast<float>(1.0 - std::exp(-2.0 * std::numbers::pi * std::min(0.45 * rate, style.bandwidth_hz) / rate));
  const auto glide = static_cast<float>(1.0 - std::exp(-1.0 / (0.02 * rate)));
  float low = 0.0F, first = 0.0F, second = 0.0F, treble = -1.0F;
  std::size_t i = 0;
  for (const Section& section : sections) {
    const auto end = std::min(n, static_cast<std::size_t>(std::llround(section.end_s * rate)));
    const auto wanted = static_cast<float>(from_db(style.tilt_db + materials.at(section.label).brightness_db));
    if (treble < 0.0F) treble = wanted;
    for (; i < end; ++i) {
      treble += glide * (wanted - treble);
      low += split * (tonal[i] - low);
      const float tilted = low + treble * (tonal[i] - low);
      first += band * (tilted - first);
      second += band * (first - second);
      tonal[i] = second;
    }
  }
  float peak = 1e-6F;
  for (const float x : tonal) peak = std::max(peak, std::fabs(x));
  const auto scale = static_cast<float>(from_db(style.level_db)) / peak;
  const auto hiss = static_cast<float>(from_db(style.hiss_db));
  auto state = static_cast<std::uint32_t>(noise.below(1ULL << 32));
  for (float& x : tonal) {
    state = state * 1664525U + 1013904223U;
    x = std::clamp(scale * x + hiss * static_cast<float>(static_cast<std::int32_t>(state)) * 0x1.0p-31F, -1.0F, 1.0F);
  }
  return tonal;
}

}  // namespace

const std::vector<std::string>& synthetic_genres() {
  static const auto kNames = [] {
    std::vector<std::string> names;
    for (const Archetype& archetype : archetypes()) names.emplace_back(archetype.name);
    return names;
  }();
  return kNames;
}

SyntheticSong synthesise_song(const SynthesiserOptions& options, std::size_t genre, int track) {
  static constexpr std::array<std::string_view, 12> kKeys = {"C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B"};
  const Archetype& archetype = archetypes().at(genre);
  const int artist = track % options.artists_per_genre;
  const std::string name(archetype.name);
  const std::uint64_t artist_seed = derive_seed(options.seed, "artist:" + name, static_cast<std::uint64_t>(artist));
  SyntheticSong song;
  song.seed = derive_seed(options.seed, "song:" + name, static_cast<std::uint64_t>(track));
  song.artist = fmt::format("{} artist {}", name, artist + 1);

  Random random(derive_seed(song.seed, "style"));
  const Style style = draw_style(archetype, options.difficulty, artist_seed, random);
  const int key = static_cast<int>(random.below(12));
  song.tempo_bpm = style.tempo_bpm;
  song.key = fmt::format("{} {}", kKeys[static_cast<std::size_t>(key)], style.harmony->scale_name);

  const double rate = options.sample_rate_hz;
  const auto n = static_cast<std::size_t>(std::llround(options.duration_s * rate));
  Buses buses;
  for (auto* bus : {&buses.drums, &buses.bass, &buses.chords, &buses.lead}) bus->assign(n, 0.0F);
  Performer performer(style, 48 + key, rate, artist_seed, buses);
  Random form(derive_seed(song.seed, "form"));
  song.sections = draw_sections(options.duration_s, performer.bar_s(), form);
  std::map<std::string, Material> materials;
  for (std::size_t s = 0; s < song.sections.size(); ++s) {
    const Section& section = song.sections[s];
    song.form += section.label;
    const auto material = materials.try_emplace(section.label, draw_material(style, song.seed, section.label[0])).first;
    Random variation(derive_seed(song.seed, "section", s));
    const int bars = static_cast<int>(std::ceil((section.end_s - section.start_s) / performer.bar_s() - 1e-9));
    for (int bar = 0; bar < bars; ++bar)
      performer.play_bar(material->second, bar, section.start_s + bar * performer.bar_s(), section.end_s,
                         /*fill=*/bar + 1 == bars, variation);
  }
  Random noise(derive_seed(song.seed, "noise"));
  song.samples = mix_down(buses, style, song.sections, materials, rate, noise);
  return song;
}

}  // namespace genrebench
