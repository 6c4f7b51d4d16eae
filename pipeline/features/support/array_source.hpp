#pragma once
// Where arrays of tracks lie: a folder of .npy files, or one file that holds all of them.

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "base/npy.hpp"
#include "harness/plugin/dataset.hpp"

namespace genrebench {

/// An array with what keeps its bytes in memory.
struct HeldArray {
  NpyArray array;
  std::shared_ptr<const void> owner;
};

/// How a track's array is found.
struct ArrayPlace {
  std::string root = {};     ///< a folder, or a .npz or safetensors file
  std::string pattern = {};  ///< of file names in the folder, or of keys in the file; empty:
                             ///< track_key()
  /// A .npz only: the array whose first axis is the tracks; empty: each track has an array.
  std::string array = {};
  /// With `array`: the lists of texts in the same file that name the tracks, one text per row,
  /// which are joined by '/'.
  std::vector<std::string> keys = {};
};

/// The pattern with the track's words in place of {id}, {genre} and {name}, which is the id after
/// its last '/'.
/// @param pattern  empty: "{id}" or, where files lie in a folder, "{genre}/{id}.npy", without the
///                 genre where the id begins with it
std::string track_key(const std::string& pattern, const Track& track, const std::string& genre,
                      bool in_folder);

/// @throws ConfigError  for braces around another word, or a pattern that is the same for every
///                      track
void check_pattern(const std::string& pattern);

/// Arrays by key. Threads share one.
class ArraySource {
 public:
  virtual ~ArraySource() = default;

  /// True if a key is a file's name.
  virtual bool is_folder() const = 0;

  /// The file that has the key's array, whether or not it is there.
  virtual std::filesystem::path file_of(const std::string& key) const = 0;

  /// @throws DataError  naming the file and the key: there is no such array, or it is no array of
  ///                    numbers
  virtual HeldArray array_of(const std::string& key) const = 0;
};

/// Opens a folder, a .npz file (also a compressed one) or a safetensors file; the content decides.
/// Files are memory-mapped.
/// @throws ConfigError  no root is given, `array` or `keys` has no use there
/// @throws DataError    the root is not there, is of another kind, is damaged, or `keys` do not
///                      name the rows of `array`, each row once
std::unique_ptr<ArraySource> open_arrays(const ArrayPlace& place);

}  // namespace genrebench
