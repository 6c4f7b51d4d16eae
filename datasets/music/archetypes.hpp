#pragma once
// The genres that the synthesiser knows. synthesiser.cpp describes what the traits mean for a song.

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <string_view>

namespace genrebench::synthesis {

struct Range {
  double low;
  double high;
};

enum class Voice {
  organ,
  flute,
  saw,
  square,
  strings,
  bell,
  electric_piano,
  brass,
  steel_pluck,
  nylon_pluck,
  breath
};
enum class Comping {
  pad,
  quarters,
  offbeats,
  chug,
  arpeggio,
  boom_chick,
  stabs,
  waltz,
  charleston,
  habanera
};
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
  std::array<int, 7> scale;            // semitones above the key
  std::array<int, 4> progressions[3];  // degrees of the scale, one per bar
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
  Range tilt_db;       // treble against bass, around 800 Hz
  Range drive;         // gain into the soft clipper of the tonal bus; 0 is clean
  Range bandwidth_hz;  // of the recording
};

struct Dynamics {
  Range compression;  // ratio of the bus compressor
  Range reverb;       // share of the wet signal
  Range accent;       // how much strokes differ in loudness
};

/// One to three voices that a genre uses for a role; the first is the usual one.
class Voices {
 public:
  constexpr Voices(std::initializer_list<Voice> voices) : size_(voices.size()) {
    std::copy(voices.begin(), voices.end(), voices_.begin());
  }
  constexpr std::size_t size() const { return size_; }
  constexpr Voice operator[](std::size_t i) const { return voices_[i]; }

 private:
  std::array<Voice, 3> voices_{};
  std::size_t size_;
};

struct Archetype {
  std::string_view name;
  Rhythm rhythm;
  Harmony harmony;
  Texture texture;
  Voices chords, lead, bass;
  Mix mix;
  Dynamics dynamics;
};

/// All archetypes, in the order in which a set takes them. New ones are appended.
const std::array<Archetype, 12>& archetypes();

}  // namespace genrebench::synthesis
