# The language, the warnings and the tuning that every target of ours shares, as one interface target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
endif()

# What a plug-in built elsewhere must share with us: Eigen's alignment follows the instruction set.
add_library(genrebench_options INTERFACE)
target_compile_features(genrebench_options INTERFACE cxx_std_20)
if(GENREBENCH_NATIVE)
  target_compile_options(genrebench_options INTERFACE -march=native)
endif()
if(GENREBENCH_SANITIZE)
  target_compile_options(genrebench_options INTERFACE -fsanitize=${GENREBENCH_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(genrebench_options INTERFACE -fsanitize=${GENREBENCH_SANITIZE})
endif()

# What only our own sources use.
add_library(genrebench_warnings INTERFACE)
target_compile_options(genrebench_warnings INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion)
# GCC 12 warns of its own AVX-512 intrinsics inlined into Eigen (GCC bug 105593) and of std::string + literal (105651).
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  target_compile_options(genrebench_warnings INTERFACE -Wno-maybe-uninitialized -Wno-uninitialized -Wno-restrict)
endif()
# Where no time is spent at run time, none is spent on optimising either: the harness, plug-ins that only
# declare their options, reports, the command line, tests.
add_library(genrebench_brief INTERFACE)
target_compile_options(genrebench_brief INTERFACE $<$<CONFIG:Release>:-O1>)
if(GENREBENCH_WERROR)
  target_compile_options(genrebench_warnings INTERFACE -Werror)
endif()

# genrebench_precompile(TARGET KIND)
# Precompiles what nearly all of TARGET's sources include: half of the time of a cold build. It is made once per KIND, for all targets that
# are compiled alike: `fast`, `brief` (genrebench_brief), `shared` (brief, position independent) and `test` (brief, with GoogleTest).
# Sources still include what they use: -DGENREBENCH_PRECOMPILE=OFF shows it.
option(GENREBENCH_PRECOMPILE "Precompile headers that many sources share" ON)
function(genrebench_precompile target kind)
  if(NOT GENREBENCH_PRECOMPILE)
    return()
  endif()
  set(owner genrebench_precompiled_${kind})
  if(NOT TARGET ${owner})
    set(source ${PROJECT_BINARY_DIR}/generated/precompiled_${kind}.cpp)
    file(CONFIGURE OUTPUT ${source} CONTENT "// Generated: a library needs a source to own a precompiled header.\n")
    add_library(${owner} OBJECT ${source})
    target_link_libraries(${owner} PRIVATE genrebench_options genrebench_warnings fmt::fmt Eigen3::Eigen)
    set(headers "")
    if(NOT kind STREQUAL fast)
      target_link_libraries(${owner} PRIVATE genrebench_brief)
    endif()
    if(kind STREQUAL shared)
      set_target_properties(${owner} PROPERTIES POSITION_INDEPENDENT_CODE ON)
    endif()
    if(kind STREQUAL test)
      target_link_libraries(${owner} PRIVATE GTest::gtest)
      set(headers <gtest/gtest.h>)
    endif()
    target_precompile_headers(${owner} PRIVATE
      <Eigen/Core> <fmt/format.h> <fmt/ranges.h>
      <algorithm> <chrono> <cmath> <cstdint> <filesystem> <fstream> <functional> <map> <memory> <mutex> <optional> <set> <sstream>
      <string> <thread> <utility> <variant> <vector> ${headers})
  endif()
  target_precompile_headers(${target} REUSE_FROM ${owner})
endfunction()
