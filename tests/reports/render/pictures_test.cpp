#include "reports/render/pictures.hpp"

#include <gtest/gtest.h>

#include <atomic>

#include "base/error.hpp"
#include "reports/render/render.hpp"

namespace genrebench {
namespace pictures_test {

/// A document with two figures that count how often they are drawn.
class Drawn : public ::testing::Test {
 protected:
  Drawn() {
    for (const char* id : {"one", "two"})
      document_.body.emplace_back(Figure{
          .id = id,
          .picture = Picture({PictureFormat::svg, PictureFormat::pdf}, [this](const auto& f) {
            ++n_drawn_;
            Picture::Files files;
            for (const PictureFormat format : f) files[format] = "<svg/>";
            return files;
          })});
  }

  std::atomic<int> n_drawn_ = 0;
  Document document_{.name = "d", .title = "D", .body = {}, .data = {}};
};

TEST_F(Drawn, PicturesOfAllDocumentsAreDrawnOnceInAllFormats) {
  draw_pictures({&document_, &document_}, {PictureFormat::svg, PictureFormat::pdf});
  EXPECT_EQ(n_drawn_, 2);
  render_html(document_);
  render_json(document_);
  EXPECT_EQ(n_drawn_, 2);
}

TEST_F(Drawn, FormatsThatShowNoPictureDrawNone) {
  render_terminal(document_);
  render_markdown(document_);
  render_latex(document_);
  render_csv_files(document_);
  EXPECT_EQ(n_drawn_, 0);
}

TEST_F(Drawn, APictureThatCannotBeDrawnIsAnError) {
  document_.body.emplace_back(Figure{
      .id = "three", .picture = Picture({PictureFormat::svg}, [](const auto&) -> Picture::Files {
                       throw DataError("no gnuplot");
                     })});
  EXPECT_THROW(draw_pictures({&document_}, {PictureFormat::svg}), DataError);
}

}  // namespace pictures_test
}  // namespace genrebench
