// How a song comes about
//
// genre   An archetype (archetypes.cpp) fixes six traits: rhythm (tempo, metre, swing, drum grids),
// harmony (scale
//         and chord progressions), texture (how the chords and the bass move), instruments
//         (additive, FM, plucked string, breath noise), mix (levels, brightness, drive) and
//         dynamics (compression, reverberation).
// artist  Draws one value from each of the genre's ranges and keeps it: tuning, colours of the
// instruments, drum kit,
//         tilt and bandwidth of the recording, hiss, reverberation, loudness, preferred tempo.
//         These habits are what a split that ignores artists lets a classifier memorise.
// song    Moves a little around its artist's values and draws key, progression, melody and form
// (AABA, ABAC ...). section Equal labels share chords, melody and orchestration; each repetition
// varies loudness and drum fills.
//
// `difficulty` d widens every range towards the range over all archetypes, and lets an artist (and,
// more rarely, a song) borrow a whole trait from another archetype with a probability that grows
// with d.
//
// Each draw comes from a stream of its own, seeded by (set seed, purpose, genre name, number), so
// that adding tracks or genres leaves earlier songs alone.

#include "datasets/music/synthesiser.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <string_view>

#include "base/random.hpp"
#include "datasets/music/archetypes.hpp"
#include "datasets/music/instruments.hpp"
#include "datasets/music/mixing.hpp"

namespace genrebench {
namespace {

using namespace synthesis;

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
struct Style : MixSettings {
  const Rhythm* rhythm;
  const Harmony* harmony;
  const Texture* texture;
  std::array<Voice, 2> chords, lead;  // [1] is for contrasting sections
  Voice bass;
  double tempo_bpm, swing, density, lead_key, accent;
  // Habits that no genre explains, as are some of the mix.
  double tuning_cents, chords_key;
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
    const double low = std::lerp(mine.low, all.low, overlap),
                 high = std::lerp(mine.high, all.high, overlap);
    return std::clamp(artist.uniform(low, high) + kSongSpread * (high - low) * song.normal(),
                      all.low, all.high);
  };
  const auto voices = [&](auto member, const Archetype& from) {
    const Voices& list = member(from);
    const std::size_t drawn = artist.below(list.size());
    const std::size_t first = artist.uniform() < 0.7 ? 0 : drawn;
    return std::array<Voice, 2>{list[first], list[(first + 1) % list.size()]};
  };
  Style s{};
  s.rhythm = &source(0.3, 0.1).rhythm;
  s.harmony = &source(0.3, 0.1).harmony;
  s.texture = &source(0.3, 0.1).texture;
  s.chords = voices(
      [](const Archetype& a) -> const auto& { return a.chords; }, source(0.4, 0.1));
  s.lead = voices(
      [](const Archetype& a) -> const auto& { return a.lead; }, source(0.4, 0.1));
  s.bass = voices(
      [](const Archetype& a) -> const auto& { return a.bass; }, source(0.4, 0.1))[0];
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
  int grid = 0;  // which of the two drum grids
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
  const std::size_t first = song.below(std::size(progressions));
  m.progression =
      progressions[(first + static_cast<std::size_t>(label - 'A')) % std::size(progressions)];
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

