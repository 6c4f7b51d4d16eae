#include "harness/plugin/picture.hpp"

#include <mutex>
#include <utility>

namespace genrebench {

struct Picture::State {
  std::set<PictureFormat> formats;
  Painter painter;
  std::mutex mutex;
  Files files;  ///< those drawn so far; none is ever changed
};

Picture::Picture() : state_(std::make_shared<State>()) {}

Picture Picture::of_svg(std::string svg) {
  Picture picture;
  picture.state_->formats = {PictureFormat::svg};
  picture.state_->files[PictureFormat::svg] = std::move(svg);
  return picture;
}

Picture::Picture(std::set<PictureFormat> formats, Painter painter)
    : state_(std::make_shared<State>()) {
  state_->formats = std::move(formats);
  state_->painter = std::move(painter);
}

bool Picture::has(PictureFormat format) const { return state_->formats.contains(format); }

void Picture::draw(const std::set<PictureFormat>& formats) const {
  const std::lock_guard lock(state_->mutex);
  std::set<PictureFormat> missing;
  for (const PictureFormat format : formats)
    if (has(format) && !state_->files.contains(format)) missing.insert(format);
  if (!missing.empty()) state_->files.merge(state_->painter(missing));
}

const std::string& Picture::file(PictureFormat format) const {
  static const std::string nothing;
  draw({format});
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->files.find(format);
  return found == state_->files.end() ? nothing : found->second;
}

}  // namespace genrebench
