# Libraries from Debian packages, each behind one interface target, so that the wall around it
# (which room may use it) is visible in the list of rooms.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(nlohmann_json 3.11 REQUIRED)
find_package(CLI11 2.1 REQUIRED)
find_package(SQLite3 3.40 REQUIRED)
find_package(fmt 9.1 REQUIRED)

# Debian ships fmt only as a shared library; its own sources in the headers make a static one.
file(WRITE "${CMAKE_BINARY_DIR}/generated/fmt_static.cpp" [=[
#include <fmt/format-inl.h>
FMT_BEGIN_NAMESPACE
namespace detail {
template FMT_API auto dragonbox::to_decimal(float) noexcept -> dragonbox::decimal_fp<float>;
template FMT_API auto dragonbox::to_decimal(double) noexcept -> dragonbox::decimal_fp<double>;
template FMT_API locale_ref::locale_ref(const std::locale&);
template FMT_API auto locale_ref::get<std::locale>() const -> std::locale;
template FMT_API auto thousands_sep_impl(locale_ref) -> thousands_sep_result<char>;
template FMT_API auto decimal_point_impl(locale_ref) -> char;
template FMT_API void buffer<char>::append(const char*, const char*);
template FMT_API void vformat_to(buffer<char>&, string_view, basic_format_args<buffer_context<char>>, locale_ref);
template FMT_API auto thousands_sep_impl(locale_ref) -> thousands_sep_result<wchar_t>;
template FMT_API auto decimal_point_impl(locale_ref) -> wchar_t;
template FMT_API void buffer<wchar_t>::append(const wchar_t*, const wchar_t*);
}
FMT_END_NAMESPACE
]=])
add_library(mcpm_fmt STATIC "${CMAKE_BINARY_DIR}/generated/fmt_static.cpp")
target_compile_features(mcpm_fmt PUBLIC cxx_std_20)

add_library(mcpm_json INTERFACE)
target_link_libraries(mcpm_json INTERFACE nlohmann_json::nlohmann_json)

find_library(MCPM_YAML_CPP NAMES libyaml-cpp.a yaml-cpp REQUIRED)
add_library(mcpm_yaml INTERFACE)
target_link_libraries(mcpm_yaml INTERFACE "${MCPM_YAML_CPP}")

find_library(MCPM_RE2 NAMES libre2.a re2 REQUIRED)
find_path(MCPM_RE2_INCLUDE NAMES re2/re2.h REQUIRED)
add_library(mcpm_re2 INTERFACE)
target_include_directories(mcpm_re2 SYSTEM INTERFACE "${MCPM_RE2_INCLUDE}")
target_link_libraries(mcpm_re2 INTERFACE "${MCPM_RE2}" Threads::Threads)

find_library(MCPM_SQLITE NAMES libsqlite3.a sqlite3 REQUIRED)
add_library(mcpm_sqlite INTERFACE)
target_link_libraries(mcpm_sqlite INTERFACE "${MCPM_SQLITE}" m ${CMAKE_DL_LIBS} Threads::Threads)

find_library(MCPM_SODIUM NAMES libsodium.a sodium REQUIRED)
find_path(MCPM_SODIUM_INCLUDE NAMES sodium.h REQUIRED)
add_library(mcpm_sodium INTERFACE)
target_include_directories(mcpm_sodium SYSTEM INTERFACE "${MCPM_SODIUM_INCLUDE}")
target_link_libraries(mcpm_sodium INTERFACE "${MCPM_SODIUM}" Threads::Threads)

# Its headers only: it is opened when the first request goes out (agent/outgoing/curl_library.hpp).
find_path(MCPM_CURL_INCLUDE NAMES curl/curl.h REQUIRED)
add_library(mcpm_curl INTERFACE)
target_include_directories(mcpm_curl SYSTEM INTERFACE "${MCPM_CURL_INCLUDE}")
target_link_libraries(mcpm_curl INTERFACE ${CMAKE_DL_LIBS})

add_library(mcpm_cli11 INTERFACE)
target_link_libraries(mcpm_cli11 INTERFACE CLI11::CLI11)

# Asio and Beast are compiled once, not in every file; the release compiles the two at once.
add_library(mcpm_asio STATIC "${CMAKE_SOURCE_DIR}/cmake/asio.cpp")
target_compile_features(mcpm_asio PUBLIC cxx_std_20)
target_compile_definitions(mcpm_asio PUBLIC BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
# A dozen coroutines work on one request. Their frames are used again; without this word, those of two.
target_compile_definitions(mcpm_asio PUBLIC "$<$<CONFIG:Release>:BOOST_ASIO_RECYCLING_ALLOCATOR_CACHE_SIZE=16>")
target_link_libraries(mcpm_asio PUBLIC Boost::headers Threads::Threads)

if(MCPM_MERGE)
    add_library(mcpm_beast INTERFACE)
    target_compile_definitions(mcpm_beast INTERFACE BOOST_BEAST_SEPARATE_COMPILATION)
    target_link_libraries(mcpm_beast INTERFACE mcpm_asio)
    target_compile_definitions(mcpm_asio PRIVATE BOOST_BEAST_SEPARATE_COMPILATION MCPM_WITH_BEAST)
else()
    add_library(mcpm_beast STATIC "${CMAKE_SOURCE_DIR}/cmake/beast.cpp")
    target_compile_definitions(mcpm_beast PUBLIC BOOST_BEAST_SEPARATE_COMPILATION)
    target_link_libraries(mcpm_beast PUBLIC mcpm_asio)
endif()
