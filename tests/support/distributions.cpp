#include "support/distributions.hpp"

#include <fmt/format.h>
#include <sndfile.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <memory>
#include <stdexcept>

#include "base/digest.hpp"
#include "base/parallel.hpp"
#include "datasets/facts/extended_ballroom_facts.hpp"
#include "datasets/facts/gtzan_facts.hpp"
#include "datasets/music/synthesiser.hpp"

namespace genrebench::testing {
namespace fs = std::filesystem;
namespace {

int format_of(const fs::path& file) {
  static const std::map<std::string, int> kFormats = {
      {".wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16},
      {".flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16},
      {".ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS},
      {".mp3", SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III}};
  const auto found = kFormats.find(file.extension().native());
  if (found == kFormats.end()) throw std::runtime_error("no format for " + file.string());
  return found->second;
}

/// Where a track's music comes from: genres take turns with the synthesiser's archetypes, and never
/// share a song.
SyntheticSong song_of(const DistributionSize& size, std::size_t genre, int track, double duration_s,
                      int sample_rate_hz) {
  const std::size_t archetypes = synthetic_genres().size();
  constexpr int kFarApart = 10000;
  return synthesise_song(
      {.duration_s = duration_s, .sample_rate_hz = sample_rate_hz, .seed = size.seed},
      genre % archetypes, track + kFarApart * static_cast<int>(genre / archetypes));
}

/// One track that is to be written: the number of its genre among the dataset's, and its own among
/// the genre's.
struct Place {
  std::size_t genre;
  int track;
};

std::vector<Place> places(const DistributionSize& size, const std::vector<std::string>& genres) {
  std::vector<Place> result;
  for (std::size_t g = 0; g < genres.size(); ++g) {
    if (!size.genres.empty() && std::ranges::find(size.genres, genres[g]) == size.genres.end())
      continue;
    for (int t = 0; t < size.tracks_per_genre; ++t) result.push_back({g, t});
  }
  return result;
}

/// Numbers of the first real tracks of a genre.
std::vector<std::string> ballroom_numbers(const std::string& genre) {
  std::vector<std::string> numbers;
  for (const auto& [id, fold] : ballroom_folds().parts)
    if (id.starts_with(genre + "/")) numbers.push_back(id.substr(genre.size() + 1));
  return numbers;
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z')
    text[0] = static_cast<char>(text[0] - 'a' + 'A');
  return text;
}

}  // namespace

void write_sound_file(const fs::path& file, std::span<const float> samples, int sample_rate_hz,
                      int channels, const SoundTags& tags, double quality) {
  fs::create_directories(file.parent_path());
  SF_INFO info{};
  info.samplerate = sample_rate_hz;
  info.channels = channels;
  info.format = format_of(file);
  const std::unique_ptr<SNDFILE, int (*)(SNDFILE*)> sound(sf_open(file.c_str(), SFM_WRITE, &info),
                                                          sf_close);
  if (!sound) throw std::runtime_error(file.string() + ": " + sf_strerror(nullptr));
  sf_command(sound.get(), SFC_SET_VBR_ENCODING_QUALITY, &quality, sizeof quality);
  const auto tag = [&](int which, const std::string& text) {
    if (!text.empty() && sf_set_string(sound.get(), which, text.c_str()) != 0)
      throw std::runtime_error(file.string() + ": cannot be tagged");
  };
  tag(SF_STR_ARTIST, tags.artist);
  tag(SF_STR_ALBUM, tags.album);
  tag(SF_STR_TITLE, tags.title);
  if (sf_write_float(sound.get(), samples.data(), static_cast<sf_count_t>(samples.size())) !=
      static_cast<sf_count_t>(samples.size()))
    throw std::runtime_error(file.string() + ": " + sf_strerror(sound.get()));
}

std::vector<WrittenTrack> write_gtzan(const fs::path& root, const DistributionSize& size,
                                      const std::string& extension) {
  constexpr int kRateHz = 22050;
  const std::vector<Place> wanted = places(size, gtzan_genres());
  std::vector<WrittenTrack> written(wanted.size());
  parallel_for(wanted.size(), {}, [&](std::size_t i) {
    const auto [genre, track] = wanted[i];
    const std::string& name = gtzan_genres()[genre];
    const std::string id = fmt::format("{}.{:05d}", name, track);
    written[i] = {id, name, root / name / (id + extension)};
    write_sound_file(written[i].file, song_of(size, genre, track, size.duration_s, kRateHz).samples,
                     kRateHz);
  });
  return written;
}

std::vector<WrittenTrack> write_extended_ballroom(const fs::path& root,
                                                  const DistributionSize& size) {
  constexpr int kRateHz = 44100;
  const std::vector<Place> wanted = places(size, ballroom_genres());
  std::map<std::string, std::vector<std::string>> numbers;
  for (const Place& place : wanted)
    numbers.try_emplace(ballroom_genres()[place.genre],
                        ballroom_numbers(ballroom_genres()[place.genre]));
  std::vector<WrittenTrack> written(wanted.size());
  std::vector<std::string> elements(wanted.size());
  parallel_for(wanted.size(), {}, [&](std::size_t i) {
    const auto [genre, track] = wanted[i];
    const std::string& name = ballroom_genres()[genre];
    const std::vector<std::string>& known = numbers.at(name);
    const auto number = [&](int t) { return known.at(static_cast<std::size_t>(t)); };
    written[i] = {ballroom_track_id(name, number(track)), name,
                  root / name / (number(track) + ".mp3")};
    const SyntheticSong song = song_of(size, genre, track, size.duration_s, kRateHz);
    write_sound_file(written[i].file, song.samples, kRateHz);
    const bool has_version = size.tracks_per_genre >= 3 && track < 2;
    elements[i] = fmt::format(
        "    <song album=\"Disc {} &amp; more\" artist=\"{}\" bpm=\"{:.0f}\" id=\"{}\" "
        "title=\"Title {}\" hash=\"{}\">{}</song>\n",
        number(track).substr(0, 4), song.artist, song.tempo_bpm, number(track), number(track),
        md5_of_file(written[i].file),
        has_version ? fmt::format("<version id=\"{}\"/>", number(1 - track)) : "");
  });
  std::string xml = "<ballroom>\n";
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::string& name = ballroom_genres()[wanted[i].genre];
    if (wanted[i].track == 0) xml += fmt::format("  <{}>\n", name);
    xml += elements[i];
    if (wanted[i].track + 1 == size.tracks_per_genre) xml += fmt::format("  </{}>\n", name);
  }
  std::ofstream(root / "extendedballroom_v1.1.xml", std::ios::binary) << xml << "</ballroom>\n";
  return written;
}

std::vector<WrittenTrack> write_artists1517(const fs::path& root, const DistributionSize& size) {
  constexpr int kRateHz = 44100;
  const std::vector<Place> wanted = places(size, artists1517_folders());
  std::vector<WrittenTrack> written(wanted.size());
  parallel_for(wanted.size(), {}, [&](std::size_t i) {
    const auto [genre, track] = wanted[i];
    const std::string& name = artists1517_folders()[genre];
    const SyntheticSong song =
        song_of(size, genre, track, size.duration_s * (1.0 + 0.5 * track), kRateHz);
    const SoundTags tags = {.artist = fmt::format("{} of {}", capitalised(song.artist), name),
                            .album = "Demo",
                            .title = fmt::format("Song {}", track)};
    const std::string file = fmt::format("{} - {}", tags.artist, tags.title);
    written[i] = {name + "/" + file, name, root / name / (file + ".mp3")};
    std::vector<float> stereo;
    stereo.reserve(2 * song.samples.size());
    for (const float sample : song.samples) {
      stereo.push_back(sample);
      stereo.push_back(0.8F * sample);
    }
    write_sound_file(written[i].file, stereo, kRateHz, /*channels=*/2, tags);
  });
  return written;
}

const std::vector<std::string>& artists1517_folders() {
  static const std::vector<std::string> kFolders = {"Alternative & Punk",
                                                    "Blues",
                                                    "Childrens",
                                                    "Classical",
                                                    "Comedy & Spoken Word",
                                                    "Country",
                                                    "Easy Listening & Vocals",
                                                    "Electronic & Dance",
                                                    "Folk",
                                                    "Hip-Hop",
                                                    "Jazz",
                                                    "Latin",
                                                    "New Age",
                                                    "R&B & Soul",
                                                    "Reggae",
                                                    "Religious",
                                                    "Rock & Pop",
                                                    "Soundtracks & More",
                                                    "World"};
  return kFolders;
}

}  // namespace genrebench::testing
