#include "exports/url_part.hpp"

#include <gtest/gtest.h>

namespace genrebench {
namespace url_part_test {

// python3 -c "import urllib.parse as u; print(u.quote('R&B / é?', safe=''))"
TEST(UrlPart, IsWrittenAsOthersWriteIt) {
  EXPECT_EQ(url_part("R&B / é?"), "R%26B%20%2F%20%C3%A9%3F");
  EXPECT_EQ(url_part("model-1.2_x~"), "model-1.2_x~");
}

}  // namespace url_part_test
}  // namespace genrebench
