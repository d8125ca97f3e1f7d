#include "cli/snapshot.hpp"

#include "cli/server_view.hpp"
#include "cli/suggestion.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/snapshot_fields.hpp"
#include "common/own_file.hpp"

#include <vector>

namespace mcpm::cli {

namespace {

constexpr std::size_t largest_snapshot = 64 * 1024 * 1024;

}  // namespace

Result<Snapshot> read_snapshot(const Paths& paths) {
    const auto bytes = read_own_file(paths.snapshot(), largest_snapshot);
    if (!bytes && bytes.error().code == ErrorCode::not_found) return Snapshot{};
    if (!bytes) return bytes.error();
    auto json = wire::parse(*bytes);
    if (!json) {
        return Error{ErrorCode::internal_error,
                     "read " + paths.snapshot().string() + ": " + json.error().message,
                     {},
                     "`mcpm agent start` writes it anew"};
    }
    Snapshot snapshot{text(*json, fields::snapshot::taken_at), member(*json, fields::snapshot::servers)};
    if (!snapshot.servers.is_array()) snapshot.servers = Json::array();
    return snapshot;
}

void say_stale(Output& out, const Snapshot& snapshot, const std::string& why, const std::string& way_out,
               Timestamp now) {
    if (snapshot.taken_at.empty()) {
        out.note(why + ", and no servers are known");
        return;
    }
    out.note(why + "; this is how things were " + age_since(snapshot.taken_at, now) + " ago" +
             (way_out.empty() ? std::string() : " (" + way_out + ")"));
}

Result<Json> find_server(const Json& servers, std::string_view name) {
    std::vector<std::string> known;
    for (const Json& server : servers) {
        if (text(server, fields::server::name) == name || text(server, fields::server::id) == name)
            return ok(server);
        known.push_back(text(server, fields::server::name));
    }
    const std::string hint = did_you_mean(name, known);
    return Error{ErrorCode::server_not_found,
                 "there is no server '" + std::string(name) + "'",
                 {},
                 hint.empty() ? std::string("`mcpm list` shows the servers there are") : hint};
}

}  // namespace mcpm::cli
