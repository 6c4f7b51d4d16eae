#include "harness/plugin/picture.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "base/error.hpp"

namespace genrebench {
namespace picture_test {

/// A picture in two formats that writes down what it is asked to draw.
class Pictures : public ::testing::Test {
 protected:
  Picture picture() {
    return Picture({PictureFormat::svg, PictureFormat::pdf}, [this](const auto& formats) {
      asked_.push_back(formats);
      Picture::Files files;
      for (const PictureFormat format : formats)
        files[format] = format == PictureFormat::svg ? "<svg/>" : "%PDF";
      return files;
    });
  }

  using Asked = std::vector<std::set<PictureFormat>>;
  Asked asked_;
};

TEST_F(Pictures, AreDrawnWhenSomebodyAsksAndOnce) {
  const Picture one = picture();
  Picture copy;
  copy = one;
  EXPECT_TRUE(asked_.empty());
  EXPECT_EQ(one.svg(), "<svg/>");
  EXPECT_EQ(copy.svg(), "<svg/>");
  EXPECT_EQ(asked_, (Asked{{PictureFormat::svg}})) << "a copy is the same picture";
}

TEST_F(Pictures, AreDrawnInSeveralFormatsTogetherButForThoseThatAreThere) {
  const Picture one = picture();
  one.draw({PictureFormat::svg, PictureFormat::png, PictureFormat::pdf});
  EXPECT_EQ(asked_, (Asked{{PictureFormat::svg, PictureFormat::pdf}}));
  const Picture other = picture();
  EXPECT_EQ(other.pdf(), "%PDF");
  other.draw({PictureFormat::svg, PictureFormat::pdf});
  EXPECT_EQ(asked_.back(), (std::set{PictureFormat::svg}));
}

TEST_F(Pictures, AFormatThatAPictureDoesNotHaveIsEmpty) {
  EXPECT_FALSE(picture().has(PictureFormat::png));
  EXPECT_EQ(picture().png(), "");
  EXPECT_TRUE(asked_.empty());
  EXPECT_FALSE(Picture().has(PictureFormat::svg));
  const Picture there = Picture::of_svg("<svg/>");
  EXPECT_TRUE(there.has(PictureFormat::svg));
  EXPECT_FALSE(there.has(PictureFormat::pdf));
  EXPECT_EQ(there.svg(), "<svg/>");
}

TEST_F(Pictures, AFailureIsThatOfThePainterEveryTime) {
  const Picture broken({PictureFormat::svg},
                       [](const auto&) -> Picture::Files { throw DataError("no gnuplot"); });
  EXPECT_THROW(broken.svg(), DataError);
  EXPECT_THROW(broken.svg(), DataError);
}

}  // namespace picture_test
}  // namespace genrebench
