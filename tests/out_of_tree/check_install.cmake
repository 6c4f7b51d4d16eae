# Installs the build into an empty folder, builds the project beside this file against it and runs the program.
# Called by ctest: cmake -D BUILD=... -D WORK=... -D GENERATOR=... -D COMPILER=... -D LAUNCHER=... -D BUILD_TYPE=...
#                        -P check_install.cmake
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
run(ignored ${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
run(version ${WORK}/prefix/bin/genrebench --version)
run(ignored ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${WORK}/build -G ${GENERATOR} -D CMAKE_PREFIX_PATH=${WORK}/prefix
            -D CMAKE_CXX_COMPILER=${COMPILER} -D CMAKE_CXX_COMPILER_LAUNCHER=${LAUNCHER} -D CMAKE_BUILD_TYPE=${BUILD_TYPE})
run(ignored ${CMAKE_COMMAND} --build ${WORK}/build)

set(program ${WORK}/build/my_genrebench)
run(list ${program} list methods --json)
string(JSON methods GET "${list}" methods)
foreach(wanted majority_class svm)
  if(NOT methods MATCHES "\"name\" : \"${wanted}\"")
    message(FATAL_ERROR "`list methods` of the program does not have ${wanted}: ${list}")
  endif()
endforeach()

run(done ${program} run ${CMAKE_CURRENT_LIST_DIR}/experiment.yaml --db ${WORK}/runs.db --cache ${WORK}/cache --quiet --json)
string(JSON n_done GET "${done}" 0 done)
if(NOT n_done EQUAL 2)
  message(FATAL_ERROR "expected 2 runs to be done: ${done}")
endif()
run(ignored ${program} report --db ${WORK}/runs.db --out ${WORK}/report)

# What users find beside the program.
foreach(file share/genrebench/experiments/quickstart.yaml include/genrebench/harness/plugin/registry.hpp
        include/genrebench/cli/program.hpp include/genrebench/base/error.hpp include/genrebench/reports/render/render.hpp)
  if(NOT EXISTS ${WORK}/prefix/${file})
    message(FATAL_ERROR "the installation lacks ${file}")
  endif()
endforeach()
file(REMOVE_RECURSE ${WORK})
