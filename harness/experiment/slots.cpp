#include "harness/experiment/slots.hpp"

namespace genrebench {
namespace {

template <auto Table>
const OptionSchema* find_in(const Registry& registry, std::string_view name) {
  const auto* plugin = (registry.*Table).find(name);
  return plugin == nullptr ? nullptr : &plugin->options;
}

template <auto Table>
Schemas all_of(const Registry& registry) {
  Schemas result;
  for (const auto& plugin : registry.*Table) result[plugin.name] = &plugin.options;
  return result;
}

template <auto Table>
Slot make_slot(const std::string& key, const std::string& selector, const std::string& fallback,
               PluginChoice RunSpec::*choice) {
  return {.key = key,
          .selector = selector,
          .fallback = fallback,
          .prefix = key + ".",
          .selecting_key = key + "." + selector,
          .choice = choice,
          .find = &find_in<Table>,
          .all = &all_of<Table>};
}

template <auto Table>
Slot make_optional_slot(const std::string& key, PluginChoice RunSpec::*choice) {
  Slot slot = make_slot<Table>(key, "name", "", choice);
  slot.optional = true;
  return slot;
}

}  // namespace

const std::vector<Slot>& slots() {
  static const std::vector<Slot> all = {
      make_slot<&Registry::datasets>("dataset", "name", "", &RunSpec::dataset),
      make_slot<&Registry::splits>("split", "kind", "stratified", &RunSpec::split),
      make_slot<&Registry::excerpts>("excerpt", "name", "full", &RunSpec::excerpt),
      make_slot<&Registry::features>("features", "name", "", &RunSpec::features),
      make_slot<&Registry::methods>("method", "name", "", &RunSpec::method),
      make_optional_slot<&Registry::deformations>("deform", &RunSpec::deform),
      make_optional_slot<&Registry::deformations>("deform_train", &RunSpec::deform_train)};
  return all;
}

}  // namespace genrebench
