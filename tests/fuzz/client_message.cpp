// Any text as a client's message on /ws: what is understood is within its bounds, and a refusal says why.
#include "agent/live/client_message.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace mcpm::live;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = read_client_message(std::string_view(reinterpret_cast<const char*>(data), size));
    if (read.id) require(*read.id < 1ULL << 53U);
    if (!read.message) {
        require(!read.message.error().message.empty());
        require(read.message.error().code == mcpm::ErrorCode::validation_error);
        return 0;
    }
    if (const auto* subscribe = std::get_if<Subscribe>(&*read.message)) {
        require(read.id == subscribe->id);
        require(subscribe->topic != Topic::logs || !subscribe->server.empty());
        require(subscribe->topic == Topic::logs || subscribe->filter.empty());
        require(subscribe->filter.size() <= 16 && subscribe->server.size() <= 4096);
    }
    return 0;
}
