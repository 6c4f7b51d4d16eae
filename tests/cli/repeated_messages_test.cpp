// One message per reason.
#include "cli/repeated_messages.hpp"

#include <gtest/gtest.h>

namespace genrebench::cli {
namespace repeated_messages_test {

Incident failed(const std::string& reason) {
  return {.kind = "failed", .text = "failed: svm: " + reason, .reason = reason};
}

TEST(RepeatedMessages, ReasonsThatDifferInNumbersIdsAndNumberedNamesAreAlike) {
  EXPECT_EQ(without_numbers("fold 3: no usable track is left"),
            without_numbers("fold 14: no usable track is left"));
  EXPECT_EQ(without_numbers("runs.db.files/3fa9c0/checkpoint.pt: No space left"),
            without_numbers("runs.db.files/77b1e2/checkpoint.pt: No space left"));
  EXPECT_EQ(without_numbers("loss 0.25 at epoch 2"), without_numbers("loss 1e-7 at epoch 11"));
  EXPECT_NE(without_numbers("no usable track"), without_numbers("no usable excerpt"));
  EXPECT_EQ(without_numbers(""), "");
  EXPECT_EQ(without_numbers("Björk 2"), "Björk #");
}

TEST(RepeatedMessages, TheFirstThreeOfAReasonAreShownAndAllAreCountedAtTheEnd) {
  RepeatedMessages messages;
  std::size_t n_shown = 0;
  for (int i = 0; i < 75; ++i) n_shown += messages.add(failed("epoch " + std::to_string(i)));
  EXPECT_EQ(n_shown, 3u);
  EXPECT_EQ(messages.counts(), (std::vector<std::string>{"failed: 75 in all like this: epoch 0"}));
  EXPECT_TRUE(messages.counts().empty()) << "it is told once";
  EXPECT_FALSE(messages.add(failed("epoch 9")));
  EXPECT_EQ(messages.counts(), (std::vector<std::string>{"failed: 76 in all like this: epoch 0"}));
}

TEST(RepeatedMessages, WhatWasShownIsNotCountedAgain) {
  RepeatedMessages messages;
  for (const char* reason : {"one", "two", "one", "two", "three"})
    EXPECT_TRUE(messages.add(failed(reason)));
  EXPECT_TRUE(messages.counts().empty());
}

TEST(RepeatedMessages, KindsAreCountedApart) {
  RepeatedMessages messages;
  for (int i = 0; i < 5; ++i) {
    messages.add(failed("no audio"));
    messages.add({.kind = "bad track", .text = "bad track: a.wav: no audio", .reason = "no audio"});
  }
  EXPECT_EQ(messages.counts(), (std::vector<std::string>{"bad track: 5 in all like this: no audio",
                                                         "failed: 5 in all like this: no audio"}));
}

TEST(RepeatedMessages, WhereEachHasAReasonOfItsOwnTheyAreFewAllTheSame) {
  RepeatedMessages messages;
  std::size_t n_shown = 0;
  for (char a = 'a'; a <= 'z'; ++a)
    for (char b = 'a'; b <= 'j'; ++b) n_shown += messages.add(failed(std::string{a, b}));
  EXPECT_EQ(n_shown, 20u);
  EXPECT_EQ(messages.counts(),
            (std::vector<std::string>{"failed: 240 more, for 240 other reasons"}));
}

}  // namespace repeated_messages_test
}  // namespace genrebench::cli
