#include "datasets/music/archetypes.hpp"

namespace genrebench::synthesis {
namespace {

const std::vector<int> kMajor = {0, 2, 4, 5, 7, 9, 11};
const std::vector<int> kMinor = {0, 2, 3, 5, 7, 8, 10};
const std::vector<int> kDorian = {0, 2, 3, 5, 7, 9, 10};
const std::vector<int> kMixolydian = {0, 2, 4, 5, 7, 9, 10};
const std::vector<int> kPhrygian = {0, 1, 3, 5, 7, 8, 10};
const std::vector<int> kHarmonicMinor = {0, 2, 3, 5, 7, 8, 11};

}  // namespace

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

}  // namespace genrebench::synthesis
