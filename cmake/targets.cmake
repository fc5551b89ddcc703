# pantau_folder(NAME [LINK targets...] [PRIVATE_LINK targets...] [PRECOMPILE headers... | PRECOMPILED_BY folder])
# One static library a folder: pantau_NAME, alias pantau::NAME, of every .cc beneath it.

add_library(pantau_options INTERFACE)
target_compile_features(pantau_options INTERFACE cxx_std_20)
target_include_directories(pantau_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(pantau_options INTERFACE
  PANTAU_VERSION="${PROJECT_VERSION}"
  # Asio is compiled once, in base/asio.cc.
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)
target_compile_options(pantau_options INTERFACE -Wall -Wextra -Wshadow -Wconversion -Wno-sign-conversion
  -Wnon-virtual-dtor -Woverloaded-virtual -Wnull-dereference -Wformat=2 -Wimplicit-fallthrough)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # False alarms of g++ 12 in its own and Boost's headers when optimising (GCC PR 105329, 105651, 107532; coroutine
  # frames are freed through their own operator delete).
  target_compile_options(pantau_options INTERFACE -Wno-null-dereference -Wno-maybe-uninitialized
    -Wno-mismatched-new-delete -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-restrict)
  target_compile_options(pantau_options INTERFACE -fcoroutines -Winvalid-pch)
endif()
if(CMAKE_UNITY_BUILD AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # Several files compiled as one (what a whole build spends its time on is reading the same headers again): a source
  # file's unnamed namespace then looks as if it stood in a header.
  target_compile_options(pantau_options INTERFACE -Wno-subobject-linkage)
endif()
if(PANTAU_WARNINGS_AS_ERRORS)
  target_compile_options(pantau_options INTERFACE -Werror)
endif()
target_compile_options(pantau_options INTERFACE -fstack-protector-strong -D_GLIBCXX_ASSERTIONS)
if(PANTAU_SANITIZE)
  # The check of dynamic types asks the kernel whether memory can be read, which the media worker's sandbox refuses.
  target_compile_options(pantau_options INTERFACE -fsanitize=${PANTAU_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer)
  target_link_options(pantau_options INTERFACE -fsanitize=${PANTAU_SANITIZE})
else()
  target_compile_options(pantau_options INTERFACE $<$<CONFIG:Release>:-D_FORTIFY_SOURCE=2>)
  target_link_options(pantau_options INTERFACE -Wl,-z,relro,-z,now)
endif()

function(pantau_folder NAME)
  cmake_parse_arguments(ARG "" "PRECOMPILED_BY" "LINK;PRIVATE_LINK;PRECOMPILE" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  if(NOT sources)
    add_library(pantau_${NAME} INTERFACE)
    add_library(pantau::${NAME} ALIAS pantau_${NAME})
    target_link_libraries(pantau_${NAME} INTERFACE pantau_options ${ARG_LINK})
    return()
  endif()
  add_library(pantau_${NAME} STATIC ${sources})
  add_library(pantau::${NAME} ALIAS pantau_${NAME})
  target_link_libraries(pantau_${NAME} PUBLIC pantau_options ${ARG_LINK} PRIVATE ${ARG_PRIVATE_LINK})
  if(ARG_PRECOMPILE)
    target_precompile_headers(pantau_${NAME} PRIVATE ${ARG_PRECOMPILE})
  elseif(ARG_PRECOMPILED_BY)
    # The same headers with the same flags: compiled once, which takes half a minute of a first build.
    target_precompile_headers(pantau_${NAME} REUSE_FROM pantau_${ARG_PRECOMPILED_BY})
  endif()
endfunction()
