#include "common/enum_names.hpp"
#include "common/fields/event_fields.hpp"
#include "common/fields/run_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/package_registries.hpp"
#include "common/risks.hpp"
#include "common/units.hpp"
#include "common/wire_fields.hpp"

#include <array>

namespace mcpm::wire {

namespace {

/// What the agent says about a server; never part of a definition.
struct Facts {
    std::string id = {};
    std::string status = {};
    Reason reason = Reason::none;
    Desired desired = Desired::down;
    Health health = Health::unknown;
    std::optional<int> pid = {};
    std::uint64_t run = 0;
    unsigned restart_count = 0;
    std::optional<Exit> last_exit = {};
    std::optional<Timestamp> next_retry_at = {};
    Timestamp created_at{};
    Timestamp updated_at{};
    std::optional<Timestamp> started_at = {};
};

constexpr std::array fact_fields{
    field<&Facts::id>(fields::server::id),
    field<&Facts::status>(fields::server::status),
    word<&Facts::reason, reason_of_word>(fields::server::status_reason),
    field<&Facts::desired>(fields::server::desired),
    field<&Facts::health>(fields::server::health_status),
    field<&Facts::pid>(fields::server::pid),
    field<&Facts::run>(fields::server::run),
    field<&Facts::restart_count>(fields::server::restart_count),
    field<&Facts::last_exit>(fields::server::last_exit),
    field<&Facts::next_retry_at>(fields::server::next_retry_at),
    field<&Facts::created_at>(fields::server::created_at),
    field<&Facts::updated_at>(fields::server::updated_at),
    field<&Facts::started_at>(fields::server::started_at),
};

constexpr std::array exit_fields{
    field<&Exit::code>(fields::run::code),
    field<&Exit::signal>(fields::run::signal),
    field<&Exit::oom>(fields::run::oom),
    field<&Exit::at>(fields::run::at),
};

constexpr std::array run_fields{
    field<&RunRecord::run>(fields::run::run),
    field<&RunRecord::started_at>(fields::run::started_at),
    field<&RunRecord::pid>(fields::run::pid),
    field<&RunRecord::ready_at>(fields::run::ready_at),
    field<&RunRecord::exit>(fields::run::exit),
    word<&RunRecord::stage, start_stage_of>(fields::run::stage),
    word<&RunRecord::reason, ending_of_word>(fields::run::reason),
    field<&RunRecord::command>(fields::run::command),
    field<&RunRecord::owner>(fields::run::owner),
};

void read_detail(Reader&, const std::string&, const Json& json, Event& out) {
    out.detail = to_text(json);
}

void write_detail(const Event& event, std::string_view name, Json& object) {
    Json detail = Json::parse(event.detail, nullptr, false);
    if (!event.detail.empty() && detail.is_object()) object[std::string(name)] = std::move(detail);
}

constexpr std::array event_fields{
    field<&Event::sequence>(fields::event::sequence),
    field<&Event::at>(fields::event::at),
    field<&Event::type>(fields::event::type),
    field<&Event::server_id>(fields::event::server_id),
    field<&Event::server_name>(fields::event::server_name),
    field<&Event::actor>(fields::event::actor),
    field<&Event::message>(fields::event::message),
    Field<Event>{fields::event::detail, read_detail, write_detail},
};

constexpr std::string_view last_error = "lastError";
constexpr std::string_view own_runs = "ownRuns";

/// Of a ServerView or a ServerOutline.
template <typename View>
Facts facts_of(const View& view) {
    const ServerStatus& status = view.status;
    return {view.id,          std::string(name_of(shown_status(status))),
            status.reason,    status.desired,
            status.health,    status.pid,
            status.run,       status.restart_count,
            status.last_exit, status.next_retry_at,
            view.created_at,  view.updated_at,
            status.started_at};
}

/// Facts that are always shown, whatever their value.
void show_always(const Facts& facts, Json& object) {
    object[fields::server::status] = facts.status;
    object[fields::server::desired] = wire_name(facts.desired);
    object[fields::server::health_status] = wire_name(facts.health);
    object[fields::server::run] = facts.run;
    object[fields::server::restart_count] = facts.restart_count;
    object[fields::server::created_at] = write_value(facts.created_at);
    object[fields::server::updated_at] = write_value(facts.updated_at);
}

ServerState state_of(const Facts& facts) {
    if (facts.reason == Reason::engine_lost) return ServerState::running;
    for (const ServerState state :
         {ServerState::stopped, ServerState::starting, ServerState::running, ServerState::stopping})
        if (facts.status == wire_name(state)) return state;
    return facts.next_retry_at || facts.reason == Reason::restarting ? ServerState::waiting
                                                                     : ServerState::failed;
}

/// What is not there is said to programs in a sentence that is always the same; the one for people, with the
/// name and the nearest one, is in `details.message`.
std::string_view fixed_sentence(ErrorCode code) {
    if (code == ErrorCode::server_not_found) return "Server not found";
    if (code == ErrorCode::template_not_found) return "Template not found";
    return code == ErrorCode::feedback_not_found ? "Feedback not found" : "";
}

Json from_error(const Error& error) {
    Json out = {{"error", error.message}, {fields::run::code, wire_name(error.code)}};
    Json details = Json::parse(error.details.json(), nullptr, false);
    const bool has_details = !error.details.empty() && !details.is_discarded();
    if (error.code == ErrorCode::cannot_launch || error.code == ErrorCode::died_at_start) {
        if (!has_details) details = Json::object();
        if (details.is_object()) details["phase"] = error.code == ErrorCode::cannot_launch ? "launch" : "run";
        out["details"] = std::move(details);
    } else if (has_details) {
        out["details"] = std::move(details);
    }
    if (!error.hint.empty()) out["hint"] = error.hint;
    return out;
}

std::string text_of(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Error to_error(const Json& json) {
    Error error;
    error.message = text_of(json, "error");
    error.hint = text_of(json, "hint");
    const auto details = json.find("details");
    if (details != json.end() && !details->is_null()) error.details = to_text(*details);
    const std::string code = text_of(json, fields::run::code);
    for (int i = 0; i <= static_cast<int>(ErrorCode::internal_error); ++i) {
        const auto candidate = static_cast<ErrorCode>(i);
        if (wire_name(candidate) != code) continue;
        error.code = candidate;
        break;
    }
    if (!fixed_sentence(error.code).empty() && details != json.end() && details->is_object()) {
        if (auto message = text_of(*details, "message"); !message.empty()) error.message = std::move(message);
        Json others = *details;
        others.erase("message");
        error.details = others.empty() ? ErrorDetails() : ErrorDetails(to_text(others));
    }
    const bool ran = details != json.end() && details->is_object() && text_of(*details, "phase") == "run";
    if (error.code == ErrorCode::cannot_launch && ran) error.code = ErrorCode::died_at_start;
    return error;
}

/// What from_view says besides the definition.
template <typename View>
Json status_json(const View& view, const ServerSpec& spec) {
    const Facts facts = facts_of(view);
    Json object = {{fields::server::id, view.id},
                   {fields::server::name, spec.name},
                   {fields::server::type, wire_name(spec.type)}};
    show_always(facts, object);
    for (const auto& row : fact_fields) row.write(facts, row.name, object);
    if (view.status.last_error) object[std::string(last_error)] = from_error(*view.status.last_error);
    for (const OwnRunStatus& own : view.status.own_runs) {
        Json one = {{fields::server::run, own.run},
                    {fields::server::owner, own.owner},
                    {fields::server::started_at, format_time(own.started_at)}};
        if (own.pid) one[fields::server::pid] = *own.pid;
        object[std::string(own_runs)].push_back(std::move(one));
    }
    return object;
}

Json shown_definition(const ServerSpec& spec) {
    Json definition = from_spec(spec);
    mask_secrets(definition);
    if (!definition.contains(fields::server::config)) definition[fields::server::config] = Json::object();
    for (const Risk& risk : risks_of(spec))
        definition[fields::server::risks].push_back(
            {{fields::server::name, risk.name}, {fields::server::sentence, risk.sentence}});
    return definition;
}

template <typename T, std::size_t size>
Result<T> read_known(const Json& json, const std::array<Field<T>, size>& fields) {
    Reader reader{Scalars::typed, UnknownFields::ignored};
    T out{};
    read_object(reader, "", json, out, fields);
    if (!reader.problems.empty()) return fields_error(reader.problems);
    return out;
}

}  // namespace

void read_value(Reader& reader, const std::string& path, const Json& json, Exit& out) {
    read_object(reader, path, json, out, exit_fields);
}

Json write_value(const Exit& value) {
    Json object = write_object(value, exit_fields);
    object[fields::run::oom] = value.oom;
    object[fields::run::at] = write_value(value.at);
    return object;
}

Json from_view(const ServerView& view) {
    Json object = status_json(view, view.spec);
    Json definition = shown_definition(view.spec);
    for (auto& [key, value] : definition.items()) object[key] = std::move(value);
    return object;
}

std::string definition_members(const ServerSpec& spec) {
    Json definition = shown_definition(spec);
    for (const char* said_before : {fields::server::name, fields::server::type})
        definition.erase(said_before);
    const std::string text = to_text(definition);
    return text.substr(1, text.size() - 2);
}

std::string list_entry(const ServerOutline& server, std::string_view definition) {
    std::string text = to_text(status_json(server, *server.spec));
    text.back() = ',';
    text += definition;
    text += '}';
    return text;
}

Result<ServerView> to_view(const Json& json) {
    const auto facts = read_known(json, fact_fields);
    if (!facts) return facts.error();
    Reader reader{Scalars::typed, UnknownFields::ignored};
    ServerView view;
    view.id = facts->id;
    view.spec = read_spec(reader, json);
    if (!reader.problems.empty()) return fields_error(reader.problems);
    view.status = {state_of(*facts),     facts->desired,    facts->reason,        {},
                   facts->pid,           facts->run,        facts->restart_count, facts->last_exit,
                   facts->next_retry_at, facts->started_at, facts->health};
    const auto error = json.find(last_error);
    if (error != json.end() && error->is_object()) view.status.last_error = to_error(*error);
    view.created_at = facts->created_at;
    view.updated_at = facts->updated_at;
    return view;
}

Result<ServerSpec> merge_spec(const ServerSpec& spec, const Json& patch) {
    if (!patch.is_object())
        return Error{ErrorCode::validation_error, "expected an object with the fields to change"};
    Json change = patch;
    Json merged = from_spec(spec);
    for (const auto& row : fact_fields)
        change.erase(std::string(row.name));  // a client may send back what it read
    change.erase(std::string(last_error));
    change.erase(std::string(own_runs));
    Reader reader;
    restore_secrets(reader, change, merged);
    if (!reader.problems.empty()) return fields_error(reader.problems);
    std::vector<std::string> sources{fields::server::command, fields::server::image, fields::server::url};
    sources.insert(sources.end(), package_registries.begin(), package_registries.end());
    for (const std::string& source : sources) {
        if (!change.contains(source) || change[source].is_null() || merged.contains(source)) continue;
        for (const std::string& old : sources) merged.erase(old);
        for (const char* old : {fields::server::type, "args", "imagePin", "headers"}) merged.erase(old);
        break;  // another source takes the old one's place
    }
    merged.merge_patch(change);
    auto result = to_spec(merged);
    if (result) settle_pin(&spec, *result);
    return result;
}

Json from_run(const RunRecord& run) {
    return write_object(run, run_fields);
}

Json from_event(const Event& event) {
    Json object = {{fields::event::sequence, event.sequence},
                   {fields::event::at, write_value(event.at)},
                   {fields::event::type, event.type}};
    for (const auto& row : event_fields) row.write(event, row.name, object);
    object[fields::event::message] = event.message;
    return object;
}

std::string failure(const Error& error) {
    Json envelope = {{"success", false}};
    envelope.update(from_error(error));
    if (const auto fixed = fixed_sentence(error.code); !fixed.empty()) {
        envelope["error"] = fixed;
        if (!envelope.contains("details") || !envelope["details"].is_object())
            envelope["details"] = Json::object();
        envelope["details"]["message"] = error.message;
    }
    return to_text(envelope);
}

Result<Json> open_envelope(std::string_view body) {
    auto json = parse_answer(body);
    if (!json) return json;
    const auto success = json->is_object() ? json->find("success") : json->end();
    if (!json->is_object() || success == json->end() || !success->is_boolean())
        return Error{ErrorCode::internal_error, "the answer is not one of the agent's: no \"success\" in it"};
    if (!success->get<bool>()) return to_error(*json);
    const auto data = json->find("data");
    return as_result(data != json->end() ? std::move(*data) : Json());
}

}  // namespace mcpm::wire
