// The AI clients of the agent's own user, and the servers in their files. The command line knows both, and
// is asked.
#include "agent/api/endpoints.hpp"
#include "agent/api/lookup.hpp"
#include "agent/door/answer.hpp"
#include "common/ascii.hpp"
#include "common/fields/client_fields.hpp"
#include "common/wire.hpp"
#include "common/words.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::api {

namespace {

constexpr std::size_t longest_id = 40;
constexpr std::array list_words{"client", "list", "-o", "json"};
constexpr std::array import_words{"import", "-o", "json"};

/// The id of a client, never the path of a file.
bool is_client_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_id && text.front() != '-' &&
           std::all_of(text.begin(), text.end(),
                       [](char c) { return ascii::is_letter_or_digit(c) || c == '-'; });
}

/// "mcpm: what failed" and what follows, as it would stand on a terminal.
Error said_by(const CommandLineAnswer& answer) {
    constexpr std::string_view prefix = "mcpm: ";
    std::string_view text(answer.errors);
    const auto end = text.find('\n');
    std::string_view first = text.substr(0, end);
    if (first.starts_with(prefix)) first.remove_prefix(prefix.size());
    const ErrorCode code = answer.status == 4   ? ErrorCode::not_found
                           : answer.status == 2 ? ErrorCode::validation_error
                           : answer.status == 6 ? ErrorCode::conflict
                                                : ErrorCode::unavailable;
    return Error{code, first.empty() ? "the command line said nothing" : std::string(first)};
}

/// The JSON of an answer, whatever its status: of many clients some may have failed.
Result<wire::Json> json_of(const Result<CommandLineAnswer>& answer) {
    if (!answer) return answer.error();
    auto json = wire::Json::parse(answer->output, nullptr, false);
    if (!json.is_array()) return said_by(*answer);
    return wire::as_result(std::move(json));
}

}  // namespace

Task<http::Response> list_ai_clients(Rooms& rooms, http::Request&) {
    std::vector<std::string> words(std::begin(list_words), std::end(list_words));
    const auto answer = co_await rooms.control.ask_command_line(std::move(words));
    const auto json = json_of(answer);
    if (!json) co_return failure(json.error());
    co_return success(*json);
}

Task<http::Response> import_ai_client(Rooms& rooms, http::Request& request) {
    const auto body = object_of(request, {fields::client::client, fields::client::dry_run});
    if (!body) co_return failure(body.error());
    const auto client = body->find(fields::client::client);
    const auto dry = body->find(fields::client::dry_run);
    if (client == body->end() || !client->is_string() || !is_client_id(client->get<std::string>()))
        co_return failure(Error{ErrorCode::validation_error, "client: the id of an AI client is expected"});
    if (dry != body->end() && !dry->is_boolean())
        co_return failure(Error{ErrorCode::validation_error, "dryRun: true or false is expected"});
    const bool only_shown = dry != body->end() && dry->get<bool>();
    std::vector<std::string> words(std::begin(import_words), std::end(import_words));
    words.push_back(client->get<std::string>());
    words.emplace_back(only_shown ? "--dry-run" : "--yes");
    const auto answer = co_await rooms.control.ask_command_line(std::move(words));
    auto items = json_of(answer);
    if (!items) co_return failure(items.error());
    co_return success(wire::Json{{fields::client::items, std::move(*items)},
                                 {fields::client::notes, split_words(answer->errors, '\n')}});
}

}  // namespace mcpm::api
