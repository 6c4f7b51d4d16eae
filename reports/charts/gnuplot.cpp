#include "reports/charts/gnuplot.hpp"

#include <stdlib.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string_view>
#include <system_error>

#include "base/error.hpp"
#include "base/subprocess.hpp"
#include "base/text.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

constexpr const char* kInstall =
    "install gnuplot 5.4 or newer with Cairo (Debian and Ubuntu: apt-get install gnuplot-nox)";
constexpr const char* kScript = "script.gp";

class Folder {
 public:
  Folder() {
    std::error_code error;
    const fs::path parent = fs::temp_directory_path(error);
    std::string name = ((error ? fs::path("/tmp") : parent) / "genrebench-chart-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw DataError("cannot make the temporary folder '" + name + "': " + std::strerror(errno));
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  const fs::path& path() const { return path_; }

  void write(const std::string& name, std::string_view content) const {
    std::ofstream file(path_ / name, std::ios::binary);
    file.write(content.data(), static_cast<std::streamsize>(content.size()));
    file.close();
    if (!file)
      throw DataError("cannot write '" + (path_ / name).string() +
                      "', which a chart needs for a moment");
  }

  /// Empty where there is no such file.
  std::string read(const std::string& name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    return std::move(content).str();
  }

 private:
  fs::path path_;
};

/// In the folder, so that no path has to be written in gnuplot's language, and with a fixed locale
/// and time zone.
SubprocessResult run(const Folder& folder) {
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
  const Folder folder;
  folder.write(kScript, script);
  for (const auto& [name, content] : inputs) folder.write(name, content);
  const SubprocessResult ended = run(folder);
  std::vector<std::string> result;
  bool complete = ended.exit_code == 0;
  for (const std::string& name : outputs) {
    result.push_back(folder.read(name));
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
