#include "cli/log_merge.hpp"

#include "cli/log_follower.hpp"
#include "cli/own_fields.hpp"
#include "cli/selection.hpp"
#include "cli/text_width.hpp"
#include "common/fields/log_line_fields.hpp"
#include "common/whole_lines.hpp"

#include <algorithm>
#include <mutex>
#include <thread>

namespace mcpm::cli {

namespace {

// Of all servers together; more than a person reads, and a bound on what is held.
constexpr std::size_t most_lines = 200'000;

struct Line {
    std::string time;
    std::size_t server = 0;
    std::string json;
};

Result<> collect(AgentClient& agent, const LogRequest& request, std::size_t server, Output& out,
                 std::vector<Line>& lines) {
    WholeLines whole;
    LogRequest one = request;
    one.format = "json";
    const auto keep = [&](std::string_view json) {
        const auto read = wire::parse(json);
        if (read && lines.size() < most_lines)
            lines.push_back({text(*read, fields::log_line::time), server, std::string(json)});
    };
    const auto take = [&](std::string_view bytes) {
        whole.take(bytes, keep);
        return true;
    };
    const auto done =
        agent.stream(server_path(one.server) + "/logs" + one.query(out, LogUse::whole).text(), take);
    if (!done) return with_suggestion(done.error(), agent, one.server);
    return {};
}

class NamedPrinter {
  public:
    NamedPrinter(Invocation& call, const LogRequest& request, const std::vector<std::string>& names)
        : call_(call), request_(request), names_(names) {
        for (const std::string& name : names) width_ = std::max(width_, text_width(harmless(name)));
    }

    void print(std::size_t server, const std::string& json_line) {
        const auto json = wire::parse(json_line);
        if (!json) return;
        const std::lock_guard lock(guard_);
        if (request_.form() == LogForm::json_lines) {
            Json named{{own::name, names_[server]}};
            named.update(*json);
            call_.out.write(compact(named) + "\n");
        } else {
            const std::string name = harmless(names_[server]);
            const std::string column = name + std::string(width_ - text_width(name), ' ') + " | ";
            const bool paints = call_.out.paint() == Paint::yes;
            call_.out.write((paints ? coloured(column, Colour::grey) : column) +
                            LogFollower::shown(call_, request_, *json));
        }
        call_.out.flush();
    }

  private:
    Invocation& call_;
    const LogRequest& request_;
    const std::vector<std::string>& names_;
    std::size_t width_ = 0;
    std::mutex guard_;
};

Outcome follow_all(Invocation& call, const Paths& paths, const LogRequest& request,
                   const std::vector<std::string>& names, NamedPrinter& printer) {
    std::vector<Outcome> outcomes(names.size(), ExitStatus::done);
    std::vector<std::thread> threads;
    for (std::size_t at = 0; at < names.size(); ++at) {
        threads.emplace_back([&, at] {
            LogRequest one = request;
            one.server = names[at];
            LogFollower follower(call, paths, one);
            follower.print_by([&printer, at](const std::string& line) { printer.print(at, line); });
            auto agent = AgentClient::connect(paths);
            outcomes[at] = agent ? follower.run(std::move(*agent)) : Outcome(agent.error());
        });
    }
    for (std::thread& thread : threads) thread.join();
    for (const Outcome& outcome : outcomes) {
        if (!outcome) return outcome;
    }
    return ExitStatus::done;
}

}  // namespace

Outcome print_merged_logs(Invocation& call, const Paths& paths, const LogRequest& request,
                          const std::vector<std::string>& names) {
    NamedPrinter printer(call, request, names);
    if (request.follow) return follow_all(call, paths, request, names, printer);
    auto agent = AgentClient::connect(paths);
    if (!agent) return agent.error();
    std::vector<Line> lines;
    for (std::size_t at = 0; at < names.size(); ++at) {
        LogRequest one = request;
        one.server = names[at];
        if (const auto done = collect(*agent, one, at, call.out, lines); !done) return done.error();
    }
    std::stable_sort(lines.begin(), lines.end(),
                     [](const Line& left, const Line& right) { return left.time < right.time; });
    if (lines.size() == most_lines)
        call.out.note("only " + std::to_string(most_lines) +
                      " lines are shown; ask for fewer with --tail or --since");
    call.out.start_pager();
    for (const Line& line : lines) printer.print(line.server, line.json);
    return ExitStatus::done;
}

}  // namespace mcpm::cli
