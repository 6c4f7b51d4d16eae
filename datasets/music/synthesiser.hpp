#pragma once
// Songs from a seed: twelve genre archetypes, fictional artists with habits, songs with known
// sections. How the generator works is told at the top of synthesiser.cpp.

#include <cstdint>
#include <string>
#include <vector>

#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// Changes whenever the same options would give other samples.
inline constexpr int kSynthesiserVersion = 1;

/// What decides the sound of a set, beside the genre and the number of the track.
struct SynthesiserOptions {
  double duration_s = 15.0;    ///< length of each song, seconds, at least 1
  int sample_rate_hz = 22050;  ///< 8000 to 48000
  int artists_per_genre = 4;   ///< track n of a genre is by its artist n mod this
  double difficulty = 0.25;    ///< 0: genres hardly overlap, 1: they hardly differ
  std::uint64_t seed = 0;
};

/// One song and everything that is known of it.
struct SyntheticSong {
  std::vector<float> samples;  ///< mono, within [-1, 1], round(duration_s * sample_rate_hz) of them
  std::vector<Section> sections;  ///< tile [0, duration_s]
  std::string artist;             ///< "chiptune artist 2"
  std::string form;               ///< labels of the sections in order: "AABA"
  std::string key;                ///< "A minor"
  double tempo_bpm = 0.0;
  std::uint64_t seed = 0;  ///< the song's own stream
};

/// Names of the archetypes, in the order in which a set takes them (new ones are appended).
const std::vector<std::string>& synthetic_genres();

/// Makes one song. It depends on the options, the genre's name and the number of the track, and on
/// nothing else: adding genres or tracks changes no earlier song.
/// @param genre  index into synthetic_genres()
/// @param track  number of the track within its genre, from 0
SyntheticSong synthesise_song(const SynthesiserOptions& options, std::size_t genre, int track);

}  // namespace genrebench
