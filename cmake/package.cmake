# The library as others get it: libpoolbench, a CMake package and a pkg-config file.
#
# It is made of the same objects as `strategies`, but only what pool.h and strategy.h declare can be seen in it: those
# headers give their functions default visibility, everything else is hidden. A shared object honours that by itself; for
# the static library the objects are linked into one whose hidden names are made local, so that an inner name such as
# crew_start never meets a function of the program that embeds the library.
if(BUILD_SHARED_LIBS)
  add_library(libpoolbench SHARED $<TARGET_OBJECTS:strategies>)
  set_target_properties(libpoolbench PROPERTIES VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR})
else()
  set(object ${CMAKE_CURRENT_BINARY_DIR}/poolbench.o)
  add_custom_command(OUTPUT ${object}
    COMMAND ${CMAKE_C_COMPILER} -r -nostdlib -o ${object} $<TARGET_OBJECTS:strategies>
    COMMAND ${CMAKE_OBJCOPY} --localize-hidden ${object}
    DEPENDS strategies COMMAND_EXPAND_LISTS VERBATIM
    COMMENT "Hiding the library's inner names")
  add_library(libpoolbench STATIC ${object})
endif()
set_target_properties(libpoolbench PROPERTIES OUTPUT_NAME poolbench EXPORT_NAME strategies LINKER_LANGUAGE C)
target_link_libraries(libpoolbench PUBLIC Threads::Threads PRIVATE OpenMP::OpenMP_C)

# What a plugin needs: the headers, and nothing to link.
add_library(poolbench_headers INTERFACE)
set_target_properties(poolbench_headers PROPERTIES EXPORT_NAME headers)
target_include_directories(poolbench_headers INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/strategies> $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/workloads>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/poolbench>)
target_link_libraries(libpoolbench PUBLIC poolbench_headers)
add_library(poolbench::strategies ALIAS libpoolbench)
add_library(poolbench::headers ALIAS poolbench_headers)

include(CMakePackageConfigHelpers)
set(package ${CMAKE_INSTALL_LIBDIR}/cmake/poolbench)
list(GET OpenMP_C_LIB_NAMES 0 POOLBENCH_OPENMP)
configure_package_config_file(cmake/poolbenchConfig.cmake.in poolbenchConfig.cmake INSTALL_DESTINATION ${package})
write_basic_package_version_file(poolbenchConfigVersion.cmake COMPATIBILITY SameMinorVersion)

# A static library's users link what it needs themselves.
if(BUILD_SHARED_LIBS)
  set(pc_libs "")
else()
  set(pc_libs " ${OpenMP_C_FLAGS} -pthread")
endif()
file(RELATIVE_PATH pc_prefix ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
string(REGEX REPLACE "/$" "" pc_prefix ${pc_prefix})
configure_file(cmake/poolbench.pc.in poolbench.pc @ONLY)

# Component `library` is all that a program needs, and can be built and installed without the rest:
# cmake --build build --target libpoolbench && cmake --install build --component library
install(TARGETS libpoolbench poolbench_headers EXPORT poolbench
  LIBRARY COMPONENT library NAMELINK_COMPONENT library ARCHIVE COMPONENT library)
install(EXPORT poolbench NAMESPACE poolbench:: FILE poolbenchTargets.cmake DESTINATION ${package} COMPONENT library)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/poolbenchConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/poolbenchConfigVersion.cmake
  DESTINATION ${package} COMPONENT library)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/poolbench.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT library)
install(FILES strategies/pool.h strategies/strategy.h workloads/workload.h
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/poolbench COMPONENT library)
