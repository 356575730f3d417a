# Warnings, hardening and sanitizers, gathered in the interface target tf_flags.
# Every hardening flag is probed: compilers of Debian 12 and 13 differ.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(GNUInstallDirs)

add_library(tf_flags INTERFACE)
target_compile_options(tf_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wformat=2 -Wvla -Wcast-qual -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:C>:-Wconversion -Wmissing-prototypes -Wstrict-prototypes -Werror=implicit
    -Werror=incompatible-pointer-types -Werror=int-conversion -Werror=unused-result>
  -Werror=format-security -fno-strict-aliasing -fno-strict-overflow -fno-delete-null-pointer-checks)
# __int128 is what exact money stands on; pedantic mode would reject it.
target_compile_definitions(tf_flags INTERFACE _GNU_SOURCE TAXFLOW_VERSION="${PROJECT_VERSION}"
  TAXFLOW_DATA_DIR="${CMAKE_INSTALL_FULL_DATADIR}/taxflow")
if(TAXFLOW_FAILPOINTS)
  target_compile_definitions(tf_flags INTERFACE TAXFLOW_FAILPOINTS)
endif()
if(TAXFLOW_WERROR)
  target_compile_options(tf_flags INTERFACE -Werror)
endif()

function(tf_probe_compile flag)
  string(MAKE_C_IDENTIFIER "TF_HAS${flag}" var)
  check_c_compiler_flag("${flag}" ${var})
  if(${var})
    target_compile_options(tf_flags INTERFACE $<$<COMPILE_LANGUAGE:C>:${flag}>)
  endif()
endfunction()
function(tf_probe_link flag)
  string(MAKE_C_IDENTIFIER "TF_LINK${flag}" var)
  check_linker_flag(C "${flag}" ${var})
  if(${var})
    target_link_options(tf_flags INTERFACE ${flag})
  endif()
endfunction()

set(CMAKE_POSITION_INDEPENDENT_CODE ON)
include(CheckPIESupported)
check_pie_supported()
foreach(flag -fstack-clash-protection -fstack-protector-strong -fcf-protection=full
             -ftrivial-auto-var-init=zero -fstrict-flex-arrays=3 -fzero-init-padding-bits=all
             -Wtrampolines -Wbidi-chars=any)
  tf_probe_compile(${flag})
endforeach()
foreach(flag -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,nodlopen -Wl,--as-needed)
  tf_probe_link(${flag})
endforeach()

if(TAXFLOW_SANITIZE STREQUAL "address")
  set(sanitize -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
elseif(TAXFLOW_SANITIZE STREQUAL "thread")
  set(sanitize -fsanitize=thread -fno-omit-frame-pointer)
elseif(NOT TAXFLOW_SANITIZE STREQUAL "")
  message(FATAL_ERROR "TAXFLOW_SANITIZE is '${TAXFLOW_SANITIZE}': use address, thread or nothing")
elseif(CMAKE_BUILD_TYPE MATCHES "Rel")
  target_compile_options(tf_flags INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
endif()
if(sanitize)
  add_compile_options(${sanitize})
  add_link_options(${sanitize})
endif()
if(TAXFLOW_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
