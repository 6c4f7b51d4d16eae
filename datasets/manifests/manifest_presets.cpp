#include "datasets/manifests/manifest_presets.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace genrebench {
namespace {

using Words = std::vector<std::string>;

OptionValue text(const char* value) { return std::string(value); }

/// FMA's tracks.csv: three lines of header, all 106574 tracks. The subset "medium" holds "small".
/// Source: M. Defferrard, K. Benzi, P. Vandergheynst and X. Bresson, FMA: A Dataset for Music
/// Analysis, ISMIR 2017
OptionValues fma(const char* subset) {
  return {{"header_rows", std::int64_t{3}},
          {"id_column", text("track_id")},
          {"path", text("{track_id:6:3}/{track_id:6}.mp3")},
          {"genre_column", text("track.genre_top")},
          {"artist_column", text("artist.id")},
          {"album_column", text("album.id")},
          {"title_column", text("track.title")},
          {"usual_groups", Words{"artist", "song"}},
          {"split_columns", Words{"official=set.split"}},
          {"where", Words{fmt::format("set.subset={}", subset)}}};
}

/// The lists of genres, with the five splits. Tracks of several genres have no place where each
/// track has one.
/// Source: D. Bogdanov, M. Won, P. Tovstogan, A. Porter and X. Serra, The MTG-Jamendo Dataset for
/// Automatic Music Tagging, ICML workshop on machine learning for music discovery, 2019
OptionValues mtg_jamendo() {
  Words files;
  for (int split = 0; split < 5; ++split)
    for (const char* part : {"train", "validation", "test"})
      files.push_back(
          fmt::format("split-{0}/{1}=split-{0}/autotagging_genre-{1}.tsv", split, part));
  return {{"files", files},
          {"rest_in_last", true},
          {"id_column", text("TRACK_ID")},
          {"path", text("PATH")},
          {"genre_column", text("TAGS")},
          {"genre_prefix", text("genre---")},
          {"several_genres", text("skip")},
          {"artist_column", text("ARTIST_ID")},
          {"album_column", text("ALBUM_ID")}};
}

/// features_30_sec.csv beside the folder genres_original.
OptionValues gtzan_kaggle() {
  return {{"id_column", text("")},
          {"path", text("genres_original/{label}/{filename}")},
          {"genre_column", text("label")},
          {"facts_from", text("gtzan")}};
}

/// The three JSON Lines of MARBLE; its paths begin with data/GTZAN.
/// Source: R. Yuan et al., MARBLE: Music Audio Representation Benchmark for Universal Evaluation,
/// NeurIPS datasets and benchmarks, 2023
OptionValues marble_gtzan() {
  return {{"files", Words{"marble/train=GTZAN.train.jsonl", "marble/valid=GTZAN.val.jsonl",
                          "marble/test=GTZAN.test.jsonl"}},
          {"id_column", text("")},
          {"path", text("audio_path")},
          {"genre_column", text("label")},
          {"facts_from", text("gtzan")}};
}

/// One JSON object per fold, from names of files to lists of one genre. The names do not tell which
/// of GTZAN's tracks a file is, so artists are unknown.
/// Source: J. Turian et al., HEAR: Holistic Evaluation of Audio Representations, PMLR 176, 2022
OptionValues hear_gtzan() {
  Words files;
  for (int fold = 0; fold < 10; ++fold)
    files.push_back(fmt::format("hear/{0}=fold{0:02}.json", fold));
  return {{"files", files},
          {"id_column", text("key")},
          {"path", text("48000/{file}/{key}")},
          {"genre_column", text("value")}};
}

}  // namespace

std::vector<Preset> manifest_presets() {
  return {
      {.name = "own", .help = "the columns that `dataset describe --out` writes", .values = {}},
      {.name = "fma_small",
       .help = "FMA: root is fma_metadata/tracks.csv, audio_root is fma_small; 8000 tracks of "
               "8 genres, the official split is called official",
       .values = fma("small")},
      {.name = "fma_medium",
       .help = "FMA: root is fma_metadata/tracks.csv, audio_root is fma_medium; 25000 tracks of "
               "16 genres, the official split is called official",
       .values = fma("small|medium")},
      {.name = "mtg_jamendo",
       .help = "MTG-Jamendo: root is data/splits, audio_root holds 00 to 99; tracks of one "
               "genre, the others are left out and counted; lists split-0 to split-4",
       .values = mtg_jamendo()},
      {.name = "gtzan_kaggle",
       .help = "GTZAN as Kaggle has it: root is Data/features_30_sec.csv",
       .values = gtzan_kaggle()},
      {.name = "marble_gtzan",
       .help = "MARBLE: root is the folder of GTZAN.train.jsonl, audio_root the folder in which "
               "data/GTZAN is; the list is called marble",
       .values = marble_gtzan()},
      {.name = "hear_gtzan",
       .help = "HEAR: root is the folder tfds_gtzan-1.0.0-full with fold00.json and 48000; ten "
               "folds called hear, drawn without regard to artists, who are unknown",
       .values = hear_gtzan()}};
}

}  // namespace genrebench
