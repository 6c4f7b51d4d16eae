// How many duplicates signal/fingerprint/near_duplicates.hpp finds among real and synthetic songs,
// and what else it takes for one. The least score was chosen from two measurements, of other songs
// than those of the first test below. The highest of the 499500 pairs of 1000 different synthetic
// songs of 30 s (`dataset make synthetic genres=10 tracks_per_genre=100 duration_s=30 seed=3`: 25
// songs an artist, all with the same drums and instruments) was 0.34. The lowest of the 4300 pairs
// of GTZAN-mini's 100 tracks in ten versions each, no more than 7.5 % apart in speed, was 0.57 (two
// MP3s of 20 kbit/s of one metal track); the highest of its different tracks 0.13.

#include "signal/fingerprint/near_duplicates.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>
#include <set>

#include "base/random.hpp"
#include "datasets/music/synthesiser.hpp"
#include "signal/audio/audio.hpp"
#include "signal/audio/audio_formats.hpp"
#include "support/altered_audio.hpp"
#include "support/shared_data.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace near_duplicates_test {

using namespace testing;
using testing::TemporaryFolder;
namespace fs = std::filesystem;
using Clip = std::vector<float>;

constexpr int kRateHz = 22050;

/// Songs and made duplicates of them, and what is found among all.
class Collection {
 public:
  void add_song(const Clip& song) {
    originals_.insert(song_of_.size());
    song_of_.push_back(n_songs_++);
    fingerprints_.push_back(fingerprint(song, kRateHz));
  }

  /// Adds a duplicate of the song that was added last, in one of kAlterations ways.
  void add_duplicate(const Clip& song, int alteration) {
    const double start_s = random_.uniform(0.0, 5.0), end_s = random_.uniform(0.0, 5.0);
    const Clip cut = trimmed(song, kRateHz, start_s, end_s);
    switch (alteration) {
      case 0:
        add_coded(song, kRateHz, kLowMp3, "mp3");
        break;
      case 1:
        add_coded(at_level(song, -12.0), kRateHz, kLowOgg, "ogg");
        break;
      case 2:
        add_duplicate_of(cut, kRateHz);
        break;
      case 3:
        add_duplicate_of(resampled(song, kRateHz, 16000.0), 16000);
        break;
      case 4:
        add_coded(resampled(song, kRateHz, 44100.0), 44100, kLowMp3, "mp3");
        break;
      case 5:
        add_duplicate_of(at_speed(song, 1.059), kRateHz);
        break;
      case 6:
        add_coded(at_level(at_speed(cut, 1.0 / 1.059), -6.0), kRateHz, kLowOgg, "ogg");
        break;
      case 7:
        add_coded(at_level(resampled(cut, kRateHz, 16000.0), -20.0), 16000, kLowMp3, "mp3");
        break;
      default:
        add_coded(at_speed(trimmed(song, kRateHz, 5.0, 5.0), 1.03), kRateHz, kLowMp3, "mp3");
        break;
    }
  }
  static constexpr int kAlterations = 9;

  void expect_found() const {
    std::set<std::size_t> found;
    std::size_t wrong = 0;
    const auto pairs = near_duplicates(fingerprints_);
    for (const NearDuplicate& pair : pairs) {
      if (song_of_[pair.first] != song_of_[pair.second]) {
        ++wrong;
        ADD_FAILURE() << "songs " << song_of_[pair.first] << " and " << song_of_[pair.second]
                      << ", score " << pair.score;
      } else if (originals_.contains(pair.first)) {
        found.insert(pair.second);
      }
    }
    const double recall = static_cast<double>(found.size()) / static_cast<double>(n_duplicates());
    const double precision =
        pairs.empty() ? 1.0 : 1.0 - static_cast<double>(wrong) / static_cast<double>(pairs.size());
    std::cout << n_songs_ << " songs, " << n_duplicates() << " made duplicates: recall " << recall
              << ", precision " << precision << " over " << pairs.size() << " reported pairs\n";
    EXPECT_GE(recall, 0.99);
    EXPECT_GE(precision, 0.99);
  }

  std::size_t n_duplicates() const {
    return fingerprints_.size() - static_cast<std::size_t>(n_songs_);
  }

 private:
  void add_duplicate_of(const Clip& clip, int sample_rate_hz) {
    song_of_.push_back(n_songs_ - 1);
    fingerprints_.push_back(fingerprint(clip, sample_rate_hz));
  }
  void add_coded(const Clip& clip, int sample_rate_hz, const Coding& coding,
                 const std::string& extension) {
    const fs::path file = folder_ / ("duplicate." + extension);
    write_coded(file, clip, sample_rate_hz, coding);
    add_duplicate_of(read_audio(file, 0.0), sample_rate_hz);
  }

  TemporaryFolder folder_;
  Random random_{5};
  int n_songs_ = 0;
  std::vector<int> song_of_;
  std::set<std::size_t> originals_;
  std::vector<Fingerprint> fingerprints_;
};

TEST(NearDuplicatesAmong, SyntheticSongsByFewArtistsAreFoundAndNothingElse) {
  // Another seed than that of the measurement above.
  const SynthesiserOptions options{.duration_s = 20.0,
                                   .sample_rate_hz = kRateHz,
                                   .artists_per_genre = 2,
                                   .difficulty = 0.5,
                                   .seed = 11};
  Collection collection;
  int alteration = 0;
  for (std::size_t genre = 0; genre < synthetic_genres().size(); ++genre)
    for (int track = 0; track < 4; ++track) {
      const Clip song = synthesise_song(options, genre, track).samples;
      collection.add_song(song);
      collection.add_duplicate(song, alteration++ % Collection::kAlterations);
    }
  collection.expect_found();
}

TEST(NearDuplicatesAmong, GtzanMiniAreFoundAndNothingElse) {
  GENREBENCH_REQUIRE_SHARED(shared);
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(shared / "data/gtzan-mini/genres"))
    if (is_audio_file(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  ASSERT_EQ(files.size(), 100u);
  Collection collection;
  for (std::size_t i = 0; i < files.size(); ++i) {
    const Clip song = read_audio(files[i], 0.0);
    collection.add_song(song);
    for (const int step : {0, 3, 6})
      collection.add_duplicate(song, (static_cast<int>(i) + step) % Collection::kAlterations);
  }
  EXPECT_GE(collection.n_duplicates(), 200u);
  collection.expect_found();
}

}  // namespace near_duplicates_test
}  // namespace genrebench
