#include "agent/feedback/feedback.hpp"

#include "common/field_problem.hpp"
#include "common/fields/feedback_fields.hpp"
#include "common/number.hpp"
#include "common/random.hpp"
#include "common/units.hpp"
#include "common/utf8.hpp"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace mcpm::feedback {

namespace {

using wire::Json;

constexpr std::array<std::string_view, 4> types{"bug", "feature", "improvement", "general"};
constexpr std::array<std::string_view, 4> statuses{"open", "in-progress", "resolved", "closed"};
constexpr unsigned least_rating = 1;
constexpr unsigned most_rating = 5;

enum class Lines { one, many };

/// A text of the body: how long at most, in bytes, and whether it must be there.
struct TextField {
    const char* name;
    std::string StoredFeedback::*value;
    std::size_t most;
    bool is_required;
    Lines lines;
};
constexpr std::array text_fields{
    TextField{fields::feedback::title, &StoredFeedback::title, 200, true, Lines::one},
    TextField{fields::feedback::description, &StoredFeedback::description, 8192, true, Lines::many},
    TextField{fields::feedback::email, &StoredFeedback::email, 254, false, Lines::one},
    TextField{fields::feedback::version, &StoredFeedback::version, 64, false, Lines::one},
    TextField{fields::feedback::page, &StoredFeedback::page, 512, false, Lines::one},
    TextField{fields::feedback::command, &StoredFeedback::command, 512, false, Lines::one},
    TextField{fields::feedback::user_agent, &StoredFeedback::user_agent, 512, false, Lines::one},
};
constexpr std::size_t most_response = 8192;

std::string listed(std::span<const std::string_view> words) {
    std::string out;
    for (std::size_t i = 0; i < words.size(); ++i)
        out += (i == 0 ? "" : i + 1 == words.size() ? " or " : ", ") + std::string(words[i]);
    return out;
}

bool is_one_of(std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool has_control(std::string_view text, Lines lines) {
    while (!text.empty()) {
        const CodePoint point = decode_utf8(text);
        const bool is_space =
            lines == Lines::many && (point.value == U'\n' || point.value == U'\r' || point.value == U'\t');
        if (point.bytes == 0 || (is_control(point.value) && !is_space)) return true;
        text.remove_prefix(point.bytes);
    }
    return false;
}

/// Empty = good.
std::string problem_of(const Json& value, std::size_t most, Lines lines) {
    if (!value.is_string()) return "a text is expected";
    const auto& text = value.get_ref<const std::string&>();
    if (text.size() > most)
        return "at most " + std::to_string(most) + " bytes, it has " + std::to_string(text.size());
    if (has_control(text, lines)) return "has a control character";
    return {};
}

bool is_blank(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// Enough to be written to; whether it exists, only a letter shows.
bool is_address(std::string_view text) {
    const auto sign = text.find('@');
    return sign != std::string_view::npos && sign > 0 && sign + 1 < text.size() &&
           text.find('@', sign + 1) == std::string_view::npos &&
           text.find_first_of(" \t\r\n<>,;:\"\\()[]") == std::string_view::npos;
}

void read_text(const Json& body, const TextField& field, StoredFeedback& feedback,
               std::vector<FieldProblem>& problems) {
    const auto found = body.find(field.name);
    if (found == body.end() || found->is_null()) {
        if (field.is_required) problems.push_back({field.name, "is required"});
        return;
    }
    if (auto problem = problem_of(*found, field.most, field.lines); !problem.empty()) {
        problems.push_back({field.name, std::move(problem)});
        return;
    }
    const auto& text = found->get_ref<const std::string&>();
    if (field.is_required && is_blank(text)) problems.push_back({field.name, "is required"});
    feedback.*field.value = text;
}

/// Empty = good.
std::string read_word(const Json& value, std::span<const std::string_view> words, std::string& out) {
    if (!value.is_string() || !is_one_of(words, value.get_ref<const std::string&>()))
        return listed(words) + " is expected";
    out = value.get<std::string>();
    return {};
}

void read_rating(const Json& body, StoredFeedback& feedback, std::vector<FieldProblem>& problems) {
    const auto found = body.find(fields::feedback::rating);
    if (found == body.end() || found->is_null()) return;
    const bool is_good = found->is_number_integer() && *found >= least_rating && *found <= most_rating;
    if (!is_good)
        return problems.push_back({fields::feedback::rating, "a whole number from 1 to 5 is expected"});
    feedback.rating = found->get<unsigned>();
}

void set_if(Json& json, const char* key, const std::string& value) {
    if (!value.empty()) json[key] = value;
}

bool is_over(std::string_view status) {
    return status == "resolved" || status == "closed";
}

double percent(std::uint64_t part, std::uint64_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

std::string new_feedback_id() {
    constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
    std::string id = "fb_";
    for (const char byte : random_bytes(12)) id += base32[static_cast<unsigned char>(byte) % base32.size()];
    return id;
}

Result<StoredFeedback> read_feedback(const Json& body, const Sender& sender, Timestamp now) {
    StoredFeedback feedback;
    std::vector<FieldProblem> problems;
    feedback.version = sender.version;
    feedback.user_agent = sender.user_agent.substr(0, 512);
    feedback.type = "general";
    if (const auto found = body.find(fields::feedback::type); found != body.end() && !found->is_null()) {
        if (auto problem = read_word(*found, types, feedback.type); !problem.empty())
            problems.push_back({fields::feedback::type, std::move(problem)});
    }
    for (const auto& field : text_fields) read_text(body, field, feedback, problems);
    read_rating(body, feedback, problems);
    if (!feedback.email.empty() && !is_address(feedback.email))
        problems.push_back({fields::feedback::email, "an address as name@example.org is expected"});
    if (!problems.empty()) return fields_error(problems);
    feedback.id = new_feedback_id();
    feedback.status = "open";
    feedback.actor = sender.actor;
    feedback.created_at = feedback.updated_at = now;
    return feedback;
}

Result<StoredFeedback> read_answer(const Json& body, StoredFeedback stored, Timestamp now) {
    std::vector<FieldProblem> problems;
    const auto status = body.find(fields::feedback::status);
    const auto response = body.find(fields::feedback::response);
    if (status == body.end() && response == body.end())
        return fields_error({{fields::feedback::status, "it or response is required"}});
    if (response != body.end()) {
        auto problem = problem_of(*response, most_response, Lines::many);
        if (problem.empty() && is_blank(response->get_ref<const std::string&>())) problem = "is empty";
        if (!problem.empty()) problems.push_back({fields::feedback::response, std::move(problem)});
    }
    if (status != body.end()) {
        if (auto problem = read_word(*status, statuses, stored.status); !problem.empty())
            problems.push_back({fields::feedback::status, std::move(problem)});
    }
    if (!problems.empty()) return fields_error(problems);
    if (response != body.end()) {
        stored.response = response->get<std::string>();
        if (!stored.responded_at) stored.responded_at = now;
    }
    if (!is_over(stored.status)) stored.resolved_at.reset();
    if (is_over(stored.status) && !stored.resolved_at) stored.resolved_at = now;
    stored.updated_at = now;
    return stored;
}

Result<FeedbackQuery> read_query(std::string_view type, std::string_view status, std::string_view rating) {
    FeedbackQuery query;
    std::vector<FieldProblem> problems;
    if (!type.empty() && !is_one_of(types, type))
        problems.push_back({fields::feedback::type, listed(types) + " is expected"});
    if (!status.empty() && !is_one_of(statuses, status))
        problems.push_back({fields::feedback::status, listed(statuses) + " is expected"});
    query.type = type;
    query.status = status;
    if (!rating.empty()) {
        const unsigned number = parse_number<unsigned>(rating).value_or(0);
        if (number < least_rating || number > most_rating)
            problems.push_back({fields::feedback::rating, "a whole number from 1 to 5 is expected"});
        query.rating = number;
    }
    if (!problems.empty()) return fields_error(problems);
    return query;
}

Json feedback_json(const StoredFeedback& feedback) {
    Json json{{fields::feedback::id, feedback.id},
              {fields::feedback::type, feedback.type},
              {fields::feedback::status, feedback.status},
              {fields::feedback::title, feedback.title},
              {fields::feedback::description, feedback.description}};
    if (feedback.rating) json[fields::feedback::rating] = *feedback.rating;
    set_if(json, fields::feedback::email, feedback.email);
    set_if(json, fields::feedback::version, feedback.version);
    set_if(json, fields::feedback::page, feedback.page);
    set_if(json, fields::feedback::command, feedback.command);
    set_if(json, fields::feedback::user_agent, feedback.user_agent);
    set_if(json, fields::feedback::actor, feedback.actor);
    set_if(json, fields::feedback::response, feedback.response);
    json[fields::feedback::created_at] = format_time(feedback.created_at);
    json[fields::feedback::updated_at] = format_time(feedback.updated_at);
    if (feedback.responded_at) json[fields::feedback::responded_at] = format_time(*feedback.responded_at);
    if (feedback.resolved_at) json[fields::feedback::resolved_at] = format_time(*feedback.resolved_at);
    return json;
}

Json stats_json(const FeedbackFigures& figures) {
    Json json{{fields::feedback::total, figures.total}};
    const auto count = [](const auto& counts, const auto& key) {
        const auto found = counts.find(key);
        return found == counts.end() ? std::uint64_t{0} : found->second;
    };
    for (const auto type : types)
        json[fields::feedback::by_type][std::string(type)] = count(figures.by_type, std::string(type));
    for (const auto status : statuses)
        json[fields::feedback::by_status][std::string(status)] =
            count(figures.by_status, std::string(status));
    std::uint64_t rated = 0;
    std::uint64_t sum = 0;
    for (unsigned rating = least_rating; rating <= most_rating; ++rating) {
        const auto with = count(figures.by_rating, rating);
        json[fields::feedback::by_rating][std::to_string(rating)] = with;
        rated += with;
        sum += with * rating;
    }
    if (rated > 0)
        json[fields::feedback::average_rating] = static_cast<double>(sum) / static_cast<double>(rated);
    if (figures.total > 0) json[fields::feedback::response_rate] = percent(figures.answered, figures.total);
    const auto& took = figures.resolution_ms;
    if (!took.empty()) {
        const auto total = std::accumulate(took.begin(), took.end(), std::int64_t{0});
        json[fields::feedback::resolution_time] = {
            {fields::feedback::resolved, took.size()},
            {fields::feedback::average_ms, total / static_cast<std::int64_t>(took.size())},
            {fields::feedback::median_ms, took[(took.size() - 1) / 2]}};
    }
    return json;
}

bool is_for_team(const StoredFeedback& feedback) {
    return feedback.type == "bug" || (feedback.rating && *feedback.rating <= 2);
}

std::string in_words(const StoredFeedback& feedback) {
    return "feedback (" + feedback.type +
           (feedback.rating ? ", rating " + std::to_string(*feedback.rating) : std::string()) +
           "): " + feedback.title;
}

std::string event_detail(const StoredFeedback& feedback) {
    Json json{{fields::feedback::id, feedback.id},
              {fields::feedback::type, feedback.type},
              {fields::feedback::for_team, is_for_team(feedback)}};
    if (feedback.rating) json[fields::feedback::rating] = *feedback.rating;
    return wire::to_text(json);
}

Letter answer_letter(const StoredFeedback& feedback) {
    return {"Re: " + feedback.title, "You wrote on " + format_time(feedback.created_at) + ":\n\n" +
                                         feedback.description + "\n\nThe answer:\n\n" + feedback.response +
                                         "\n\nIts status is: " + feedback.status + " (" + feedback.id +
                                         ")\n"};
}

}  // namespace mcpm::feedback
