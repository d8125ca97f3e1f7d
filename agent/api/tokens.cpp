// Bearer tokens: list, create, revoke.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "common/fields/token_fields.hpp"
#include "common/sound_clock.hpp"
#include "common/units.hpp"

#include <string>
#include <utility>

namespace mcpm::api {

namespace {

std::string kind_of(const StoredToken& token) {
    if (token.is_for_metrics) return "metrics";
    return token.is_admin ? "api" : "client";
}

wire::Json token_json(const StoredToken& token) {
    wire::Json json{{fields::token::name, token.name}, {fields::token::kind, kind_of(token)}};
    if (!token.profile.empty()) json[fields::token::profile] = token.profile;
    json[fields::token::created_at] = format_time(token.created_at);
    if (token.expires_at) {
        json[fields::token::expires_at] = format_time(*token.expires_at);
        json[fields::token::expired] = *token.expires_at <= latest_now();
    }
    if (token.last_used_at) json[fields::token::last_used_at] = format_time(*token.last_used_at);
    return json;
}

Result<std::string> text_of(const wire::Json& body, const char* key, const char* missing) {
    const auto found = body.find(key);
    if (found == body.end()) return std::string(missing);
    if (!found->is_string())
        return Error{ErrorCode::validation_error, std::string(key) + ": a text is expected"};
    return found->get<std::string>();
}

Result<access::NewToken> asked_token(const Rooms& rooms, const wire::Json& body, Timestamp now) {
    const auto name = text_of(body, fields::token::name, "");
    const auto kind = text_of(body, fields::token::kind, "client");
    const auto profile = text_of(body, fields::token::profile, "");
    const auto expires_in = text_of(body, fields::token::expires_in, "");
    for (const auto* one : {&name, &kind, &profile, &expires_in}) {
        if (!*one) return one->error();
    }
    if (*kind != "client" && *kind != "api" && *kind != "metrics")
        return Error{ErrorCode::validation_error, "kind: client, api or metrics is expected"};
    if (!profile->empty() && rooms.profiles.look(*profile) == nullptr)
        return Error{ErrorCode::validation_error, "profile: there is no profile '" + *profile + "'"};
    access::NewToken asked{*name, *kind == "api", *profile, {}, *kind == "metrics"};
    if (!expires_in->empty()) {
        const auto after = parse_duration(*expires_in);
        if (!after) return Error{ErrorCode::validation_error, "expiresIn: " + after.error().message};
        asked.expires_at = now + *after;
    }
    return asked;
}

/// A merge patch: null takes the profile, or the end, away.
Result<access::TokenChange> asked_change(const Rooms& rooms, const wire::Json& body, Timestamp now) {
    access::TokenChange change;
    const auto value = [&](const char* key) -> Result<std::optional<std::string>> {
        const auto found = body.find(key);
        if (found == body.end()) return std::optional<std::string>();
        if (found->is_null()) return std::optional<std::string>("");
        if (found->is_string()) return std::optional<std::string>(found->get<std::string>());
        return Error{ErrorCode::validation_error, std::string(key) + ": a text or null is expected"};
    };
    const auto profile = value(fields::token::profile);
    if (!profile) return profile.error();
    const auto expires_in = value(fields::token::expires_in);
    if (!expires_in) return expires_in.error();
    if (*profile && !(*profile)->empty() && rooms.profiles.look(**profile) == nullptr)
        return Error{ErrorCode::validation_error, "profile: there is no profile '" + **profile + "'"};
    change.profile = *profile;
    if (*expires_in) {
        change.is_end_changed = true;
        if (!(*expires_in)->empty()) {
            const auto after = parse_duration(**expires_in);
            if (!after) return Error{ErrorCode::validation_error, "expiresIn: " + after.error().message};
            change.expires_at = now + *after;
        }
    }
    return change;
}

}  // namespace

Task<http::Response> list_tokens(Rooms& rooms, http::Request&) {
    auto json = wire::Json::array();
    for (const auto& token : rooms.tokens.list()) json.push_back(token_json(token));
    co_return success(json);
}

Task<http::Response> create_token(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::token::name, fields::token::kind, fields::token::profile,
                                          fields::token::expires_in});
    if (!body) co_return failure(body.error());
    const auto now = now_utc();
    auto asked = asked_token(rooms, *body, now);
    if (!asked) co_return failure(asked.error());
    const auto created =
        co_await run_to_its_end(rooms, "create token", rooms.tokens.create(std::move(*asked), now));
    if (!created) co_return failure(created.error());
    const auto& token = created->token;
    say(rooms, EventType::token_created, actor_of(request),
        kind_of(token) + " token '" + token.name + "' created");
    auto json = token_json(token);
    json[fields::token::token] = created->secret;
    co_return success(json, 201);
}

Task<http::Response> show_token(Rooms& rooms, http::Request& request) {
    const auto found = rooms.tokens.find(request.path_values.at(0));
    if (!found) co_return failure(found.error());
    co_return success(token_json(*found));
}

Task<http::Response> patch_token(Rooms& rooms, http::Request& request) {
    const std::string name = request.path_values.at(0);
    const auto body = object_of(request, {fields::token::profile, fields::token::expires_in});
    if (!body) co_return failure(body.error());
    const auto now = now_utc();
    const auto change = asked_change(rooms, *body, now);
    if (!change) co_return failure(change.error());
    auto changing = rooms.tokens.change(name, *change, now);
    const auto changed = co_await run_to_its_end<StoredToken>(rooms, "change token", std::move(changing));
    if (!changed) co_return failure(changed.error());
    // Who is in came in by what the token was.
    rooms.gateway.end_all_of("token:" + name);
    say(rooms, EventType::token_changed, actor_of(request), "token '" + name + "' changed");
    co_return success(token_json(*changed));
}

Task<http::Response> revoke_token(Rooms& rooms, http::Request& request) {
    const std::string name = request.path_values.at(0);
    const auto revoked = co_await run_to_its_end(rooms, "revoke token", rooms.tokens.revoke(name));
    if (!revoked) co_return failure(revoked.error());
    rooms.gateway.end_all_of("token:" + name);
    rooms.sign_ins.end_of_token(name);
    say(rooms, EventType::token_revoked, actor_of(request), "token '" + name + "' revoked");
    co_return success_message("Token revoked successfully");
}

}  // namespace mcpm::api
