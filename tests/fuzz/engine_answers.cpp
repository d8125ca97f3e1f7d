// Any bytes as each of an engine's answers.
#include "agent/engine/answers.hpp"
#include "agent/engine/pull_progress.hpp"
#include "agent/engine/refusal.hpp"
#include "agent/engine/usage.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace mcpm::engine;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    (void)read_version(bytes, "x");
    (void)read_created(bytes);
    (void)read_state(bytes);
    (void)read_rows(bytes);
    (void)read_image(bytes);
    (void)read_usage(bytes);
    (void)read_event(bytes);
    (void)pull_target(bytes);
    if (refused(500, bytes, "try").message.size() > 600) std::abort();
    PullReader whole;
    PullReader slow;
    whole.feed(bytes);
    for (const char byte : bytes) slow.feed({&byte, 1});
    if (whole.failure() != slow.failure()) std::abort();
    return 0;
}
