# `cmake --install`: the program, and libraries, headers and CMake functions for plug-ins built elsewhere.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/genrebench)

install(TARGETS genrebench_program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# They have the same names outside as within: genrebench::all.
foreach(library options base signal plugin harness pipeline datasets baselines models reports all)
  set_target_properties(genrebench_${library} PROPERTIES EXPORT_NAME ${library})
  install(TARGETS genrebench_${library} EXPORT genrebench ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
endforeach()
foreach(folder base signal harness cli reports/render reports/charts)
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/${folder}/ DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/genrebench/${folder}
          FILES_MATCHING PATTERN "*.hpp")
endforeach()
install(EXPORT genrebench NAMESPACE genrebench:: DESTINATION ${package_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/genrebenchConfig.cmake.in
                              ${PROJECT_BINARY_DIR}/genrebenchConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/genrebenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/genrebenchConfig.cmake ${PROJECT_BINARY_DIR}/genrebenchConfigVersion.cmake
              cmake/GenrebenchDependencies.cmake cmake/GenrebenchPlugins.cmake
        DESTINATION ${package_dir})
install(DIRECTORY experiments/ DESTINATION ${CMAKE_INSTALL_DATADIR}/genrebench/experiments FILES_MATCHING PATTERN "*.yaml")
