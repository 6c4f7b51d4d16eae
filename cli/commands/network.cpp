// `genrebench network`: the layers, shapes and parameters of a deep method's network, and a drawing
// of them.

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "cli/console.hpp"
#include "cli/shared_arguments.hpp"
#include "harness/experiment/option_words.hpp"
#include "harness/plugin/network_outline.hpp"
#include "reports/charts/network_diagram.hpp"
#include "reports/render/render.hpp"

namespace genrebench::cli {
namespace {

std::int64_t n_parameters(const NetworkOutline& outline) {
  std::int64_t sum = 0;
  for (const NetworkLayer& layer : outline.layers) sum += layer.parameters;
  return sum;
}

Document describe(const NetworkOutline& outline, const std::string& method) {
  Table table{
      .id = "network_layers",
      .title = fmt::format("The network of {}", method),
      .columns = {"layer", "also", "what it is", "output", "parameters"},
      .rows = {{{.text = "input"},
                {},
                {},
                {.text = shape_text(outline.input), .numeric = true},
                {.text = "", .numeric = true}}},
      .notes = {fmt::format("{} parameters in all.", grouped_digits(n_parameters(outline)))}};
  for (const NetworkLayer& layer : outline.layers)
    table.rows.push_back({{.text = layer.name},
                          {.text = layer.alias},
                          {.text = layer.kind},
                          {.text = shape_text(layer.output), .numeric = true},
                          {.text = grouped_digits(layer.parameters), .numeric = true}});
  Document document{.name = "network", .title = "Network: " + method, .body = {}, .data = {}};
  Figure figure;
  figure.id = "network";
  figure.title = fmt::format("The network of {}, from input to output", method);
  figure.picture = Picture::of_svg(network_svg(outline, method));
  document.body.emplace_back(std::move(figure));
  document.body.emplace_back(std::move(table));
  return document;
}

nlohmann::ordered_json to_json(const NetworkOutline& outline, const std::string& method) {
  nlohmann::ordered_json result = {{"method", method},
                                   {"input", outline.input},
                                   {"parameters", n_parameters(outline)},
                                   {"layers", nlohmann::ordered_json::array()}};
  for (const NetworkLayer& layer : outline.layers)
    result["layers"].push_back({{"name", layer.name},
                                {"alias", layer.alias},
                                {"kind", layer.kind},
                                {"output", layer.output},
                                {"parameters", layer.parameters}});
  return result;
}

class NetworkCommand final : public Command {
 public:
  void declare(Arguments& arguments, Context& context) override {
    arguments.add({.name = "METHOD",
                   .help = "The method: vgg16, resnet34, gru or skip_gru",
                   .required = true},
                  method_);
    add_options(arguments, words_,
                "Options as listed by `genrebench list methods METHOD`, such as preset=paper");
    arguments.add({.name = "--features",
                   .value = "N",
                   .help = "Number of features per frame: mel bands or coefficients",
                   .minimum = 1,
                   .maximum = 1 << 20},
                  n_features_);
    arguments.add({.name = "--frames",
                   .value = "N",
                   .help = "Number of frames of an excerpt",
                   .minimum = 1,
                   .maximum = 1 << 20},
                  n_frames_);
    arguments.add({.name = "--classes",
                   .value = "N",
                   .help = "Number of genres",
                   .minimum = 2,
                   .maximum = 100000},
                  n_classes_);
    arguments.add({.name = "--out",
                   .value = "FOLDER",
                   .help = "Write the drawing and the table to this folder",
                   .completes = Completion::folder},
                  out_);
    add_json(arguments, context);
  }

  int run(Context& context) override {
    const MethodPlugin& plugin = context.registry.methods.get(method_, "network");
    const auto method = plugin.make(parse_options(words_, plugin.options, "network"), /*seed=*/0);
    const auto* drawn = dynamic_cast<const DrawnMethod*>(method.get());
    if (drawn == nullptr)
      throw ConfigError(fmt::format(
          "network: the method {} has no network; expected vgg16, resnet34, gru or skip_gru",
          method_));
    const NetworkOutline outline = drawn->outline(n_features_, n_frames_, n_classes_);
    const Document document = describe(outline, method_);
    if (context.json)
      print_json(to_json(outline, method_));
    else
      print_document(document);
    if (!out_.empty()) print_written(write_document(document, out_, all_formats()));
    return kDone;
  }

 private:
  std::string method_;
  std::vector<std::string> words_;
  int n_features_ = 128, n_frames_ = 646, n_classes_ = 10;
  std::filesystem::path out_;
};

}  // namespace

void command_network(CommandList& commands) {
  commands.add<NetworkCommand>(
      {.name = "network",
       .group = CommandGroup::program,
       .position = 2,
       .summary = "Show and draw the layers, shapes and parameters of a deep method's network"});
}

}  // namespace genrebench::cli
