#include "base/gpus.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

namespace genrebench {
namespace gpus_test {

TEST(Gpus, AreThoseOfTheVariable) {
  ::setenv("CUDA_VISIBLE_DEVICES", "0,GPU-8932f937,MIG-1/0", 1);
  EXPECT_EQ(visible_gpus(), (std::vector<std::string>{"0", "GPU-8932f937", "MIG-1/0"}));
}

TEST(Gpus, AreNoneWhereTheVariableIsEmptyOrSaysSo) {
  ::setenv("CUDA_VISIBLE_DEVICES", "", 1);
  EXPECT_TRUE(visible_gpus().empty());
  ::setenv("CUDA_VISIBLE_DEVICES", "-1", 1);
  EXPECT_TRUE(visible_gpus().empty());
  ::setenv("CUDA_VISIBLE_DEVICES", "1,-1,2", 1);
  EXPECT_EQ(visible_gpus(), std::vector<std::string>{"1"}) << "as CUDA reads it";
}

TEST(Gpus, AreAllOfTheMachineWhereNothingIsSaid) {
  ::unsetenv("CUDA_VISIBLE_DEVICES");
  EXPECT_EQ(visible_gpus().size(), gpu_models().size());
}

}  // namespace gpus_test
}  // namespace genrebench
