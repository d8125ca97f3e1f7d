#include "cli/agent_absence.hpp"
#include "cli/commands/all.hpp"
#include "cli/log_follower.hpp"
#include "cli/log_merge.hpp"
#include "cli/log_request.hpp"
#include "cli/selection.hpp"
#include "cli/snapshot.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/usage_fields.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mcpm::cli::commands {

namespace {

// The agent is away: its log files are read as they lie there.
Result<> read_files(const Paths& paths, const LogRequest& request,
                    const std::function<Result<Output*>()>& to) {
    const auto snapshot = read_snapshot(paths);
    if (!snapshot) return snapshot.error();
    const auto server = find_server(snapshot->servers, request.server);
    if (!server) return server.error();
    const std::string id = text(*server, fields::server::id);
    if (!is_server_id(id))
        return Error{ErrorCode::internal_error, "the snapshot has no id for '" + request.server + "'"};
    const auto query = request.to_log_query(now_utc());
    if (!query) return query.error();
    const LogReader reader(paths.logs() / id);
    if (const auto good = reader.check(*query); !good) return good.error();
    const auto out = to();
    if (!out) return out.error();
    const LogForm form = request.form();
    if (form == LogForm::csv) (*out)->write(csv_header());
    const auto read = reader.read(*query, [&](const LogLine& line) {
        std::string text;
        append_line(text, line, form, request.ansi(**out));
        (*out)->write(text);
        return true;
    });
    if (!read) return read.error();
    return {};
}

// Opened with the first bytes, so that an error leaves what was there before as it was.
class ExportFile {
  public:
    explicit ExportFile(std::string name) : name_(std::move(name)) {}

