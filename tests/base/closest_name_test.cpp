#include "base/closest_name.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace {

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

}  // namespace
}  // namespace genrebench
