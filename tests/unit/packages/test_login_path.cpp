#include "agent/packages/login_path.hpp"

#include <doctest/doctest.h>

using namespace mcpm;

TEST_CASE("The path is what stands between the markers, whatever a profile prints around it") {
    CHECK(text_between_markers("Welcome!\n__mcpm_path_7f3a__/usr/bin:/bin__mcpm_path_7f3a__\nbye") ==
          "/usr/bin:/bin");
    CHECK(text_between_markers("__mcpm_path_7f3a__/usr/bin").empty());
    CHECK(text_between_markers("").empty());
}

TEST_CASE("Folders that do not exist are not among the usual ones") {
    for (const auto& folder : usual_folders("/nonexistent"))
        CHECK(folder.find("/nonexistent") == std::string::npos);
}
