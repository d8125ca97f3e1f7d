// feedback send, list, reply, stats.
#include "cli/commands/all.hpp"
#include "cli/environment.hpp"
#include "cli/selection.hpp"
#include "common/fields/feedback_fields.hpp"
#include "common/number.hpp"
#include "common/utf8.hpp"

#include <fmt/format.h>

#include <utility>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t longest_text = 8192;

std::vector<Cell> feedback_row(const Json& feedback) {
    const std::string status = text(feedback, fields::feedback::status);
    return {{text(feedback, fields::feedback::id)},
            {text(feedback, fields::feedback::type)},
            {text(feedback, fields::feedback::rating)},
            {status, status == "open" ? Colour::yellow : Colour::none},
            {text(feedback, fields::feedback::created_at)},
            {harmless(text(feedback, fields::feedback::title))}};
}

Result<std::string> as_text(std::string given) {
    if (!is_utf8(given)) return Error{ErrorCode::validation_error, "feedback: text (UTF-8) is expected"};
    return given;
}

/// "-" is standard input.
Result<std::string> given_text(const std::string& word) {
    if (word != "-") return as_text(word);
    auto text = read_input("-", longest_text + 1);
    if (!text) return text;
    if (text->ends_with('\n')) text->pop_back();
    if (text->empty()) return Error{ErrorCode::validation_error, "standard input is empty"};
    return as_text(std::move(*text));
}

Result<Json> rating_of(const std::string& word) {
    const int number = parse_number<int>(word).value_or(0);
    if (number < 1 || number > 5)
        return Error{ErrorCode::validation_error, "--rating: a whole number from 1 to 5 is expected"};
    return ok(Json(number));
}

std::string counts(const Json& object) {
    std::string out;
    for (const auto& [key, value] : object.items()) {
        if (value.is_number() && value != 0) out += (out.empty() ? "" : ", ") + key + " " + value.dump();
    }
    return out.empty() ? "none" : out;
}

std::string in_hours(const Json& took, const char* key) {
    return fmt::format("{:.1f} h", number(took, key).value_or(0) / 3'600'000.0);
}

}  // namespace

Outcome feedback_send(Invocation& call) {
    std::string title;
    std::string description;
    std::string type = "general";
    std::optional<std::string> rating;
    std::string email;
    std::string about;
    call.options.positional("TITLE", title, "what it is about, in a few words");
    call.options.value("-d,--description", "TEXT", description,
                       "the rest of it; - reads standard input (default: the title)");
    call.options.value("-t,--type", "TYPE", type, "what kind of feedback it is (default: general)");
    call.options.choices({"bug", "feature", "improvement", "general"});
    call.options.value("-r,--rating", "1-5", rating, "how well you like it");
    call.options.value("--email", "ADDRESS", email, "where an answer may go");
    call.options.value("--command", "COMMAND", about, "the command that it is about");
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    const auto whole = given_text(description.empty() ? title : description);
    if (!whole) return whole.error();
    if (const auto rest = as_text(title + "\n" + email + "\n" + about); !rest) return rest.error();
    Json body{{fields::feedback::title, title},
              {fields::feedback::description, *whole},
              {fields::feedback::type, type},
              {fields::feedback::user_agent, "mcpm/" MCPM_VERSION}};
    if (!email.empty()) body[fields::feedback::email] = email;
    if (!about.empty()) body[fields::feedback::command] = about;
    if (rating) {
        const auto number = rating_of(*rating);
        if (!number) return number.error();
        body[fields::feedback::rating] = *number;
    }
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto sent = agent->send_feedback(body);
    if (!sent) return sent.error();
    if (!print_for_programs(call.out, *sent, call.format))
        call.out.write(text(*sent, fields::feedback::id) + "\n");
    return ExitStatus::done;
}

Outcome feedback_list(Invocation& call) {
    std::string type;
    std::string status;
    std::string limit;
    call.options.value("-t,--type", "TYPE", type, "only of this type");
    call.options.choices({"bug", "feature", "improvement", "general"});
    call.options.value("--status", "STATUS", status, "only in this state");
    call.options.choices({"open", "in-progress", "resolved", "closed"});
    call.options.value("-n,--limit", "N", limit, "how many (default: 100)");
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto all =
        agent->feedback(Query().add_if("type", type).add_if("status", status).add_if("limit", limit));
    if (!all) return all.error();
    if (print_for_programs(call.out, *all, call.format)) return ExitStatus::done;
    Table table{{{"ID", Shrink::last, Align::left, 0, true},
                 {"TYPE"},
                 {"RATING"},
                 {"STATUS"},
                 {"CREATED", Shrink::last, Align::left, 1},
                 {"TITLE", Shrink::first}},
                {}};
    for (const Json& one : *all) table.rows.push_back(feedback_row(one));
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    return ExitStatus::done;
}

Outcome feedback_reply(Invocation& call) {
    std::string id;
    std::optional<std::string> words;
    std::string status;
    call.options.positional("ID", id, "the feedback");
    call.options.positional("TEXT", words, "the answer; - reads standard input");
    call.options.value("--status", "STATUS", status, "what its status is then");
    call.options.choices({"open", "in-progress", "resolved", "closed"});
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (!words && status.empty())
        return Error{ErrorCode::validation_error, "feedback reply: TEXT or --status is missing"};
    Json answer = Json::object();
    if (words) {
        const auto whole = given_text(*words);
        if (!whole) return whole.error();
        answer[fields::feedback::response] = *whole;
    }
    if (!status.empty()) answer[fields::feedback::status] = status;
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto answered = agent->answer_feedback(id, answer);
    if (!answered) return answered.error();
    if (print_for_programs(call.out, *answered, call.format)) return ExitStatus::done;
    const std::string letter = text(*answered, fields::feedback::letter);
    if (!letter.empty() && letter != "queued") call.out.note("its sender is not told: " + letter);
    return ExitStatus::done;
}

Outcome feedback_stats(Invocation& call) {
    call.format.declare(call.options);
    if (!call.parse()) return call.outcome();
    auto agent = call.agent();
    if (!agent) return agent.error();
    const auto stats = agent->feedback_stats();
    if (!stats) return stats.error();
    if (print_for_programs(call.out, *stats, call.format)) return ExitStatus::done;
    const auto average = number(*stats, fields::feedback::average_rating);
    const auto rate = number(*stats, fields::feedback::response_rate);
    const Json& took = member(*stats, fields::feedback::resolution_time);
    print_facts(call.out, {{"Total", text(*stats, fields::feedback::total)},
                           {"By type", counts(member(*stats, fields::feedback::by_type))},
                           {"By status", counts(member(*stats, fields::feedback::by_status))},
                           {"By rating", counts(member(*stats, fields::feedback::by_rating))},
                           {"Average rating", average ? fmt::format("{:.1f}", *average) : ""},
                           {"Answered", rate ? fmt::format("{:.0f} %", *rate) : ""},
                           {"Resolved in", took.is_object() ? in_hours(took, fields::feedback::average_ms) +
                                                                  " on average, median " +
                                                                  in_hours(took, fields::feedback::median_ms)
                                                            : ""}});
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
