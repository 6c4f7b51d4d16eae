#include "base/closest_name.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace genrebench {
namespace closest_name_test {

TEST(ClosestName, FindsSwapsAndGivesUpWhereNothingIsNear) {
  EXPECT_EQ(nearest_name("mfc", {"mfcc", "log_mel"}), "mfcc");
  EXPECT_EQ(nearest_name("svn", {"svm", "knn"}), "svm");
  EXPECT_EQ(nearest_name("zzzzzz", {"svm", "knn"}), std::nullopt);
}

TEST(ClosestName, TheFirstOfSeveralThatAreEquallyNearIsSuggested) {
  EXPECT_EQ(nearest_name("mal", {"mel", "mat"}), "mel");
  EXPECT_EQ(nearest_name("mal", {"mat", "mel"}), "mat");
}

TEST(ClosestName, MessagesNamePlaceWordSuggestionAndAllThatIsKnown) {
  const std::string message = unknown_name_message("method", "svn", "a.yaml", {"svm", "knn"});
  for (const char* part : {"a.yaml", "unknown method 'svn'", "did you mean 'svm'?", "svm, knn"})
    EXPECT_NE(message.find(part), std::string::npos) << message;
  EXPECT_EQ(unknown_name_message("method", "x", "a.yaml", {}).find("did you mean"),
            std::string::npos);
}

TEST(ClosestName, ListsEndAfterTwentyNames) {
  std::vector<std::string> names;
  for (char c = 'a'; c <= 't'; ++c) names.emplace_back(1, c);
  EXPECT_EQ(name_list(names), "a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t");
  names.emplace_back("u");
  EXPECT_TRUE(name_list(names).ends_with("s, t and 1 more"));
  EXPECT_EQ(name_list({}), "");
  const std::vector<std::string> wide = {fmt::format("{0:x<99}é{0:x<99}", "")};
  EXPECT_EQ(name_list(wide), fmt::format("{:x<99}…", "")) << "cut between characters";
}

}  // namespace closest_name_test
}  // namespace genrebench
