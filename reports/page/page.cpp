#include "reports/page/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "base/base64.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"
#include "reports/page/run_details.hpp"
#include "reports/page/study.hpp"
#include "reports/render/html_parts.hpp"
#include "reports/render/page/assets.hpp"
#include "reports/render/pictures.hpp"
#include "reports/support/runs.hpp"

namespace genrebench {
namespace {

struct Section {
  std::string_view id;
  std::string_view title;
  std::vector<std::string_view> reports;  ///< by name, in this order
};

/// The sections that show reports, in the order of a reader's questions.
const std::vector<Section>& report_sections() {
  static const std::vector<Section> sections = {
      {"answer", "The answer", {"summary"}},
      {"paper", "Beside the paper", {"table2", "table3", "skip_length", "figures_14_to_17"}},
      {"curves", "Learning curves", {"learning_curves"}},
      {"confusion", "Confusion", {"confusion"}},
      {"errors", "Errors", {"errors"}},
      {"segmentations", "Segmentations", {"segmentation"}},
      {"ablations", "Ablations", {"ablation", "protocols", "training_size"}},
      {"kernels", "Kernels", {"kernels"}},
      {"more", "More reports", {}},
  };
  return sections;
}

/// The place of the section that a report belongs to; the last one where none names it.
std::size_t section_of(const std::string& report) {
  const std::vector<Section>& sections = report_sections();
  for (std::size_t s = 0; s < sections.size(); ++s)
    if (std::count(sections[s].reports.begin(), sections[s].reports.end(), report) > 0) return s;
  return sections.size() - 1;
}

/// The reports of a section in its order; those that it does not name as they come.
std::vector<const Document*> documents_of(std::size_t section,
                                          const std::vector<Document>& reports) {
  std::vector<const Document*> documents;
  for (const Document& report : reports)
    if (section_of(report.name) == section) documents.push_back(&report);
  const std::vector<std::string_view>& order = report_sections()[section].reports;
  std::stable_sort(documents.begin(), documents.end(), [&](const auto* a, const auto* b) {
    return std::find(order.begin(), order.end(), a->name) <
           std::find(order.begin(), order.end(), b->name);
  });
  return documents;
}

/// What the policy calls a script by: no other script runs.
/// Source: W3C, Content Security Policy Level 3, section 2.3.1
std::string script_hash(std::string_view script) {
  return "'sha256-" + base64(bytes_of_hex(sha256(script))) + "'";
}

std::string joined_script() {
  std::string text = "\n";
  for (const std::string_view part :
       {page_assets::vega(), page_assets::chart_specs(), page_assets::charts(),
        page_assets::tables(), page_assets::page()})
    text += std::string(part) + "\n";
  return text;
}

class PageWriter {
 public:
  explicit PageWriter(const Scope& scope) : parts_(run_links(scope), /*with_charts=*/true) {}

  void section(std::string_view id, std::string_view title) {
    end_section();
    title_ = title;
    contents_ += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", id, html::escape(title));
    parts_.result += fmt::format(
        "<section id=\"{0}\" class=\"part\" aria-labelledby=\"{0}-title\">"
        "\n<h2 id=\"{0}-title\">{1}</h2>\n",
        id, html::escape(title));
    open_ = true;
  }

  /// A document below its title, unless the section is called the same. Of many figures only the
  /// first are open; the others are folded, each with the tables that follow it.
  void document(const Document& document) {
    parts_.begin_document();
    if (!document.title.empty() && document.title != title_)
      parts_.result += "<h3>" + html::escape(document.title) + "</h3>\n";
    const auto is_figure = [](const auto& part) { return std::holds_alternative<Figure>(part); };
    const auto n_figures = std::count_if(document.body.begin(), document.body.end(), is_figure);
    int n_open = n_figures > kManyFigures ? kOpenFigures : kManyFigures;
    for (const auto& part : document.body) {
      const auto* figure = std::get_if<Figure>(&part);
      if (figure != nullptr || std::holds_alternative<Paragraph>(part)) end_fold();
      if (figure != nullptr && n_open-- <= 0) begin_fold(figure->title);
      std::visit(parts_, part);
    }
    end_fold();
  }

