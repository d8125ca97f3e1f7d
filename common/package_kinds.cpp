#include "common/package_kinds.hpp"

#include <algorithm>
#include <array>

namespace mcpm::server_json {

namespace {

struct KindRow {
    std::string_view kind, why, instead;  // PACKAGE stands for the package with its version
};
constexpr std::array kinds{
    KindRow{"nuget", "packages of nuget cannot be installed",
            "with .NET on this machine `mcpm add NAME -- dnx PACKAGE --yes` starts it"},
    KindRow{"cargo", "a crate is built on this machine, which runs its code",
            "`mcpm add NAME --cargo PACKAGE --allow-scripts` does it"},
    KindRow{"mcpb", "an MCP bundle asks for values of its own", "`mcpm install` takes its server.json"},
    KindRow{"go", "a Go program is built on this machine", "`mcpm add NAME --go PACKAGE` does it"}};

}  // namespace

std::string kind_refusal(std::string_view kind, const std::string& package, const std::string& version) {
    const auto row =
        std::find_if(kinds.begin(), kinds.end(), [&](const KindRow& one) { return one.kind == kind; });
    if (row == kinds.end()) {
        const std::string named = kind.empty() ? "an unnamed kind" : "the kind \"" + std::string(kind) + "\"";
        return "packages of " + named +
               " are not known here: its publisher says how it is started, and `mcpm add` takes that";
    }
    std::string instead(row->instead);
    const std::string full = package + (version.empty() ? "" : "@" + version);
    const std::string_view mark = "PACKAGE";
    if (const auto at = instead.find(mark); at != std::string::npos) instead.replace(at, mark.size(), full);
    return std::string(row->why) + ": " + instead;
}

}  // namespace mcpm::server_json
