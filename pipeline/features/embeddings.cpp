// Numbers that others computed, such as the embeddings of a pre-trained network: arrays in files,
// one per track.

#include "harness/plugin/registry.hpp"
#include "harness/plugin/stored_feature.hpp"
#include "pipeline/features/support/array_layout.hpp"
#include "pipeline/features/support/array_source.hpp"

namespace genrebench {
namespace {

struct EmbeddingOptions : ArrayLayoutOptions {
  std::string root;
  std::string pattern;
  std::string array;
  std::vector<std::string> keys;
  std::vector<std::string> axis_words;
  std::string encoder;
};

const OptionTable<EmbeddingOptions>& embeddings_options() {
  static const OptionTable<EmbeddingOptions> table =
      OptionTable<EmbeddingOptions>()
          .path("root", &EmbeddingOptions::root,
                "Folder with one .npy file per track, or one .npz or safetensors file with one "
                "array per track. The content of the files is a part of the run's id.")
          .text("pattern", &EmbeddingOptions::pattern,
                "The track's file below the folder, or its key in the file, with {id}, {genre} and "
                "{name} (the id after its last '/') in it: '{genre}/{id}.npy'. Empty: that in a "
                "folder, without the genre where the id begins with it; {id} in a file.")
          .text("array", &EmbeddingOptions::array,
                "Name of the one array in a .npz that has a row per track. Empty: each track has "
                "an array of its own.")
          .list("keys", &EmbeddingOptions::keys, {},
                "With array: the lists of texts in the .npz that name its rows, joined by '/': "
                "[genre, track].")
          .list("axes", &EmbeddingOptions::axis_words, {"layers", "frames", "dims"},
                "What the axes of a track's array are, in NumPy's order: [frames, dims], [layers, "
                "dims], [layers, frames, dims], [dims, frames]. Empty: one axis, dims.")
          .list("layers", &EmbeddingOptions::layers, {},
                "Layers to use, from 0 as in NumPy (-1 is the last), and how they become one "
                "vector: [1, 3, '10-12'], mean, [1, 3, mean], concatenate. Empty: all, "
                "concatenated.")
          .enumeration("pool", &EmbeddingOptions::pool, {"mean", "mean_std", "max", "none", "each"},
                       "What becomes of frames. mean: their mean. mean_std: mean and deviation, "
                       "twice the numbers. max: the largest of each dim. none: they stay a "
                       "sequence, for gru, skip_gru, vgg16 and resnet34. each: every frame is an "
                       "excerpt of its own, and the option vote decides the track.")
          .number("scale", &EmbeddingOptions::scale, -1e9, 1e9,
                  "Factor of every value, for numbers that are stored as integers.")
          .number("offset", &EmbeddingOptions::offset, -1e9, 1e9,
                  "Added to every value after the factor.")
          .number("nan_value", &EmbeddingOptions::nan_value, -1e9, 1e9,
                  "The value in place of NaN, before the factor. auto: a track with NaN is a bad "
                  "track. Set it where NaN means that a value is missing. Infinite values are "
                  "always refused.")
          .text("encoder", &EmbeddingOptions::encoder,
                "Name of what made the numbers, for tables: 'musicnn'. It changes no result.")
          .without_identity();
  return table;
}

/// The words as axes; the schema has checked them.
std::vector<ArrayAxis> axes_of(const std::vector<std::string>& words) {
  std::vector<ArrayAxis> axes;
  for (const std::string& word : words)
    axes.push_back(word == "layers"   ? ArrayAxis::layers
                   : word == "frames" ? ArrayAxis::frames
                                      : ArrayAxis::dims);
  return axes;
}

class EmbeddingFiles final : public NumberFiles {
 public:
  EmbeddingFiles(const ArrayPlace& place, ArrayLayout layout)
      : source_(open_arrays(place)), pattern_(place.pattern), layout_(std::move(layout)) {}

  std::filesystem::path file_of(const Track& track, const std::string& genre) const override {
    return source_->file_of(key_of(track, genre));
  }

  StoredNumbers read(const Track& track, const std::string& genre) const override {
    const std::string key = key_of(track, genre);
    const HeldArray held = source_->array_of(key);
    std::string where = source_->file_of(key).string();
    if (!source_->is_folder()) where.append(": ").append(key);
    return layout_.numbers_of(held.array, where);
  }

 private:
  std::string key_of(const Track& track, const std::string& genre) const {
    return track_key(pattern_, track, genre, source_->is_folder());
  }

  std::unique_ptr<ArraySource> source_;
  std::string pattern_;
  ArrayLayout layout_;
};

class Embeddings final : public StoredFeature {
 public:
  explicit Embeddings(EmbeddingOptions options)
      : place_{std::move(options.root), std::move(options.pattern), std::move(options.array),
               std::move(options.keys)},
        layout_(std::move(options)) {
    check_pattern(place_.pattern);
  }

  bool sequence() const override { return layout_.sequence(); }

  std::vector<std::string> notes() const override {
    return {
        "the numbers were made elsewhere; whether what made them has learned from the tested "
        "tracks is not known here"};
  }

  std::unique_ptr<NumberFiles> open() const override {
    return std::make_unique<EmbeddingFiles>(place_, layout_);
  }

 private:
  ArrayPlace place_;
  ArrayLayout layout_;
};

}  // namespace

void register_embeddings(Registry& registry) {
  registry.features.add(
      {{.name = "embeddings",
        .summary = "Numbers that others computed, such as embeddings: arrays in .npy, .npz or "
                   "safetensors files.",
        .source = "numpy.lib.format; github.com/huggingface/safetensors",
        .options = embeddings_options().schema()},
       [](const OptionValues& values) -> std::unique_ptr<Feature> {
         EmbeddingOptions options = embeddings_options().parse(values);
         options.axes = axes_of(options.axis_words);
         return std::make_unique<Embeddings>(std::move(options));
       }});
}

}  // namespace genrebench
