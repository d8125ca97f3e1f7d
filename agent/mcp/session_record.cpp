#include "agent/mcp/session_record.hpp"

#include "agent/mcp/json_rpc.hpp"
#include "common/json_scan.hpp"
#include "common/json_time.hpp"

#include <nlohmann/json.hpp>

namespace mcpm::mcp {

namespace {

std::string object_text(const JsonSlice& slice) {
    if (slice.type != JsonType::object) return "{}";
    std::string text(slice.text);
    replace_lone_surrogates(text);
    return text;
}

}  // namespace

SessionFacts facts_of_initialize(std::string_view result) {
    SessionFacts facts;
    facts.era = Era::handshake;
    facts.protocol_version = decode_string(member(result, "protocolVersion"));
    facts.server_info = object_text(member(result, "serverInfo"));
    facts.capabilities = object_text(member(result, "capabilities"));
    facts.instructions = decode_string(member(result, "instructions"));
    return facts;
}

SessionFacts facts_of_discover(std::string_view result) {
    SessionFacts facts;
    facts.era = Era::per_request;
    facts.protocol_version = per_request_version;
    const JsonSlice meta = member(result, "_meta");
    facts.server_info = object_text(member(meta.text, "io.modelcontextprotocol/serverInfo"));
    facts.capabilities = object_text(member(result, "capabilities"));
    facts.instructions = decode_string(member(result, "instructions"));
    return facts;
}

std::string facts_text(const SessionFacts& facts) {
    std::string text = R"({"protocolVersion":)" + quote(facts.protocol_version);
    text += R"(,"era":)";
    text += facts.era == Era::handshake ? R"("handshake")" : R"("per-request")";
    text += R"(,"serverInfo":)" + facts.server_info;
    text += R"(,"capabilities":)" + facts.capabilities;
    text += R"(,"instructions":)" + quote(facts.instructions);
    if (facts.asks_roots) text += R"(,"asksRoots":true)";
    if (facts.asks_roots_first) text += R"(,"asksRootsFirst":true)";
    text += "}";
    return text;
}

SessionFacts read_facts_text(std::string_view text) {
    SessionFacts facts = facts_of_initialize(text);
    if (member(text, "era").text == R"("per-request")") facts.era = Era::per_request;
    facts.asks_roots = member(text, "asksRoots").text == "true";
    facts.asks_roots_first = member(text, "asksRootsFirst").text == "true";
    return facts;
}

std::string write_record(const SessionFacts& facts) {
    nlohmann::json record{{"era", facts.era == Era::per_request ? "per_request" : "handshake"},
                          {"version", facts.protocol_version},
                          {"serverInfo", facts.server_info},
                          {"capabilities", facts.capabilities},
                          {"instructions", facts.instructions},
                          {"asksRoots", facts.asks_roots},
                          {"asksRootsFirst", facts.asks_roots_first},
                          {"listens", facts.listens}};
    put_time(record, "openedAt", facts.opened_at);
    return record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string write_opening_record(const std::vector<OpeningQuestion>& asked) {
    auto names = nlohmann::json::array();
    for (const auto question : asked)
        names.push_back(question == OpeningQuestion::discover ? "discover" : "initialize");
    return nlohmann::json{{"opening", std::move(names)}}.dump();
}

std::optional<std::vector<OpeningQuestion>> read_opening_record(std::string_view text) {
    const auto record = nlohmann::json::parse(text, nullptr, false);
    const auto names = record.is_object() ? record.find("opening") : record.end();
    if (!record.is_object() || names == record.end() || !names->is_array()) return std::nullopt;
    std::vector<OpeningQuestion> asked;
    for (const auto& name : *names)
        asked.push_back(name == "discover" ? OpeningQuestion::discover : OpeningQuestion::initialize);
    return asked;
}

std::optional<SessionFacts> read_record(std::string_view text) {
    const auto record = nlohmann::json::parse(text, nullptr, false);
    if (!record.is_object()) return std::nullopt;
    const auto text_of = [&record](const char* name) -> std::string {
        const auto found = record.find(name);
        return found != record.end() && found->is_string() ? found->get<std::string>() : std::string();
    };
    SessionFacts facts;
    const std::string era = text_of("era");
    if (era != "handshake" && era != "per_request") return std::nullopt;
    facts.era = era == "per_request" ? Era::per_request : Era::handshake;
    facts.protocol_version = text_of("version");
    facts.server_info = text_of("serverInfo");
    facts.capabilities = text_of("capabilities");
    facts.instructions = text_of("instructions");
    if (!is_well_formed(facts.server_info) || !is_well_formed(facts.capabilities)) return std::nullopt;
    const auto is_set = [&record](const char* name) {
        const auto found = record.find(name);
        return found != record.end() && *found == true;
    };
    facts.asks_roots = is_set("asksRoots");
    facts.asks_roots_first = is_set("asksRootsFirst");
    facts.opened_at = time_at(record, "openedAt");
    const auto listens = record.find("listens");
    for (const auto& id :
         listens != record.end() && listens->is_array() ? *listens : nlohmann::json::array()) {
        if (id.is_number_unsigned()) facts.listens.push_back(id.get<std::uint64_t>());
    }
    return facts;
}

bool has_capability(const SessionFacts& facts, std::string_view name) {
    return static_cast<bool>(member(facts.capabilities, name));
}

}  // namespace mcpm::mcp
