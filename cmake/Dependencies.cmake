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

# What audits keep between runs (room store); the rest of the program is whole without it.
add_library(tf_sqlite3 INTERFACE)
pkg_check_modules(tf_sqlite3 IMPORTED_TARGET sqlite3)
if(TARGET PkgConfig::tf_sqlite3)
  target_link_libraries(tf_sqlite3 INTERFACE PkgConfig::tf_sqlite3)
else()
  message(STATUS "libsqlite3 was not found: `taxflow audit --state` will say so")
endif()

# jemalloc halves the cost of an event that carries headers (README, "Libraries"); sanitizers bring their own.
add_library(tf_jemalloc INTERFACE)
pkg_check_modules(jemalloc IMPORTED_TARGET jemalloc)
if(jemalloc_FOUND AND TAXFLOW_SANITIZE STREQUAL "" AND NOT TAXFLOW_FUZZ)
  # The linker would drop it as unneeded: nothing calls it by name.
  target_link_options(tf_jemalloc INTERFACE -Wl,--push-state,--no-as-needed -ljemalloc -Wl,--pop-state)
endif()

# tf_optional_library(TARGET MODULE DEFINITION WITHOUT): MODULE where pkg-config finds it, and DEFINITION then; else a word on what is missing.
function(tf_optional_library target module definition without)
  pkg_check_modules(${target} IMPORTED_TARGET ${module})
  add_library(${target} INTERFACE)
  if(${target}_FOUND)
    target_link_libraries(${target} INTERFACE PkgConfig::${target})
    target_compile_definitions(${target} INTERFACE ${definition})
  else()
    message(WARNING "${module} is not installed: ${without}")
  endif()
  set(${target}_FOUND ${${target}_FOUND} PARENT_SCOPE)
endfunction()

tf_optional_library(tf_qpdf   libqpdf TAXFLOW_QPDF   "invoices inside PDF are not read, but refused by name")
tf_optional_library(tf_libzip libzip  TAXFLOW_LIBZIP "ZIP archives are not read, but refused by name")
