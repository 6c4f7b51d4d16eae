// What every report says of the programs, machines and settings behind its numbers.
#include "reports/support/provenance.hpp"

#include <gtest/gtest.h>

#include "cli/program.hpp"
#include "harness/run/provenance.hpp"
#include "reports/example_runs.hpp"

namespace genrebench {
namespace provenance_test {

using Environment = std::map<std::string, std::string>;

/// Adds a run that is done, made in an environment on top of this program's commit.
std::string add(MemoryStore& store, Environment environment,
                std::map<std::string, std::string> parameters = {},
                std::map<std::string, std::string> facts = {}) {
  static int count = 0;
  MemoryStore::Entry entry;
  entry.record.id = fmt::format("{:064x}", ++count);
  entry.record.status = RunStatus::done;
  entry.record.seed = static_cast<std::uint64_t>(count);
  entry.record.parameters = std::move(parameters);
  entry.record.parameters.emplace("method.name", "svm");
  entry.record.facts = std::move(facts);
  environment.emplace("genrebench.commit", this_program());
  entry.environment = std::move(environment);
  const std::string id = entry.record.id;
  store.add("e", std::move(entry));
  return id;
}

std::string notes(const MemoryStore& store) {
  const Scope scope = load_scope(store, {});
  Runs runs;
  for (const RunRecord& run : scope.runs) runs.push_back(&run);
  std::string text;
  for (const std::string& note : provenance_notes(store, runs)) text += note + "\n";
  return text;
}

TEST(Provenance, SaysNothingOfRunsThatWereMadeAlikeByThisProgram) {
  MemoryStore store;
  for (int i = 0; i < 3; ++i)
    add(store, {{"cpu", "A"},
                {"library.torch", "1.13"},
                {"threads", "2"},
                {"host", "h" + std::to_string(i)}});
  EXPECT_EQ(notes(store), "");
}

TEST(Provenance, SaysWhichPredictionsWereMadeElsewhere) {
  MemoryStore store;
  for (int i = 0; i < 2; ++i) {
    MemoryStore::Entry entry;
    entry.record.id = fmt::format("{:064x}", 0x7000 + i);
    entry.record.status = RunStatus::done;
    entry.record.origin = RunOrigin::imported;
    entry.record.parameters = {{"method.name", "their probe"}};
    entry.environment = {{"genrebench.commit", this_program()}};
    store.add("e", std::move(entry));
  }
  add(store, {});
  EXPECT_NE(
      notes(store).find("Imported: their probe (2 runs). Their predictions were made elsewhere"),
      std::string::npos)
      << notes(store);
}

TEST(Provenance, NamesEveryCircumstanceInWhichRunsDiffer) {
  MemoryStore store;
  add(store, {{"cpu", "Xeon"},
              {"library.torch", "1.13"},
              {"library.libsvm", "325"},
              {"genrebench.version", "0.1.0"},
              {"compiler", "GNU 12"}});
  add(store, {{"cpu", "Xeon"},
              {"library.torch", "2.1"},
              {"library.libsvm", "325"},
              {"genrebench.version", "0.2.0"},
              {"compiler", "GNU 12"}});
  add(store, {{"cpu", "EPYC"},
              {"library.torch", "2.1"},
              {"genrebench.version", "0.2.0"},
              {"compiler", "GNU 13"},
              {"gpu", "H200"},
              {"genrebench.commit", "abc"}});
  const std::string text = notes(store);
  for (const char* part :
       {"processor: EPYC (1 run), Xeon (2 runs)", "torch: 1.13 (1 run), 2.1 (2 runs)",
        "libsvm: 325 (2 runs), not recorded (1 run)",
        "version of genrebench: 0.1.0 (1 run), 0.2.0 (2 runs)",
        "compiler: GNU 12 (2 runs), GNU 13 (1 run)", "GPU: H200 (1 run), none (2 runs)",
        "abc (1 run)"})
    EXPECT_TRUE(contains(text, part)) << part << "\n" << text;
  EXPECT_FALSE(contains(text, "threads"));
  EXPECT_FALSE(contains(text, "this is")) << "some of the runs are by this program";
}

TEST(Provenance, ThreadsAndDevicesCountForNetworksAlone) {
  MemoryStore store;
  add(store, {{"threads", "1"}});
  add(store, {{"threads", "64"}});
  EXPECT_EQ(notes(store), "");
  for (const char* threads : {"1", "2", "2"})
    add(store, {{"threads", threads}}, {}, {{"fit.device", threads[0] == '1' ? "cuda" : "cpu"}});
  EXPECT_TRUE(contains(notes(store), "threads of the networks: 1 (1 run), 2 (2 runs)"))
      << notes(store);
  EXPECT_TRUE(contains(notes(store), "device of the networks: cpu (2 runs), cuda (1 run)"));
}

TEST(Provenance, SaysWhereNoRunIsByThisProgram) {
  MemoryStore store;
  for (int i = 0; i < 75; ++i) add(store, {{"genrebench.commit", "deadbeef0000"}});
  EXPECT_EQ(notes(store), "75 runs by commit deadbeef0000; this is " + this_program() + ".\n");
  add(store, {{"genrebench.commit", "0ther0000000"}});
  EXPECT_TRUE(contains(notes(store), "commit: 0ther0000000 (1 run), deadbeef0000 (75 runs)"));
  EXPECT_TRUE(
      contains(notes(store), "None of the 76 runs is by this program, commit " + this_program()));
}

TEST(Provenance, TellsTwoTreesWithChangesOfOneCommitApart) {
  EXPECT_EQ(
      program_of({{"genrebench.commit", "abc-dirty"}, {"genrebench.build_id", "0123456789abcdef"}}),
      "abc-dirty (build 01234567)");
  EXPECT_EQ(program_of({{"genrebench.commit", "abc"}, {"genrebench.build_id", "0123456789abcdef"}}),
            "abc")
      << "a commit says all";
  EXPECT_EQ(program_of({{"genrebench.commit", "abc-dirty"}}), "abc-dirty")
      << "a run of an earlier version";
  EXPECT_EQ(program_of({}), "");
  MemoryStore store;
  add(store, {{"genrebench.commit", "abc-dirty"}, {"genrebench.build_id", "11111111ff"}});
  add(store, {{"genrebench.commit", "abc-dirty"}, {"genrebench.build_id", "22222222ff"}});
  EXPECT_TRUE(contains(notes(store),
                       "abc-dirty (build 11111111) (1 run), abc-dirty (build 22222222) (1 run)"))
      << notes(store);
}

TEST(Provenance, NamesVersionsOfPluginsThatDiffer) {
  MemoryStore store;
  add(store, {{"versions", list_text({"evaluation 1", "dataset gtzan 2",
                                      "features mfcc 1, decoder 1", "method svm 1"})}});
  add(store, {{"versions", list_text({"evaluation 2", "dataset gtzan 2",
                                      "features mfcc 1, decoder 2", "method svm 1"})}});
  const std::string text = notes(store);
  EXPECT_TRUE(contains(text, "version of evaluation: 1 (1 run), 2 (1 run)")) << text;
  EXPECT_TRUE(
      contains(text, "version of features mfcc: 1, decoder 1 (1 run), 1, decoder 2 (1 run)"))
      << text;
  EXPECT_FALSE(contains(text, "gtzan"));
  EXPECT_FALSE(contains(text, "svm"));
}

TEST(Provenance, RunsOfWhichNothingIsRecordedAreNoOtherOnes) {
  MemoryStore store;
  add(store, {{"cpu", "Xeon"}});
  MemoryStore::Entry bare;
  bare.record.id = "bare";
  bare.record.status = RunStatus::done;
  store.add("e", std::move(bare));
  MemoryStore::Entry planned;
  planned.record.id = "planned";
  planned.environment = {{"cpu", "EPYC"}};
  store.add("e", std::move(planned));
  EXPECT_EQ(notes(store), "");
}

TEST(Provenance, EveryReportEndsWithItAndOfTheRunsThatItShows) {
  Registry registry;
  register_all(registry);
  MemoryStore store;
  add_run(store, {.method = "svm", .seed = 0, .accuracy = 0.5, .commit = "aaa"});
  add_run(store, {.method = "svm", .seed = 1, .accuracy = 0.5, .commit = "bbb"});
  // Table 2 has no line for it.
  add_run(store, {.method = "gru", .seed = 0, .accuracy = 0.5, .commit = "of_gru"});
  const auto last = [&](const std::string& report) {
    const Document document = [&] {
      const ReportPlugin& plugin = registry.reports.get(report, "test");
      return render_report(plugin, plugin.options.resolve({}, "test"), store, {});
    }();
    std::string text;
    for (const auto& part : document.body)
      if (const auto* paragraph = std::get_if<Paragraph>(&part)) text += paragraph->text + "\n";
    return text;
  };
  for (const char* report : {"summary", "table2"}) {
    EXPECT_TRUE(contains(last(report), "aaa (1 run), bbb (1 run)")) << report << last(report);
    EXPECT_EQ(contains(last(report), "of_gru"), std::string(report) == "summary") << report;
  }
}

}  // namespace provenance_test
}  // namespace genrebench
