#pragma once
// What the build embeds for pages: styles, scripts, and the library that draws charts. All of it
// works without a network, without eval and under a strict content policy.

#include <string_view>

namespace genrebench::page_assets {

/// The style of all pages: light and dark, screens of any width, paper.
std::string_view css();

/// Vega, which defines the global object `vega`; its licence stands at its top.
std::string_view vega();

// Scripts of this folder. Each needs those before it.

/// What each kind of chart looks like, from its data (reports/charts/chart_data.hpp).
std::string_view chart_specs();
/// Draws figures from the data of their charts. Needs vega().
std::string_view charts();
/// Sorts, filters and copies tables.
std::string_view tables();
/// Brings a page to life. Runs after the page's content.
std::string_view page();

}  // namespace genrebench::page_assets
