#include "reports/render/pictures.hpp"

#include <variant>

#include "base/parallel.hpp"

namespace genrebench {

void draw_pictures(const std::vector<const Document*>& documents,
                   const std::set<PictureFormat>& formats) {
  std::vector<const Picture*> pictures;
  for (const Document* document : documents)
    for (const auto& part : document->body)
      if (const auto* figure = std::get_if<Figure>(&part)) pictures.push_back(&figure->picture);
  parallel_for(pictures.size(), {}, [&](std::size_t i) { pictures[i]->draw(formats); });
}

}  // namespace genrebench
