# The pools of other libraries, for the program and its tests: libpoolbench has none of them.
#
# Their libraries are loaded when a pool of theirs is created (strategies/peers/peers.h says why), so what is looked for
# here is headers and the name by which the loader knows the library.
file(GLOB peer_files CONFIGURE_DEPENDS strategies/peers/*.c)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS strategies/peers/list.def)
add_library(peers STATIC ${peer_files})
target_include_directories(peers PUBLIC strategies/peers)
target_link_libraries(peers PUBLIC strategies PRIVATE ${CMAKE_DL_LIBS})

# CPython itself is looked for when a pool is created.
set(driver ${PROJECT_SOURCE_DIR}/strategies/peers/cpython_driver)
set_source_files_properties(${driver}.c PROPERTIES OBJECT_DEPENDS ${driver}.py
  COMPILE_DEFINITIONS CPYTHON_DRIVER="${driver}.py")

function(add_peer name library include_folders) # library: the file that a program would be linked with
  execute_process(COMMAND ${CMAKE_OBJDUMP} -p ${library} OUTPUT_VARIABLE headers COMMAND_ERROR_IS_FATAL ANY)
  string(REGEX REPLACE ".*SONAME +([^ \n]+).*" "\\1" soname "${headers}")
  string(TOUPPER ${name} upper)
  target_compile_definitions(peers PRIVATE PEER_${upper}="${soname}")
  target_include_directories(peers SYSTEM PRIVATE ${include_folders})
endfunction()

if(POOLBENCH_OPTIONAL)
  target_compile_definitions(peers PRIVATE PEER_CPYTHON)
  pkg_check_modules(glib glib-2.0)
  if(glib_FOUND)
    list(GET glib_LINK_LIBRARIES 0 library)
    add_peer(glib ${library} "${glib_INCLUDE_DIRS}")
  endif()
  pkg_check_modules(libuv libuv)
  if(libuv_FOUND)
    list(GET libuv_LINK_LIBRARIES 0 library)
    add_peer(libuv ${library} "${libuv_INCLUDE_DIRS}")
  endif()
  find_library(pthreadpool_library pthreadpool)
  find_path(pthreadpool_headers pthreadpool.h)
  if(pthreadpool_library AND pthreadpool_headers)
    add_peer(pthreadpool ${pthreadpool_library} ${pthreadpool_headers})
  endif()
  include(CheckLanguage)
  pkg_check_modules(tbb IMPORTED_TARGET tbb)
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang") # of the same family, for sanitizers
    find_program(CMAKE_CXX_COMPILER clang++)
  endif()
  check_language(CXX)
  if(tbb_FOUND AND CMAKE_CXX_COMPILER)
    enable_language(CXX)
    add_library(peer_tbb MODULE strategies/peers/tbb_loop.cpp)
    target_link_libraries(peer_tbb PRIVATE PkgConfig::tbb)
    target_compile_features(peer_tbb PRIVATE cxx_std_17)
    set_target_properties(peer_tbb PROPERTIES PREFIX "" OUTPUT_NAME poolbench-tbb CXX_VISIBILITY_PRESET hidden
      LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/modules)
    add_dependencies(peers peer_tbb)
    target_compile_definitions(peers PRIVATE PEER_TBB="$<TARGET_FILE_NAME:peer_tbb>")
    install(TARGETS peer_tbb DESTINATION ${CMAKE_INSTALL_LIBDIR}/poolbench)
  endif()
endif()
