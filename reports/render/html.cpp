#include <utility>

#include "base/text.hpp"
#include "reports/render/html_parts.hpp"
#include "reports/render/page/assets.hpp"
#include "reports/render/pictures.hpp"
#include "reports/render/render.hpp"

namespace genrebench {

std::string render_html(const Document& document) {
  draw_pictures({&document}, {PictureFormat::svg});
  html::Parts parts;
  const std::string title = html::escape(single_line(document.title));
  parts.result =
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
      title + "</title>\n<style>\n" + std::string(page_assets::css()) +
      "</style>\n</head>\n<body>\n<main>\n<h1>" + title + "</h1>\n";
  for (const auto& part : document.body) std::visit(parts, part);
  parts.result += "</main>\n</body>\n</html>\n";
  return std::move(parts.result);
}

}  // namespace genrebench
