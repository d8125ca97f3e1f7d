#include "agent/reports/crashes.hpp"

#include "common/fields/crash_fields.hpp"
#include "common/own_file.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>
#include <utility>

namespace mcpm::reports {

namespace {

constexpr std::string_view said_mark = "said";

wire::Json crash_json(const CrashReport& crash) {
    wire::Json json{{fields::crash::name, crash.name},
                    {fields::crash::at, format_time(crash.at)},
                    {fields::crash::signal, signal_word(crash.signal)},
                    {fields::crash::version, crash.version},
                    {fields::crash::build_id, crash.build_id},
                    {fields::crash::whole, crash.is_whole},
                    {fields::crash::sent, crash.is_sent}};
    auto frames = wire::Json::array();
    for (const auto& frame : crash.frames)
        frames.push_back(fmt::format("{}+{:#x}", frame.module, frame.offset));
    json[fields::crash::frames] = std::move(frames);
    return json;
}

Task<std::vector<CrashReport>> look(Workers& workers, std::filesystem::path folder) {
    auto work = [folder = std::move(folder)] { return list_crashes(folder); };
    auto crashes = co_await offload(workers, std::move(work));
    co_return crashes;
}

bool mark_as_sent(const std::filesystem::path& folder, const std::string& name) {
    const auto stem = name.substr(0, name.size() - crash_suffix.size());
    std::error_code failed;
    std::filesystem::rename(folder / name, folder / (stem + std::string(sent_suffix)), failed);
    return !failed;
}

}  // namespace

Report report_of(const CrashReport& crash) {
    Report report;
    report.type = "agent-crash";
    report.severity = Severity::fatal;
    report.message = signal_word(crash.signal);
    if (crash.address) report.message += fmt::format(" at {:#x}", *crash.address);
    report.at = crash.at;
    report.release = "mcpm@" + crash.version;
    report.tags = {{fields::crash::component, "agent"},
                   {fields::crash::signal, signal_word(crash.signal)},
                   {"build_id", crash.build_id}};
    for (const auto& frame : crash.frames)
        report.frames.push_back({frame.module, frame.offset, frame.address});
    return report;
}

std::string Crashes::news() const {
    const auto crashes = list_crashes(folder_);
    if (crashes.empty() || crashes.front().is_sent) return {};
    const auto& newest = crashes.front();
    const auto mark = folder_ / said_mark;
    constexpr std::size_t longest_name = 255;
    if (const auto said = read_own_file(mark, longest_name); said && *said == newest.name) return {};
    // Without the mark it is said again by the next agent.
    if (const auto file = open_own_file(mark, O_WRONLY | O_CREAT | O_TRUNC))
        (void)!::write(file->get(), newest.name.data(), newest.name.size());
    return fmt::format("an agent before this one crashed by {}; `mcpm doctor` shows where",
                       signal_word(newest.signal));
}

Task<Result<wire::Json>> Crashes::list() {
    const auto crashes = co_await look(workers_, folder_);
    auto json = wire::Json::array();
    for (const auto& crash : crashes) json.push_back(crash_json(crash));
    co_return wire::as_result(std::move(json));
}

Task<Result<wire::Json>> Crashes::send(std::string name) {
    const auto crashes = co_await look(workers_, folder_);
    const auto found = std::find_if(crashes.begin(), crashes.end(),
                                    [&](const CrashReport& crash) { return crash.name == name; });
    if (found == crashes.end()) co_return Error{ErrorCode::not_found, "there is no crash '" + name + "'"};
    if (found->is_sent) co_return Error{ErrorCode::conflict, "crash '" + name + "' was sent"};
    const auto taken = co_await desk_.take_asked(report_of(*found));
    if (!taken) co_return taken.error();
    auto marking = offload(workers_, [folder = folder_, name] { return mark_as_sent(folder, name); });
    (void)co_await std::move(marking);
    auto json = crash_json(*found);
    json[fields::crash::sent] = true;
    co_return wire::as_result(std::move(json));
}

}  // namespace mcpm::reports
