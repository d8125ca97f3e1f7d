#include "cli/commands/all.hpp"
#include "cli/log_follower.hpp"
#include "cli/log_request.hpp"
#include "cli/selection.hpp"
#include "cli/snapshot.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace mcpm::cli::commands {

namespace {

// The agent is away: its log files are read as they lie there.
Outcome read_files(Invocation& call, const Paths& paths, const LogRequest& request) {
    const auto snapshot = read_snapshot(paths);
    if (!snapshot) return snapshot.error();
    const auto server = find_server(snapshot->servers, request.server);
    if (!server) return server.error();
    const std::string id = text(*server, "id");
    if (!is_server_id(id))
        return Error{ErrorCode::internal_error, "the snapshot has no id for '" + request.server + "'"};
    call.out.note("the agent is not running; reading its log files");
    const auto query = request.to_log_query(now_utc());
    if (!query) return query.error();
    const LogReader reader(paths.logs() / id);
    if (const auto good = reader.check(*query); !good) return good.error();
    const LogForm form = request.form();
    if (form == LogForm::csv) call.out.write(csv_header());
    const auto read = reader.read(*query, [&](const LogLine& line) {
        std::string out;
        append_line(out, line, form, request.ansi(call.out));
        call.out.write(out);
        return true;
    });
    if (!read) return read.error();
    return ExitStatus::done;
}

Outcome export_to(Invocation& call, AgentClient& agent, const LogRequest& request) {
    const UniqueFd file(::open(request.export_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (!file) return system_error("write " + request.export_file, errno);
    Output to(file.get(), 2);
    const auto done =
        agent.stream(server_path(request.server) + "/logs/export" + request.query(to, LogUse::whole).text(),
                     [&](std::string_view bytes) {
                         to.pass(bytes);
                         return true;
                     });
    if (!done) return with_suggestion(done.error(), agent, request.server);
    if (::fsync(file.get()) != 0 && errno != EINVAL && errno != EROFS)
        return system_error("write " + request.export_file, errno);
    (void)call;
    return ExitStatus::done;
}

}  // namespace

Outcome logs(Invocation& call) {
    LogRequest request;
    request.declare(call.options);
    if (!call.parse()) return call.outcome();
    if (const auto good = request.check(); !good) return good.error();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    auto agent = AgentClient::connect(*paths);
    if (!agent && agent.error().code != ErrorCode::unavailable) return agent.error();
    if (!agent && request.export_file.empty()) return read_files(call, *paths, request);
    if (!agent) {
        const UniqueFd file(
            ::open(request.export_file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
        if (!file) return system_error("write " + request.export_file, errno);
        Output to(file.get(), 2);
        Invocation into_file(call.command(), {}, to);
        return read_files(into_file, *paths, request);
    }
    if (!request.export_file.empty()) return export_to(call, *agent, request);
    if (request.follow) return LogFollower(call, *paths, request).run(std::move(*agent));
    const std::string target =
        server_path(request.server) + "/logs" + request.query(call.out, LogUse::whole).text();
    const auto done = agent->stream(target, [&](std::string_view bytes) {
        call.out.pass(bytes);
        return true;
    });
    if (!done) return with_suggestion(done.error(), *agent, request.server);
    return ExitStatus::done;
}

}  // namespace mcpm::cli::commands
