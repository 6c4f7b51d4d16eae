#include "exports/bundle/ro_crate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/digest.hpp"
#include "exports/url_part.hpp"

namespace genrebench {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kMetadataFile = "ro-crate-metadata.json";

Json reference(const std::string& id) { return {{"@id", id}}; }

/// The media type of a file, by the ending of its name.
std::string type_of(const fs::path& file) {
  static const std::map<std::string, std::string> kTypes = {{".csv", "text/csv"},
                                                            {".json", "application/json"},
                                                            {".md", "text/markdown"},
                                                            {".html", "text/html"},
                                                            {".tex", "application/x-tex"},
                                                            {".svg", "image/svg+xml"},
                                                            {".png", "image/png"},
                                                            {".pdf", "application/pdf"},
                                                            {".yaml", "application/yaml"},
                                                            {".yml", "application/yaml"},
                                                            {".db", "application/vnd.sqlite3"},
                                                            {".txt", "text/plain"}};
  const auto type = kTypes.find(file.extension().string());
  return type == kTypes.end() ? "application/octet-stream" : type->second;
}

/// A name within the folder as an address relative to it: RO-Crate wants %XX for blanks and the
/// like.
std::string address_of(const std::string& name) {
  std::string address;
  for (std::size_t begin = 0; begin <= name.size();) {
    const std::size_t end = std::min(name.find('/', begin), name.size());
    address += (begin > 0 ? "/" : "") + url_part(name.substr(begin, end - begin));
    begin = end + 1;
  }
  return address;
}

std::string licence_address(const std::string& licence) {
  return licence.find("://") != std::string::npos ? licence
                                                  : "https://spdx.org/licenses/" + licence;
}

/// The folder's files, without the description itself, in the order of their names.
std::vector<std::string> files_of(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file())
      names.push_back(entry.path().lexically_relative(folder).generic_string());
  std::erase(names, kMetadataFile);
  std::sort(names.begin(), names.end());
  return names;
}

Json root_of(const BundleTitle& title, const std::vector<std::string>& files) {
  Json root = {{"@id", "./"},
               {"@type", "Dataset"},
               {"name", title.title},
               {"description", title.description},
               {"datePublished", title.date}};
  if (!title.licence.empty()) root["license"] = reference(licence_address(title.licence));
  for (const std::string& author : title.authors)
    root["author"].push_back(reference("#" + url_part(author)));
  root["hasPart"] = Json::array();
  for (const std::string& file : files) root["hasPart"].push_back(reference(address_of(file)));
  root["mentions"] = reference("#experiments");
  return root;
}

/// What made the results, out of which files.
Json action_of(const BundleOrigin& origin) {
  Json action = {{"@id", "#experiments"},
                 {"@type", "CreateAction"},
                 {"name", "Running the experiments"},
                 {"instrument", reference("#genrebench")},
                 {"result", reference(address_of(origin.results))}};
  for (const std::string& file : origin.experiments)
    action["object"].push_back(reference(address_of(file)));
  return action;
}

}  // namespace

std::string ro_crate_json(const fs::path& folder, const BundleTitle& title,
                          const BundleOrigin& origin) {
  const std::vector<std::string> files = files_of(folder);
  Json graph = {{{"@id", kMetadataFile},
                 {"@type", "CreativeWork"},
                 {"conformsTo", reference("https://w3id.org/ro/crate/1.1")},
                 {"about", reference("./")}},
                root_of(title, files)};
  for (const std::string& file : files)
    graph.push_back({{"@id", address_of(file)},
                     {"@type", "File"},
                     {"name", file},
                     {"encodingFormat", type_of(file)},
                     {"contentSize", std::to_string(fs::file_size(folder / file))},
                     {"sha256", sha256_of_file(folder / file)}});
  for (const std::string& author : title.authors)
    graph.push_back({{"@id", "#" + url_part(author)}, {"@type", "Person"}, {"name", author}});
  if (!title.licence.empty())
    graph.push_back({{"@id", licence_address(title.licence)},
                     {"@type", "CreativeWork"},
                     {"name", title.licence}});
  graph.push_back({{"@id", "#genrebench"},
                   {"@type", "SoftwareApplication"},
                   {"name", "genrebench"},
                   {"softwareVersion", origin.program}});
  graph.push_back(action_of(origin));
  const Json document = {{"@context",
                          {"https://w3id.org/ro/crate/1.1/context",
                           {{"sha256", "https://w3id.org/ro/terms/workflow-run#sha256"}}}},
                         {"@graph", std::move(graph)}};
  return document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

}  // namespace genrebench
