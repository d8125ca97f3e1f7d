// Where the build under test and its sources are.
#pragma once

#include <string>

namespace places {

std::string fixtures();       // folder of the small programs of tests/fixtures
std::string build_folder();   // of the preset
std::string source_folder();  // top of the tree

}  // namespace places
