#include "harness/records/kernel_records.hpp"

#include <fmt/format.h>

#include <string_view>

#include "base/digest.hpp"

namespace genrebench {
namespace {

/// Appends a text with its length, so that no two lists of texts look the same.
void append(std::string& all, std::string_view text) {
  all += fmt::format("{}:{}\n", text.size(), text);
}

}  // namespace

std::string kernel_session_id(const KernelSession& session) {
  std::string all = session.origin == KernelOrigin::run ? "run\n" : "imported\n";
  const KernelSetting& setting = session.setting;
  for (const std::string& text :
       {session.recorded_at, setting.commit, setting.commit_time, setting.host, setting.processor,
        setting.governor, setting.compiler, setting.flags})
    append(all, text);
  // SQLite knows no -0.
  all += fmt::format("{} {} {}\n", setting.dirty ? 1 : 0, setting.cpus, setting.load + 0.0);
  for (const auto& [series, values] : session.values) {
    for (const std::string& text : {series.program, series.benchmark, series.measure, series.unit})
      append(all, text);
    for (const auto& [repetition, value] : values)
      all += fmt::format("{} {}\n", repetition, value + 0.0);
  }
  return sha256(all);
}

bool comparable(const KernelSetting& a, const KernelSetting& b) {
  return a.host == b.host && a.processor == b.processor && a.compiler == b.compiler &&
         a.flags == b.flags;
}

const std::string& kernel_order(const KernelSession& session) {
  return session.setting.commit_time.empty() ? session.recorded_at : session.setting.commit_time;
}

std::string short_commit(const KernelSetting& setting) {
  return setting.commit.substr(0, 12) + (setting.dirty ? "+" : "");
}

}  // namespace genrebench
