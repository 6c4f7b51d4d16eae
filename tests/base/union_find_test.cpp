#include "base/union_find.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace union_find_test {

TEST(UnionFind, SetsAreKnownByTheirSmallestMember) {
  UnionFind sets(6);
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(sets.find(i), i);
  sets.join(4, 5);
  sets.join(3, 4);
  sets.join(5, 1);
  for (const std::size_t i : {1u, 3u, 4u, 5u}) EXPECT_EQ(sets.find(i), 1u) << i;
  EXPECT_EQ(sets.find(0), 0u);
  EXPECT_EQ(sets.find(2), 2u);
  sets.join(3, 5);
  EXPECT_EQ(sets.find(5), 1u) << "joined already";
}

}  // namespace union_find_test
}  // namespace genrebench
