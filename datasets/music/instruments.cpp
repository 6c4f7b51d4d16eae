// Sounds are made by table look-up and recurrences only, so that a song takes milliseconds.

#include "datasets/music/instruments.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace genrebench::synthesis {
namespace {

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
  const float fraction =
      static_cast<float>(phase & ((1U << kFractionBits) - 1)) * (1.0F / (1U << kFractionBits));
  return table[index] + fraction * (table[index + 1] - table[index]);
}

std::uint32_t phase_step(double frequency_hz, double sample_rate_hz) {
  return static_cast<std::uint32_t>(std::min(0.499, frequency_hz / sample_rate_hz) * 4294967296.0);
}

}  // namespace

/// Linear attack, exponential decay to the sustained level, exponential release.
class Instrument::Envelope {
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

Instrument::Instrument(Voice voice, double sample_rate_hz, Random random) : rate_(sample_rate_hz) {
  const auto around = [&random](double value, double spread) {
    return value * std::exp(spread * random.normal());
  };
  double slope = 1.0;    // partial h has amplitude h^-slope ...
  double even = 1.0;     // ... times this where h is even
  double formant = 0.0;  // and a bump of this height at partial `formant_at`
  const double formant_at = random.uniform(2.0, 9.0);
  int partials = 40;
  switch (voice) {
    case Voice::organ:
      slope = 1.6, even = 0.9, partials = 12, attack_s_ = 0.01, sustain_ = 0.9, release_s_ = 0.06;
      break;
    case Voice::flute:
      slope = 2.4, even = 0.5, partials = 8, attack_s_ = 0.05, sustain_ = 0.85, noise_ = 0.05,
      vibrato_ = 0.004;
      break;
    case Voice::saw:
      slope = 1.0, attack_s_ = 0.005, sustain_ = 0.75;
      break;
    case Voice::square:
      slope = 1.0, even = 0.05, attack_s_ = 0.002, sustain_ = 0.7, release_s_ = 0.02;
      break;
    case Voice::strings:
      slope = 1.25, attack_s_ = 0.12, sustain_ = 0.9, release_s_ = 0.15, vibrato_ = 0.006;
      break;
    case Voice::bell:
      generator_ = Generator::fm, ratio_ = 3.5, index_ = 2.2, index_decay_s_ = 0.6, decay_s_ = 0.9,
      sustain_ = 0.0;
      break;
    case Voice::electric_piano:
      generator_ = Generator::fm, ratio_ = 1.0, index_ = 1.6, index_decay_s_ = 0.25, decay_s_ = 0.7,
      sustain_ = 0.1;
      break;
    case Voice::brass:
      generator_ = Generator::fm, ratio_ = 1.0, index_ = 3.2, index_decay_s_ = 1.2,
      attack_s_ = 0.04, sustain_ = 0.8, vibrato_ = 0.003;
      break;
    case Voice::steel_pluck:
      generator_ = Generator::pluck, damping_ = 0.15, decay_s_ = 1.6;
      break;
    case Voice::nylon_pluck:
      generator_ = Generator::pluck, damping_ = 0.45, decay_s_ = 0.8;
      break;
    case Voice::breath:
      generator_ = Generator::breath, attack_s_ = 0.08, sustain_ = 0.9, release_s_ = 0.12;
      break;
  }
  // The artist's colours.
  slope = around(slope, 0.08), even = std::min(1.0, around(even, 0.2)),
  formant = random.uniform(0.0, 1.5);
  attack_s_ = around(attack_s_, 0.25), decay_s_ = around(decay_s_, 0.2),
  release_s_ = around(release_s_, 0.2);
  index_ = around(index_, 0.18), index_decay_s_ = around(index_decay_s_, 0.2),
  vibrato_ = around(vibrato_, 0.5);
  damping_ = std::clamp(around(damping_, 0.2), 0.05, 0.9), detune_ = random.uniform(0.0, 0.006);
  if (voice == Voice::bell) ratio_ = std::array{1.4, 3.5, 5.19, 7.07}[random.below(4)];
  for (int h = 1; h <= partials; ++h) {
    const double bump = 1.0 + formant * std::exp(-0.5 * std::pow((h - formant_at) / 1.5, 2.0));
    amplitudes_.push_back(std::pow(h, -slope) * (h % 2 == 0 ? even : 1.0) * bump);
  }
  for (std::size_t h = 0; h < amplitudes_.size(); ++h) phases_.push_back(random.below(kTableSize));
}

void Instrument::play(std::span<float> bus, std::int64_t start, double length_s,
                      double frequency_hz, double gain, Random& random) {
  if (start >= static_cast<std::int64_t>(bus.size()) || start < 0 || frequency_hz > 0.4 * rate_)
    return;
  const auto held = static_cast<std::int64_t>(length_s * rate_);
  const auto total =
      std::min<std::int64_t>(held + static_cast<std::int64_t>(4.0 * release_s_ * rate_),
                             static_cast<std::int64_t>(bus.size()) - start);
  const auto out = bus.subspan(static_cast<std::size_t>(start), static_cast<std::size_t>(total));
  switch (generator_) {
    case Generator::additive:
      return add_additive(out, held, frequency_hz, gain, random);
    case Generator::fm:
      return add_fm(out, held, frequency_hz, gain);
    case Generator::pluck:
      return add_pluck(out, held, frequency_hz, gain, random);
    case Generator::breath:
      return add_breath(out, held, frequency_hz, gain, random);
  }
}

const float* Instrument::table_for(double frequency_hz) {
  const int octave = std::max(0, static_cast<int>(std::floor(std::log2(frequency_hz / 27.5))));
  auto& table = tables_[octave];
  if (table.empty()) {
    table.assign(kTableSize + 1, 0.0F);
    const double top = 27.5 * std::exp2(octave + 1);
    double power = 0.0;
    for (std::size_t h = 1; h <= amplitudes_.size() && static_cast<double>(h) * top < 0.5 * rate_;
         ++h) {
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

void Instrument::add_additive(std::span<float> out, std::int64_t held, double frequency_hz,
                              double gain, Random& random) {
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

void Instrument::add_fm(std::span<float> out, std::int64_t held, double frequency_hz, double gain) {
  Envelope envelope(*this, held);
  std::uint32_t carrier = 0, modulator = 0, vibrato = 0;
  const std::uint32_t carrier_step = phase_step(frequency_hz, rate_);
  const std::uint32_t modulator_step =
      phase_step(frequency_hz * ratio_ * (1.0 + 0.3 * detune_), rate_);
  const std::uint32_t vibrato_step = phase_step(4.8, rate_);
  // Carson's rule keeps the side bands below half the sample rate.
  const double index =
      std::min(index_, std::max(0.0, 0.45 * rate_ / (frequency_hz * ratio_) - 1.0));
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
    carrier += carrier_step + static_cast<std::uint32_t>(static_cast<std::int32_t>(
                                  depth * look_up(sine_table().data(), vibrato)));
    const float shift = level * look_up(sine_table().data(), modulator) * kRadian;
    sample += g * envelope.next() *
              look_up(sine_table().data(),
                      carrier + static_cast<std::uint32_t>(static_cast<std::int64_t>(shift)));
  }
}

void Instrument::add_pluck(std::span<float> out, std::int64_t held, double frequency_hz,
                           double gain, Random& random) {
  const double period = rate_ / frequency_hz;
  const double blend = 0.5 * damping_;  // the loop's low-pass: (1 - blend) x[n] + blend x[n-1],
                                        // delay `blend`
  const int whole = std::max(2, static_cast<int>(period - blend - 0.1));
  const double fraction = period - blend - whole;
  const auto all_pass = static_cast<float>((1.0 - fraction) / (1.0 + fraction));
  const auto a = static_cast<float>(1.0 - blend), b = static_cast<float>(blend);
  const auto loss = static_cast<float>(std::exp(-period / (decay_s_ * rate_)));
  const auto release = static_cast<float>(std::exp(-1.0 / (release_s_ * rate_)));
  std::vector<float> line(static_cast<std::size_t>(whole));
  float smooth = 0.0F;
  for (float& value : line) {
    smooth += static_cast<float>(1.0 - 0.6 * damping_) *
              (static_cast<float>(random.uniform(-1.0, 1.0)) - smooth);
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

void Instrument::add_breath(std::span<float> out, std::int64_t held, double frequency_hz,
                            double gain, Random& random) {
  Envelope envelope(*this, held);
  const double radius = 1.0 - 18.0 * (1.0 + damping_) / rate_;
  const auto c1 =
      static_cast<float>(2.0 * radius * std::cos(2.0 * std::numbers::pi * frequency_hz / rate_));
  const auto c2 = static_cast<float>(-radius * radius);
  const auto g =
      static_cast<float>(2.2 * gain * std::sqrt(1.0 - radius) *
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

DrumKit::DrumKit(double rate, Random random) {
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
    snare[i] = static_cast<float>(
        std::exp(-t / snare_s) *
        (snap * low + (1.0 - snap) * std::sin(2.0 * std::numbers::pi * body_hz * t)));
  }
  hat = stroke(hat_s);
  low = 0.0;
  for (std::size_t i = 0; i < hat.size(); ++i) {
    const double x = random.uniform(-1.0, 1.0);
    low += hat_colour * (x - low);
    hat[i] = static_cast<float>(0.5 * std::exp(-static_cast<double>(i) / rate / hat_s) *
                                (x - low * (2.0 - 1.3 * hat_colour)));
  }
}

void add_stroke(std::span<float> bus, std::int64_t start, const std::vector<float>& stroke,
                double gain) {
  if (start < 0 || start >= static_cast<std::int64_t>(bus.size())) return;
  const auto n = std::min(stroke.size(), bus.size() - static_cast<std::size_t>(start));
  const auto g = static_cast<float>(gain);
  for (std::size_t i = 0; i < n; ++i) bus[static_cast<std::size_t>(start) + i] += g * stroke[i];
}

}  // namespace genrebench::synthesis
