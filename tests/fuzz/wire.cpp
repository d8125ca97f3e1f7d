// Any bytes as a definition, a patch, a view, an answer; what is accepted comes back as it was.
#include "common/wire.hpp"

#include <cstdint>
#include <cstdlib>

using namespace mcpm;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    static_cast<void>(wire::open_envelope(text));
    const auto json = wire::parse(text);
    if (!json) return 0;
    static_cast<void>(wire::to_view(*json));
    ServerSpec plain;
    plain.name = "plain";
    plain.source = CommandSource{"program", {"--token", "secret"}};
    static_cast<void>(wire::merge_spec(plain, *json));
    const auto spec = wire::to_spec(*json);
    if (!spec) return 0;
    const auto again = wire::to_spec(wire::from_spec(*spec));
    if (!again || *again != *spec) std::abort();
    ServerView view;
    view.spec = *spec;
    const auto patched = wire::merge_spec(*spec, wire::from_view(view));
    if (patched && *patched != *spec) std::abort();
    return 0;
}
