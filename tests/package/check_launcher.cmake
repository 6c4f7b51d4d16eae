# The launcher of an installation with programs for several processors: starts the newest program
# that this processor runs, or the one that GENREBENCH_LEVEL names. The programs are scripts here.
# Called by ctest: cmake -D LAUNCHER=... -D WORK=... -P check_launcher.cmake
# Where processors have no levels, it prints "skipped" (the test's SKIP_REGULAR_EXPRESSION).
cmake_minimum_required(VERSION 3.22)

set(prefix ${WORK}/usr)
set(launcher ${prefix}/bin/genrebench)

# start(VARIABLES ARGUMENTS...): sets `code`, `out` and `err`.
function(start variables)
  execute_process(COMMAND ${CMAKE_COMMAND} -E env ${variables} ${launcher} ${ARGN}
                  RESULT_VARIABLE code OUTPUT_VARIABLE out ERROR_VARIABLE err)
  foreach(name code out err)
    set(${name} "${${name}}" PARENT_SCOPE)
  endforeach()
endfunction()

# A program that says which one it is and what it was given, and ends with 7.
function(install_level level)
  set(file ${prefix}/lib/genrebench/${level}/genrebench)
  file(WRITE ${file} "#!/bin/sh\nprintf '%s' \"${level}\"\nprintf ' [%s]' \"$@\"\nexit 7\n")
  file(CHMOD ${file} PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE)
endfunction()

function(expect what text)
  if(NOT "${text}" STREQUAL "${ARGN}")
    message(FATAL_ERROR "${what}: expected '${ARGN}', found '${text}'\n${err}")
  endif()
endfunction()

function(expect_refused)
  if(NOT code EQUAL 1 OR NOT out STREQUAL "")
    message(FATAL_ERROR "expected a refusal, found code ${code} and '${out}'")
  endif()
  foreach(part IN LISTS ARGN)
    string(FIND "${err}" "${part}" found)
    if(found EQUAL -1)
      message(FATAL_ERROR "expected '${part}' in the message, found '${err}'")
    endif()
  endforeach()
endfunction()

file(REMOVE_RECURSE ${WORK})
file(MAKE_DIRECTORY ${prefix}/bin)
file(COPY_FILE ${LAUNCHER} ${launcher})
start("" --version)
expect_refused("lib/genrebench" "holds no program that this processor can run")
if(err MATCHES "it has none")
  message("skipped: this processor has no levels")
  return()
endif()
string(REGEX MATCH "it has ([^\n]*)" ignored "${err}")
string(REPLACE ", " ";" levels "${CMAKE_MATCH_1}")
list(GET levels 0 newest)

# Only the oldest is there.
install_level(x86-64)
start("" run "a file.yaml")
expect("the oldest" "${out}" "x86-64 [run] [a file.yaml]")
expect("the exit code of the program" "${code}" 7)

# The newest that the processor has is taken, not a still newer one that it has not.
install_level(x86-64-v9)
install_level(${newest})
start("" list)
expect("the newest" "${out}" "${newest} [list]")

# A user may choose, for the same last bits as a run on another machine.
start(GENREBENCH_LEVEL=x86-64 list)
expect("the one that was chosen" "${out}" "x86-64 [list]")
start(GENREBENCH_LEVEL= list)
expect("no choice" "${out}" "${newest} [list]")
start(GENREBENCH_LEVEL=x86-64-v9 list)
expect_refused("GENREBENCH_LEVEL" "found 'x86-64-v9'" "x86-64")
start(GENREBENCH_LEVEL=../../../bin list)
expect_refused("found '../../../bin'")

# A program that cannot be started is named.
file(WRITE ${prefix}/lib/genrebench/${newest}/genrebench "no program")
file(CHMOD ${prefix}/lib/genrebench/${newest}/genrebench PERMISSIONS OWNER_READ)
start("" list)
expect_refused("${newest}/genrebench: cannot be started")
file(REMOVE_RECURSE ${WORK})