    Result<> open() {
        if (file_) return {};
        file_ = UniqueFd(::open(name_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file_) return system_error("write " + name_, errno);
        output_.emplace(file_.get(), 2);
        return {};
    }
    Output& output() { return *output_; }

    Result<> finish() {
        if (auto opened = open(); !opened) return opened;
        output_->flush();
        // A pipe or a device has nothing to sync.
        if (::fsync(file_.get()) != 0 && errno != EINVAL && errno != EROFS)
            return system_error("write " + name_, errno);
        return {};
    }

  private:
    std::string name_;
    UniqueFd file_;
    std::optional<Output> output_;
};

Outcome export_to(AgentClient& agent, const LogRequest& request) {
    ExportFile file(request.export_file);
    const Output plain(-1, 2);
    Result<> opened;
    const auto done = agent.stream(
        server_path(request.server) + "/logs/export" + request.query(plain, LogUse::whole).text(),
        [&](std::string_view bytes) {
            opened = file.open();
            if (opened) file.output().pass(bytes);
            return opened.has_value();
        });
    if (!opened) return opened.error();
    if (!done) return with_suggestion(done.error(), agent, request.server);
    if (const auto finished = file.finish(); !finished) return finished.error();
    return ExitStatus::done;
}

Outcome agent_is_down(Invocation& call, const Paths& paths, const LogRequest& request, const Error& error) {
    const std::string why = absence_in_words(paths, error);
    if (request.servers.size() > 1)
        return Error{ErrorCode::unavailable,
                     "logs of several servers need the agent: " + why,
                     {},
                     error.hint.empty() ? std::string("`mcpm agent start` starts it") : error.hint};
    call.out.note(why + "; reading its log files");
    if (request.export_file.empty()) {
        const auto read = read_files(paths, request, [&] { return Result<Output*>(&call.out); });
        if (!read) return read.error();
        call.out.flush();
        if (!request.follow) return ExitStatus::done;
        return Error{
            ErrorCode::unavailable, "there is nothing to follow: " + why, {}, "`mcpm agent start` starts it"};
    }
    ExportFile file(request.export_file);
    const auto read = read_files(paths, request, [&]() -> Result<Output*> {
        if (const auto opened = file.open(); !opened) return opened.error();
        return &file.output();
    });
    if (!read) return read.error();
    if (const auto finished = file.finish(); !finished) return finished.error();
    return ExitStatus::done;
}

}  // namespace

namespace {

Outcome print_log(Invocation& call, AgentClient& agent, const LogRequest& request) {
    call.out.start_pager();
    const std::string target =
        server_path(request.server) + "/logs" + request.query(call.out, LogUse::whole).text();
    const auto done = agent.stream(target, [&](std::string_view bytes) {
        call.out.pass(bytes);
        return true;
    });
    if (!done) return with_suggestion(done.error(), agent, request.server);
    return ExitStatus::done;
}

// Asked before the first line, so that none is printed twice when nobody answers.
Result<std::vector<std::string>> names_of(Result<AgentClient>& agent, const std::vector<std::string>& words) {
    if (!agent) return agent.error();
    auto names = server_names(*agent, words);
    if (!names) return names;
    const auto known = agent->server(names->front());
    if (!known && is_absence(known.error())) return known.error();
    return names;
}

/// The calls of a trace are recorded with their run: its lines of that time, with what the server wrote just
/// after its answer.
Result<> narrow_to_trace(AgentClient& agent, LogRequest& request) {
    constexpr std::chrono::milliseconds after{1000};
    const auto calls = agent.calls(Query().add("server", request.server).add("trace", request.trace));
    if (!calls) return calls.error();
    std::optional<Timestamp> begin;
    std::optional<Timestamp> end;
    for (const Json& call : *calls) {
        const auto at = parse_time(text(call, fields::usage::at));
        if (!at) continue;
        const auto took = std::chrono::microseconds(
            static_cast<std::int64_t>(number(call, fields::usage::duration_ms).value_or(0) * 1000));
        const auto began = *at - std::chrono::ceil<std::chrono::milliseconds>(took);
        begin = std::min(begin.value_or(began), began);
        end = std::max(end.value_or(*at), *at);
        if (const auto run = integer(call, fields::usage::run)) request.run = std::to_string(*run);
    }
    if (!begin)
        return Error{ErrorCode::not_found,
                     "no call of '" + request.server + "' is known that is part of trace " + request.trace,
                     {},
                     "calls are known by their trace while spans are exported (docs/exports.md)"};
    request.since = format_time(*begin);
    request.until = format_time(*end + after);
    return {};
}

Result<> check_for_several(const LogRequest& request) {
    const auto wrong = [](const char* option) {
        return Error{ErrorCode::validation_error, std::string(option) + " goes with one server"};
    };
    if (!request.export_file.empty()) return wrong("--export");
    if (!request.run.empty()) return wrong("--run");
    if (!request.trace.empty()) return wrong("--trace");
    if (request.form() == LogForm::csv) return wrong("-o csv");
    return {};
}

}  // namespace

Outcome logs(Invocation& call) {
    LogRequest request;
    request.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (const auto good = request.check(); !good) return good.error();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    request.server = request.servers.front();
    auto agent = AgentClient::connect(*paths);
    const auto names = names_of(agent, request.servers);
    if (!names && is_absence(names.error())) return agent_is_down(call, *paths, request, names.error());
    if (!names) return names.error();
    if (request.follow) call.out.end_with_reader();
    if (names->size() > 1) {
        if (const auto good = check_for_several(request); !good) return good.error();
        return print_merged_logs(call, *paths, request, *names);
    }
    request.server = names->front();
    if (!request.trace.empty()) {
        if (const auto narrowed = narrow_to_trace(*agent, request); !narrowed)
            return with_suggestion(narrowed.error(), *agent, request.server);
    }
    if (!request.export_file.empty()) return export_to(*agent, request);
    if (request.follow) return LogFollower(call, *paths, request).run(std::move(*agent));
    return print_log(call, *agent, request);
}

}  // namespace mcpm::cli::commands
