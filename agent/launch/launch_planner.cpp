#include "agent/launch/launch_planner.hpp"

#include "agent/launch/container_command.hpp"
#include "agent/launch/container_planner.hpp"
#include "agent/launch/own_variables.hpp"
#include "agent/packages/find_program.hpp"
#include "common/client_folder.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <cerrno>
#include <utility>
#include <variant>

namespace mcpm {

namespace {

/// The variables of the agent's own environment that a server gets; nothing else of it reaches a server.
constexpr const char* inherited_variables[] = {"HOME",
                                               "USER",
                                               "LOGNAME",
                                               "SHELL",
                                               "LANG",
                                               "LC_ALL",
                                               "LC_CTYPE",
                                               "TZ",
                                               "TMPDIR",
                                               "XDG_CONFIG_HOME",
                                               "XDG_DATA_HOME",
                                               "XDG_CACHE_HOME",
                                               "XDG_STATE_HOME",
                                               "XDG_RUNTIME_DIR",
                                               "SSL_CERT_FILE",
                                               "SSL_CERT_DIR",
                                               "NODE_EXTRA_CA_CERTS",
                                               "REQUESTS_CA_BUNDLE",
                                               "CURL_CA_BUNDLE",
                                               "HTTP_PROXY",
                                               "HTTPS_PROXY",
                                               "NO_PROXY",
                                               "http_proxy",
                                               "https_proxy",
                                               "no_proxy"};

Error cannot_resolve(std::string message, std::string hint = {}) {
    return Error{ErrorCode::cannot_launch, std::move(message), StartStage::resolve, std::move(hint)};
}

struct Command {
    std::string program;
    std::vector<std::string> arguments;
};

Result<Command> command_of(const CommandSource& source, const std::string& path) {
    auto program = find_program(source.program, path);
    if (!program) return program.error();
    Command command{*program, {source.program}};
    command.arguments.insert(command.arguments.end(), source.arguments.begin(), source.arguments.end());
    return command;
}

Result<Command> command_of(const PackageSource& source, const std::string&) {
    if (!source.pin || source.pin->launcher.empty()) {
        return cannot_resolve(fmt::format("package {} is not installed", source.package),
                              "run: mcpm upgrade NAME");
    }
    Command command{source.pin->launcher.front(), source.pin->launcher};
    command.arguments.insert(command.arguments.end(), source.arguments.begin(), source.arguments.end());
    return command;
}

/// ${package.folder} is where a package was installed, which its definition cannot know.
void put_package_folder(const ServerSpec& spec, ProgramPlan& program) {
    constexpr std::string_view mark = "${package.folder}";
    const auto* const source = std::get_if<PackageSource>(&spec.source);
    if (source == nullptr || !source->pin) return;
    const std::string& folder = source->pin->folder;
    const auto put = [&](std::string& text) {
        for (auto at = text.find(mark); at != std::string::npos; at = text.find(mark, at + folder.size()))
            text.replace(at, mark.size(), folder);
    };
    for (auto& argument : program.arguments) put(argument);
    for (auto& [name, value] : program.environment) put(value);
}

Result<Command> command_of(const ImageSource& source, const std::string&) {
    Command command{{}, {source.image}};
    command.arguments.insert(command.arguments.end(), source.arguments.begin(), source.arguments.end());
    return command;
}

Result<Command> command_of(const UrlSource& source, const std::string&) {
    return Command{{}, {source.url.substr(0, source.url.find('?'))}};  // a query may hold a key
}

/// `${NAME}` stands for a variable of the server's own; nothing of the agent's environment goes out.
Result<std::string> fill_in(std::string_view header, std::string_view value,
                            const std::map<std::string, std::string>& variables) {
    std::string filled;
    while (!value.empty()) {
        const auto begin = value.find("${");
        const auto end = begin == std::string_view::npos ? begin : value.find('}', begin);
        filled.append(value.substr(0, end == std::string_view::npos ? value.size() : begin));
        if (end == std::string_view::npos) break;
        const std::string name(value.substr(begin + 2, end - begin - 2));
        const auto found = variables.find(name);
        if (found == variables.end()) {
            return cannot_resolve(fmt::format("header {} names ${{{}}}, which is not set", header, name),
                                  fmt::format("mcpm update NAME --secret {}=… (or --env)", name));
        }
        if (found->second.find_first_of("\r\n") != std::string::npos)
            return cannot_resolve(fmt::format("header {}: the value of {} has a line break", header, name));
        filled += found->second;
        value.remove_prefix(end + 1);
    }
    return filled;
}

Result<RemoteTarget> target_of(const ServerSpec& spec, const UrlSource& source,
                               const std::map<std::string, std::string>& secrets) {
    RemoteTarget target{source.url, {}, spec.transport};
    auto variables = spec.environment;
    variables.insert(secrets.begin(), secrets.end());  // validated: no variable is of both
    for (const auto& [name, value] : source.headers) {
        auto filled = fill_in(name, value, variables);
        if (!filled) return filled.error();
        target.headers[name] = std::move(*filled);
    }
    return target;
}

}  // namespace

LaunchPlanner::LaunchPlanner(std::string path, std::filesystem::path folders,
                             const std::map<std::string, std::string>& more)
    : path_(std::move(path)),
      folders_(std::move(folders)),
      base_environment_(own_variables(inherited_variables)) {
    for (const auto& [name, value] : more) base_environment_[name] = value;
    base_environment_["PATH"] = path_;
}

Result<LaunchPlan> LaunchPlanner::plan(const std::string& server_id, const ServerSpec& spec,
                                       std::uint64_t run,
                                       const std::map<std::string, std::string>& secrets) const {
    if (wants_client_folder(spec)) {
        // Nobody's folder: the server's own.
        const std::string own = (folders_ / server_id).string();
        (void)::mkdir(folders_.c_str(), 0700);
        (void)::mkdir(own.c_str(), 0700);
        return plan(server_id, with_client_folder(spec, {own, own}), run, secrets);
    }
    const auto& own_path = spec.environment.find("PATH");
    const std::string& path = own_path == spec.environment.end() ? path_ : own_path->second;
    auto command = std::visit([&](const auto& source) { return command_of(source, path); }, spec.source);
    if (!command) return command.error();

    LaunchPlan plan;
    plan.server_id = server_id;
    plan.run = run;
    plan.words = command->arguments;
    if (const auto* const remote = std::get_if<UrlSource>(&spec.source)) {
        auto target = target_of(spec, *remote, secrets);
        if (!target) return target.error();
        plan.what = std::move(*target);
        return plan;
    }
    if (std::holds_alternative<ImageSource>(spec.source)) {
        ContainerLaunch wanted = plan_container(spec);
        give_secrets(spec, secrets, wanted.container);
        plan.what = std::make_shared<const ContainerLaunch>(std::move(wanted));
        return plan;
    }
    ProgramPlan program;
    program.program = std::move(command->program);
    program.arguments =
        with_id_file(std::move(command->arguments), container_id_file(folders_, server_id, run));
    program.environment = environment_of(spec, secrets);
    put_package_folder(spec, program);
    program.limits = spec.resources;
    auto folder = folder_of(server_id, spec);
    if (!folder) return folder.error();
    program.cwd = std::move(*folder);
    plan.words = program.arguments;
    plan.what = std::move(program);
    return plan;
}

std::map<std::string, std::string> LaunchPlanner::environment_of(
    const ServerSpec& spec, const std::map<std::string, std::string>& secrets) const {
    auto environment = base_environment_;
    for (const auto& [name, value] : spec.environment) environment[name] = value;
    for (const auto& [name, value] : secrets) environment[name] = value;
    return environment;
}

/// The definition's, or one of the server's own, which is made.
Result<std::string> LaunchPlanner::folder_of(const std::string& server_id, const ServerSpec& spec) const {
    // Somebody may have removed the folder of folders since the agent began.
    (void)::mkdir(folders_.c_str(), 0700);
    if (!spec.cwd.empty()) return spec.cwd;
    const auto folder = folders_ / server_id;
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return system_error("create the working folder " + folder.string(), errno, ErrorCode::cannot_launch);
    }
    return folder.string();
}

}  // namespace mcpm
