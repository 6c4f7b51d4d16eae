# `cmake --install`: the program with its manual pages and completions, and what plug-ins elsewhere
# build against: libraries, headers and CMake functions.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/genrebench)
set(include_dir ${CMAKE_INSTALL_INCLUDEDIR}/genrebench)

install(TARGETS genrebench_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})

# The libraries have the same names outside as within: genrebench::all.
foreach(library options base signal plugin harness pipeline datasets baselines models reports all)
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
        FILES_MATCHING PATTERN "*.yaml")
install(DIRECTORY examples/ DESTINATION ${CMAKE_INSTALL_DATADIR}/genrebench/examples)

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
install(CODE "execute_process(COMMAND \"${command}\" COMMAND_ERROR_IS_FATAL ANY)")
install(DIRECTORY ${program_docs}/ DESTINATION ${CMAKE_INSTALL_DATADIR})
