#include "cli/c_library.hpp"

#include "common/number.hpp"

#include <algorithm>
#include <string>

namespace mcpm::cli {

namespace {

constexpr std::string_view mark = "version `GLIBC_2.";
constexpr std::string_view what_to_do =
    "Debian 12, Ubuntu 22.04 and whatever is newer have it; elsewhere use the container image "
    "(docs/docker.md)";

Error library_error(std::string what) {
    return {ErrorCode::unavailable, std::move(what), {}, std::string(what_to_do)};
}

}  // namespace

std::optional<Error> c_library_too_old(std::string_view said) {
    unsigned newest = 0;
    for (auto at = said.find(mark); at != said.npos; at = said.find(mark)) {
        said.remove_prefix(at + mark.size());
        const auto minor = take_number<unsigned>(said);
        if (minor && said.starts_with("' not found")) newest = std::max(newest, *minor);
    }
    if (newest == 0) return std::nullopt;
    return library_error("mcpmd needs the C library glibc 2." + std::to_string(newest) +
                         " or newer, and this system's is older");
}

Error c_library_missing(std::string_view program) {
    return library_error("start " + std::string(program) +
                         ": the file is there, but not the loader of glibc, the C library that it needs");
}

}  // namespace mcpm::cli
