#include "pipeline/deformations/support/convolution.hpp"

#include <gtest/gtest.h>

#include "base/random.hpp"

namespace genrebench {
namespace convolution_test {

TEST(Convolution, IsTheSumOfItsDefinitionAcrossBlocks) {
  Random random(3);
  for (const std::size_t n_response : {1u, 5u, 700u}) {
    std::vector<float> samples(20000), response(n_response);  // longer than one block
    for (float& x : samples) x = static_cast<float>(random.normal());
    for (float& x : response) x = static_cast<float>(random.normal());
    const std::vector<float> result = convolve(samples, response);
    ASSERT_EQ(result.size(), samples.size());
    for (std::size_t n = 0; n < samples.size(); n += 97) {
      double sum = 0.0;
      for (std::size_t k = 0; k < response.size() && k <= n; ++k)
        sum += static_cast<double>(response[k]) * static_cast<double>(samples[n - k]);
      EXPECT_NEAR(result[n], sum, 1e-4) << "sample " << n;
    }
  }
}

}  // namespace convolution_test
}  // namespace genrebench
