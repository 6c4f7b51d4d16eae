# Programs for processors of several ages. This build is for the oldest; for each of
# GENREBENCH_LEVELS the same sources are built once more, in levels/LEVEL. They are installed side
# by side in lib/genrebench/LEVEL, and bin/genrebench is a small program (cli/launcher) that starts
# the newest one that the processor runs. Whole programs, because inline functions (Eigen's, the
# standard library's) that are compiled for several processors must not meet in one.
if(GENREBENCH_LEVELS AND GENREBENCH_NATIVE AND NOT GENREBENCH_INSTRUCTIONS)
  message(FATAL_ERROR "GENREBENCH_LEVELS=${GENREBENCH_LEVELS}: the program for other processors "
                      "must not be tuned for this one; add -DGENREBENCH_NATIVE=OFF")
endif()
foreach(level IN LISTS GENREBENCH_LEVELS)
  if(NOT level MATCHES "^x86-64-v[234]$")
    message(FATAL_ERROR "GENREBENCH_LEVELS: expected x86-64-v2, x86-64-v3 or x86-64-v4, found "
                        "'${level}'")
  endif()
endforeach()

add_executable(genrebench_launcher ${PROJECT_SOURCE_DIR}/cli/launcher/launcher.cpp
                                   ${PROJECT_SOURCE_DIR}/base/processor_level.cpp)
target_include_directories(genrebench_launcher PRIVATE ${PROJECT_SOURCE_DIR})
target_link_libraries(genrebench_launcher PRIVATE genrebench_warnings)

set(GENREBENCH_BASE_LEVEL x86-64)
if(GENREBENCH_INSTRUCTIONS)
  set(GENREBENCH_BASE_LEVEL ${GENREBENCH_INSTRUCTIONS})
endif()

include(ExternalProject)
foreach(level IN LISTS GENREBENCH_LEVELS)
  set(same "")
  foreach(variable CMAKE_BUILD_TYPE CMAKE_CXX_COMPILER CMAKE_CXX_FLAGS CMAKE_PREFIX_PATH
                   GENREBENCH_WITH_TORCH GENREBENCH_WERROR GENREBENCH_PRECOMPILE
                   GENREBENCH_TOGETHER)
    string(REPLACE ";" "|" value "${${variable}}")
    list(APPEND same "-D${variable}=${value}")
  endforeach()
  ExternalProject_Add(genrebench_${level}
    SOURCE_DIR ${PROJECT_SOURCE_DIR}
    BINARY_DIR ${PROJECT_BINARY_DIR}/levels/${level}
    PREFIX ${PROJECT_BINARY_DIR}/levels/${level}.steps
    LIST_SEPARATOR |
    CMAKE_ARGS ${same} -DGENREBENCH_INSTRUCTIONS=${level} -DGENREBENCH_NATIVE=OFF
               -DGENREBENCH_TESTS=OFF -DGENREBENCH_KERNELS=OFF -DGENREBENCH_LEVELS=
    BUILD_COMMAND ${CMAKE_COMMAND} --build <BINARY_DIR> --target genrebench_program
    BUILD_ALWAYS ON
    INSTALL_COMMAND ""
    USES_TERMINAL_BUILD ON
    # After this build, so that not all levels compile at once.
    DEPENDS genrebench_program)
endforeach()
