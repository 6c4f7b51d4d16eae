# The target `package`: a .deb of the program, its manual pages, completions, experiments and
# examples, by CPack. What plug-ins elsewhere build against is not in it. dpkg-shlibdeps (dpkg-dev)
# finds the libraries that it depends on.
#
#   cmake --preset package && cmake --build --preset package
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME genrebench)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_VENDOR "genrebench")
set(CPACK_PACKAGE_CONTACT "The genrebench maintainers <genrebench@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "${PROJECT_DESCRIPTION}")
set(CPACK_PACKAGE_DESCRIPTION
    "One YAML file describes a sweep over datasets, splits, excerpts, features and methods; \
genrebench runs it on one machine or a Slurm cluster, records every run in one SQLite file, and \
makes tables and figures from it.")
set(CPACK_STRIP_FILES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_VERBATIM_VARIABLES ON)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING ALL_COMPONENTS_IN_ONE)
set(CPACK_COMPONENTS_ALL program debian)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Figures are drawn by gnuplot, which is a program, not a library; so is ffmpeg, for sound files
# that libsndfile and libmpg123 do not read.
set(CPACK_DEBIAN_PACKAGE_DEPENDS "gnuplot-nox | gnuplot, fonts-dejavu-core")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "ffmpeg")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "slurm-client")
if(GENREBENCH_WITH_TORCH)
  string(APPEND CPACK_DEBIAN_PACKAGE_RECOMMENDS ", libopenblas0-openmp")
endif()

# What Debian's policy asks for beside the program.
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(documents ${CMAKE_INSTALL_DATADIR}/doc/genrebench)
install(FILES LICENSE DESTINATION ${documents} RENAME copyright COMPONENT debian EXCLUDE_FROM_ALL)
install(FILES README.md CHANGELOG.md CITATION.cff DESTINATION ${documents} COMPONENT debian
        EXCLUDE_FROM_ALL)

# A program that is tuned for this machine's processor ends with "illegal instruction" on another.
if(GENREBENCH_NATIVE AND NOT GENREBENCH_INSTRUCTIONS)
  string(PREPEND CPACK_PACKAGE_DESCRIPTION
         "For processors like that of the machine on which it was built. ")
  install(CODE "message(WARNING \"This build is tuned for this machine's processor, so the package \
is for machines like it. For one that runs anywhere: cmake --preset package && \
cmake --build --preset package\")" COMPONENT debian EXCLUDE_FROM_ALL)
endif()
include(CPack)
