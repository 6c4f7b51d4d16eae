#include "harness/grouping/grouped_splitter.hpp"

#include <gtest/gtest.h>

#include "support/splits.hpp"

namespace genrebench {
namespace grouped_splitter_test {

using testing::balanced;
using testing::MemoryDataset;

TEST(GroupedSplitter, PreparedSplitsAreThoseOfEachSeedAlone) {
  Registry registry;
  register_all_pipeline(registry);
  const MemoryDataset dataset = balanced(4, 40, 3);
  const TrackContents content = testing::contents(dataset, {{0, 5}, {41, 60}});
  for (const std::string kind : {"stratified", "kfold"}) {
    const SplitPlugin& plugin = registry.splits.get(kind, "test");
    for (const OptionValues& given :
         {OptionValues{}, OptionValues{{"leaky", true}},
          OptionValues{{"leaky", true}, {"unit", std::string("excerpt")}},
          OptionValues{{"train_size.per_genre", std::int64_t{4}}}}) {
      const auto splitter = plugin.make(plugin.options.resolve(given, "test"));
      const auto prepared = splitter->prepare(dataset, content);
      for (const std::uint64_t seed : {7u, 0u, 3u, 7u}) {
        const Split drawn = prepared->draw(seed), alone = splitter->split(dataset, content, seed);
        EXPECT_EQ(division_hash(drawn), division_hash(alone)) << kind << seed;
        EXPECT_EQ(drawn.notes, alone.notes) << kind << seed;
      }
    }
  }
}

TEST(GroupedSplitter, ItsOwnSeedReplacesThatOfTheRun) {
  const MemoryDataset dataset = balanced(3, 30, 3);
  const OptionValues fixed = {{"seed", std::int64_t{9}}};
  EXPECT_EQ(testing::split(dataset, "stratified", fixed, 1).parts,
            testing::split(dataset, "stratified", {}, 9).parts);
}

}  // namespace grouped_splitter_test
}  // namespace genrebench
