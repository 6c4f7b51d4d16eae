# The language, warnings and tuning that our targets share, as interface targets.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without the second it keeps nothing that is compiled with a precompiled header, which nearly all
  # is. With the first it asks the compiler what a source includes, instead of preprocessing it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_DEPEND=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
    add_compile_options(-fpch-preprocess)
  endif()
endif()

# A plug-in built elsewhere must share these: Eigen's alignment depends on the instruction set.
add_library(genrebench_options INTERFACE)
target_compile_features(genrebench_options INTERFACE cxx_std_20)
if(GENREBENCH_INSTRUCTIONS)
  target_compile_options(genrebench_options INTERFACE -march=${GENREBENCH_INSTRUCTIONS})
  set(GENREBENCH_PROCESSOR "instructions ${GENREBENCH_INSTRUCTIONS}")
elseif(GENREBENCH_NATIVE)
  target_compile_options(genrebench_options INTERFACE -march=native)
endif()
if(NOT GENREBENCH_INSTRUCTIONS)
  set(GENREBENCH_PROCESSOR "native ${GENREBENCH_NATIVE}")
endif()
if(GENREBENCH_SANITIZE)
  target_compile_options(genrebench_options INTERFACE
    -fsanitize=${GENREBENCH_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(genrebench_options INTERFACE -fsanitize=${GENREBENCH_SANITIZE})
endif()

if(GENREBENCH_FUZZ)
  if(NOT CMAKE_CXX_COMPILER_ID MATCHES Clang)
    message(FATAL_ERROR "GENREBENCH_FUZZ needs clang, found ${CMAKE_CXX_COMPILER}")
  endif()
  # A cast of a float that does not fit is undefined too, and not among those of `undefined`.
  target_compile_options(genrebench_options INTERFACE
    -fsanitize=fuzzer-no-link,address,undefined,float-cast-overflow -fno-sanitize-recover=all
    -fno-omit-frame-pointer -gline-tables-only)
  target_link_options(genrebench_options INTERFACE
    -fsanitize=address,undefined,float-cast-overflow)
endif()

# Used by our own sources only.
add_library(genrebench_warnings INTERFACE)
target_compile_options(genrebench_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
# GCC 12 warns about its own AVX-512 intrinsics when they are inlined into Eigen (GCC bug 105593),
# and about std::string + literal (GCC bug 105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(genrebench_warnings INTERFACE
    -Wno-maybe-uninitialized -Wno-uninitialized -Wno-restrict)
endif()
# For code that takes no noticeable time at run time, so that it compiles faster: the harness,
# plug-ins that only declare their options, reports, the command line, tests.
add_library(genrebench_brief INTERFACE)
target_compile_options(genrebench_brief INTERFACE $<$<CONFIG:Release>:-O1>)
if(GENREBENCH_WERROR)
  target_compile_options(genrebench_warnings INTERFACE -Werror)
endif()

# genrebench_optimise(SOURCE...)
# What takes the time in a target that is brief: optimised fully, and compiled alone.
function(genrebench_optimise)
  set_source_files_properties(${ARGN} PROPERTIES COMPILE_OPTIONS $<$<CONFIG:Release>:-O3>)
endfunction()

# genrebench_precompile(TARGET KIND) Precompiles the headers that nearly all of TARGET's sources
# include, which saves half of the time of a cold build. The result is made once per KIND and shared
# by all targets that are compiled alike:
#   fast     fully optimised
#   brief    genrebench_brief
#   shared   brief, position independent
#   test     brief, with GoogleTest
# Sources still include what they use: build with -DGENREBENCH_PRECOMPILE=OFF to check that.
option(GENREBENCH_PRECOMPILE "Precompile headers that many sources share" ON)
function(genrebench_precompile target kind)
  if(NOT GENREBENCH_PRECOMPILE)
    return()
  endif()
  set(owner genrebench_precompiled_${kind})
  if(NOT TARGET ${owner})
    set(source ${PROJECT_BINARY_DIR}/generated/precompiled_${kind}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT
         "// Generated: a library needs a source to own a precompiled header.\n")
    add_library(${owner} OBJECT ${source})
    target_link_libraries(${owner} PRIVATE
      genrebench_options genrebench_warnings fmt::fmt Eigen3::Eigen)
    set(headers "")
    if(NOT kind STREQUAL fast)
      target_link_libraries(${owner} PRIVATE genrebench_brief)
    endif()
    if(kind STREQUAL shared)
      set_target_properties(${owner} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    endif()
    if(kind STREQUAL brief)
      set(headers <nlohmann/json.hpp>)
    endif()
    if(kind STREQUAL test)
      target_link_libraries(${owner} PRIVATE GTest::gtest)
      set(headers <gtest/gtest.h>)
    endif()
    target_precompile_headers(${owner} PRIVATE
      <Eigen/Core> <fmt/format.h> <fmt/ranges.h>
      <algorithm> <chrono> <cmath> <cstdint> <filesystem> <fstream> <functional> <map> <memory>
      <mutex> <optional> <set> <sstream> <string> <thread> <utility> <variant> <vector> ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()

# genrebench_compile_together(TARGET N [ALONE SOURCE...])
# Compiles the sources of TARGET N at a time: what their headers cost is paid once. Names in
# anonymous namespaces of neighbours must then differ: what every plug-in has is named after it, and
# a source can be added to ALONE when its names collide. A source that is changed takes its
# neighbours with it: -DGENREBENCH_TOGETHER=OFF compiles each alone.
option(GENREBENCH_TOGETHER "Compile several sources at a time where that saves much" ON)
function(genrebench_compile_together target n)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "ALONE")
  if(GENREBENCH_TOGETHER)
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE ${n})
    set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
  endif()
endfunction()
