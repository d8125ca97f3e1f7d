#include "common/risks.hpp"

#include "common/ascii.hpp"
#include "common/wrapped_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <span>
#include <sstream>
#include <utility>

namespace mcpm {

namespace {

struct Kind {
    std::string_view name;
    std::string_view sentence;
};
/// In the order in which they are said.
constexpr std::array<Kind, 8> kinds{{
    {"host-root", "it reaches every file of this machine"},
    {"engine-socket", "it can command the container engine, which is to be root on this machine"},
    {"privileged", "it runs without the walls of a container (privileged)"},
    {"capability", "it has a capability with which a container can be left"},
    {"host-folder", "it reaches a folder that this machine itself needs"},
    {"host-network", "it is in this machine's own network, where services of localhost trust it"},
    {"host-namespace", "it shares this machine's processes, users or memory"},
    {"open-port", "its port can be reached from other machines"},
}};

/// Each with what is below it.
constexpr std::array<std::string_view, 12> system_folders{"/bin",  "/boot", "/dev",  "/etc", "/lib", "/proc",
                                                          "/root", "/run",  "/sbin", "/sys", "/usr", "/var"};
constexpr std::array<std::string_view, 5> socket_names{"docker.sock", "podman.sock", "containerd.sock",
                                                       "crio.sock", "buildkitd.sock"};
/// Where such sockets lie: who has the folder has them.
constexpr std::array<std::string_view, 4> socket_folders{"/run", "/var/run", "/run/docker", "/run/podman"};
constexpr std::array<std::string_view, 9> strong_capabilities{
    "ALL",      "SYS_ADMIN",       "SYS_MODULE", "SYS_PTRACE", "SYS_RAWIO",
    "SYS_BOOT", "DAC_READ_SEARCH", "BPF",        "MKNOD"};

bool is_one_of(std::string_view text, std::span<const std::string_view> known) {
    return std::find(known.begin(), known.end(), text) != known.end();
}

class Findings {
  public:
    void add(std::string_view name, const std::string& words) {
        if (std::any_of(found_.begin(), found_.end(), [&](const auto& one) { return one.first == name; }))
            return;
        found_.emplace_back(name, words);
    }
    std::vector<Risk> take() const {
        std::vector<Risk> risks;
        for (const Kind& kind : kinds) {
            for (const auto& [name, words] : found_) {
                if (name == kind.name)
                    risks.push_back({kind.name, std::string(kind.sentence) + " (" + words + ")"});
            }
        }
        return risks;
    }

