#pragma once
// The kinds of plug-ins that a run is made of, as an experiment file names them.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "harness/experiment/run_spec.hpp"
#include "harness/plugin/registry.hpp"

namespace genrebench {

/// Plug-ins of one kind, seen only as names and schemas.
using Schemas = std::map<std::string, const OptionSchema*>;

/// One kind of plug-in: its key in the file and its place in a RunSpec.
struct Slot {
  std::string key;            ///< "dataset"
  std::string selector;       ///< the key below it that names the plug-in: "name", or "kind"
  std::string fallback;       ///< the plug-in where none is named; empty: one must be named
  std::string prefix;         ///< "dataset."
  std::string selecting_key;  ///< "dataset.name"
  PluginChoice RunSpec::*choice;
  /// The options of one plug-in; null: there is no such plug-in.
  const OptionSchema* (*find)(const Registry&, std::string_view name);
  Schemas (*all)(const Registry&);
  /// A run may have no plug-in here, and has none where none or `none` is named.
  bool optional = false;
};

/// The word that names no plug-in in a slot that is optional.
inline constexpr std::string_view kNoPlugin = "none";

/// In the order dataset, split, excerpt, features, method, deform, deform_train.
const std::vector<Slot>& slots();

}  // namespace genrebench
