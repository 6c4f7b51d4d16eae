#pragma once
// A picture of a document, drawn when somebody wants to see it: most formats of a report show no
// picture, and drawing them takes longer than all the rest.

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace genrebench {

enum class PictureFormat { svg, png, pdf };

/// Copies are the same picture, which is drawn once in each format. Safe to use from several
/// threads.
class Picture {
 public:
  /// The bytes of a file in each of the formats asked for.
  using Files = std::map<PictureFormat, std::string>;
  using Painter = std::function<Files(const std::set<PictureFormat>&)>;

  /// Nothing to see, in no format.
  Picture();

  /// A picture that is there already, as SVG alone.
  static Picture of_svg(std::string svg);

  /// @param painter  draws in several formats at once
  Picture(std::set<PictureFormat> formats, Painter painter);

  bool has(PictureFormat format) const;

  /// Draws what is not drawn yet of some formats together, which is faster than one after the
  /// other; those that the picture does not have are passed over.
  /// @throws  what the painter throws
  void draw(const std::set<PictureFormat>& formats) const;

  /// The bytes of the file, which is drawn where it is not yet; empty if the picture does not have
  /// this format.
  /// @throws  what the painter throws
  const std::string& file(PictureFormat format) const;

  const std::string& svg() const { return file(PictureFormat::svg); }
  const std::string& png() const { return file(PictureFormat::png); }
  const std::string& pdf() const { return file(PictureFormat::pdf); }

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace genrebench
