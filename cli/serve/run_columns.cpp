#include "cli/serve/run_columns.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <unordered_map>
#include <utility>
#include <vector>

#include "cli/serve/json_text.hpp"

namespace genrebench::cli {
namespace {

/// The values of one parameter over all runs.
struct ParameterColumn {
  std::int64_t name = 0;
  std::vector<std::int64_t> values;  ///< keys of texts, each once
  std::unordered_map<std::int64_t, int> places;
  std::vector<int> of;  ///< per run: an index into `values`, -1: none

  void set(std::size_t run, std::int64_t value) {
    const auto found = places.try_emplace(value, static_cast<int>(values.size()));
    if (found.second) values.push_back(value);
    of[run] = found.first->second;
  }
  bool constant() const {
    return values.size() == 1 && std::find(of.begin(), of.end(), -1) == of.end();
  }
};

std::vector<ParameterColumn> parameter_columns(const StoreWatch& watch) {
  std::vector<ParameterColumn> columns;
  std::unordered_map<std::int64_t, std::size_t> by_name;
  for (std::size_t i = 0; i < watch.runs().size(); ++i)
    for (const WatchedParameter& one : watch.runs()[i].parameters) {
      const auto found = by_name.try_emplace(one.name, columns.size());
      if (found.second) {
        columns.emplace_back();
        columns.back().name = one.name;
        columns.back().of.assign(watch.runs().size(), -1);
      }
      columns[found.first->second].set(i, one.value);
    }
  std::sort(columns.begin(), columns.end(),
            [&](const auto& a, const auto& b) { return watch.text(a.name) < watch.text(b.name); });
  return columns;
}

std::string metric_name(const StoreWatch& watch, const WatchedMetric& metric) {
  return watch.text(metric.split) + "/" + watch.text(metric.name);
}

void add_number(fmt::memory_buffer& out, double value) {
  fmt::format_to(std::back_inserter(out), "{:.6g}", value);
}

void add_parameters(fmt::memory_buffer& out, const StoreWatch& watch) {
  const std::vector<ParameterColumn> columns = parameter_columns(watch);
  add_text(out, ",\"constants\":{");
  bool first = true;
  for (const ParameterColumn& column : columns) {
    if (!column.constant()) continue;
    add_text(out, fmt::format("{}{}:{}", first ? "" : ",", json_quoted(watch.text(column.name)),
                              json_quoted(watch.text(column.values.front()))));
    first = false;
  }
  add_text(out, "},\"parameters\":[");
  first = true;
  for (const ParameterColumn& column : columns) {
    if (column.constant()) continue;
    add_text(out, fmt::format("{}{{\"name\":{},\"values\":", first ? "" : ",",
                              json_quoted(watch.text(column.name))));
    add_list(out, column.values,
             [&](std::int64_t value) { add_text(out, json_quoted(watch.text(value))); });
    add_text(out, ",\"of\":");
    add_list(out, column.of,
             [&](int place) { fmt::format_to(std::back_inserter(out), "{}", place); });
    out.push_back('}');
    first = false;
  }
  out.push_back(']');
}

void add_metrics(fmt::memory_buffer& out, const StoreWatch& watch) {
  // By the keys of texts while they are collected, by name when they are written.
  std::map<std::pair<std::int64_t, std::int64_t>, std::vector<std::pair<std::size_t, double>>> all;
  for (std::size_t i = 0; i < watch.runs().size(); ++i)
    for (const WatchedMetric& one : watch.runs()[i].metrics)
      all[{one.split, one.name}].emplace_back(i, one.value);
  std::map<std::string, const std::vector<std::pair<std::size_t, double>>*> by_name;
  for (const auto& [key, values] : all)
    by_name[metric_name(watch, {.split = key.first, .name = key.second})] = &values;
  add_text(out, ",\"metrics\":[");
  bool first = true;
  for (const auto& [name, values] : by_name) {
    add_text(out, fmt::format("{}{{\"name\":{},\"of\":[", first ? "" : ",", json_quoted(name)));
    auto next = values->begin();
    for (std::size_t i = 0; i < watch.runs().size(); ++i) {
      if (i > 0) out.push_back(',');
      if (next != values->end() && next->first == i)
        add_number(out, (next++)->second);
      else
        add_text(out, "null");
    }
    add_text(out, "]}");
    first = false;
  }
  out.push_back(']');
}

void add_plans(fmt::memory_buffer& out, const StoreWatch& watch) {
  std::unordered_map<std::int64_t, std::size_t> places;
  for (std::size_t i = 0; i < watch.runs().size(); ++i) places.emplace(watch.runs()[i].key, i);
  add_text(out, ",\"plans\":");
  add_list(out, watch.plans(), [&](const WatchedPlan& plan) {
    add_text(out, fmt::format("{{\"name\":{},\"runs\":", json_quoted(plan.name)));
    std::vector<std::size_t> runs;
    for (const std::int64_t key : plan.runs)
      if (const auto found = places.find(key); found != places.end()) runs.push_back(found->second);
    add_list(out, runs,
             [&](std::size_t place) { fmt::format_to(std::back_inserter(out), "{}", place); });
    out.push_back('}');
  });
}

std::string listed_message(const WatchedRun& run) {
  std::size_t length = std::min(run.message.size(), kListedMessage);
  // Not in the middle of a character.
  while (length > 0 && length < run.message.size() &&
         (static_cast<unsigned char>(run.message[length]) & 0xc0) == 0x80)
    --length;
  return run.message.substr(0, length) + (length < run.message.size() ? "…" : "");
}

}  // namespace

std::string run_columns(const StoreWatch& watch) {
  const std::vector<WatchedRun>& runs = watch.runs();
  fmt::memory_buffer out;
  const auto back = std::back_inserter(out);
  fmt::format_to(back, "\"n\":{},\"statuses\":", runs.size());
  add_list(out, run_status_names(),
           [&](const std::string& name) { add_text(out, json_quoted(name)); });
  const auto column = [&](const char* name, const auto& write) {
    fmt::format_to(back, ",\"{}\":", name);
    add_list(out, runs, write);
  };
  column("ids", [&](const WatchedRun& run) { fmt::format_to(back, "\"{}\"", run.id); });
  column("status",
         [&](const WatchedRun& run) { fmt::format_to(back, "{}", static_cast<int>(run.status)); });
  column("seed", [&](const WatchedRun& run) { fmt::format_to(back, "{}", run.seed); });
  column("started", [&](const WatchedRun& run) { add_text(out, json_quoted(run.started_at)); });
  column("wall", [&](const WatchedRun& run) { add_number(out, run.wall_s); });
  column("worker", [&](const WatchedRun& run) { fmt::format_to(back, "{}", run.worker); });
  column("step", [&](const WatchedRun& run) { fmt::format_to(back, "{}", run.last_step); });
  column("imported", [&](const WatchedRun& run) {
    out.push_back(run.origin == RunOrigin::imported ? '1' : '0');
  });
  add_text(out, ",\"messages\":{");
  bool first = true;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    if (runs[i].message.empty()) continue;
    fmt::format_to(back, "{}\"{}\":{}", first ? "" : ",", i, json_quoted(listed_message(runs[i])));
    first = false;
  }
  out.push_back('}');
  add_parameters(out, watch);
  add_metrics(out, watch);
  add_plans(out, watch);
  return fmt::to_string(out);
}

std::string run_change(const StoreWatch& watch, std::size_t place) {
  const WatchedRun& run = watch.runs()[place];
  fmt::memory_buffer out;
  fmt::format_to(std::back_inserter(out),
                 "{{\"place\":{},\"status\":{},\"started\":{},\"wall\":{:.6g},\"worker\":{},"
                 "\"step\":{},\"message\":{},\"metrics\":{{",
                 place, static_cast<int>(run.status), json_quoted(run.started_at), run.wall_s,
                 run.worker, run.last_step, json_quoted(listed_message(run)));
  bool first = true;
  for (const WatchedMetric& metric : run.metrics) {
    add_text(out, fmt::format("{}{}:", first ? "" : ",", json_quoted(metric_name(watch, metric))));
    add_number(out, metric.value);
    first = false;
  }
  add_text(out, "}}");
  return fmt::to_string(out);
}

}  // namespace genrebench::cli
