# Lets the program describe itself: manual pages by help2man, and completions for shells. Files that
# cannot be made are left out: without help2man the manual pages, and without the program's command
# `completion` the completions.
# Called by the target `man` and by the installation:
#   cmake -D PROGRAM=... -D OUTPUT=... -D VERSION=... -D HELP2MAN=... -P write_program_docs.cmake
# OUTPUT becomes a folder in the shape of /usr/share.
cmake_minimum_required(VERSION 3.22)

# write_man_pages(NAME ONE_LINE COMMAND...): the page NAME.1 from `COMMAND --help`, and likewise the
# pages of its subcommands.
function(write_man_pages name one_line)
  list(JOIN ARGN " " command)
  execute_process(
    COMMAND ${HELP2MAN} --no-info --section=1 --manual=genrebench --source=genrebench
            --version-string=${VERSION} --name=${one_line} --output=${OUTPUT}/man/man1/${name}.1
            "${command}"
    ERROR_VARIABLE error RESULT_VARIABLE code)
  if(NOT code EQUAL 0)
    message(WARNING "no manual page ${name}.1: ${error}")
  endif()
  # Subcommands are listed as "  run      Run what is not done yet", below headings of their own.
  execute_process(COMMAND ${ARGN} --help OUTPUT_VARIABLE help COMMAND_ERROR_IS_FATAL ANY)
  if(NOT help MATCHES "\nUsage: [^\n]*COMMAND")
    return()
  endif()
  string(REGEX REPLACE "[][;]" "|" help "${help}")  # which would break a list of lines
  string(REPLACE "\n" ";" lines "${help}")
  set(heading "")
  foreach(line IN LISTS lines)
    if(line MATCHES "^([A-Za-z].*):$")
      set(heading ${CMAKE_MATCH_1})
    elseif(heading MATCHES "^(Options|Positionals|Arguments)$")
      continue()
    elseif(line MATCHES "^  ([a-z][a-z-]+)  +([^|]+)")
      write_man_pages(${name}-${CMAKE_MATCH_1} ${CMAKE_MATCH_2} ${ARGN} ${CMAKE_MATCH_1})
    endif()
  endforeach()
endfunction()

# write_completion(SHELL FILE): the completion for one shell.
function(write_completion shell file)
  execute_process(COMMAND ${PROGRAM} completion ${shell}
                  OUTPUT_VARIABLE text ERROR_QUIET RESULT_VARIABLE code)
  if(code EQUAL 0)
    file(WRITE ${OUTPUT}/${file} "${text}")
  endif()
endfunction()

file(REMOVE_RECURSE ${OUTPUT})
file(MAKE_DIRECTORY ${OUTPUT})
if(HELP2MAN)
  # The default of --cache must not show the home folder of whoever builds.
  set(ENV{HOME} "~")
  unset(ENV{XDG_CACHE_HOME})
  file(MAKE_DIRECTORY ${OUTPUT}/man/man1)
  write_man_pages(genrebench "benchmark and track music genre recognition experiments" ${PROGRAM})
endif()
write_completion(bash bash-completion/completions/genrebench)
write_completion(zsh zsh/site-functions/_genrebench)
write_completion(fish fish/vendor_completions.d/genrebench.fish)
