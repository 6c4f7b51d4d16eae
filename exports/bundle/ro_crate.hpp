#pragma once
// The description of a folder of research data for machines.

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace genrebench {

/// What a person says of a bundle.
struct BundleTitle {
  std::string title;
  std::string description;
  std::vector<std::string> authors;
  std::string licence;  ///< the address of a licence, or its SPDX name; empty: none was chosen
  std::string date;     ///< of publication, "2026-11-30"
};

/// How the data were made.
struct BundleOrigin {
  std::string program;                   ///< versions of the program that made the runs
  std::vector<std::string> experiments;  ///< files of the bundle
  std::string results;                   ///< the store in the bundle
};

/// The text of ro-crate-metadata.json for a folder: every file in it with its type, size and
/// SHA-256, who made it, under which licence, and by which program.
/// @param folder  holds all other files of the bundle
/// @throws DataError  if a file cannot be read
/// Source: RO-Crate Metadata Specification 1.1, https://w3id.org/ro/crate/1.1
std::string ro_crate_json(const std::filesystem::path& folder, const BundleTitle& title,
                          const BundleOrigin& origin);

}  // namespace genrebench
