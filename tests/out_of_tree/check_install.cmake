# Installs the build into an empty folder, copies the installed examples/plugins, builds them as a
# user would, and runs the resulting program.
# Called by ctest: cmake -D BUILD=... -D WORK=... -D GENERATOR=... -D COMPILER=... -D LAUNCHER=...
#                        -D BUILD_TYPE=... -P check_install.cmake
cmake_minimum_required(VERSION 3.22)

function(run output)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE out ERROR_VARIABLE err RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    list(JOIN ARGN " " command)
    message(FATAL_ERROR "${command}\nended with ${code}\n${out}\n${err}")
  endif()
  set(${output} "${out}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${WORK})
set(prefix ${WORK}/prefix)
run(ignored ${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
run(version ${prefix}/bin/genrebench --version)

# What users find beside the program.
foreach(file share/genrebench/experiments/quickstart.yaml cli/program.hpp base/error.hpp
        harness/plugin/registry.hpp reports/render/render.hpp reports/charts/charts.hpp)
  if(NOT EXISTS ${prefix}/${file} AND NOT EXISTS ${prefix}/include/genrebench/${file})
    message(FATAL_ERROR "the installation lacks ${file}")
  endif()
endforeach()

# An installed header includes installed headers only.
file(GLOB_RECURSE headers ${prefix}/include/genrebench/*.hpp)
foreach(header IN LISTS headers)
  file(STRINGS ${header} includes REGEX "^#include \"")
  foreach(include IN LISTS includes)
    string(REGEX REPLACE "^#include \"([^\"]+)\".*" "\\1" file "${include}")
    if(NOT EXISTS ${prefix}/include/genrebench/${file})
      message(FATAL_ERROR "${header} includes ${file}, which is not installed")
    endif()
  endforeach()
endforeach()

# The program of examples/plugins.
file(COPY ${prefix}/share/genrebench/examples/plugins DESTINATION ${WORK})
set(example ${WORK}/plugins)
run(ignored ${CMAKE_COMMAND} -S ${example} -B ${WORK}/build -G ${GENERATOR}
            -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_CXX_COMPILER=${COMPILER}
            -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_BUILD_TYPE=${BUILD_TYPE})
run(ignored ${CMAKE_COMMAND} --build ${WORK}/build)
set(program ${WORK}/build/my_genrebench)

# It lists our plug-ins and its own.
foreach(wanted datasets/playlist datasets/gtzan features/loudness methods/majority_class methods/svm
        reports/fastest_runs)
  string(REPLACE "/" ";" wanted ${wanted})
  list(GET wanted 0 kind)
  list(GET wanted 1 name)
  run(list ${program} list ${kind} --json)
  if(NOT list MATCHES "\"name\": \"${name}\"")
    message(FATAL_ERROR "`list ${kind}` of the program does not have ${name}: ${list}")
  endif()
endforeach()

# It runs an experiment with all of them.
run(ignored ${program} dataset make synthetic --out ${WORK}/songs
            genres=2 tracks_per_genre=4 duration_s=1)
file(GLOB_RECURSE songs RELATIVE ${WORK}/songs ${WORK}/songs/*.wav)
set(lines "")
foreach(song IN LISTS songs)
  get_filename_component(genre ${song} DIRECTORY)
  get_filename_component(artist ${song} NAME_WLE)
  string(APPEND lines "${genre}\t${artist}\t${song}\n")
endforeach()
file(WRITE ${WORK}/songs/songs.tsv "${lines}")
set(store --db ${WORK}/runs.db)
run(done ${program} run ${example}/experiment.yaml dataset.file=${WORK}/songs/songs.tsv
         ${store} --cache ${WORK}/cache --quiet --json)
string(JSON n_done GET "${done}" 0 done)
if(NOT n_done EQUAL 2)
  message(FATAL_ERROR "expected 2 runs to be done: ${done}")
endif()
run(report ${program} report ${example}/experiment.yaml ${store} --out ${WORK}/report)
if(NOT report MATCHES "Fastest runs" OR NOT EXISTS ${WORK}/report/fastest_runs.html)
  message(FATAL_ERROR "expected the report of our plug-in: ${report}")
endif()
run(counts ${program} count-runs example ${store})
if(NOT counts STREQUAL "done 2\n")
  message(FATAL_ERROR "expected our command to count 2 runs that are done: ${counts}")
endif()
file(REMOVE_RECURSE ${WORK})
