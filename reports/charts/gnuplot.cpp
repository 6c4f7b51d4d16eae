#include "reports/charts/gnuplot.hpp"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "base/temporary_folder.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstall =
    "install gnuplot 5.4 or newer with Cairo (Debian and Ubuntu: apt-get install gnuplot-nox)";
constexpr const char* kScript = "script.gp";

void write(const fs::path& name, std::string_view content) {
  std::ofstream file(name, std::ios::binary);
  file.write(content.data(), static_cast<std::streamsize>(content.size()));
  file.close();
  if (!file) throw DataError("cannot write '" + name.string() + "', a temporary file of a chart");
}

/// Empty if there is no such file.
std::string read(const fs::path& name) {
  std::ifstream file(name, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return std::move(content).str();
}

/// In the folder, so that no path has to be written in gnuplot's language, and with a fixed locale
/// and time zone.
SubprocessResult run(const TemporaryFolder& folder) {
  try {
    return run_subprocess({"gnuplot", "--default-settings", kScript}, folder.path(),
                          {{"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"}});
  } catch (const DataError& error) {
    throw DataError(std::string("figures are drawn by gnuplot: ") + error.what() + "; " + kInstall);
  }
}

}  // namespace

std::vector<std::string> run_gnuplot(const std::string& script,
                                     const std::map<std::string, std::string>& inputs,
                                     const std::vector<std::string>& outputs) {
  const TemporaryFolder folder("chart");
  write(folder / kScript, script);
  for (const auto& [name, content] : inputs) write(folder / name, content);
  const SubprocessResult ended = run(folder);
  std::vector<std::string> result;
  bool complete = ended.exit_code == 0;
  for (const std::string& name : outputs) {
    result.push_back(read(folder / name));
    complete = complete && !result.back().empty();
  }
  if (!complete) {
    const std::string said = wrap_text(single_line(ended.out + ended.err), /*width=*/1000000);
    throw DataError(
        "gnuplot could not draw a figure (exit status " + std::to_string(ended.exit_code) +
        "): " + (said.empty() ? "it did not say why" : said.substr(0, 400)) + "; " + kInstall);
  }
  return result;
}

}  // namespace genrebench
