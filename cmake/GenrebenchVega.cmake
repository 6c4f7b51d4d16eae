# genrebench_vega_bundle(OUTPUT)
# Makes the build write to OUTPUT one JavaScript file that defines the global object `vega`, from
# the modules of Vega that the charts of pages need. Debian's package libjs-vega has the modules
# but no file with all of them. The licence stands at the top of the file.
#
# Included, this file defines the function; run as a script by the build, it writes the bundle.
# Each module follows the modules that it requires.
set(modules util time format loader dataflow statistics transforms canvas scale scenegraph
            view-transforms encode expression selections functions runtime view event-selector
            parser interpreter)

if(CMAKE_SCRIPT_MODE_FILE STREQUAL CMAKE_CURRENT_LIST_FILE)
  file(READ "${VEGA_LICENCE}" licence)
  string(REPLACE "*/" "* /" licence "${licence}")
  file(WRITE "${VEGA_OUTPUT}" "/*\n${licence}*/\nvar vega = (function () {
'use strict';
const modules = {};
function load(name, run) {
  const module = {exports: {}};
  run(module.exports, module, (other) => modules[other]);
  modules[name] = module.exports;
}
")
  foreach(module IN LISTS modules)
    string(REPLACE selections selection name ${module})  # the module is called by both names
    file(READ "${VEGA_FOLDER}/vega-${name}.min.js" text)
    string(REGEX REPLACE "//# sourceMappingURL=[^\n]*" "" text "${text}")
    file(APPEND "${VEGA_OUTPUT}"
         "load('vega-${module}', function (exports, module, require) {\n${text}\n});\n")
  endforeach()
  file(APPEND "${VEGA_OUTPUT}"
"Object.assign(modules['vega-dataflow'].transforms, modules['vega-transforms'],
              modules['vega-view-transforms'], modules['vega-encode']);
return {View: modules['vega-view'].View, parse: modules['vega-parser'].parse,
        expressionInterpreter: modules['vega-interpreter'].expressionInterpreter,
        Warn: modules['vega-util'].Warn};
})();
")
  return()
endif()

set(GENREBENCH_VEGA_SCRIPT ${CMAKE_CURRENT_LIST_FILE})
set(GENREBENCH_VEGA_MODULES ${modules})

function(genrebench_vega_bundle output)
  find_path(VEGA_FOLDER vega-util.min.js PATHS /usr/share/javascript/vega
            DOC "The folder of Vega's modules (Debian: libjs-vega)")
  find_file(VEGA_LICENCE copyright PATHS /usr/share/doc/libjs-vega
            DOC "The licence of Vega (Debian: libjs-vega)")
  if(NOT VEGA_FOLDER OR NOT VEGA_LICENCE)
    message(FATAL_ERROR
            "Vega was not found: install libjs-vega, or set VEGA_FOLDER and VEGA_LICENCE")
  endif()
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -DVEGA_FOLDER=${VEGA_FOLDER} -DVEGA_LICENCE=${VEGA_LICENCE}
            -DVEGA_OUTPUT=${output} -P ${GENREBENCH_VEGA_SCRIPT}
    DEPENDS ${GENREBENCH_VEGA_SCRIPT}
    COMMENT "Joining the modules of Vega"
    VERBATIM)
endfunction()
