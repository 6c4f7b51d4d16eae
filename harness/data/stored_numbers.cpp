#include "harness/data/stored_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "harness/records/run_records.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

const std::string& genre_of(const Dataset& dataset, const Track& track) {
  return dataset.genres().at(static_cast<std::size_t>(track.genre));
}

FileContent look_at(const fs::path& file, FileHashes& hashes) {
  try {
    return {.hash = hashes(file), .error = {}};
  } catch (const FileUnreadable& error) {
    return {.hash = {}, .error = error.what()};
  }
}

/// Reads track by track. Threads may share one.
class NumberReader {
 public:
  NumberReader(const Dataset& dataset, const StoredContent& content, FileHashes& hashes)
      : dataset_(dataset), content_(content), hashes_(hashes), layouts_(n_tracks()) {
    result_.features.resize(n_tracks());
    result_.errors.resize(n_tracks());
  }

  /// All tracks from one file, which is guarded once: a look at it may read it whole.
  void read_shared(const StoredFeature& feature, const TrackLoop& loop) {
    const StoredFile& shared = content_.tracks.front();
    read_content(shared.file, shared.content.hash, hashes_, [&] {
      const auto files = feature.open();  // again, if the file was touched
      for_each_track(n_tracks(), loop,
                     [&](std::size_t t) { read_or_note(t, [&] { return read(*files, t); }); });
      return true;
    });
  }

  /// Each track from a file of its own.
  void read_each(const StoredFeature& feature, const TrackLoop& loop) {
    const auto files = feature.open();
    for_each_track(n_tracks(), loop, [&](std::size_t t) {
      const StoredFile& own = content_.tracks[t];
      if (own.content.hash.empty()) {
        result_.errors[t] = own.content.error;
        return;
      }
      read_or_note(t, [&] {
        return read_content(own.file, own.content.hash, hashes_, [&] { return read(*files, t); });
      });
    });
  }

  /// Marks tracks whose layout is not that of most tracks.
  void refuse_other_layouts() {
    std::map<std::string, std::size_t> counts;
    std::size_t n = 0;
    for (const std::string& layout : layouts_) {
      if (layout.empty()) continue;
      ++counts[layout];
      ++n;
    }
    if (counts.size() < 2) return;
    const std::string* common = nullptr;  // of several, that of the earliest track
    for (const std::string& layout : layouts_)
      if (!layout.empty() && (common == nullptr || counts[layout] > counts[*common]))
        common = &layout;
    for (std::size_t t = 0; t < layouts_.size(); ++t) {
      if (layouts_[t].empty() || layouts_[t] == *common) continue;
      result_.features[t].clear();
      result_.errors[t] = fmt::format("{}: {}: expected {}, as {} of {} tracks have, found {}",
                                      content_.tracks[t].file.string(), dataset_.tracks()[t].id,
                                      *common, counts[*common], n, layouts_[t]);
    }
  }

  ReadNumbers result() {
    for (const auto& excerpts : result_.features) result_.n_read += !excerpts.empty();
    return std::move(result_);
  }

 private:
  std::size_t n_tracks() const { return dataset_.tracks().size(); }

  StoredNumbers read(const NumberFiles& files, std::size_t t) const {
    const Track& track = dataset_.tracks()[t];
    return files.read(track, genre_of(dataset_, track));
  }

  template <typename Read>
  void read_or_note(std::size_t t, const Read& read_one) {
    result_.errors[t].clear();
    try {
      StoredNumbers numbers = read_one();
      result_.features[t] = std::move(numbers.excerpts);
      layouts_[t] = std::move(numbers.layout);
    } catch (const FileChanged&) {
      throw;
    } catch (const FileUnreadable&) {
      throw;
    } catch (const DataError& error) {
      result_.errors[t] = error.what();
    }
  }

  const Dataset& dataset_;
  const StoredContent& content_;
  FileHashes& hashes_;
  ReadNumbers result_;                ///< each track writes to its own place
  std::vector<std::string> layouts_;  ///< likewise; empty for a bad track
};

bool share_one_file(const StoredContent& content) {
  return !content.tracks.empty() &&
         std::ranges::all_of(content.tracks, [&](const StoredFile& track) {
           return track.file == content.tracks.front().file;
         });
}

}  // namespace

StoredContent stored_content(const StoredFeature& feature, const std::string& name,
                             const Dataset& dataset, FileHashes& hashes) {
  const auto files = feature.open();
  StoredContent result;
  std::map<fs::path, FileContent> seen;
  std::string text;
  std::size_t n_readable = 0;
  for (const Track& track : dataset.tracks()) {
    const fs::path file = files->file_of(track, genre_of(dataset, track));
    const auto [place, is_new] = seen.try_emplace(file);
    if (is_new) place->second = look_at(file, hashes);
    const FileContent& content = place->second;
    n_readable += !content.hash.empty();
    text += list_text({"track", track.id, content.hash.empty() ? "unreadable" : content.hash});
    text += '\n';
    result.tracks.push_back({file, content});
  }
  if (n_readable == 0 && !result.tracks.empty())
    throw DataError(fmt::format(
        "features {}: none of the {} has a file of numbers; the first: {}; set features.root and "
        "features.pattern",
        name, counted(result.tracks.size(), "track"), result.tracks.front().content.error));
  result.hash = content_hash(text);
  hashes.save();
  return result;
}

ReadNumbers read_numbers(const StoredFeature& feature, const std::string& name,
                         const Dataset& dataset, const StoredContent& content, FileHashes& hashes,
                         const TrackLoop& loop) {
  NumberReader reader(dataset, content, hashes);
  if (share_one_file(content))
    reader.read_shared(feature, loop);
  else
    reader.read_each(feature, loop);
  reader.refuse_other_layouts();
  ReadNumbers result = reader.result();
  hashes.save();
  if (!result.errors.empty() &&
      std::ranges::none_of(result.errors, [](const std::string& error) { return error.empty(); }))
    throw DataError(fmt::format("features {}: none of the {} can be used; the first: {}", name,
                                counted(result.errors.size(), "track"), result.errors.front()));
  return result;
}

}  // namespace genrebench
