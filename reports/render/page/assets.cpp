#include "reports/render/page/assets.hpp"

namespace genrebench {
namespace embedded {

// cmake/GenrebenchEmbed.cmake defines them.
std::string_view page_css();
std::string_view vega_js();
std::string_view chart_specs_js();
std::string_view charts_js();
std::string_view tables_js();
std::string_view page_js();

}  // namespace embedded

namespace page_assets {

std::string_view css() { return embedded::page_css(); }

std::string_view vega() { return embedded::vega_js(); }

std::string_view chart_specs() { return embedded::chart_specs_js(); }

std::string_view charts() { return embedded::charts_js(); }

std::string_view tables() { return embedded::tables_js(); }

std::string_view page() { return embedded::page_js(); }

}  // namespace page_assets
}  // namespace genrebench
