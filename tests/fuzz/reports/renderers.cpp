// Writers of documents, with arbitrary text in every place: one text a line, dealt out in turn.
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/csv.hpp"
#include "base/text.hpp"
#include "reports/charts/output_formats.hpp"
#include "reports/charts/plot.hpp"
#include "reports/render/render.hpp"
#include "tests/fuzz/support/target.hpp"

namespace genrebench::fuzz {
namespace {

/// Deals out the lines of the input; after the last one they begin again.
class Texts {
 public:
  explicit Texts(std::string_view input) {
    Values lines(input);
    while (!lines.empty() && texts_.size() < 64) texts_.emplace_back(lines.line());
    if (texts_.empty()) texts_.emplace_back();
  }

  const std::string& next() { return texts_[next_++ % texts_.size()]; }
  std::size_t size() const { return texts_.size(); }

 private:
  std::vector<std::string> texts_;
  std::size_t next_ = 0;
};

/// What no writer may pass on as it is where markup is read.
constexpr std::string_view kTag = "<fuzz>";

Table table_of(Texts& texts, std::string id, int columns, int rows) {
  Table table{.id = std::move(id), .title = texts.next() + std::string(kTag)};
  for (int c = 0; c < columns; ++c) table.columns.push_back(texts.next());
  for (int r = 0; r < rows; ++r) {
    auto& row = table.rows.emplace_back();
    for (int c = 0; c < columns; ++c)
      row.push_back({.text = texts.next() + (c == 0 ? std::string(kTag) : std::string()),
                     .numeric = (r + c) % 3 == 0,
                     .strong = (r + c) % 4 == 0,
                     .caution = (r + c) % 5 == 0});
  }
  table.notes = {texts.next(), texts.next()};
  return table;
}

Document document_of(Texts& texts, Values& values) {
  Document document{
      .name = "document", .title = texts.next() + std::string(kTag), .body = {}, .data = {}};
  const int columns = values.within(1, 5), rows = values.within(0, 6);
  document.body.push_back(Paragraph{texts.next()});
  document.body.push_back(table_of(texts, "one", columns, rows));
  document.body.push_back(Figure{.id = "figure",
                                 .title = texts.next(),
                                 .picture = Picture::of_svg("<svg/>"),
                                 .notes = {texts.next()}});
  document.data.push_back(table_of(texts, "numbers", columns, rows));
  return document;
}

void check_csv(const Table& table) {
  const std::string text = render_csv(table);
  accepts([&] {
    const CsvTable read = parse_csv(text, "table.csv");
    if (table.columns.size() > 1)
      require(read.rows.size() == table.rows.size(), "CSV has a row for every row");
  });
}

}  // namespace

void fuzz_renderers(std::string_view input) {
  Values values(input.substr(0, 2));
  Texts texts(input.substr(std::min<std::size_t>(2, input.size())));
  const Document document = document_of(texts, values);
  render_terminal(document, {.colours = true, .width = 40, .table_width = 60});
  render_markdown(document);
  render_latex(document);
  require(render_html(document).find(kTag) == std::string::npos, "HTML escapes text");
  require(nlohmann::json::accept(render_json(document)), "JSON is JSON");
  check_csv(document.data.front());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const std::string& text = texts.next();
    require(charts::quote(text).find('\n') == std::string::npos, "gnuplot's strings are one line");
    charts::quote_tick(text);
    charts::elide(clean_text(text), 10);
    charts::without_missing_glyphs(clean_text(text));
    charts::finish_svg(text, text, "id");
    charts::without_time(text);
  }
}

}  // namespace genrebench::fuzz
