#include "cli/log_follower.hpp"

#include "cli/agent_absence.hpp"
#include "cli/kernel_word.hpp"
#include "cli/selection.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/fields/server_fields.hpp"
#include "common/units.hpp"

#include <algorithm>
#include <thread>

namespace mcpm::cli {

namespace {

using namespace std::chrono_literals;

constexpr auto patience = 30s;  // for an agent that is being replaced
constexpr auto first_delay = 20ms;
constexpr auto longest_delay = 1s;

// To the nanosecond, as the record in the log file has it.
LogTime full_time(const std::string& time) {
    const std::string record = time + " stdout F ";
    const auto parsed = parse_log_record(record);
    return parsed ? parsed->time : LogTime{};
}

}  // namespace

LogFollower::LogFollower(Invocation& call, const Paths& paths, const LogRequest& request)
    : call_(call), paths_(paths), request_(request) {}

Outcome LogFollower::run(AgentClient agent) {
    // By id from here on: a server of the same name that is defined later is another one.
    const auto server = agent.server(request_.server);
    if (!server) return with_suggestion(server.error(), agent, request_.server);
    if (const std::string id = text(*server, fields::server::id); !id.empty()) request_.server = id;
    while (true) {
        lines_.begin_anew();
        const auto ended = agent.stream(target(), [this](std::string_view bytes) {
            take(bytes);
            return true;
        });
        const bool lost = !ended && ended.error().code == ErrorCode::unavailable;
        if (!ended && is_certain_absence(ended.error())) return ended.error();
        if (!ended && !lost && ended.error().code == ErrorCode::server_not_found) return ExitStatus::done;
        if (!ended && !lost && ended.error().code == ErrorCode::validation_error) return ended.error();
        skips_seen_ = last_sequence_ > 0;
        auto again = connect_again();
        if (!again) return again.error();
        agent = std::move(*again);
        const auto still = agent.server(request_.server);
        if (!still && still.error().code == ErrorCode::server_not_found) return ExitStatus::done;
        std::this_thread::sleep_for(first_delay);
    }
}

std::string LogFollower::target() const {
    LogRequest request = request_;
    if (skips_seen_) {
        request.tail = "all";
        request.all = false;
        request.since = last_time_;
    }
    return server_path(request.server) + "/logs" + request.query(call_.out, LogUse::followed).text();
}

Result<AgentClient> LogFollower::connect_again() const {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    FileWatch socket(paths_.socket());
    auto delay = std::chrono::milliseconds(first_delay);
    while (true) {
        auto agent = AgentClient::connect(paths_);
        if (agent || std::chrono::steady_clock::now() > deadline) return agent;
        socket.wait(delay);
        delay = std::min<std::chrono::milliseconds>(delay * 2, longest_delay);
    }
}

void LogFollower::take(std::string_view bytes) {
    lines_.take(bytes, [this](std::string_view line) { print(line); });
    if (!printer_) call_.out.flush();
}

void LogFollower::print(std::string_view json_line) {
    const auto json = wire::parse(json_line);
    if (!json) return;
    const auto sequence = integer(*json, fields::log_line::sequence);
    if (sequence && *sequence > 0) {
        const auto number = static_cast<std::uint64_t>(*sequence);
        if (skips_seen_ && number <= last_sequence_) return;
        last_sequence_ = std::max(last_sequence_, number);
        last_time_ = cli::text(*json, fields::log_line::time);
    }
    if (printer_) return printer_(std::string(json_line));
    if (request_.form() == LogForm::json_lines) {
        call_.out.write(compact(*json) + "\n");
        return;
    }
    call_.out.write(shown(call_, request_, *json));
}

std::string LogFollower::shown(const Invocation& call, const LogRequest& request, const Json& json) {
    const auto sequence = integer(json, fields::log_line::sequence);
    const std::string text = cli::text(json, fields::log_line::text);
    LogLine line;
    line.sequence = sequence ? static_cast<std::uint64_t>(*sequence) : 0;
    line.time = full_time(cli::text(json, fields::log_line::time));
    line.stream = cli::text(json, fields::log_line::stream) == "stdout" ? LogStream::standard_output
                                                                        : LogStream::error_output;
    line.level = parse_level(cli::text(json, fields::log_line::level)).value_or(LogLevel::unknown);
    line.note = is_true(json, fields::log_line::note);
    line.cut = is_true(json, fields::log_line::cut);
    line.text = text;
    std::string out;
    append_line(out, line, request.form(), request.ansi(call.out));
    return out;
}

}  // namespace mcpm::cli
