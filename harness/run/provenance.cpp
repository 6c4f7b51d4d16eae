#include "harness/run/provenance.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <system_error>

#include "base/error.hpp"
#include "harness/plan/identity.hpp"
#include "harness/records/short_id.hpp"
#include "harness/run/environment.hpp"

namespace genrebench {
namespace {

std::string value_of(const std::map<std::string, std::string>& environment,
                     const std::string& key) {
  const auto found = environment.find(key);
  return found == environment.end() ? std::string() : found->second;
}

std::string runs_text(std::size_t n) { return fmt::format("{} run{}", n, n == 1 ? "" : "s"); }

}  // namespace

std::map<std::string, std::string> with_versions(std::map<std::string, std::string> environment,
                                                 const PlannedRun& run, const Registry& registry) {
  environment["versions"] = list_text(versions_of(run.spec, registry));
  const MethodPlugin* method = registry.methods.find(run.spec.method.name);
  if (method != nullptr && method->surroundings)
    for (const auto& [key, value] : method->surroundings(run.spec.method.options))
      environment[key] = value;
  if (run.data != nullptr && !run.data->external_decoder.empty())
    environment["library.ffmpeg"] =
        run.data->external_decoder.substr(run.data->external_decoder.find(' ') + 1);
  return environment;
}

std::vector<std::string> recorded_versions(const std::map<std::string, std::string>& environment) {
  RunRecord holder;  // lists are read as those of facts are
  if (const std::string text = value_of(environment, "versions"); !text.empty())
    holder.facts["versions"] = text;
  return holder.fact_list("versions");
}

int recorded_threads(const std::map<std::string, std::string>& environment,
                     const std::string& run_id, int fallback) {
  constexpr int kMostThreads = 4096;
  const std::string text = value_of(environment, "threads");
  if (text.empty()) return fallback;
  int threads = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), threads);
  if (error != std::errc() || rest != text.data() + text.size() || threads < 1 ||
      threads > kMostThreads)
    throw DataError(
        fmt::format("run {}: expected its environment to have from 1 to {} threads, "
                    "found '{}'",
                    short_id(run_id, kLongerId), kMostThreads, short_id(text, 40)));
  return threads;
}

std::string program_of(const std::map<std::string, std::string>& environment) {
  const std::string commit = value_of(environment, "genrebench.commit"),
                    build = value_of(environment, "genrebench.build_id");
  return commit.ends_with("-dirty") && !build.empty()
             ? fmt::format("{} (build {})", commit, short_id(build))
             : commit;
}

const std::string& this_program() {
  static const std::string program = program_of(describe_environment(1));
  return program;
}

std::string other_programs(const StoreReader& store, const std::vector<RunRecord>& runs) {
  std::map<std::string, std::size_t> counts;
  std::size_t n_done = 0;
  for (const RunRecord& run : runs) {
    if (run.status != RunStatus::done) continue;
    ++n_done;
    const std::string program = program_of(store.environment(run.id));
    if (!program.empty() && program != this_program()) ++counts[program];
  }
  if (counts.empty()) return {};
  const std::string here = fmt::format("; this is {}", this_program());
  if (counts.size() == 1 && counts.begin()->second == n_done)
    return fmt::format(", by commit {}{}", counts.begin()->first, here);
  std::string text;
  for (const auto& [program, n] : counts) text += fmt::format(", {} by commit {}", n, program);
  return text + here;
}

std::string older_ids(const std::vector<RunRecord>& runs, const std::string& whose) {
  std::map<int, std::size_t> counts;
  for (const RunRecord& run : runs)
    if (run.identity_version < kIdentityVersion) ++counts[run.identity_version];
  if (counts.empty()) return {};
  std::string text;
  std::size_t n_all = 0;
  for (const auto& [version, n] : counts) {
    text += fmt::format("{}{} {} of version {}", text.empty() ? "" : ", ",
                        runs_text(n) + (text.empty() && !whose.empty() ? " " + whose : ""),
                        n == 1 ? "has an id" : "have ids", version);
    n_all += n;
  }
  return fmt::format("{}, made by an earlier genrebench; {} not reused", text,
                     n_all == 1 ? "it is" : "they are");
}

}  // namespace genrebench
