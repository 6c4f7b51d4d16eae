#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <stdexcept>
#include <system_error>

#include "harness/options.hpp"
#include "reports/render/render.hpp"
#include "signal/error.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;

/// A file that is being written, and that is gone again unless it was renamed.
class TemporaryFile {
 public:
  explicit TemporaryFile(const fs::path& target)
      : target_(target), path_(target.parent_path() / ("." + target.filename().string() + "." + std::to_string(getpid()) + ".tmp")) {
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (descriptor_ < 0) fail();
  }
  ~TemporaryFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
    if (!renamed_) ::unlink(path_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  void write(std::string_view text) {
    while (!text.empty()) {
      const ssize_t n = ::write(descriptor_, text.data(), text.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) fail();
      text.remove_prefix(static_cast<std::size_t>(n));
    }
  }

  /// Waits until the text is on the disk, then gives it the target's name.
  void commit() {
    if (::fsync(descriptor_) != 0 && errno != EINVAL) fail();  // EINVAL: a file system that cannot
    const int descriptor = descriptor_;
    descriptor_ = -1;
    if (::close(descriptor) != 0) fail();
    if (::rename(path_.c_str(), target_.c_str()) != 0) fail();
    renamed_ = true;
  }

 private:
  [[noreturn]] void fail() const {
    const int error = errno;
    // The constructor's own failure skips the destructor; the others reach it.
    throw DataError("cannot write '" + target_.string() + "': " + std::generic_category().message(error));
  }

  fs::path target_;
  fs::path path_;
  int descriptor_ = -1;
  bool renamed_ = false;
};

void check_file_name(const std::string& id, const std::string& where) {
  const bool plain = !id.empty() && id.front() != '.' && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
  });
  if (!plain) throw std::logic_error("report '" + where + "': the id '" + id + "' cannot be a file name");
}

void check_ids(const Document& document) {
  check_file_name(document.name, document.name);
  std::set<std::string> seen;
  const auto check = [&](const std::string& id) {
    check_file_name(id, document.name);
    if (!seen.insert(id).second)
      throw std::logic_error("report '" + document.name + "': two tables or figures have the id '" + id + "'");
  };
  for (const auto& part : document.body) {
    if (const auto* table = std::get_if<Table>(&part)) check(table->id);
    if (const auto* figure = std::get_if<Figure>(&part)) check(figure->id);
  }
  for (const Table& table : document.data) check(table.id);
}

}  // namespace

const std::vector<Format>& all_formats() {
  static const std::vector<Format> formats = {Format::markdown, Format::latex, Format::html, Format::json, Format::csv};
  return formats;
}

std::string to_string(Format format) {
  switch (format) {
    case Format::markdown: return "markdown";
    case Format::latex: return "latex";
    case Format::html: return "html";
    case Format::json: return "json";
    case Format::csv: return "csv";
  }
  return {};
}

Format parse_format(std::string_view name) {
  std::vector<std::string> names;
  for (const Format format : all_formats()) {
    if (to_string(format) == name) return format;
    names.push_back(to_string(format));
  }
  throw ConfigError(unknown_name_message("format", name, "report", names));
}

void write_file_atomically(const fs::path& file, std::string_view text) {
  TemporaryFile temporary(file);
  temporary.write(text);
  temporary.commit();
}

std::vector<fs::path> write_document(const Document& document, const fs::path& folder, const std::vector<Format>& formats) {
  check_ids(document);
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw DataError("cannot make the folder '" + folder.string() + "': " + error.message());

  std::vector<fs::path> files;
  const auto write = [&](const std::string& name, std::string_view text) {
    write_file_atomically(folder / name, text);
    files.push_back(folder / name);
  };
  const auto wanted = [&](Format format) { return std::find(formats.begin(), formats.end(), format) != formats.end(); };
  if (wanted(Format::markdown)) write(document.name + ".md", render_markdown(document));
  if (wanted(Format::latex)) write(document.name + ".tex", render_latex(document));
  if (wanted(Format::html)) write(document.name + ".html", render_html(document));
  if (wanted(Format::json)) write(document.name + ".json", render_json(document));
  if (wanted(Format::csv))
    for (const auto& [name, text] : render_csv_files(document)) write(name, text);
  if (wanted(Format::markdown) || wanted(Format::latex))
    for (const auto& part : document.body)
      if (const auto* figure = std::get_if<Figure>(&part)) write(figure->id + ".svg", figure->svg);
  return files;
}

}  // namespace genrebench
