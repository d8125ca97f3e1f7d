// What agents before this one left behind when they crashed: said, listed, and sent when somebody asks for
// it.
#include "agent/agent_rooms.hpp"
#include "common/crash_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

wire::Json crash_json(const CrashReport& crash) {
    wire::Json json{
        {"name", crash.name},       {"at", format_time(crash.at)}, {"signal", signal_word(crash.signal)},
        {"version", crash.version}, {"buildId", crash.build_id},   {"whole", crash.is_whole},
        {"sent", crash.is_sent}};
    auto frames = wire::Json::array();
    for (const auto& frame : crash.frames)
        frames.push_back(fmt::format("{}+{:#x}", frame.module, frame.offset));
    json["frames"] = std::move(frames);
    return json;
}

reports::Report report_of(const CrashReport& crash) {
    reports::Report report;
    report.type = "agent-crash";
    report.severity = reports::Severity::fatal;
    report.message = fmt::format("{} at {:#x}", signal_word(crash.signal), crash.address);
    report.at = crash.at;
    report.release = "mcpm@" + crash.version;
    report.tags = {
        {"component", "agent"}, {"signal", signal_word(crash.signal)}, {"build_id", crash.build_id}};
    for (const auto& frame : crash.frames)
        report.frames.push_back({frame.module, frame.offset, frame.address});
    return report;
}

Task<std::vector<CrashReport>> look(Workers& workers, std::filesystem::path folder) {
    auto work = [folder = std::move(folder)] { return list_crashes(folder); };
    auto looking = offload(workers, std::move(work));
    auto crashes = co_await std::move(looking);
    co_return crashes;
}

bool mark_as_sent(const std::filesystem::path& folder, const std::string& name) {
    const auto stem = name.substr(0, name.size() - crash_suffix.size());
    std::error_code failed;
    std::filesystem::rename(folder / name, folder / (stem + std::string(sent_suffix)), failed);
    return !failed;
}

}  // namespace

/// Of the agent just before this one: the keeper starts the next within seconds.
void Agent::Rooms::note_crash() {
    constexpr std::chrono::minutes just_now{10};
    const auto crashes = mcpm::list_crashes(crash_folder(options.paths.state));
    if (crashes.empty() || crashes.front().at < started_at - just_now) return;
    const auto& newest = crashes.front();
    desk->errors.note("agent-crash", observe::Severity::critical,
                      fmt::format("{} at {:#x}", signal_word(newest.signal), newest.address), newest.at,
                      Clock::now());
    announcements.note(fmt::format("the agent before this one crashed by {}; `mcpm doctor` shows where",
                                   signal_word(crashes.front().signal)));
}

Task<Result<wire::Json>> Agent::Rooms::list_crashes() {
    auto looking = look(workers, crash_folder(options.paths.state));
    const auto crashes = co_await std::move(looking);
    auto json = wire::Json::array();
    for (const auto& crash : crashes) json.push_back(crash_json(crash));
    co_return wire::as_result(std::move(json));
}

Task<Result<wire::Json>> Agent::Rooms::send_crash(std::string name) {
    const auto folder = crash_folder(options.paths.state);
    auto looking = look(workers, folder);
    const auto crashes = co_await std::move(looking);
    const auto found = std::find_if(crashes.begin(), crashes.end(),
                                    [&](const CrashReport& crash) { return crash.name == name; });
    if (found == crashes.end()) co_return Error{ErrorCode::not_found, "there is no crash '" + name + "'"};
    if (found->is_sent) co_return Error{ErrorCode::conflict, "crash '" + name + "' was sent"};
    auto taking = reports->take_asked(report_of(*found));
    const auto taken = co_await std::move(taking);
    if (!taken) co_return taken.error();
    auto marking = offload(workers, [folder, name] { return mark_as_sent(folder, name); });
    (void)co_await std::move(marking);
    auto json = crash_json(*found);
    json["sent"] = true;
    co_return wire::as_result(std::move(json));
}

}  // namespace mcpm
