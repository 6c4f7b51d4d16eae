#include "cli/serve/client_files.hpp"

#include <map>

namespace genrebench::embedded {

std::string_view serve_index_html();
std::string_view serve_style_css();
std::string_view serve_app_js();
std::string_view serve_dom_js();
std::string_view serve_filter_js();
std::string_view serve_store_js();
std::string_view serve_runs_js();
std::string_view serve_charts_js();
std::string_view serve_curves_js();
std::string_view serve_compare_js();
std::string_view serve_run_js();
std::string_view serve_failures_js();
std::string_view serve_workers_js();
std::string_view serve_reports_js();
std::string_view serve_segment_js();
std::string_view serve_uPlot_iife_min_js();
std::string_view serve_uPlot_min_css();
std::string_view serve_uPlot_LICENSE_txt();

}  // namespace genrebench::embedded

namespace genrebench::cli {

std::optional<ClientFile> client_file(const std::string& name) {
  using namespace embedded;
  // Not text/javascript, which cpp-httplib would compress slowly.
  constexpr std::string_view script = "application/javascript; charset=utf-8";
  constexpr std::string_view style = "text/css; charset=utf-8";
  static const std::map<std::string, ClientFile> files = {
      {"", {"text/html; charset=utf-8", serve_index_html()}},
      {"style.css", {style, serve_style_css()}},
      {"app.js", {script, serve_app_js()}},
      {"dom.js", {script, serve_dom_js()}},
      {"filter.js", {script, serve_filter_js()}},
      {"store.js", {script, serve_store_js()}},
      {"runs.js", {script, serve_runs_js()}},
      {"charts.js", {script, serve_charts_js()}},
      {"curves.js", {script, serve_curves_js()}},
      {"compare.js", {script, serve_compare_js()}},
      {"run.js", {script, serve_run_js()}},
      {"failures.js", {script, serve_failures_js()}},
      {"workers.js", {script, serve_workers_js()}},
      {"reports.js", {script, serve_reports_js()}},
      {"segment.js", {script, serve_segment_js()}},
      {"uPlot.iife.min.js", {script, serve_uPlot_iife_min_js()}},
      {"uPlot.min.css", {style, serve_uPlot_min_css()}},
      {"uPlot.LICENSE.txt", {"text/plain; charset=utf-8", serve_uPlot_LICENSE_txt()}}};
  const auto found = files.find(name);
  if (found == files.end()) return std::nullopt;
  return found->second;
}

}  // namespace genrebench::cli