  private:
    std::vector<std::pair<std::string_view, std::string>> found_;
};

void look_at_folder(std::string_view source, const std::string& words, Findings& findings) {
    if (!source.starts_with('/')) return;  // a volume of the engine, or a folder of the person's
    std::string path = std::filesystem::path(source).lexically_normal().string();
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (path == "/") return findings.add("host-root", words);
    const std::string name = std::filesystem::path(path).filename().string();
    if (is_one_of(name, socket_names) || is_one_of(path, socket_folders))
        return findings.add("engine-socket", words);
    const bool is_of_system =
        std::any_of(system_folders.begin(), system_folders.end(), [&](std::string_view folder) {
            return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
        });
    const bool is_plain_data = path.starts_with("/var/lib/") || path.starts_with("/usr/share/");
    if (path == "/home" || (is_of_system && !is_plain_data)) findings.add("host-folder", words);
}

void look_at_volume(const std::string& volume, Findings& findings) {
    const auto colon = volume.find(':');
    if (colon != std::string::npos) look_at_folder(volume.substr(0, colon), "-v " + volume, findings);
}

/// "type=bind,source=/,target=/host"
void look_at_mount(const std::string& mount, Findings& findings) {
    for (std::size_t at = 0; at < mount.size();) {
        const auto end = std::min(mount.find(',', at), mount.size());
        const std::string part = mount.substr(at, end - at);
        for (const std::string_view key : {"source=", "src="})
            if (part.starts_with(key)) look_at_folder(part.substr(key.size()), "--mount " + mount, findings);
        at = end + 1;
    }
}

void look_at_capability(const std::string& given, Findings& findings) {
    std::string name = ascii::uppered(given);
    if (name.starts_with("CAP_")) name.erase(0, 4);
    if (is_one_of(name, strong_capabilities)) findings.add("capability", "--cap-add " + given);
}

void look_at_network(const std::string& network, Findings& findings) {
    if (network == "host") findings.add("host-network", "--network host");
}

/// [ADDRESS:]HOST:PORT with an address that is not this machine's alone; engines take none for all.
enum class WithoutAddress { loopback, everywhere };
void look_at_port(const std::string& port, WithoutAddress without, Findings& findings) {
    const auto last = port.rfind(':');
    const auto before = last == std::string::npos || last == 0 ? last : port.rfind(':', last - 1);
    const bool has_address = last != std::string::npos && before != std::string::npos;
    const std::string address = has_address ? port.substr(0, before) : std::string();
    const bool is_local = address.starts_with("127.") || address == "[::1]" || address == "localhost";
    if (has_address ? !is_local : without == WithoutAddress::everywhere)
        findings.add("open-port", "-p " + port);
}

void look_at_container(const ServerSpec& spec, Findings& findings) {
    for (const auto& volume : spec.volumes) look_at_volume(volume, findings);
    for (const auto& name : spec.container.capabilities) look_at_capability(name, findings);
    look_at_network(spec.container.network, findings);
    for (const auto& port : spec.ports) look_at_port(port, WithoutAddress::loopback, findings);
}

/// One option of `docker run`, its value, and what is looked for in it.
struct RunOption {
    std::string_view long_name, short_name;
    void (*look)(const std::string& value, Findings& findings);
};
void look_at_namespace(const std::string& value, Findings& findings) {
    if (value == "host") findings.add("host-namespace", "a namespace of the host");
}
void look_at_security(const std::string& value, Findings& findings) {
    if (value.ends_with("unconfined") || value == "label=disable")
        findings.add("privileged", "--security-opt " + value);
}
void look_at_device(const std::string& value, Findings& findings) {
    findings.add("host-folder", "--device " + value);
}
void look_at_open_port(const std::string& value, Findings& findings) {
    look_at_port(value, WithoutAddress::everywhere, findings);
}
constexpr std::array<RunOption, 12> run_options{{
    {"--volume", "-v", look_at_volume},
    {"--mount", "", look_at_mount},
    {"--cap-add", "", look_at_capability},
    {"--network", "", look_at_network},
    {"--net", "", look_at_network},
    {"--pid", "", look_at_namespace},
    {"--ipc", "", look_at_namespace},
    {"--uts", "", look_at_namespace},
    {"--userns", "", look_at_namespace},
    {"--security-opt", "", look_at_security},
    {"--device", "", look_at_device},
    {"--publish", "-p", look_at_open_port},
}};
/// Options of `docker run` that take no value; all others do.
constexpr std::array<std::string_view, 16> run_flags{"--rm",
                                                     "--interactive",
                                                     "--tty",
                                                     "--detach",
                                                     "--init",
                                                     "--privileged",
                                                     "--read-only",
                                                     "--publish-all",
                                                     "--sig-proxy",
                                                     "--no-healthcheck",
                                                     "--quiet",
                                                     "--rmi",
                                                     "--oom-kill-disable",
                                                     "--disable-content-trust",
                                                     "--replace",
                                                     "--tls-verify"};
constexpr std::string_view short_flags = "itdPq";

/// Takes the option at `at`; where the next word is.
std::size_t take_option(const std::vector<std::string>& words, std::size_t at, Findings& findings) {
    const std::string& word = words[at];
    const auto equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const bool is_long = word.starts_with("--");
    if (name == "--privileged" && (equals == std::string::npos || word.substr(equals + 1) != "false"))
        findings.add("privileged", "--privileged");
    if (name == "--publish-all" || word == "-P") findings.add("open-port", name);
    const bool is_flag =
        is_long ? is_one_of(name, run_flags) : word.find_first_not_of(short_flags, 1) == std::string::npos;
    if (is_flag) return at + 1;
    const std::string key = is_long ? name : word.substr(0, 2);
    std::string value;
    std::size_t next = at + 1;
    if (is_long && equals != std::string::npos)
        value = word.substr(equals + 1);
    else if (!is_long && word.size() > 2)
        value = word.substr(word[2] == '=' ? 3 : 2);
    else if (next < words.size())
        value = words[next++];
    for (const RunOption& option : run_options)
        if (key == option.long_name || (!option.short_name.empty() && key == option.short_name))
            option.look(value, findings);
    return next;
}

/// A command's argv; of a text for a shell its words, as far as blanks part them.
std::vector<std::string> words_of(const CommandSource& source) {
    constexpr std::array<std::string_view, 5> shells{"sh", "bash", "dash", "zsh", "ash"};
    std::vector<std::string> words{source.program};
    words.insert(words.end(), source.arguments.begin(), source.arguments.end());
    const auto shell = behind_wrappers(words);
    if (shell + 2 >= words.size() || !words[shell + 1].starts_with('-') || !words[shell + 1].ends_with('c') ||
        !is_one_of(std::filesystem::path(words[shell]).filename().string(), shells))
        return words;
    std::istringstream text(words[shell + 2]);
    std::vector<std::string> parts;
    for (std::string part; text >> part;)
        if (part != "exec") parts.push_back(std::move(part));
    return parts;
}

/// "docker run OPTIONS IMAGE …", "docker container run …"; words behind the image are the program's.
void look_at_command(const CommandSource& source, Findings& findings) {
    constexpr std::array<std::string_view, 4> engines{"docker", "podman", "nerdctl", "docker.exe"};
    const auto words = words_of(source);
    const auto program = behind_wrappers(words);
    if (program == words.size()) return;
    if (!is_one_of(std::filesystem::path(words[program]).filename().string(), engines)) return;
    const auto run = std::find_if(words.begin() + static_cast<std::ptrdiff_t>(program) + 1, words.end(),
                                  [](const std::string& word) { return word == "run" || word == "create"; });
    for (auto at = static_cast<std::size_t>(run - words.begin()) + 1; at < words.size();) {
        if (!words[at].starts_with('-') || words[at] == "--") return;
        at = take_option(words, at, findings);
    }
}

}  // namespace

std::vector<Risk> risks_of(const ServerSpec& spec) {
    Findings findings;
    if (spec.type == ServerType::container) look_at_container(spec, findings);
    if (const auto* command = std::get_if<CommandSource>(&spec.source)) look_at_command(*command, findings);
    return findings.take();
}

Result<> check_policy(const ServerSpec& spec, const std::vector<std::string>& refused) {
    for (const Risk& risk : risks_of(spec)) {
        const bool is_refused = std::any_of(refused.begin(), refused.end(), [&](const std::string& name) {
            return name == "all" || name == risk.name;
        });
        if (!is_refused) continue;
        return Error{ErrorCode::forbidden,
                     "the policy of this agent refuses \"" + spec.name + "\": " + risk.sentence,
                     {},
                     "policy.refuse in config.yaml names " + std::string(risk.name)};
    }
    return {};
}

bool is_risk_name(std::string_view text) {
    return std::any_of(kinds.begin(), kinds.end(), [&](const Kind& kind) { return kind.name == text; });
}

std::string risk_names() {
    std::string all;
    for (const Kind& kind : kinds) all += (all.empty() ? "" : ", ") + std::string(kind.name);
    return all;
}

}  // namespace mcpm
