# A plug-in is one file: adding or deleting it needs no other edit, and a file without its function
# fails at link.
# Called by ctest: cmake -D WORK=... -D MODULES=... -D GENERATOR=... -D COMPILER=...
#                        -P check_plugin_files.cmake
cmake_minimum_required(VERSION 3.22)

set(project ${WORK}/project)
file(REMOVE_RECURSE ${WORK})
# A registry of the same shape that compiles at once.
file(WRITE ${project}/harness/plugin/registry.hpp "#pragma once
#include <string>
namespace genrebench { struct Registry { std::string names; }; }
")
file(WRITE ${project}/main.cpp "#include <cstdio>
#include \"harness/plugin/registry.hpp\"
namespace genrebench { void register_all_methods(Registry& registry); }
int main() {
  genrebench::Registry registry;
  genrebench::register_all_methods(registry);
  std::puts(registry.names.c_str());
}
")
file(WRITE ${project}/CMakeLists.txt "cmake_minimum_required(VERSION 3.22)
project(plugin_files LANGUAGES CXX)
include(${MODULES}/GenrebenchPlugins.cmake)
add_library(methods STATIC)
genrebench_add_plugins(methods register_all_methods methods)
target_include_directories(methods PUBLIC \${PROJECT_SOURCE_DIR})
add_executable(program main.cpp)
target_link_libraries(program PRIVATE methods)
")

function(write_plugin name function)
  file(WRITE ${project}/methods/${name}.cpp "#include \"harness/plugin/registry.hpp\"
namespace genrebench { void ${function}(Registry& registry) { registry.names += \" ${name}\"; } }
")
endfunction()

function(build code_variable output_variable)
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${WORK}/build
                  OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE code)
  set(${code_variable} ${code} PARENT_SCOPE)
  set(${output_variable} "${out}${err}" PARENT_SCOPE)
endfunction()

# Builds, without configuring by hand, and compares what is registered.
function(expect_names wanted)
  build(code output)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "the build failed:\n${output}")
  endif()
  execute_process(COMMAND ${WORK}/build/program
                  OUTPUT_VARIABLE names OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT names STREQUAL wanted)
    message(FATAL_ERROR "expected the plug-ins '${wanted}', found '${names}'")
  endif()
endfunction()

write_plugin(beta register_beta)
write_plugin(alpha register_alpha)
execute_process(COMMAND ${CMAKE_COMMAND} -S ${project} -B ${WORK}/build -G ${GENERATOR}
                        -D CMAKE_CXX_COMPILER=${COMPILER}
                OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "cannot configure:\n${out}${err}")
endif()
expect_names(" alpha beta")

file(REMOVE ${project}/methods/beta.cpp)
expect_names(" alpha")

write_plugin(gamma register_gamma)
expect_names(" alpha gamma")

write_plugin(delta register_dleta)
build(code output)
if(code EQUAL 0 OR NOT output MATCHES "register_delta")
  message(FATAL_ERROR "a file without its function must fail at link, naming it; "
                      "the build ended with ${code}:\n${output}")
endif()
file(REMOVE_RECURSE ${WORK})
