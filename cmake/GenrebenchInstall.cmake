# `cmake --install`: the program with its manual pages, completions, experiments and examples (the
# component `program`, which packages contain), and what plug-ins elsewhere build against:
# libraries, headers and CMake functions.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/genrebench)
set(include_dir ${CMAKE_INSTALL_INCLUDEDIR}/genrebench)

if(GENREBENCH_LEVELS)
  # Not below CMAKE_INSTALL_LIBDIR, where the launcher would have to know its name.
  set(levels_dir lib/genrebench)
  install(PROGRAMS $<TARGET_FILE:genrebench_launcher> DESTINATION ${CMAKE_INSTALL_BINDIR}
          RENAME genrebench COMPONENT program)
  install(TARGETS genrebench_program RUNTIME DESTINATION ${levels_dir}/${GENREBENCH_BASE_LEVEL}
          COMPONENT program)
  if(GENREBENCH_WITH_TORCH)
    install(FILES $<TARGET_FILE:genrebench_networks>
            DESTINATION ${levels_dir}/${GENREBENCH_BASE_LEVEL} COMPONENT program)
  endif()
  foreach(level IN LISTS GENREBENCH_LEVELS)
    set(built ${PROJECT_BINARY_DIR}/levels/${level})
    install(PROGRAMS ${built}/genrebench DESTINATION ${levels_dir}/${level} COMPONENT program)
    if(GENREBENCH_WITH_TORCH)
      install(FILES ${built}/$<TARGET_FILE_NAME:genrebench_networks>
              DESTINATION ${levels_dir}/${level} COMPONENT program)
    endif()
  endforeach()
else()
  install(TARGETS genrebench_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR}
          COMPONENT program)
endif()

# The libraries have the same names outside as within: genrebench::all.
foreach(library options base signal plugin harness pipeline datasets baselines models reports
        exports all)
  set_target_properties(genrebench_${library} PROPERTIES EXPORT_NAME ${library})
  install(TARGETS genrebench_${library} EXPORT genrebench
          ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()

# The headers that authors of plug-ins need, and no others: those of `base` and `signal`, the
# interfaces of plug-ins and commands, the store, documents and charts.
foreach(folder base signal harness/records harness/plugin)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}/ DESTINATION ${include_dir}/${folder}
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(FILES reports/render/render.hpp DESTINATION ${include_dir}/reports/render)
install(FILES reports/charts/charts.hpp DESTINATION ${include_dir}/reports/charts)
install(FILES harness/store/run_store.hpp DESTINATION ${include_dir}/harness/store)
install(FILES cli/program.hpp cli/command.hpp cli/arguments.hpp cli/shared_arguments.hpp
              cli/waiting_threads.hpp
        DESTINATION ${include_dir}/cli)

install(EXPORT genrebench NAMESPACE genrebench:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/genrebenchConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/genrebenchConfig.cmake
                              INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/genrebenchConfigVersion.cmake
                                 COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/genrebenchConfig.cmake
              ${PROJECT_BINARY_DIR}/genrebenchConfigVersion.cmake
              cmake/GenrebenchDependencies.cmake cmake/GenrebenchPlugins.cmake
        DESTINATION ${package_dir})
install(DIRECTORY experiments/ DESTINATION ${CMAKE_INSTALL_DATADIR}/genrebench/experiments
        COMPONENT program FILES_MATCHING PATTERN "*.yaml" PATTERN kernels EXCLUDE
        PATTERN statistics EXCLUDE)
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/genrebench/examples
        COMPONENT program)

# Manual pages (where help2man is installed) and completions are written by the program itself, by
# the target `man` or when it is installed.
find_program(HELP2MAN help2man)
mark_as_advanced(HELP2MAN)
if(NOT HELP2MAN)
  set(HELP2MAN "")
endif()
set(program_docs ${PROJECT_BINARY_DIR}/program_docs)
set(write_program_docs
    ${CMAKE_COMMAND} -D PROGRAM=$<TARGET_FILE:genrebench_program> -D OUTPUT=${program_docs}
    -D VERSION=${PROJECT_VERSION} -D HELP2MAN=${HELP2MAN}
    -P ${PROJECT_SOURCE_DIR}/cmake/write_program_docs.cmake)
add_custom_target(man COMMAND ${write_program_docs} DEPENDS genrebench_program VERBATIM
                  COMMENT "Writing manual pages and completions")
list(JOIN write_program_docs "\" \"" command)
install(CODE "execute_process(COMMAND \"${command}\" COMMAND_ERROR_IS_FATAL ANY)"
        COMPONENT program)
install(DIRECTORY ${program_docs}/ DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT program
        REGEX "/zsh$" EXCLUDE)
# Where zsh looks for what is installed beside it, and for what Debian's packages bring.
install(DIRECTORY ${program_docs}/zsh DESTINATION ${CMAKE_INSTALL_DATADIR} COMPONENT elsewhere)
install(DIRECTORY ${program_docs}/zsh/site-functions/
        DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions COMPONENT debian
        EXCLUDE_FROM_ALL)
