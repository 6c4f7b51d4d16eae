#pragma once
// Small folders in the exact shape in which the owners of the three real datasets distribute them,
// with the synthetic dataset's music in them.

#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace genrebench::testing {

/// Tags of an audio file; empty text is left out.
struct SoundTags {
  std::string artist = {}, album = {}, title = {};
};

/// Writes audio in the format that the file's extension names: wav (16 bit), flac, ogg (Vorbis) or
/// mp3 (with ID3 tags, of version 1 where they are short enough for it).
/// @param samples   of all channels, interleaved, in [-1, 1]
/// @param quality   of ogg and mp3, from 0 (low bit rate) to 1
/// @throws std::runtime_error  libsndfile cannot
void write_sound_file(const std::filesystem::path& file, std::span<const float> samples,
                      int sample_rate_hz, int channels = 1, const SoundTags& tags = {},
                      double quality = 0.6);

/// How large a distribution is to be.
struct DistributionSize {
  std::vector<std::string> genres = {};  ///< by the owners' names; empty: all of them
  int tracks_per_genre = 2;
  double duration_s = 6.0;  ///< of each track (1517-Artists: of the shortest), at least 1
  std::uint64_t seed = 0;   ///< of the music
};

/// One track of a folder.
struct WrittenTrack {
  std::string id;     ///< as the dataset plug-in calls it
  std::string genre;  ///< as the dataset plug-in calls it
  std::filesystem::path file;
};

/// GTZAN: <genre>/<genre>.00000.wav and on, 22050 Hz mono. Their MD5 sums are not the published
/// ones.
/// @param extension  ".wav" as the owners have it, or that of another format, for a re-encoded copy
std::vector<WrittenTrack> write_gtzan(const std::filesystem::path& root,
                                      const DistributionSize& size = {},
                                      const std::string& extension = ".wav");

/// Extended Ballroom: <Genre>/<id>.mp3, 44100 Hz, and extendedballroom_v1.1.xml with the songs'
/// artists, discs, tempi and true MD5 sums. The ids are those of real tracks, so that the published
/// folds hold them. From three tracks a genre on, the first two of each genre are said to be
/// versions of each other.
std::vector<WrittenTrack> write_extended_ballroom(const std::filesystem::path& root,
                                                  const DistributionSize& size = {});

/// 1517-Artists: <Genre>/<Artist> - <Title>.mp3 with tags, 44100 Hz stereo; track n of a genre is 1
/// + n/2 times as long as the shortest.
std::vector<WrittenTrack> write_artists1517(const std::filesystem::path& root,
                                            const DistributionSize& size = {});

/// The names of 1517-Artists' genre folders.
const std::vector<std::string>& artists1517_folders();

}  // namespace genrebench::testing
