// `dataset verify` on a folder in GTZAN's shape: a clean one, and one with every fault that it must
// find.

#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "datasets/music/synthesiser.hpp"
#include "faults/fault_support.hpp"
#include "signal/audio/audio.hpp"
#include "support/altered_audio.hpp"
#include "support/shared_data.hpp"

namespace genrebench::testing {
namespace dataset_test {

namespace fs = std::filesystem;
using nlohmann::json;

const std::vector<std::string> kGenres = {"blues", "classical", "country", "disco",  "hiphop",
                                          "jazz",  "metal",     "pop",     "reggae", "rock"};
constexpr int kRateHz = 22050;
constexpr Coding kFlac{SF_FORMAT_FLAC | SF_FORMAT_PCM_16, 0.0};

/// Two songs of 30 s in each of GTZAN's genres, both by one artist, as FLAC: to such files the
/// published MD5 sums do not apply.
class GtzanFolder : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    clean_ = std::make_unique<TemporaryFolder>();
    const SynthesiserOptions options{
        .duration_s = 30.0, .sample_rate_hz = kRateHz, .artists_per_genre = 1};
    for (std::size_t genre = 0; genre < kGenres.size(); ++genre) {
      fs::create_directories(*clean_ / kGenres[genre]);
      for (int n = 0; n < 2; ++n)
        write_coded(file_in(clean_->path(), kGenres[genre], n),
                    synthesise_song(options, genre, n).samples, kRateHz, kFlac);
    }
  }
  static void TearDownTestSuite() { clean_.reset(); }

  static fs::path file_in(const fs::path& root, const std::string& genre, int n,
                          const std::string& extension = "flac") {
    return root / genre / (genre + ".0000" + std::to_string(n) + "." + extension);
  }
  static fs::path clean(const std::string& genre, int n) {
    return file_in(clean_->path(), genre, n);
  }

  struct Verified {
    int exit_code;
    json document;

    /// Where there are errors of one kind; each is taken out.
    std::set<std::string> take_errors(const std::string& what) {
      std::set<std::string> found;
      auto& problems = document["problems"];
      for (std::size_t i = problems.size(); i-- > 0;)
        if (problems[i]["severity"] == "error" && problems[i]["what"] == what) {
          found.insert(problems[i]["where"].get<std::string>());
          problems.erase(i);
        }
      return found;
    }
    std::vector<std::string> errors() const {
      std::vector<std::string> lines;
      for (const json& problem : document["problems"])
        if (problem["severity"] == "error") lines.push_back(problem.dump());
      return lines;
    }
  };

  static Verified verify(const fs::path& root, std::vector<std::string> words = {}) {
    std::vector<std::string> arguments = {"dataset",    "verify",    "gtzan", "--json",
                                          "--no-cache", "--threads", "2"};
    if (words.empty()) words = {"--root", root.string()};
    arguments.insert(arguments.end(), words.begin(), words.end());
    const ProgramResult result = run_program(arguments);
    EXPECT_TRUE(json::accept(result.out)) << result.err;
    return {result.exit_code, json::parse(result.out, nullptr, /*allow_exceptions=*/false)};
  }

  static std::unique_ptr<TemporaryFolder> clean_;
};

std::unique_ptr<TemporaryFolder> GtzanFolder::clean_;

TEST_F(GtzanFolder, ThatIsCleanHasNoErrors) {
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--root", clean_->path().string()},
        {"root=" + clean_->path().string()}}) {
    const Verified verified = verify(clean_->path(), words);
    EXPECT_EQ(verified.errors(), std::vector<std::string>());
    EXPECT_EQ(verified.exit_code, 0);
    EXPECT_EQ(verified.document["errors"], 0);
    EXPECT_EQ(verified.document["files"].size(), 20u);
    EXPECT_EQ(verified.document["files"][0]["sample_rate_hz"], 22050.0);
    EXPECT_EQ(verified.document["genres"][0]["table_1"], 100);
  }
}

