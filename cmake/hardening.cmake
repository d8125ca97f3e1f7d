# A char has a sign on x86 and none on ARM: it has one everywhere, so that a text is judged alike.
include(CheckCXXSourceCompiles)
check_cxx_source_compiles("static_assert(static_cast<char>(-1) < 0); int main() {}" MCPM_CHAR_HAS_A_SIGN)
if(NOT MCPM_CHAR_HAS_A_SIGN)
    add_compile_options(-fsigned-char)
endif()

# What is installed is built to be hard to take over: position-independent (a static program too), indirect jumps and returns
# checked (CET, on x86), the stack probed page by page, libc's calls with the sizes of their buffers known. Not in dev: it
# would only be slower there. The marks of CET are on a program when those of all static libraries in it are.
if(NOT CMAKE_BUILD_TYPE STREQUAL "Release")
    return()
endif()
# -fPIE, not -fPIC: what is compiled here goes into programs only, so no call has to allow for a function of another library.
add_compile_options(-fPIE)
# The folder that it was built in is in no program: the same sources give the same bytes everywhere.
add_compile_options("-ffile-prefix-map=${CMAKE_BINARY_DIR}=build" "-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.")
add_compile_options(-fstack-clash-protection -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
include(CheckCXXCompilerFlag)
check_cxx_compiler_flag(-fcf-protection=full MCPM_HAS_CET)
if(MCPM_HAS_CET)
    add_compile_options(-fcf-protection=full)
endif()
