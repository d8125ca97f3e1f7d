// Any bytes as a spec file: problems or specs that come back from what is written of them.
#include "common/spec_file.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const mcpm::SpecFile file = mcpm::read_spec_file({reinterpret_cast<const char*>(data), size});
    if (!file.problems.empty()) return 0;
    const mcpm::SpecFile again = mcpm::read_spec_file(mcpm::write_spec_file(file.servers));
    if (!again.problems.empty() || again.servers != file.servers) std::abort();
    return 0;
}
