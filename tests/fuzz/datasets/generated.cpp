// Folders of generated datasets, which may come from somebody else. The input holds dataset.json,
// metadata.csv and sections.csv, separated by lines "%%".
#include <string>

#include "harness/plugin/registry.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench {
void register_all_datasets(Registry& registry);
}

namespace genrebench::fuzz {
namespace {

const Registry& registry() {
  static const Registry all = [] {
    Registry one;
    register_all_datasets(one);
    return one;
  }();
  return all;
}

void open_folder(const std::string& name, const std::filesystem::path& root) {
  const DatasetPlugin& plugin = registry().datasets.get(name, "fuzz");
  const auto dataset =
      plugin.make(plugin.options.resolve({{"root", root.string()}}, "fuzz"), registry());
  for (const Track& track : dataset->tracks()) {
    require(track.genre >= 0 && track.genre < std::ssize(dataset->genres()), "genres are known");
    double end_s = 0.0;
    for (const Section& section : dataset->sections(track)) {
      require(section.start_s >= end_s && section.end_s > section.start_s,
              "sections follow one another");
      end_s = section.end_s;
    }
    dataset->sources(track);
  }
  for (const DatasetProblem& problem : dataset->verify()) check_message(problem.message);
  dataset->facts();
}

}  // namespace

void fuzz_generated(std::string_view input) {
  constexpr std::string_view kSeparator = "\n%%\n";
  for (const char* name : {"dataset.json", "metadata.csv", "sections.csv"}) {
    const std::string_view part = input.substr(0, input.find(kSeparator));
    input.remove_prefix(std::min(input.size(), part.size() + kSeparator.size()));
    scratch_file(std::filesystem::path("generated") / name, part);
  }
  for (const char* name : {"synthetic", "medley"})
    accepts([&] { open_folder(name, scratch_folder() / "generated"); });
}

}  // namespace genrebench::fuzz
