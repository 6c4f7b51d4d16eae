#pragma once
// What the live view sends to the browser: a page, its style and its scripts, which are part of the
// program.

#include <optional>
#include <string>
#include <string_view>

namespace genrebench::cli {

struct ClientFile {
  std::string_view type;  ///< the media type
  std::string_view bytes;
};

/// @param name  "app.js"; empty: the page itself
std::optional<ClientFile> client_file(const std::string& name);

}  // namespace genrebench::cli
