#include "harness/grouping/evaluation_clusters.hpp"

#include <gtest/gtest.h>

#include "support/splits.hpp"

namespace genrebench {
namespace evaluation_clusters_test {

using testing::MemoryDataset;

TEST(Clusters, AreJoinedArtistsElseSongs) {
  MemoryDataset dataset({"a"});
  for (const char* artist : {"Queen", "QUEEN", "Queen feat. David Bowie", "Various", ""})
    dataset.add(std::string("by ") + artist, 0, artist);
  dataset.group(3, "song", "a song");
  EXPECT_EQ(evaluation_clusters(dataset),
            (std::vector<std::string>{"Queen", "Queen", "Queen", "a song", ""}));
}

}  // namespace evaluation_clusters_test
}  // namespace genrebench
