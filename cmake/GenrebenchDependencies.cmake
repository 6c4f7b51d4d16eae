# Finds every library that we use, once. scripts/install-dependencies.sh lists Debian's packages.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(Eigen3 3.4 REQUIRED NO_MODULE)
find_package(Spectra 1.0 REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(OpenSSL REQUIRED COMPONENTS Crypto)
find_package(Boost REQUIRED)
find_package(ZLIB REQUIRED)
pkg_check_modules(SNDFILE REQUIRED IMPORTED_TARGET sndfile>=1.1)
pkg_check_modules(MPG123 REQUIRED IMPORTED_TARGET libmpg123>=1.28)
pkg_check_modules(SOXR REQUIRED IMPORTED_TARGET soxr)
pkg_check_modules(FFTW REQUIRED IMPORTED_TARGET fftw3)
pkg_check_modules(FFTWF REQUIRED IMPORTED_TARGET fftw3f)
pkg_check_modules(XXHASH REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(HTTPLIB REQUIRED IMPORTED_TARGET cpp-httplib)
pkg_check_modules(UTF8PROC REQUIRED IMPORTED_TARGET libutf8proc>=2.5)
find_package(SQLiteCpp REQUIRED)
find_package(pugixml REQUIRED)

# libsvm has neither a CMake package nor a pkg-config file.
find_path(LIBSVM_INCLUDE_DIR svm.h PATH_SUFFIXES libsvm REQUIRED)
find_library(LIBSVM_LIBRARY svm REQUIRED)
if(NOT TARGET libsvm::libsvm)
  add_library(libsvm::libsvm UNKNOWN IMPORTED)
  set_target_properties(libsvm::libsvm PROPERTIES IMPORTED_LOCATION ${LIBSVM_LIBRARY}
                        INTERFACE_INCLUDE_DIRECTORIES ${LIBSVM_INCLUDE_DIR})
endif()

# LibTorch. QUIET, because its package looks for old CMake modules and prints a lot.
if(GENREBENCH_WITH_TORCH)
  find_package(Torch QUIET)
  if(NOT Torch_FOUND)
    message(FATAL_ERROR "LibTorch was not found. Install libtorch-dev, or name its folder with "
                        "-DCMAKE_PREFIX_PATH=..., or leave the deep methods out with "
                        "-DGENREBENCH_WITH_TORCH=OFF")
  endif()
endif()
