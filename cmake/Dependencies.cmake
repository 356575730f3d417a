# One imported name for each library, so that rooms say what they use and nothing else leaks in.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)

# tf_library(TARGET MODULE): MODULE by pkg-config, or a clear stop.
function(tf_library target module)
  pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${module})
  add_library(${target} INTERFACE)
  target_link_libraries(${target} INTERFACE PkgConfig::${target})
endfunction()

tf_library(tf_crypto     libcrypto)
tf_library(tf_xxhash     libxxhash)
tf_library(tf_libconfig  libconfig)
tf_library(tf_simdjson   simdjson)
tf_library(tf_libxml2    libxml-2.0)
tf_library(tf_jansson    jansson)
tf_library(tf_curl       libcurl)
tf_library(tf_zlib       zlib)
tf_library(tf_rdkafka    rdkafka)
tf_library(tf_hiredis    hiredis)
tf_library(tf_microhttpd libmicrohttpd)
tf_library(tf_systemd    libsystemd)

# Libraries that the program does without, saying what is missing. TAXFLOW_WITH_X is AUTO (where pkg-config finds it), ON (a stop where it does not) or OFF.
# tf_find_optional(TARGET MODULE X WITHOUT): TARGET_FOUND tells what came of it.
function(tf_find_optional target module name without)
  set(TAXFLOW_WITH_${name} AUTO CACHE STRING "Build with ${module}: AUTO, ON or OFF")
  set_property(CACHE TAXFLOW_WITH_${name} PROPERTY STRINGS AUTO ON OFF)
  set(found FALSE)
  if(TAXFLOW_WITH_${name} STREQUAL "AUTO")
    pkg_check_modules(${target} IMPORTED_TARGET ${module})
    set(found ${${target}_FOUND})
  elseif(TAXFLOW_WITH_${name})
    pkg_check_modules(${target} REQUIRED IMPORTED_TARGET ${module})
    set(found TRUE)
  endif()
  if(NOT found)
    message(STATUS "Without ${module}: ${without}")
  endif()
  set(${target}_FOUND ${found} PARENT_SCOPE)
endfunction()

# tf_optional_library(TARGET MODULE X DEFINITION WITHOUT): a library of the rooms, and DEFINITION where it is there.
function(tf_optional_library target module name definition without)
  tf_find_optional(${target} ${module} ${name} ${without})
  add_library(${target} INTERFACE)
  if(${target}_FOUND)
    target_link_libraries(${target} INTERFACE PkgConfig::${target})
    target_compile_definitions(${target} INTERFACE ${definition})
  endif()
  set(${target}_FOUND ${${target}_FOUND} PARENT_SCOPE)
endfunction()

tf_optional_library(tf_sqlite3 sqlite3 SQLITE TAXFLOW_SQLITE "`taxflow audit --state` is refused by name")
tf_optional_library(tf_qpdf    libqpdf QPDF   TAXFLOW_QPDF   "invoices inside PDF are not read, but refused by name")
tf_optional_library(tf_libzip  libzip  LIBZIP TAXFLOW_LIBZIP "ZIP archives are not read, but refused by name")

# jemalloc halves the cost of an event that carries headers (README, "Libraries"); sanitizers bring their own.
tf_find_optional(jemalloc jemalloc JEMALLOC "an event that carries headers costs twice as much")
add_library(tf_jemalloc INTERFACE)
if(jemalloc_FOUND AND TAXFLOW_SANITIZE STREQUAL "" AND NOT TAXFLOW_FUZZ)
  # The linker would drop it as unneeded: nothing calls it by name.
  target_link_options(tf_jemalloc INTERFACE -Wl,--push-state,--no-as-needed -ljemalloc -Wl,--pop-state)
endif()
