#include "baselines/program/program_log.hpp"

#include <fmt/format.h>

#include <system_error>

#include "base/text.hpp"

namespace genrebench {
namespace {

constexpr std::size_t kTail = 4096;        // bytes in which the last line is looked for
constexpr std::size_t kShownOfLine = 300;  // of the last line

}  // namespace

ProgramLog::ProgramLog(const std::filesystem::path& file, const std::string& command,
                       std::size_t most_bytes)
    : left_(most_bytes), wanted_(!file.empty()) {
  if (!wanted_) return;
  std::error_code error;
  std::filesystem::create_directories(file.parent_path(), error);
  file_.open(file, std::ios::binary | std::ios::app);
  write(fmt::format("$ {}\n", command));
}

void ProgramLog::add(const std::string& text) {
  if (text.empty()) return;
  tail_ += text;
  if (tail_.size() > kTail) tail_.erase(0, tail_.size() - kTail);
  write(text);
}

std::string ProgramLog::last_line() const {
  const std::size_t end = tail_.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const std::size_t before = tail_.rfind('\n', end);
  const std::size_t begin = before == std::string::npos ? 0 : before + 1;
  return single_line(tail_.substr(begin, end + 1 - begin).substr(0, kShownOfLine));
}

void ProgramLog::write(const std::string& text) {
  if (!wanted_ || left_ == 0) return;
  if (text.size() < left_) {
    file_ << text;
    left_ -= text.size();
  } else {
    file_ << text.substr(0, left_) << "\n[the rest was not kept]\n";
    left_ = 0;
  }
  file_.flush();
  if (!file_) failed_ = true;
}

}  // namespace genrebench
