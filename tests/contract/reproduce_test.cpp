// Every method, run by the program and then reproduced: to the bit.
#include <map>

#include "contract/contract_support.hpp"
#include "harness/store/run_store.hpp"

namespace genrebench {
namespace reproduce_test {

using testing::registry;
using testing::TemporaryFolder;

int genrebench(const std::vector<std::string>& words) {
  std::vector<const char*> arguments = {"genrebench"};
  for (const std::string& word : words) arguments.push_back(word.c_str());
  return run_program(registry(), static_cast<int>(arguments.size()), arguments.data());
}

class EveryMethodReproduced : public ::testing::TestWithParam<std::string> {};

TEST_P(EveryMethodReproduced, GivesTheSameBits) {
  const TemporaryFolder folder;
  const MethodPlugin& plugin = registry().methods.get(GetParam(), "test");
  const OptionSchema& options = plugin.options;
  std::string method = "{name: " + GetParam();
  if (options.find("epochs") != nullptr) method += ", preset: quick, epochs: 2, batch_size: 3";
  if (options.find("device") != nullptr) method += ", device: cpu";
  if (GetParam() == "command")
    method += ", argv: [python3, \"" + testing::nearest_mean() + "\"], files: [\"" +
              testing::nearest_mean() + "\"]";
  if (options.find("length") != nullptr) method += ", length: 2";
  const bool deep = options.find("epochs") != nullptr && plugin.takes_sequences;
  const std::string file = folder.write(
      "one.yaml",
      "name: one\n"
      "dataset: {name: synthetic, genres: 3, tracks_per_genre: 6, duration_s: 4, sample_rate_hz: "
      "8000}\n"
      "split: {kind: stratified, train_fraction: 0.5, valid_fraction: 0.2}\n"
      "features: {name: " +
          std::string(deep ? "mfcc" : "mfcc_statistics") +
          ", sample_rate_hz: 8000, n_fft: 512, hop_length: 256, n_mels: 24, n_mfcc: 8}\n"
          "excerpt: {name: chunks, length_s: 2}\n"
          "method: " +
          method + "}\nseeds: [3]\n");
  const std::vector<std::string> places = {"--db", folder / "runs.db", "--cache", folder / "cache",
                                           "--quiet"};
  const auto with_places = [&](std::vector<std::string> words) {
    words.insert(words.end(), places.begin(), places.end());
    return words;
  };
  ::testing::internal::CaptureStdout();
  const int ran = genrebench(with_places({"run", file, "--threads", "2"}));
  const std::string said = ::testing::internal::GetCapturedStdout();
  ASSERT_EQ(ran, 0) << said;
  const auto runs = RunStore::open(folder / "runs.db", RunStore::Mode::read)->runs("one");
  ASSERT_EQ(runs.size(), 1u);
  ::testing::internal::CaptureStdout();
  const int code = genrebench(with_places({"reproduce", runs.front().id.substr(0, 16)}));
  const std::string answer = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(code, 0) << answer;
  EXPECT_NE(answer.find("\nidentical: "), std::string::npos) << answer;
}

INSTANTIATE_TEST_SUITE_P(Contract, EveryMethodReproduced,
                         ::testing::ValuesIn(registry().methods.names()), testing::name_of);

}  // namespace reproduce_test
}  // namespace genrebench
