// Files of the caches: features, sections and hashes. A damaged one counts as absent; a byte in
// front of the input chooses whether its hash is mended, so that what is behind the hash is
// reached.
#include <string>
#include <vector>

#include "base/digest.hpp"
#include "base/file_hashes.hpp"
#include "base/files.hpp"
#include "harness/data/feature_cache.hpp"
#include "harness/data/section_cache.hpp"
#include "harness/plugin/segmentation_example.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

namespace fs = std::filesystem;

/// Where the caches keep what belongs to a key.
fs::path place_of(const std::string& key, const std::string& ending) {
  const std::string name = content_hash(key);
  return fs::path("cache") / name.substr(0, 2) / (name.substr(2) + ending);
}

bool same_bits(const FeatureMatrix& a, const FeatureMatrix& b) {
  return a.rows() == b.rows() && a.cols() == b.cols() &&
         fuzz::same_bits({a.data(), a.data() + a.size()}, {b.data(), b.data() + b.size()});
}

void check_features(std::string content, bool mend) {
  constexpr std::size_t kHash = 32;
  if (mend && content.size() >= kHash)
    content.replace(content.size() - kHash, kHash,
                    content_hash(std::string_view(content).substr(0, content.size() - kHash)));
  scratch_file(place_of("the key", ".features"), content);
  const FeatureCache cache(scratch_folder() / "cache");
  const auto loaded = cache.load("the key");
  if (!loaded) return;
  cache.store("another key", *loaded);
  const auto again = cache.load("another key");
  require(again.has_value() && again->size() == loaded->size(), "what is stored is loaded");
  for (std::size_t i = 0; i < loaded->size(); ++i)
    require(same_bits((*again)[i], (*loaded)[i]), "to the bit");
}

/// Sections that are always the same.
class Sections final : public SegmentingExcerpt {
 public:
  std::string recipe() const override { return "recipe"; }
  std::vector<ClusterSpan> segment(const fs::path&, std::optional<int>) const override {
    return {{0.0, 1.0, 0}, {1.0, 2.5, 1}};
  }
  SegmentationExample example(const fs::path&, std::optional<int>) const override { return {}; }
  std::vector<Region> choose_from(const TrackAudio&,
                                  const std::vector<ClusterSpan>&) const override {
    return {};
  }
};

void check_sections(std::string content, bool mend) {
  if (mend) content += content_hash(content) + "\n";
  static const fs::path song = scratch_file("song", "some song");
  static const std::string hash = content_hash("some song");
  scratch_file(place_of("recipe" + hash, ".sections"), content);
  const Sections excerpt;
  FileHashes hashes("");
  SectionCache cache(excerpt, scratch_folder() / "cache", hashes);
  accepts([&] {
    const std::vector<ClusterSpan> sections = cache(song, hash);
    require(!sections.empty(), "a song has sections");
    if (cache.n_cached() == 0)
      require(sections == excerpt.segment(song, {}), "a damaged file counts as absent");
  });
}

void check_hashes(std::string content, bool mend) {
  if (mend) content += content_hash(content) + "\n";
  const fs::path memory = scratch_file("content_hashes.tsv", content);
  const fs::path song = scratch_file("song", "some song");
  accepts([&] {
    FileHashes hashes(memory);
    require(hashes(song) == content_hash("some song"), "the hash is that of the content");
    hashes.save();
  });
}

void check_example(const std::string& text) {
  accepts([&] {
    const SegmentationExample example = segmentation_example_from_json(text);
    segmentation_example_from_json(to_json(example));
  });
}

}  // namespace

void fuzz_caches(std::string_view input) {
  Values values(input);
  const auto kind = values.raw<std::uint8_t>();
  const std::string content(values.rest());
  const bool mend = (kind & 4) != 0;
  switch (kind & 3) {
    case 0:
      return check_features(content, mend);
    case 1:
      return check_sections(content, mend);
    case 2:
      return check_hashes(content, mend);
    default:
      return check_example(content);
  }
}

}  // namespace genrebench::fuzz
