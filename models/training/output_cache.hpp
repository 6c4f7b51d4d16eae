#pragma once
// Outputs of frozen layers on disk, one file per example.

#include <torch/torch.h>

#include <filesystem>
#include <string>

namespace genrebench {

/// Sealed safetensors, mapped when they are read and not held. Any number of processes may fill one
/// folder at once.
class OutputCache {
 public:
  /// @param folder  empty: nothing is cached
  explicit OutputCache(std::filesystem::path folder);

  bool enabled() const { return !folder_.empty(); }

  struct Found {
    torch::Tensor output;  ///< on the CPU, over the mapped file; undefined: there is none
    std::string damage;    ///< why the file that is there cannot be used; empty: nothing is wrong
  };

  /// @param key  a content_hash(); equal keys, equal outputs
  Found load(const std::string& key) const;

  /// Whole files only: a reader never sees a part, and of two writers one wins with the same
  /// content.
  /// @throws DataError  if the disk is full or the folder cannot be written
  void store(const std::string& key, const torch::Tensor& output) const;

  /// The file of a key.
  std::filesystem::path file(const std::string& key) const;

 private:
  std::filesystem::path folder_;
};

}  // namespace genrebench
