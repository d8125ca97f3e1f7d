#include "tests/support/places.hpp"

namespace places {

std::string fixtures() {
    return MCPM_FIXTURES;
}

std::string build_folder() {
    return MCPM_BUILD_DIR;
}

std::string source_folder() {
    return MCPM_SOURCE_DIR;
}

}  // namespace places
