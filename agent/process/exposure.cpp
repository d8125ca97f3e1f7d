#include "agent/process/exposure.hpp"

#include <algorithm>

namespace mcpm {

namespace {

bool is_any_address(const ListenAddress& address) {
    return address.host == "0.0.0.0" || address.host == "::";
}

}  // namespace

std::vector<std::string> exposures(uid_t uid, const HttpSettings& http) {
    std::vector<std::string> said;
    if (uid == 0) {
        said.emplace_back(
            "the agent runs as root, and so does every server: one that is taken over owns this machine; run "
            "it as a "
            "user of its own");
    }
    for (const auto& address : http.listen) {
        if (is_loopback(address)) continue;
        const std::string where = is_any_address(address) ? "every address of this machine"
                                                          : "an address that other machines may reach";
        said.push_back(
            "http.listen has " + format_listen_address(address) + ": it listens on " + where +
            ", without encryption; tokens pass in the clear unless a proxy with TLS stands before it");
    }
    return said;
}

std::string sign_in_words(const HttpSettings& http) {
    if (std::ranges::all_of(http.listen, is_loopback)) return {};
    return "to sign a browser in, make a link where the agent runs: `mcpm dashboard --print` (in a "
           "container: `docker exec "
           "CONTAINER mcpm dashboard --print`)";
}

}  // namespace mcpm