  void play_bar(const Material& m, int bar, double start_s, double end_s, bool fill,
                Random& random) {
    end_s_ = end_s;
    const int steps = style_.rhythm->steps_per_bar;
    const int degree = m.progression[static_cast<std::size_t>(bar) % 4];
    for (int step = 0; step < steps; ++step) {
      const double at_s = start_s + step_time(step) + 0.003 * random.normal();
      if (at_s >= end_s) break;
      const double accent =
          1.0 - style_.accent * (step % 4 == 0 ? 0.0 : 0.5) + 0.06 * random.normal();
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
  std::int64_t sample(double at_s) const {
    return static_cast<std::int64_t>(std::max(0.0, at_s) * rate_);
  }
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
  double until_end(double at_s, double length_s) const {
    return std::max(0.02, std::min(length_s, end_s_ - at_s));
  }

  void drums(const Material& m, int step, double at_s, double accent, bool fill, Random& random) {
    const auto hit = [&](const std::array<std::string_view, 2>& grids,
                         const std::vector<float>& stroke) {
      const std::string_view grid = grids[static_cast<std::size_t>(m.grid)];
      const char c = grid[static_cast<std::size_t>(step) % grid.size()];
      if (c != '.')
        add_stroke(buses_.drums, sample(at_s), stroke, (c == 'x' ? 0.8 : 0.35) * accent);
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
      bass_.play(buses_.bass, sample(at_s), until_end(at_s, length_s),
                 frequency(pitch(d, 38.0) + octave), 0.8 * accent, random);
    };
    switch (style_.texture->bass) {
      case BassLine::drone:
        if (step == 0) play(degree, 0, steps * s);
        break;
      case BassLine::roots:
        if (step == 0) play(degree, 0, 4 * s);
        break;
      case BassLine::eighths:
        if (step % 2 == 0) play(degree, 0, 1.7 * s);
        break;
      case BassLine::walking:
        if (step % 4 == 0) play(degree + std::array{0, 2, 4, 5}[step / 4 % 4], 0, 3.6 * s);
        break;
      case BassLine::octaves:
        if (step % 2 == 0) play(degree, step % 4 == 2 ? 12 : 0, 1.5 * s);
        break;
      case BassLine::root_fifth:
        if (step % 8 == 0) play(degree + (step % 16 == 8 ? 4 : 0), 0, 5 * s);
        break;
      case BassLine::syncopated:
        if (step == 0 || step == 3 || step == 6 || step == 10)
          play(degree + (step == 6 ? 4 : 0), 0, 2.5 * s);
        if (step == 13) play(degree + 6, 0, 2.0 * s);
        break;
    }
  }

  void chords(const Material& m, int step, int degree, double at_s, double accent, Random& random) {
    const double s = step_s();
    Instrument& instrument = chords_[static_cast<std::size_t>(m.chord_voice)];
    const auto note = [&](int d, double length_s, double gain) {
      instrument.play(buses_.chords, sample(at_s), until_end(at_s, length_s),
                      frequency(pitch(d, style_.chords_key)), gain * accent, random);
    };
    const auto chord = [&](double length_s, double gain) {
      note(degree, length_s, gain), note(degree + 2, length_s, gain),
          note(degree + 4, length_s, gain);
      if (style_.harmony->sevenths) note(degree + 6, length_s, gain);
    };
    switch (style_.texture->comping) {
      case Comping::pad:
        if (step == 0) chord(style_.rhythm->steps_per_bar * s, 0.35);
        break;
      case Comping::quarters:
        if (step % 4 == 0) chord(2.5 * s, 0.4);
        break;
      case Comping::offbeats:
        if (step % 4 == 2) chord(1.0 * s, 0.45);
        break;
      case Comping::chug:
        if (step % 2 == 0 || step % 8 == 3)
          note(degree, 1.6 * s, 0.5), note(degree + 4, 1.6 * s, 0.4);
        break;
      case Comping::arpeggio:
        note(degree + std::array{0, 2, 4, 7}[step % 4], 1.1 * s, 0.5);
        break;
      case Comping::boom_chick:
        if (step % 8 == 4) chord(2.0 * s, 0.45);
        break;
      case Comping::stabs:
        if (step == 0 || step == 3 || step == 6 || step == 11) chord(1.3 * s, 0.42);
        break;
      case Comping::waltz:
        if (step == 4 || step == 8) chord(2.5 * s, 0.4);
        break;
      case Comping::charleston:
        if (step == 0 || step == 6) chord(2.5 * s, 0.4);
        break;
      case Comping::habanera:
        if (step == 0 || step == 6 || step == 8 || step == 12) chord(1.8 * s, 0.42);
        break;
    }
  }

  void lead(const Material& m, int note, int degree, double at_s, double accent, Random& random) {
    const double midi = pitch(degree + note, style_.lead_key) + m.lead_shift;
    lead_[static_cast<std::size_t>(m.lead_voice)].play(buses_.lead, sample(at_s),
                                                       until_end(at_s, 2.4 * step_s()),
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

/// Splits the duration into sections of whole bars (the last one ends with the song). A form is
/// repeated until the song ends; sections have at most 8 bars, and short songs still get their four
/// sections where a bar allows it.
std::vector<Section> draw_sections(double duration_s, double bar_s, Random& random) {
  static constexpr std::array<std::string_view, 6> kForms = {"ABAB", "AABA", "ABAC",
                                                             "AABB", "ABCB", "ABCA"};
  const std::string_view form = kForms[random.below(kForms.size())];
  const double section_s = bar_s * std::clamp(std::round(duration_s / (4.0 * bar_s)), 1.0, 8.0);
  std::vector<Section> sections;
  for (double start_s = 0.0; start_s < duration_s; start_s += section_s) {
    // A remainder of less than half a section belongs to the last one.
    if (!sections.empty() && duration_s - start_s < 0.5 * section_s) break;
    sections.push_back(
        {start_s, start_s + section_s, std::string(1, form[sections.size() % form.size()])});
  }
  sections.back().end_s = duration_s;
  return sections;
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
  static constexpr std::array<std::string_view, 12> kKeys = {"C",  "C#", "D",  "Eb", "E",  "F",
                                                             "F#", "G",  "Ab", "A",  "Bb", "B"};
  const Archetype& archetype = archetypes().at(genre);
  const int artist = track % options.artists_per_genre;
  const std::string name(archetype.name);
  const std::uint64_t artist_seed =
      derive_seed(options.seed, "artist:" + name, static_cast<std::uint64_t>(artist));
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
    const auto material =
        materials.try_emplace(section.label, draw_material(style, song.seed, section.label[0]))
            .first;
    Random variation(derive_seed(song.seed, "section", s));
    const int bars =
        static_cast<int>(std::ceil((section.end_s - section.start_s) / performer.bar_s() - 1e-9));
    for (int bar = 0; bar < bars; ++bar)
      performer.play_bar(material->second, bar, section.start_s + bar * performer.bar_s(),
                         section.end_s,
                         /*fill=*/bar + 1 == bars, variation);
  }
  Random noise(derive_seed(song.seed, "noise"));
  std::map<std::string, double> brightness_db;
  for (const auto& [label, material] : materials) brightness_db[label] = material.brightness_db;
  song.samples = mix_down(buses, style, song.sections, brightness_db, rate, noise);
  return song;
}

}  // namespace genrebench
