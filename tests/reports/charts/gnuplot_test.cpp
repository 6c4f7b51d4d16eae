#include "reports/charts/gnuplot.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>

#include "base/error.hpp"
#include "reports/charts/example_charts.hpp"
#include "support/temporary_folder.hpp"

namespace genrebench {
namespace gnuplot_test {

using namespace genrebench::testing;

class Gnuplot : public ::testing::Test {
 protected:
  Gnuplot() : before_(::getenv("PATH")) { ::setenv("PATH", folder_.path().c_str(), 1); }
  ~Gnuplot() override { ::setenv("PATH", before_.c_str(), 1); }

  const testing::TemporaryFolder folder_;
  const std::string before_;
};

TEST_F(Gnuplot, AMissingGnuplotIsAnErrorThatSaysWhatToInstall) {
  EXPECT_THROW_SAYING(draw(line_chart()).picture.svg(), DataError, "gnuplot", "No such file",
                      "gnuplot-nox");
}

TEST_F(Gnuplot, AFailingGnuplotIsAnErrorWithWhatItSaid) {
  const auto program =
      folder_.write("gnuplot", "#!/bin/sh\necho 'unknown terminal' >&2\necho 'more' >&2\nexit 3\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_THROW_SAYING(draw(line_chart()).picture.svg(), DataError, "exit status 3",
                      "unknown terminal more", "gnuplot-nox");
}

TEST_F(Gnuplot, AGnuplotThatDrawsNothingIsAnError) {
  const auto program = folder_.write("gnuplot", "#!/bin/sh\nexit 0\n");
  std::filesystem::permissions(program, std::filesystem::perms::owner_all);
  EXPECT_THROW_SAYING(draw(line_chart()).picture.svg(), DataError, "exit status 0",
                      "did not say why");
}

}  // namespace gnuplot_test
}  // namespace genrebench
