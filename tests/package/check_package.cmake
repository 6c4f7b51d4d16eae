# The Debian package of this build: makes it from what is built, without compiling, and looks at
# what it says of itself and at its files.
# Called by ctest: cmake -D BUILD=... -D WORK=... -D CPACK=... -D WITH_TORCH=... -D LEVELS=...
#                        -P check_package.cmake
# Prints "skipped" where there is no dpkg-deb or dpkg-shlibdeps (the test's
# SKIP_REGULAR_EXPRESSION).
cmake_minimum_required(VERSION 3.22)

find_program(HELP2MAN help2man)
foreach(program dpkg-deb dpkg-shlibdeps)
  find_program(found_${program} ${program})
  if(NOT found_${program})
    message("skipped: there is no ${program}")
    return()
  endif()
endforeach()

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
# Fast compression: the content is looked at, not kept.
run(ignored ${CPACK} -G DEB --config ${BUILD}/CPackConfig.cmake -B ${WORK}
            -D CPACK_DEBIAN_COMPRESSION_TYPE=gzip)
file(GLOB packages ${WORK}/genrebench_*.deb)
list(LENGTH packages n)
if(NOT n EQUAL 1)
  message(FATAL_ERROR "expected one package, found: ${packages}")
endif()

# What it says of itself.
foreach(field Package Version Architecture Depends Recommends Maintainer Description)
  run(${field} dpkg-deb --field ${packages} ${field})
  if(${field} STREQUAL "")
    message(FATAL_ERROR "the package has no field ${field}")
  endif()
endforeach()
set(wanted gnuplot libsndfile1 libsqlite3-0 libfftw3 libc6)
if(WITH_TORCH)
  list(APPEND wanted libtorch)
endif()
foreach(library IN LISTS wanted)
  if(NOT Depends MATCHES ${library})
    message(FATAL_ERROR "expected that it depends on ${library}, found: ${Depends}")
  endif()
endforeach()

# Its files.
run(contents dpkg-deb --contents ${packages})
string(REGEX MATCHALL " \\./[^\n]*[^\n/]\n" lines "${contents}")
set(files "")
foreach(line IN LISTS lines)
  string(REGEX REPLACE "^ \\.|\n$" "" file "${line}")
  list(APPEND files "${file}")
endforeach()
set(share /usr/share)
set(wanted /usr/bin/genrebench
    ${share}/bash-completion/completions/genrebench
    ${share}/zsh/vendor-completions/_genrebench
    ${share}/fish/vendor_completions.d/genrebench.fish
    ${share}/genrebench/experiments/quickstart.yaml
    ${share}/genrebench/experiments/quickstart_rnn.yaml
    ${share}/genrebench/examples/plugins/CMakeLists.txt
    ${share}/doc/genrebench/copyright)
if(HELP2MAN)
  list(APPEND wanted ${share}/man/man1/genrebench.1 ${share}/man/man1/genrebench-runs.1)
endif()
if(LEVELS)
  foreach(level x86-64 ${LEVELS})
    list(APPEND wanted /usr/lib/genrebench/${level}/genrebench)
    if(WITH_TORCH)
      list(APPEND wanted /usr/lib/genrebench/${level}/libgenrebench_networks.so)
    endif()
  endforeach()
elseif(WITH_TORCH)
  list(APPEND wanted /usr/lib/libgenrebench_networks.so)
endif()
foreach(file IN LISTS wanted)
  if(NOT file IN_LIST files)
    list(JOIN files "\n" found)
    message(FATAL_ERROR "the package lacks ${file}; it has:\n${found}")
  endif()
endforeach()
foreach(file IN LISTS files)
  if(NOT file MATCHES "^/usr/(bin|lib|share)/" OR file MATCHES "/include/|[.]a$|[.]hpp$|/cmake/")
    if(NOT file MATCHES "^${share}/genrebench/examples/")
      message(FATAL_ERROR "${file} has no place in the package")
    endif()
  endif()
endforeach()

# What was unpacked starts, and shows no path of the machine that built it.
run(ignored dpkg-deb --extract ${packages} ${WORK}/root)
run(version ${WORK}/root/usr/bin/genrebench --version)
if(NOT version MATCHES "^genrebench [0-9]")
  message(FATAL_ERROR "expected the version, found: ${version}")
endif()
file(GLOB_RECURSE texts ${WORK}/root/usr/share/man/* ${WORK}/root/usr/share/bash-completion/*)
foreach(file IN LISTS texts)
  file(READ ${file} text)
  string(FIND "${text}" "${BUILD}" place)
  if(NOT place EQUAL -1)
    message(FATAL_ERROR "${file} names the folder ${BUILD}")
  endif()
endforeach()
# An experiment's file is found wherever one stands.
file(MAKE_DIRECTORY ${WORK}/elsewhere)
execute_process(COMMAND ${WORK}/root/usr/bin/genrebench plan experiments/no_such.yaml --json
                WORKING_DIRECTORY ${WORK}/elsewhere RESULT_VARIABLE code ERROR_VARIABLE err)
if(code EQUAL 0 OR NOT err MATCHES "no_such.yaml")
  message(FATAL_ERROR "expected that no_such.yaml is not found: ${err}")
endif()
execute_process(COMMAND ${WORK}/root/usr/bin/genrebench plan experiments/quickstart.yaml
                        dataset.genres=2 dataset.tracks_per_genre=4 dataset.duration_s=4
                        --cache ${WORK}/cache --quiet
                WORKING_DIRECTORY ${WORK}/elsewhere
                RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
if(NOT code EQUAL 0 OR NOT err MATCHES "taken from .*/usr/share/genrebench/experiments/quickstart")
  message(FATAL_ERROR "expected a plan of the installed quickstart: ${out}\n${err}")
endif()
file(REMOVE_RECURSE ${WORK})
