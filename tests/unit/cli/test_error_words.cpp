// What an error of a start says on a terminal: the cause where it is news, and its code in any case.
#include "cli/output.hpp"
#include "common/error_details.hpp"
#include "common/unique_fd.hpp"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <string>

using namespace mcpm;
using namespace mcpm::cli;

namespace {

std::string said(const std::string& message, const std::string& cause) {
    const UniqueFd memory(::memfd_create("said", MFD_CLOEXEC));
    Error error{ErrorCode::died_at_start, message};
    error.details.set(Detail::cause_code, "MCPM-E999");
    error.details.set(Detail::cause, cause);
    error.details.set(Detail::advice, "do this");
    Output(-1, memory.get()).error(error);
    std::string text(4096, '\0');
    text.resize(static_cast<std::size_t>(::pread(memory.get(), text.data(), text.size(), 0)));
    return text;
}

}  // namespace

TEST_CASE("A cause that only says the message again is left out, and its code stays") {
    CHECK(said("start \"w\": reach https://h:443: Connection refused",
               "no connection to https://h: Connection refused") ==
          "mcpm: start \"w\": reach https://h:443: Connection refused\n  MCPM-E999: do this\n");
    CHECK(said("start \"w\": reach https://h:443: the name could not be resolved",
               "the name of https://h could not be resolved") ==
          "mcpm: start \"w\": reach https://h:443: the name could not be resolved\n  MCPM-E999: do this\n");
    CHECK(said("start \"w\": it exited with code 1", "a module it needs is not installed: x") ==
          "mcpm: start \"w\": it exited with code 1\n  MCPM-E999: a module it needs is not installed: x\n  "
          "do this\n");
}
