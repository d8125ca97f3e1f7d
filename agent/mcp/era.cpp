#include "agent/mcp/era.hpp"

#include "agent/mcp/json_rpc.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace mcpm::mcp {

namespace {

constexpr std::array<std::string_view, 4> handshake_versions{"2024-11-05", "2025-03-26", "2025-06-18",
                                                             "2025-11-25"};

using OpeningEvent = Opening::Event;
using Phase = Opening::Phase;

/// How a list of versions is answered; `otherwise` when none of ours is in it.
OpeningEvent judge_versions(const JsonSlice& list, OpeningEvent modern, OpeningEvent otherwise) {
    if (list.type != JsonType::array) return otherwise;
    const auto versions = nlohmann::json::parse(list.text, nullptr, false);
    if (!versions.is_array()) return otherwise;
    bool legacy = false;
    for (const auto& version : versions) {
        if (!version.is_string()) continue;
        const auto& text = version.get_ref<const std::string&>();
        if (text == per_request_version) return modern;
        legacy = legacy || is_handshake_version(text);
    }
    return legacy ? OpeningEvent::discovered_legacy : otherwise;
}

std::string client_info() {
    return R"({"name":"mcpm","version":")" MCPM_VERSION R"("})";
}

}  // namespace

bool is_handshake_version(std::string_view version) {
    return std::find(handshake_versions.begin(), handshake_versions.end(), version) !=
           handshake_versions.end();
}

Opening::Action Opening::go(Phase phase, Action action) {
    phase_ = phase;
    return action;
}

Opening::Action Opening::fail(Failure failure) {
    failure_ = failure;
    if (failure == Failure::died_on_probe) learned_ = EraHint::handshake_only;
    return go(Phase::failed, Action::fail);
}

Opening::Action Opening::step(OpeningEvent event) {
    if (phase_ == Phase::open || phase_ == Phase::failed) return Action::nothing;
    const bool discover_open =
        phase_ == Phase::probing || phase_ == Phase::both_asked || phase_ == Phase::discover_left;
    const bool initialize_open = phase_ == Phase::both_asked || phase_ == Phase::shaking;
    switch (event) {
        case OpeningEvent::begin:
            if (phase_ != Phase::idle) return Action::nothing;
            if (hint_ == EraHint::handshake_only) return go(Phase::shaking, Action::send_initialize);
            return go(Phase::probing, Action::send_discover);
        case OpeningEvent::discovered_modern:
            return discover_open ? go(Phase::open, Action::use_per_request) : Action::nothing;
        case OpeningEvent::discovered_legacy:
        case OpeningEvent::discover_refused:
            if (phase_ == Phase::probing) return go(Phase::shaking, Action::send_initialize);
            if (phase_ == Phase::both_asked) return go(Phase::shaking, Action::nothing);
            return phase_ == Phase::discover_left ? fail(Failure::initialize_refused) : Action::nothing;
        case OpeningEvent::discover_no_common:
            return discover_open ? fail(Failure::no_common_version) : Action::nothing;
        case OpeningEvent::probe_silent:
            return phase_ == Phase::probing ? go(Phase::both_asked, Action::send_initialize)
                                            : Action::nothing;
        case OpeningEvent::initialized:
            if (!initialize_open) return Action::nothing;
            if (phase_ == Phase::both_asked) learned_ = EraHint::handshake_only;
            return go(Phase::open, Action::use_handshake);
        case OpeningEvent::version_unknown:
            return initialize_open ? fail(Failure::no_common_version) : Action::nothing;
        case OpeningEvent::version_refused:
            return initialize_open ? Action::send_initialize : Action::nothing;
        case OpeningEvent::initialize_refused:
            if (phase_ == Phase::both_asked) return go(Phase::discover_left, Action::nothing);
            return phase_ == Phase::shaking ? fail(Failure::initialize_refused) : Action::nothing;
        case OpeningEvent::gone:
            return fail(discover_open ? Failure::died_on_probe : Failure::died);
        case OpeningEvent::deadline:
            return fail(Failure::timed_out);
    }
    return Action::nothing;
}

OpeningEvent read_discover_answer(const JsonSlice& result, const JsonSlice& error) {
    if (result.type == JsonType::object) {
        return judge_versions(member(result.text, "supportedVersions"), OpeningEvent::discovered_modern,
                              OpeningEvent::discover_refused);
    }
    const RpcError read = read_error(error);
    if (read.code != rpc_code::unsupported_version) return OpeningEvent::discover_refused;
    const JsonSlice data{read.data, read.data.empty() ? JsonType::absent : JsonType::object};
    const JsonSlice supported = data ? member(data.text, "supported") : JsonSlice{};
    // Whoever names our own version as supported and refuses it is asked for the handshake, as after any
    // error.
    return judge_versions(supported, OpeningEvent::discover_refused, OpeningEvent::discover_no_common);
}

std::string_view version_after_refusal(const JsonSlice& error, std::string_view asked) {
    if (error.type != JsonType::object) return {};
    const RpcError read = read_error(error);
    std::string_view named, older;
    for (const std::string_view version : handshake_versions) {
        if (version >= asked) break;
        older = version;
        if (error.text.find(version) != std::string_view::npos) named = version;
    }
    if (!named.empty()) return named;
    const bool speaks_of_it = read.code == rpc_code::invalid_params ||
                              read.code == rpc_code::unsupported_version ||
                              read.message.find("rotocol version") != std::string::npos;
    return speaks_of_it ? older : std::string_view();
}

OpeningEvent read_initialize_answer(const JsonSlice& result, std::string& version) {
    if (result.type != JsonType::object) return OpeningEvent::initialize_refused;
    version = decode_string(member(result.text, "protocolVersion"));
    return is_handshake_version(version) ? OpeningEvent::initialized : OpeningEvent::version_unknown;
}

std::string per_request_meta(std::string_view capabilities) {
    return R"("io.modelcontextprotocol/protocolVersion":")" + std::string(per_request_version) +
           R"(","io.modelcontextprotocol/clientInfo":)" + client_info() +
           R"(,"io.modelcontextprotocol/clientCapabilities":)" + std::string(capabilities);
}

std::string initialize_params(std::string_view capabilities, std::string_view version) {
    return R"({"protocolVersion":")" + std::string(version) + R"(","capabilities":)" +
           std::string(capabilities) + R"(,"clientInfo":)" + client_info() + "}";
}

}  // namespace mcpm::mcp
