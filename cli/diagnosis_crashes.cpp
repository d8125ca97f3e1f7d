// Crashes of the agent, by what they left behind.
#include "cli/diagnosis.hpp"
#include "common/crash_file.hpp"
#include "common/paths.hpp"
#include "common/units.hpp"

#include <fmt/format.h>

namespace mcpm::cli {

namespace {

constexpr std::size_t most_shown = 3;
constexpr std::size_t most_frames = 8;

std::string in_words(const CrashReport& crash) {
    std::string text = fmt::format("at {} by {} (version {}, build {})", format_time(crash.at),
                                   signal_word(crash.signal), crash.version, crash.build_id.substr(0, 12));
    for (std::size_t i = 0; i < std::min(crash.frames.size(), most_frames); ++i)
        text +=
            fmt::format("{}{}+{:#x}", i == 0 ? ": " : ", ", crash.frames[i].module, crash.frames[i].offset);
    if (!crash.is_whole) text += "; it could not say more";
    return text;
}

}  // namespace

void check_crashes(std::vector<Finding>& findings) {
    const auto paths = find_paths();
    if (!paths) return;
    const auto crashes = list_crashes(crash_folder(paths->state));
    for (std::size_t i = 0; i < std::min(crashes.size(), most_shown); ++i) {
        const auto& crash = crashes[i];
        if (crash.is_sent) {
            findings.push_back({Finding::Grade::good, "crash", in_words(crash) + "; reported"});
        } else {
            findings.push_back(
                {Finding::Grade::warning, "crash", in_words(crash),
                 "`mcpm doctor --send-crashes` reports it where sentry.dsn says; the files are in " +
                     crash_folder(paths->state).string()});
        }
    }
}

}  // namespace mcpm::cli