TEST_F(GtzanFolder, WithEveryFaultShowsEveryFaultAndNoOther) {
  const TemporaryFolder root;
  fs::copy(clean_->path(), root.path(), fs::copy_options::recursive);
  const auto in_root = [&](const std::string& genre, int n) {
    return file_in(root.path(), genre, n);
  };
  const auto original = [](const std::string& genre, int n) {
    return read_audio(clean(genre, n), 0.0);
  };
  const auto copy = [](const fs::path& from, const fs::path& to) {
    fs::copy_file(from, to, fs::copy_options::overwrite_existing);
  };

  fs::resize_file(in_root("blues", 0), fs::file_size(in_root("blues", 0)) / 2);  // truncated
  copy(clean("blues", 1), in_root("blues", 5));                                  // exact duplicate
  write_coded(in_root("classical", 5), at_speed(original("classical", 0), 1.01), kRateHz,
              kFlac);  // pitch-shifted
  write_coded(in_root("country", 5), at_level(original("country", 0), -10.0), kRateHz,
              kFlac);                            // level-shifted
  copy(clean("metal", 0), in_root("disco", 0));  // a song of metal in disco
  fs::rename(in_root("hiphop", 1), root / "jazz" / in_root("hiphop", 1).filename());  // in a wrong
                                                                                      // folder by
                                                                                      // its name
  write_coded(in_root("jazz", 0), resampled(original("jazz", 0), kRateHz, 16000.0), 16000,
              kFlac);                                                                // wrong rate
  write_coded(in_root("pop", 0), std::vector<float>(30 * kRateHz), kRateHz, kFlac);  // silence
  root.write("pop/pop.00001.flac", "no sound");                                      // unreadable
  fs::remove_all(root / "rock");           // missing genre
  fs::create_directories(root / "samba");  // extra folder

  Verified verified = verify(root.path());
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_EQ(verified.take_errors("unreadable"),
            (std::set<std::string>{"blues.00000", "pop.00001"}));
  EXPECT_EQ(verified.take_errors("duplicate"),
            (std::set<std::string>{"blues.00005", "metal.00000"}));
  EXPECT_EQ(verified.take_errors("near_duplicate"),
            (std::set<std::string>{"classical.00005", "country.00005"}));
  EXPECT_EQ(verified.take_errors("swapped"), (std::set<std::string>{"jazz/hiphop.00001.flac"}));
  EXPECT_EQ(verified.take_errors("format"),
            (std::set<std::string>{"classical.00005", "jazz.00000"}))
      << "the faster copy is too short as well";
  EXPECT_EQ(verified.take_errors("silent"), (std::set<std::string>{"pop.00000"}));
  EXPECT_EQ(verified.take_errors("missing"), (std::set<std::string>{"rock"}));
  EXPECT_EQ(verified.take_errors("extra"), (std::set<std::string>{"samba"}));
  EXPECT_EQ(verified.errors(), std::vector<std::string>());
}

TEST_F(GtzanFolder, OfWavFilesIsHeldAgainstThePublishedChecksums) {
  const TemporaryFolder root;
  for (const std::string& genre : kGenres) {
    fs::create_directories(root / genre);
    write_wav(file_in(root.path(), genre, 0, "wav"), read_audio(clean(genre, 0), 0.0), kRateHz);
  }
  Verified verified = verify(root.path());
  EXPECT_EQ(verified.exit_code, 1);
  EXPECT_EQ(verified.take_errors("md5").size(), kGenres.size())
      << "no generated file has the sum of the original";
  EXPECT_EQ(verified.errors(), std::vector<std::string>());
}

TEST_F(GtzanFolder, IsTheSameDatasetAsTheListThatDescribeWrites) {
  const TemporaryFolder about;
  const auto describe = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"dataset", "describe"});
    words.insert(words.end(), {"--json", "--no-cache"});
    const ProgramResult result = run_program(words);
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return json::parse(result.out, nullptr, /*allow_exceptions=*/false);
  };
  const json folder =
      describe({"gtzan", "--root", clean_->path().string(), "--out", about.path().string()});
  ASSERT_TRUE(fs::exists(about / "manifest.yaml"));
  const json list = describe({"manifest", "--root", (about / "manifest.csv").string(),
                              "audio_root=" + clean_->path().string()});
  EXPECT_EQ(list["fingerprint"], folder["fingerprint"]);
  EXPECT_EQ(list["splits"].size(), 3u);
  EXPECT_EQ(list["further_columns"].size(), 0u);
}

TEST(GtzanMini, AsOggIsVerifiedWithoutErrors) {
  GENREBENCH_REQUIRE_SHARED(shared);
  const std::string root = (shared / "data/gtzan-mini/genres").string();
  const ProgramResult result =
      run_program({"dataset", "verify", "gtzan", "--root", root, "--json", "--no-cache"});
  EXPECT_EQ(result.exit_code, 0) << result.err;
  const json document = json::parse(result.out);
  std::set<std::string> kinds;
  for (const json& problem : document["problems"]) {
    EXPECT_EQ(problem["severity"], "note") << problem;
    kinds.insert(problem["what"].get<std::string>());
  }
  EXPECT_EQ(kinds, (std::set<std::string>{"count", "known_fault", "md5", "missing"}))
      << "and no near duplicate";
  expect_says(result.out,
              {"90 of 100 tracks are absent: 00010-00099", "900 of 1000 tracks are absent",
               "the published MD5 sums cannot apply to 100 of 100 files, .ogg"});
}

}  // namespace dataset_test
}  // namespace genrebench::testing
