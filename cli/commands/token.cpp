// token create, list, revoke: credentials for who comes by TCP.
#include "cli/commands/all.hpp"
#include "cli/selection.hpp"
#include "common/fields/token_fields.hpp"
#include "common/units.hpp"

namespace mcpm::cli::commands {

namespace {

std::vector<Cell> token_row(const Json& token) {
    const bool expired = is_true(token, fields::token::expired);
    return {{harmless(text(token, fields::token::name))},
            {text(token, fields::token::kind)},
            {harmless(text(token, fields::token::profile))},
            {text(token, fields::token::created_at)},
            {text(token, fields::token::expires_at) + (expired ? " (over)" : ""),
             expired ? Colour::yellow : Colour::none},
            {text(token, fields::token::last_used_at)}};
}

}  // namespace

Outcome token_create(Invocation& call) {
    std::string name;
    std::string kind = "client";
    std::string profile;
    std::string expires;
    bool quiet = false;
    call.options.positional("NAME", name, "what it is called: the client or the program that gets it");
    call.options.value("--kind", "KIND", kind,
                       "client reaches MCP alone, metrics /metrics alone, api everything (default: client)");
    call.options.choices({"client", "api", "metrics"});
    call.options.value("--profile", "PROFILE", profile, "only this profile (of a client)");
    call.options.completes(Completes::profiles);
    call.options.value("--expires", "TIME", expires,
                       "not valid after this long, e.g. 30d (default: until revoked)");
    call.options.flag("-q,--quiet", quiet, "print the secret alone");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    Json body{{fields::token::name, name}, {fields::token::kind, kind}};
    if (!profile.empty()) body[fields::token::profile] = profile;
    if (const auto time = parse_duration(expires); !expires.empty() && !time)
        return Error{ErrorCode::validation_error, "--expires: " + time.error().message};
    if (!expires.empty()) body[fields::token::expires_in] = expires;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto token = agent->create_token(body);
    if (!token) return token.error();
    if (print_for_programs(call.out, *token, call.format)) return ExitStatus::done;
    call.out.write(harmless(text(*token, fields::token::token)) + "\n");
    if (!quiet && call.out.error_is_terminal())
        call.out.note("this is the only time it is shown; send it as \"Authorization: Bearer …\"");
    return ExitStatus::done;
}

Outcome token_list(Invocation& call) {
    return list_all(call, &AgentClient::tokens,
                    {{"NAME"}, {"KIND"}, {"PROFILE"}, {"CREATED"}, {"EXPIRES"}, {"LAST USED"}}, token_row);
}

Outcome token_revoke(Invocation& call) {
    bool sessions = false;
    bool lenient = false;
    bool yes = false;
    std::vector<std::string> names;
    call.options.positionals("NAME…", names, "the tokens, with the browsers that signed in by them",
                             Completes::tokens);
    call.options.flag("--sessions", sessions, "sign all browsers out of the dashboard");
    call.options.flag("--ignore-not-found", lenient, "one that is not there is no error");
    call.options.flag("-y,--yes", yes, "do not ask at a terminal");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (names.empty() && !sessions) {
        return Error{ErrorCode::validation_error, "token revoke: a token's NAME is missing, or --sessions"};
    }
    const auto agreed = yes             ? Result<>()
                        : names.empty() ? confirm_names(call, "sign out all browsers", {})
                                        : confirm_names(call, "end the tokens", names);
    if (!agreed) return agreed.error();
    auto agent = call.agent();
    if (!agent) return agent.error();
    if (sessions) {
        const auto ended = agent->end_sessions();
        if (!ended) return ended.error();
    }
    return do_in_order(call, *agent, names, &AgentClient::revoke_token,
                       lenient ? Missing::is_fine : Missing::is_an_error);
}

}  // namespace mcpm::cli::commands