  void table(const Table& table) { parts_(table); }

  void folded_table(const Table& table) {
    begin_fold(table.title);
    parts_(table);
    end_fold();
  }
  void html(std::string_view text) { parts_.result += text; }

  std::string page(const std::string& title) {
    end_section();
    const std::string script = joined_script();
    const std::string shown = html::escape(single_line(title));
    return fmt::format(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {}; "
        "style-src 'unsafe-inline'; img-src data: blob:; media-src file: data: blob:; base-uri "
        "'none'; form-action 'none'\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<title>{}</title>\n<style>\n{}</style>\n</head>\n<body class=\"page\">\n"
        "<a class=\"skip\" href=\"#content\">Skip to the content</a>\n"
        "<header><h1>{}</h1></header>\n"
        "<nav id=\"contents\" aria-label=\"Contents\">\n<ul>\n{}</ul>\n</nav>\n"
        "<main id=\"content\" tabindex=\"-1\">\n{}</main>\n<script>{}</script>\n</body>\n</html>\n",
        script_hash(script), shown, page_assets::css(), shown, contents_, parts_.result, script);
  }

 private:
  static constexpr int kManyFigures = 8, kOpenFigures = 2;

  void begin_fold(std::string_view title) {
    parts_.result += fmt::format("<details class=\"more\">\n<summary>{}</summary>\n{}",
                                 html::escape(title), html::kBeginLater);
    folded_ = true;
  }

  void end_fold() {
    if (folded_) parts_.result += fmt::format("{}</details>\n", html::kEndLater);
    folded_ = false;
  }

  void end_section() {
    if (open_) parts_.result += "</section>\n";
    open_ = false;
  }

  html::Parts parts_;
  std::string contents_;
  std::string title_;  ///< of the section
  bool open_ = false, folded_ = false;
};

}  // namespace

std::size_t n_configurations(const StoreReader& store, const ReportScope& scope) {
  const Scope loaded = load_scope(store, scope);
  return group_runs(loaded.runs).size();
}

std::vector<std::string> page_reports(const StoreReader& store, const ReportScope& scope) {
  constexpr std::size_t kMostConfigurations = 20;
  if (n_configurations(store, scope) > kMostConfigurations) return {"summary", "kernels"};
  return {"summary", "learning_curves", "confusion", "errors", "segmentation", "kernels"};
}

std::string render_page(const PageContent& content, const StoreReader& store,
                        const ReportScope& report_scope) {
  std::vector<const Document*> reports;
  for (const Document& report : content.reports) reports.push_back(&report);
  draw_pictures(reports, {PictureFormat::svg});
  const Scope scope = load_scope(store, report_scope);
  PageWriter writer(scope);
  writer.section("run", "What was run");
  writer.document(what_was_run(scope));
  writer.folded_table(plugins_of(scope));
  for (std::size_t s = 0; s < report_sections().size(); ++s) {
    const std::vector<const Document*> documents = documents_of(s, content.reports);
    if (documents.empty()) continue;
    writer.section(report_sections()[s].id, report_sections()[s].title);
    for (const Document* document : documents) writer.document(*document);
  }
  writer.section("failed", "What failed");
  writer.document(what_failed(store, scope));
  writer.section("environment", "Environment");
  writer.document(environment_of(store, scope));
  writer.section("reproduce", "How to reproduce it");
  writer.document(
      how_to_reproduce(scope, content.commands, content.run_commands, content.of_store));
  writer.section("runs", "Runs");
  writer.table(runs_table(store, scope));
  writer.html(shared_configuration(scope));
  writer.html(run_details(store, scope, content.of_store));
  return writer.page(content.title);
}

}  // namespace genrebench
