# LibTorch, as the target genrebench::torch: Debian's, or another with a CMake package, or that of a
# Python's PyTorch.
#
# PyTorch's own CMake package asks for a CUDA toolkit where PyTorch was built with CUDA, so a
# Python's PyTorch is linked without it: no source of ours is compiled for a GPU.
set(GENREBENCH_TORCH "" CACHE STRING
    "LibTorch: empty: find_package(Torch); pip: that of python3; or the folder torch of a Python")

# The folder of the torch that the python3 found has.
function(genrebench_torch_of_python result)
  find_package(Python3 QUIET COMPONENTS Interpreter)
  if(NOT Python3_Interpreter_FOUND)
    message(FATAL_ERROR "GENREBENCH_TORCH=pip: found no python3; name the folder of a Python's "
                        "torch with -DGENREBENCH_TORCH=FOLDER")
  endif()
  # Not imported, which takes seconds.
  execute_process(
    COMMAND ${Python3_EXECUTABLE} -c "import importlib.util, os
spec = importlib.util.find_spec('torch')
print(os.path.dirname(spec.origin) if spec and spec.origin else '')"
    OUTPUT_VARIABLE folder OUTPUT_STRIP_TRAILING_WHITESPACE COMMAND_ERROR_IS_FATAL ANY)
  if(folder STREQUAL "")
    message(FATAL_ERROR "GENREBENCH_TORCH=pip: ${Python3_EXECUTABLE} has no torch; install it with "
                        "its pip, or name another Python with -DPython3_EXECUTABLE=FILE")
  endif()
  set(${result} ${folder} PARENT_SCOPE)
endfunction()

# Ends unless the folder holds a PyTorch whose strings are those of our other libraries.
function(genrebench_check_torch folder)
  if(NOT EXISTS ${folder}/include/torch/csrc/api/include/torch/torch.h
     OR NOT EXISTS ${folder}/lib/libtorch.so)
    message(FATAL_ERROR "GENREBENCH_TORCH: expected lib/libtorch.so and include/ in ${folder}, as "
                        "in the folder torch of a Python's site-packages")
  endif()
  file(STRINGS ${folder}/lib/libc10.so new_strings LIMIT_COUNT 1
       REGEX "^_ZN3c10.*NSt7__cxx1112basic_string")
  if(NOT new_strings)
    message(FATAL_ERROR "GENREBENCH_TORCH: ${folder} was built with the C++ library's strings of "
                        "before C++11, our other libraries with the new ones; take PyTorch 2.6 or "
                        "later")
  endif()
endfunction()

# Adds genrebench_torch for a Python's folder torch.
function(genrebench_link_torch folder)
  # PyTorch's include folder holds a fmt of another version than the library that we link, which
  # must come first. /usr/include cannot be put first: it may hold another LibTorch.
  get_target_property(places fmt::fmt INTERFACE_INCLUDE_DIRECTORIES)
  find_path(GENREBENCH_FMT_INCLUDE_DIR fmt/core.h HINTS ${places} REQUIRED)
  mark_as_advanced(GENREBENCH_FMT_INCLUDE_DIR)
  set(first ${PROJECT_BINARY_DIR}/generated/before_torch)
  file(MAKE_DIRECTORY ${first})
  file(CREATE_LINK ${GENREBENCH_FMT_INCLUDE_DIR}/fmt ${first}/fmt SYMBOLIC)

  set(libraries "")
  foreach(name torch torch_cpu torch_cuda c10 c10_cuda)
    if(EXISTS ${folder}/lib/lib${name}.so)
      list(APPEND libraries ${folder}/lib/lib${name}.so)
    endif()
  endforeach()
  # As flags: of libraries by name, CMake warns that the libgomp beside them hides the system's.
  # Nothing of ours names a symbol of libtorch_cuda, which makes itself known when it is loaded.
  list(JOIN libraries "," libraries)
  target_link_options(genrebench_torch INTERFACE
    LINKER:--push-state,--no-as-needed,${libraries},--pop-state LINKER:-rpath,${folder}/lib)
  set(include_dirs ${folder}/include ${folder}/include/torch/csrc/api/include)
  target_include_directories(genrebench_torch SYSTEM INTERFACE ${first} ${include_dirs})
  set(TORCH_INCLUDE_DIRS ${include_dirs} PARENT_SCOPE)
endfunction()

# The version, "2.15.0", as its headers have it.
function(genrebench_torch_version result)
  find_file(header NAMES torch/headeronly/version.h torch/version.h
            PATHS ${TORCH_INCLUDE_DIRS} NO_CACHE NO_DEFAULT_PATH REQUIRED)
  file(STRINGS ${header} version REGEX "\"[0-9.a-z+]+\"")
  string(REGEX REPLACE ".*\"(.*)\".*" "\\1" version "${version}")
  set(${result} ${version} PARENT_SCOPE)
endfunction()

add_library(genrebench_torch INTERFACE)
add_library(genrebench::torch ALIAS genrebench_torch)
if(GENREBENCH_TORCH STREQUAL "")
  # QUIET, because its package looks for old CMake modules and prints a lot.
  find_package(Torch QUIET)
  if(NOT Torch_FOUND)
    message(FATAL_ERROR "LibTorch was not found. Install libtorch-dev, or name its folder with "
                        "-DCMAKE_PREFIX_PATH=..., or take a Python's with -DGENREBENCH_TORCH=pip, "
                        "or leave the deep methods out with -DGENREBENCH_WITH_TORCH=OFF")
  endif()
  target_link_libraries(genrebench_torch INTERFACE ${TORCH_LIBRARIES})
else()
  set(folder ${GENREBENCH_TORCH})
  if(folder STREQUAL "pip")
    genrebench_torch_of_python(folder)
  endif()
  get_filename_component(folder ${folder} ABSOLUTE)
  genrebench_check_torch(${folder})
  genrebench_link_torch(${folder})
  genrebench_torch_version(version)
  message(STATUS "PyTorch ${version} in ${folder}")
endif()
