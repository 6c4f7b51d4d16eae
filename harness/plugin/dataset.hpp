#pragma once
// What a dataset plug-in gives: tracks with their genre and groups, published splits, and what is
// known to be wrong with its files. A dataset never decodes audio for an experiment; it says where
// the audio lies.

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/time_span.hpp"

namespace genrebench {

/// One song, or one piece of a song, that has one genre.
struct Track {
  std::string id;  ///< unique in the dataset and the same on every machine: "blues.00000"
  int genre = 0;   ///< index into Dataset::genres()
  std::filesystem::path audio;  ///< the file to decode; empty where `features` stands in for audio
  /// Groups that must not be on two sides of a split, by kind: {"artist": "Queen"}. A kind that is
  /// absent is unknown: the track then forms a group of its own in that kind. Give an artist as it
  /// is written, also if it names several people or nobody ("Various Artists"): group_names() in
  /// harness/grouping/grouping.hpp finds out which tracks are by one artist.
  std::map<std::string, std::string> groups;
  std::vector<float> features;  ///< of feature tables only: one value per column
  /// MD5 sum of the file as its owners distribute it, in lower-case hexadecimal. Empty if none is
  /// known, or if the file is in another format and therefore cannot be that file.
  std::string published_md5 = {};
  /// The span of `audio` that is the track, in seconds; end_s 0: to the end of the file. Tracks of
  /// one file have equal content, so they stay on one side of every split.
  double start_s = 0.0, end_s = 0.0;

  bool is_whole_file() const { return start_s == 0.0 && end_s == 0.0; }
};

/// What the paper's Table 1 says of a genre.
struct PublishedCount {
  std::string genre;         ///< one of Dataset::genres()
  std::string printed_name;  ///< as the paper writes it: "Slow Waltz"
  int n_tracks = 0;
};

/// The format that every file of a dataset should have; 0 allows anything.
struct ExpectedAudio {
  double sample_rate_hz = 0.0;
  int channels = 0;
  double min_duration_s = 0.0, max_duration_s = 0.0;
};

/// One published way to split a dataset.
struct PublishedSplit {
  std::string name;         ///< "fault_filtered"
  std::string description;  ///< one line, with its source
  /// Part by track id: "train", "valid" or "test". For folds: the number of the fold in which the
  /// track is tested ("1"). Tracks that the list leaves out are absent.
  std::map<std::string, std::string> parts;
  bool folds = false;
};

/// A section of a song as the dataset's annotator gives it: the truth that segmentation is scored
/// against. Equal labels ("A", "B") mean equal material.
using Section = TimeSpan<std::string>;

/// One finding of `dataset verify`.
struct DatasetProblem {
  /// Notes are known facts; they do not fail the verification.
  enum class Severity { note, error };
  Severity severity = Severity::error;
  /// "missing", "extra", "swapped" or "known_fault". The harness adds those of its own checks:
  /// "unreadable", "near_duplicate" and others.
  std::string what = {};
  std::string where = {};  ///< track id, file or genre
  std::string message = {};
};

/// A dataset as found on this machine. Made once per experiment; immutable; shared between threads.
class Dataset {
 public:
  virtual ~Dataset() = default;

  /// Genre names, in alphabetical order. A class is an index into this list.
  virtual const std::vector<std::string>& genres() const = 0;

  /// @param genre  a class, as in Track::genre
  const std::string& genre_name(int genre) const {
    return genres()[static_cast<std::size_t>(genre)];
  }

  /// All tracks, in an order that depends on their ids alone.
  virtual const std::vector<Track>& tracks() const = 0;

  /// The kinds of groups that splits keep together unless their options name others; empty: every
  /// kind. Override it where all kinds at once would join nearly all tracks.
  virtual std::vector<std::string> usual_groups() const { return {}; }

  /// The splits that were published for this dataset.
  virtual std::vector<PublishedSplit> published_splits() const { return {}; }

  /// Names of the columns of Track::features; empty for datasets of audio.
  virtual std::vector<std::string> feature_names() const { return {}; }

  /// Known sections of a track, in order of time; empty if they are not known. Where several people
  /// annotated it, those of the first of annotations().
  virtual std::vector<Section> sections(const Track&) const { return {}; }

  /// The known sections of a track by each of the people who annotated it; empty if they are not
  /// known. A segmentation's score is the mean over them.
  virtual std::vector<std::vector<Section>> annotations(const Track& track) const {
    std::vector<std::vector<Section>> result;
    if (std::vector<Section> known = sections(track); !known.empty())
      result.push_back(std::move(known));
    return result;
  }

  /// Names of the recordings that a track was cut from, such as the songs of a medley; empty if it
  /// is a recording of its own. Tracks that share one are not independent.
  virtual std::vector<std::string> sources(const Track&) const { return {}; }

  /// What a list says of its tracks besides, by the names of its columns, with one cell per track.
  /// It is shown by `dataset describe` and kept in manifests; no run uses it.
  virtual std::vector<std::pair<std::string, std::vector<std::string>>> further_columns() const {
    return {};
  }

  /// The paper's counts, in the order of its table; empty for datasets that the paper did not use.
  virtual std::vector<PublishedCount> published_counts() const { return {}; }

  /// The format that `dataset verify` compares every file with.
  virtual ExpectedAudio expected_audio() const { return {}; }

  /// Problems that only this dataset can know of: missing and extra files, known faults. The
  /// harness itself decodes every file, compares checksums and formats, and finds duplicates.
  virtual std::vector<DatasetProblem> verify() const { return {}; }

  /// Facts for `dataset describe` as (what, value): licence, where to get it, citation.
  virtual std::vector<std::pair<std::string, std::string>> facts() const { return {}; }

  /// What a reader of results ought to know of the data: what was left out, taken for something
  /// else, or looks like the answer. One sentence each, without a full stop. `plan` and `run` print
  /// them, reports show them; verify() has the same findings one by one.
  virtual std::vector<std::string> notes() const { return {}; }
};

}  // namespace genrebench
