#include "reports/render/page/assets.hpp"

#include <gtest/gtest.h>

#include <string>

namespace genrebench {
namespace assets_test {

TEST(PageAssets, AreThereAndEndNoElement) {
  for (const std::string_view text :
       {page_assets::css(), page_assets::vega(), page_assets::chart_specs(), page_assets::charts(),
        page_assets::tables(), page_assets::page()}) {
    EXPECT_GT(text.size(), 1000u);
    EXPECT_EQ(text.find("</script"), std::string_view::npos);
    EXPECT_EQ(text.find("</style"), std::string_view::npos);
    EXPECT_EQ(text.find("<!--"), std::string_view::npos);
    EXPECT_EQ(text.find('\0'), std::string_view::npos);
  }
}

TEST(PageAssets, VegaComesWithItsLicence) {
  const std::string_view vega = page_assets::vega();
  EXPECT_TRUE(vega.starts_with("/*"));
  EXPECT_NE(vega.substr(0, vega.find("*/")).find("UW Interactive Data Lab"),
            std::string_view::npos);
  EXPECT_NE(vega.substr(0, vega.find("*/")).find("BSD-3-Clause"), std::string_view::npos);
}

TEST(PageAssets, StylesAskForNothing) {
  for (const char* asks : {"url(", "@import", "http"})
    EXPECT_EQ(page_assets::css().find(asks), std::string_view::npos) << asks;
}

TEST(PageAssets, OurScriptsAskForNothingAndMakeNoCodeOfText) {
  // The one markup that is read from text is the page's own, which the browser has not read yet.
  std::string page(page_assets::page());
  const std::string folded = "{innerHTML: text.textContent}";
  ASSERT_NE(page.find(folded), std::string::npos);
  page.erase(page.find(folded), folded.size());
  for (const std::string_view text : {page_assets::chart_specs(), page_assets::charts(),
                                      page_assets::tables(), std::string_view(page)})
    for (const char* asks : {"fetch(", "XMLHttpRequest", "import(", "eval(", "Function(",
                             "innerHTML", "insertAdjacentHTML", "document.write"})
      EXPECT_EQ(text.find(asks), std::string_view::npos) << asks;
}

}  // namespace assets_test
}  // namespace genrebench
