#include "signal/audio/signatures.hpp"

#include <gtest/gtest.h>

#include <string>

namespace genrebench {
namespace signatures_test {

using namespace std::string_literals;

TEST(Signatures, EachIsFoundByItsOwnBytes) {
  for (const Signature& signature : signatures()) {
    const std::string begin = std::string(signature.offset, '.') + std::string(signature.bytes);
    EXPECT_LE(begin.size(), kSignatureBytes) << signature.phrase;
    const Signature* found = signature_of(begin);
    ASSERT_NE(found, nullptr) << signature.phrase;
    EXPECT_EQ(found->phrase, signature.phrase);
    EXPECT_EQ(signature_of(begin.substr(0, begin.size() - 1)), nullptr) << signature.phrase;
  }
}

TEST(Signatures, TheMoreExactOneIsFirst) {
  EXPECT_EQ(signature_of("RIFF\4\0\0\0AVI "s)->phrase, "an AVI video");
  EXPECT_EQ(signature_of("RIFF\4\0\0\0WAVE"s)->phrase, "a RIFF file");
}

TEST(Signatures, OnlyWhatFfmpegAloneDecodesHasItsDemuxer) {
  EXPECT_EQ(signature_of("wvpk")->extra.demuxer, "wv");
  for (const std::string& begin : {"RIFF"s, "fLaC"s, "OggS"s, ".snd"s, "PK\3\4"s, "%PDF"s})
    EXPECT_TRUE(signature_of(begin)->extra.demuxer.empty()) << begin;
}

TEST(Signatures, OtherBytesHaveNone) {
  for (const std::string& begin : {""s, "R"s, "\xFF\xFB\x90\x44"s, "hello"s, "ID3\4"s})
    EXPECT_EQ(signature_of(begin), nullptr) << begin;
}

}  // namespace signatures_test
}  // namespace genrebench
