#include "reports/support/kernel_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace genrebench {
namespace {

using Key = std::tuple<KernelMeasure, std::string, std::string>;

Key key_of(const KernelHistory& history) {
  return {history.measure, history.program, history.benchmark};
}

/// The mean of logarithms and its standard error; nothing for fewer than two values, or one that is
/// not positive.
struct LogMean {
  double mean = 0.0, error = 0.0, freedom = 0.0;
};

std::optional<LogMean> log_mean(const std::vector<double>& values) {
  std::vector<double> logs;
  for (const double value : values) {
    if (!(value > 0.0)) return std::nullopt;
    logs.push_back(std::log(value));
  }
  const auto deviation = standard_deviation(logs);
  if (!deviation) return std::nullopt;
  const auto n = static_cast<double>(logs.size());
  return LogMean{.mean = mean(logs), .error = *deviation / std::sqrt(n), .freedom = n - 1.0};
}

std::optional<Interval> interval_of(const std::vector<double>& before,
                                    const std::vector<double>& after, double level) {
  const auto a = log_mean(before), b = log_mean(after);
  if (!a || !b) return std::nullopt;
  const double difference = b->mean - a->mean;
  const double of_a = a->error * a->error, of_b = b->error * b->error;
  double half = 0.0;
  if (of_a + of_b > 0.0) {
    const double freedom =
        (of_a + of_b) * (of_a + of_b) / (of_a * of_a / a->freedom + of_b * of_b / b->freedom);
    half = student_quantile(freedom, 0.5 + level / 2.0) * std::sqrt(of_a + of_b);
  }
  return Interval{.low = std::expm1(difference - half), .high = std::expm1(difference + half)};
}

std::vector<double> medians_of(const std::vector<std::vector<double>>& sessions) {
  std::vector<double> medians;
  for (const std::vector<double>& session : sessions) medians.push_back(median_of(session));
  return medians;
}

double geometric_mean(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) {
    if (!(value > 0.0)) return mean(values);
    sum += std::log(value);
  }
  return std::exp(sum / static_cast<double>(values.size()));
}

}  // namespace

std::vector<KernelHistory> kernel_histories(const std::vector<KernelSession>& sessions,
                                            const std::vector<KernelMeasure>& measures) {
  std::map<Key, KernelHistory> found;
  for (std::size_t place = 0; place < sessions.size(); ++place)
    for (const KernelMeasure measure : measures)
      for (KernelValues& one : kernel_values(sessions[place], measure)) {
        KernelHistory& history = found[{measure, one.program, one.benchmark}];
        history.measure = measure;
        history.program = one.program;
        history.benchmark = one.benchmark;
        history.reference = one.reference;
        history.sessions.push_back(place);
        history.values.push_back(std::move(one.values));
      }
  std::vector<KernelHistory> result;
  for (auto& [key, history] : found) result.push_back(std::move(history));
  return result;
}

std::vector<KernelHistory> gate_histories(const std::vector<KernelSession>& sessions) {
  std::vector<KernelHistory> all = kernel_histories(
      sessions, {KernelMeasure::ratio, KernelMeasure::instructions, KernelMeasure::time});
  std::map<std::pair<std::string, std::string>, bool> has_ratio;
  for (const KernelHistory& history : all)
    if (history.measure == KernelMeasure::ratio && history.sessions.back() + 1 == sessions.size())
      has_ratio[{history.program, history.benchmark}] = true;
  std::erase_if(all, [&](const KernelHistory& history) {
    if (is_plain_reference(history.benchmark)) return true;
    const bool ratio = has_ratio.contains({history.program, history.benchmark});
    return (history.measure == KernelMeasure::time && ratio) ||
           (history.measure == KernelMeasure::ratio && !ratio);
  });
  return all;
}

std::vector<KernelSession> comparable_with_last(const std::vector<KernelSession>& sessions) {
  std::vector<KernelSession> result;
  for (const KernelSession& session : sessions)
    if (comparable(session.setting, sessions.back().setting)) result.push_back(session);
  return result;
}

KernelCheck check_kernels(const std::vector<KernelHistory>& histories, std::size_t n_sessions,
                          SlowDownOptions options) {
  KernelCheck check;
  const auto current = [&](const KernelHistory& history) {
    return history.sessions.back() + 1 == n_sessions;
  };
  for (const KernelHistory& history : histories)
    if (current(history))
      ++(history.values.size() < kFewestSessions ? check.n_short : check.n_tested);
  options.n_series = check.n_tested;
  for (const KernelHistory& history : histories)
    if (current(history))
      if (const auto change = slow_down(history.values, options))
        check.findings.push_back({.history = history, .change = *change});
  std::stable_sort(check.findings.begin(), check.findings.end(), [](const auto& a, const auto& b) {
    return a.change.relative() > b.change.relative();
  });
  return check;
}

std::string commit_range(const KernelHistory& history, std::size_t place,
                         const std::vector<KernelSession>& sessions) {
  const KernelSetting &last = sessions[history.sessions.at(place - 1)].setting,
                      &first = sessions[history.sessions.at(place)].setting;
  if (last.commit == first.commit && last.dirty == first.dirty)
    return short_commit(first) + ", measured again";
  return fmt::format("{} .. {}", short_commit(last), short_commit(first));
}

std::vector<KernelDifference> compare_kernels(const std::vector<KernelSession>& before,
                                              const std::vector<KernelSession>& after,
                                              const std::vector<KernelMeasure>& measures,
                                              double level) {
  std::map<Key, KernelHistory> others;
  for (KernelHistory& history : kernel_histories(after, measures)) {
    const Key key = key_of(history);
    others[key] = std::move(history);
  }
  std::vector<KernelDifference> result;
  for (const KernelHistory& a : kernel_histories(before, measures)) {
    const auto b = others.find(key_of(a));
    if (b == others.end()) continue;
    KernelDifference difference{.measure = a.measure,
                                .program = a.program,
                                .benchmark = a.benchmark,
                                .before = geometric_mean(medians_of(a.values)),
                                .after = geometric_mean(medians_of(b->second.values)),
                                .interval = std::nullopt,
                                .of_repetitions = false};
    difference.of_repetitions = a.values.size() < 2 || b->second.values.size() < 2;
    difference.interval =
        difference.of_repetitions
            ? interval_of(a.values.front(), b->second.values.front(), level)
            : interval_of(medians_of(a.values), medians_of(b->second.values), level);
    result.push_back(std::move(difference));
  }
  return result;
}

}  // namespace genrebench
