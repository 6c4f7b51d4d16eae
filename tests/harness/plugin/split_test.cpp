#include "harness/plugin/split.hpp"

#include <gtest/gtest.h>

#include <set>

namespace genrebench {
namespace split_test {

TEST(Splits, AreNamedByWhatTheyPutWhere) {
  const auto named = [](std::vector<Part> parts) {
    Split split;
    split.parts = std::move(parts);
    return division_hash(split);
  };
  std::set<std::string> names;
  for (const Part part : {Part::none, Part::train, Part::valid, Part::test})
    names.insert(named({Part::train, part}));
  EXPECT_EQ(names.size(), 4u) << "every part counts";
  EXPECT_NE(named({Part::train, Part::test}), named({Part::test, Part::train}));
  EXPECT_EQ(named({Part::train, Part::test}), named({Part::train, Part::test}));
}

}  // namespace split_test
}  // namespace genrebench
