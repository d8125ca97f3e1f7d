#include "agent/store/state_store.hpp"

#include "agent/async/offload.hpp"
#include "agent/store/access_rows.hpp"
#include "agent/store/backend.hpp"
#include "agent/store/rows.hpp"
#include "agent/store/store_calls.hpp"
#include "agent/store/write_queue.hpp"
#include "common/wire.hpp"

#include <utility>

namespace mcpm {

using store::Connection;
using store::error_of;
using store::WriteQueue;

namespace {

constexpr std::size_t event_limit = 256U << 10U;  // bytes of its texts

struct OpenOutcome {
    std::shared_ptr<store::Backend> backend;
    std::optional<Error> error;
    std::vector<std::string> notices;
};

OpenOutcome open_backend(const std::filesystem::path& file, StoreOptions options) {
    OpenOutcome outcome;
    outcome.backend = std::make_shared<store::Backend>(file, options);
    if (auto opened = outcome.backend->open(); opened.has_error()) outcome.error = opened.error();
    outcome.notices = outcome.backend->take_notices();
    return outcome;
}

store::ServerRow to_row(const StoredServer& server) {
    return {server.id,
            server.spec.name,
            wire::from_spec(server.spec).dump(-1, ' ', false, wire::Json::error_handler_t::replace),
            server.desired == Desired::up,
            store::from_time(server.created_at),
            store::from_time(server.updated_at),
            static_cast<std::int64_t>(server.last_run)};
}

Result<StoredServer> from_row(const store::ServerRow& row) {
    const auto json = wire::parse(row.spec);
    if (json.has_error()) return json.error();
    auto spec = wire::to_spec(*json);
    if (spec.has_error()) return spec.error();
    return StoredServer{row.id,
                        std::move(*spec),
                        row.desired_up ? Desired::up : Desired::down,
                        store::to_time(row.created_at),
                        store::to_time(row.updated_at),
                        static_cast<std::uint64_t>(row.last_run)};
}

}  // namespace

StateStore::StateStore(std::shared_ptr<State> state) : state_(std::move(state)) {}

StateStore::~StateStore() {
    state_->queue->set_notice_sink({});
    state_->queue->abandon();
}

Task<Result<StateStore::Opened>> StateStore::open(Loop& loop, std::filesystem::path file,
                                                  StoreOptions options) {
    auto workers = std::make_unique<Workers>(1);
    auto work = [file = std::move(file), options] { return open_backend(file, options); };
    auto outcome = co_await offload(*workers, std::move(work));
    if (outcome.error) co_return std::move(*outcome.error);
    auto state = std::make_shared<State>();
    state->data_id = outcome.backend->data_id();
    state->newest_event = outcome.backend->newest_event();
    state->options = options;
    const bool is_on_disk = outcome.backend->is_on_disk();
    const std::string reason = outcome.backend->reason();
    state->queue = std::make_shared<WriteQueue>(loop, std::move(outcome.backend), std::move(workers));
    if (!is_on_disk) state->queue->begin_degraded(reason);
    Opened opened;
    opened.store.reset(new StateStore(std::move(state)));
    opened.notices = std::move(outcome.notices);
    co_return opened;
}

StoreCondition StateStore::condition() const {
    return state_->queue->condition();
}

std::string StateStore::condition_reason() const {
    return state_->queue->reason();
}

StoreStats StateStore::stats() const {
    return state_->queue->stats();
}

std::string StateStore::data_id() const {
    return state_->data_id;
}

void StateStore::set_notice_sink(std::function<void(std::string)> sink) {
    state_->queue->set_notice_sink(std::move(sink));
}

Task<Result<std::vector<StoredServer>>> StateStore::load_servers() {
    const auto queue = state_->queue;
    std::function<std::vector<store::ServerRow>(Connection&)> load = store::load_server_rows;
    auto rows = co_await read(queue, "load the servers", std::move(load));
    if (rows.has_error()) co_return rows.error();
    std::vector<StoredServer> servers;
    for (const auto& row : *rows) {
        auto server = from_row(row);
        if (server.has_error()) {
            queue->give_notice(
                "server \"" + row.name + "\" (" + row.id +
                ") is left out, its stored definition can't be read: " + server.error().message);
            continue;
        }
        servers.push_back(std::move(*server));
    }
    co_return servers;
}

Task<Result<>> StateStore::save_server(StoredServer server) {
    auto run = [row = to_row(server)](Connection& connection) {
        return error_of(store::save_server_row(connection, row));
    };
    auto work = writing(store::Kind::definition, std::move(run));
    work.changes_definitions = true;
    co_return co_await write(state_->queue, "store server \"" + server.spec.name + "\"", std::move(work));
}

Task<Result<>> StateStore::remove_server(std::string id) {
    auto run = [id](Connection& connection) { return error_of(store::remove_server(connection, id)); };
    auto work = writing(store::Kind::definition, std::move(run));
    work.changes_definitions = true;
    co_return co_await write(state_->queue, "remove server " + id + " from the store", std::move(work));
}

Task<Result<>> StateStore::save_desired(std::string id, Desired desired) {
    auto run = [id, desired](Connection& connection) {
        return error_of(store::save_desired(connection, id, desired));
    };
    auto work = writing(store::Kind::kept, std::move(run));
    work.changes_definitions = true;
    co_return co_await write(state_->queue, "store the desired state of server " + id, std::move(work));
}

Task<Result<>> StateStore::save_run(std::string server_id, RunRecord run) {
    std::string attempted = "store run " + std::to_string(run.run) + " of server " + server_id;
    auto save = [server_id, record = std::move(run),
                 kept = state_->options.runs_kept](Connection& connection) {
        return error_of(store::save_run(connection, server_id, record, kept));
    };
    auto work = writing(store::Kind::kept, std::move(save));
    work.changes_definitions = true;  // the server's last run number
    co_return co_await write(state_->queue, std::move(attempted), std::move(work));
}

Task<Result<std::vector<RunRecord>>> StateStore::load_runs(std::string server_id, unsigned limit) {
    std::function<std::vector<RunRecord>(Connection&)> load = [server_id, limit](Connection& connection) {
        return store::load_runs(connection, server_id, limit);
    };
    co_return co_await read(state_->queue, "load the runs of server " + server_id, std::move(load));
}

Task<Result<std::uint64_t>> StateStore::add_event(Event event) {
    const auto state = state_;
    if (event.type.size() + event.message.size() + event.detail.size() > event_limit) {
        co_return Error{ErrorCode::payload_too_large, "store an event: its texts are longer than " +
                                                          std::to_string(event_limit) + " bytes"};
    }
    event.sequence = ++state->newest_event;
    const auto sequence = event.sequence;
    auto run = [event = std::move(event)](Connection& connection) {
        store::add_event(connection, event);
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::kept, std::move(run));
    work.adds_event = true;
    auto stored = co_await write(state->queue, "store an event", std::move(work));
    if (stored.has_error()) co_return stored.error();
    co_return sequence;
}

Task<Result<std::vector<Event>>> StateStore::load_events(EventQuery query) {
    std::function<std::vector<Event>(Connection&)> load = [query = std::move(query)](Connection& connection) {
        return store::load_events(connection, query);
    };
    co_return co_await read(state_->queue, "load events", std::move(load));
}

Task<Result<>> StateStore::save_manifest(std::string server_id, Manifest manifest) {
    std::string attempted = "store the manifest of server " + server_id;
    auto save = [server_id, manifest = std::move(manifest)](Connection& connection) {
        return error_of(store::save_manifest(connection, server_id, manifest));
    };
    auto work = writing(store::Kind::kept, std::move(save));
    co_return co_await write(state_->queue, std::move(attempted), std::move(work));
}

Task<Result<std::vector<StoredManifest>>> StateStore::load_manifests() {
    std::function<std::vector<StoredManifest>(Connection&)> load = [](Connection& connection) {
        return store::load_manifests(connection);
    };
    co_return co_await read(state_->queue, "load the manifests", std::move(load));
}

Task<Result<>> StateStore::save_approval(std::string server_id, Approval approval) {
    std::string attempted = "store the approval of the tools of server " + server_id;
    auto save = [server_id, approval = std::move(approval)](Connection& connection) {
        return error_of(store::save_approval(connection, server_id, approval));
    };
    auto work = writing(store::Kind::definition, std::move(save));
    co_return co_await write(state_->queue, std::move(attempted), std::move(work));
}

Task<Result<std::vector<StoredApproval>>> StateStore::load_approvals() {
    std::function<std::vector<StoredApproval>(Connection&)> load = store::load_approvals;
    co_return co_await read(state_->queue, "load the approvals", std::move(load));
}

Task<Result<std::vector<StoredToken>>> StateStore::load_tokens() {
    std::function<std::vector<StoredToken>(Connection&)> load = store::load_tokens;
    co_return co_await read(state_->queue, "load the tokens", std::move(load));
}

Task<Result<>> StateStore::save_token(StoredToken token) {
    std::string attempted = "store token \"" + token.name + "\"";
    auto run = [token = std::move(token)](Connection& connection) {
        store::save_token(connection, token);
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::definition, std::move(run));
    co_return co_await write(state_->queue, std::move(attempted), std::move(work));
}

Task<Result<>> StateStore::touch_token(std::string name, Timestamp used_at) {
    auto run = [name, used_at](Connection& connection) {
        store::touch_token(connection, name, used_at);
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::definition, std::move(run));
    work.is_mere_use = true;
    co_return co_await write(state_->queue, "store the use of token \"" + name + "\"", std::move(work));
}

Task<Result<>> StateStore::remove_token(std::string name) {
    auto run = [name](Connection& connection) { return error_of(store::remove_token(connection, name)); };
    auto work = writing(store::Kind::definition, std::move(run));
    co_return co_await write(state_->queue, "remove token \"" + name + "\" from the store", std::move(work));
}

Task<Result<std::vector<StoredProfile>>> StateStore::load_profiles() {
    std::function<std::vector<StoredProfile>(Connection&)> load = store::load_profiles;
    co_return co_await read(state_->queue, "load the profiles", std::move(load));
}

Task<Result<>> StateStore::save_profile(StoredProfile profile) {
    std::string attempted = "store profile \"" + profile.name + "\"";
    auto run = [profile = std::move(profile)](Connection& connection) {
        store::save_profile(connection, profile);
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::definition, std::move(run));
    co_return co_await write(state_->queue, std::move(attempted), std::move(work));
}

Task<Result<>> StateStore::remove_profile(std::string name) {
    auto run = [name](Connection& connection) { return error_of(store::remove_profile(connection, name)); };
    auto work = writing(store::Kind::definition, std::move(run));
    co_return co_await write(state_->queue, "remove profile \"" + name + "\" from the store",
                             std::move(work));
}

Task<Result<>> StateStore::add_health(Checks checks) {
    auto save = [checks](Connection& connection) {
        for (const auto& [server_id, point] : *checks)
            (void)store::add_health(connection, server_id, point);  // a server may have been removed since
        return std::optional<Error>();
    };
    auto work = writing(store::Kind::definition, std::move(save));
    work.is_mere_use = true;
    co_return co_await write(state_->queue, "store checks of health", std::move(work));
}

Task<Result<std::vector<HealthPoint>>> StateStore::load_health(std::string server_id, HealthStep step,
                                                               Timestamp since) {
    std::function<std::vector<HealthPoint>(Connection&)> load = [server_id, step,
                                                                 since](Connection& connection) {
        return store::load_health(connection, server_id, step, since);
    };
    co_return co_await read(state_->queue, "load the health of server " + server_id, std::move(load));
}

std::shared_ptr<store::WriteQueue> StateStore::queue() const {
    return state_->queue;
}

Task<> StateStore::look() {
    std::function<bool(Connection&)> nothing = [](Connection&) { return true; };
    (void)co_await read(state_->queue, "look at the database's files", std::move(nothing));
}

Task<> StateStore::close() {
    co_await WriteQueue::close(state_->queue);
}

}  // namespace mcpm
