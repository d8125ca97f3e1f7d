#include "agent/launch/container_command.hpp"

#include "agent/launch/job_runner.hpp"
#include "common/encodings.hpp"
#include "common/number.hpp"
#include "common/wrapped_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <string_view>
#include <system_error>
#include <utility>

namespace mcpm {

namespace {

constexpr std::array<std::string_view, 3> clients{"docker", "podman", "nerdctl"};
/// Options before the command whose value is the next argument.
constexpr std::array<std::string_view, 14> with_value{
    "-H", "--host",      "-c",    "--context",    "--config",  "-l",     "--log-level",
    "-n", "--namespace", "--url", "--connection", "--address", "--root", "--identity"};

template <typename Texts>
bool is_one_of(const Texts& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

bool is_container_id(std::string_view text) {
    return text.size() >= 12 && text.size() <= 128 && is_hex(text, text.size());
}

std::string read_id(const std::filesystem::path& file) {
    std::ifstream in(file);
    std::string id;
    in >> id;
    return id;
}

}  // namespace

std::optional<ContainerCommand> container_command(const std::vector<std::string>& arguments) {
    const auto client = behind_wrappers(arguments);
    if (client + 1 >= arguments.size()) return std::nullopt;
    if (!is_one_of(clients, std::filesystem::path(arguments[client]).filename().string()))
        return std::nullopt;
    ContainerCommand command;
    for (std::size_t at = client + 1; at < arguments.size() && command.run == 0; ++at) {
        const std::string& word = arguments[at];
        if (word == "run") {
            command.run = at;
        } else if (is_one_of(with_value, word)) {
            ++at;
        } else if (!word.starts_with('-') && word != "container") {
            return std::nullopt;
        }
    }
    if (command.run == 0) return std::nullopt;
    command.has_id_file = std::any_of(
        arguments.begin() + static_cast<std::ptrdiff_t>(command.run), arguments.end(),
        [](const std::string& word) { return word == "--cidfile" || word.starts_with("--cidfile="); });
    return command;
}

std::vector<std::string> with_id_file(std::vector<std::string> arguments, const std::filesystem::path& file) {
    const auto command = container_command(arguments);
    if (!command || command->has_id_file) return arguments;
    const auto behind_run = arguments.begin() + static_cast<std::ptrdiff_t>(command->run) + 1;
    arguments.insert(behind_run, {"--cidfile", file.string()});
    return arguments;
}

std::filesystem::path container_id_file(const std::filesystem::path& folder, const std::string& server_id,
                                        std::uint64_t run) {
    return folder / fmt::format("{}-{}.cid", server_id, run);
}

std::vector<std::filesystem::path> left_id_files(const std::filesystem::path& folder,
                                                 const std::string& server_id,
                                                 const std::set<std::uint64_t>& living) {
    std::vector<std::filesystem::path> files;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        const std::string name = entry->path().filename().string();
        if (!name.starts_with(server_id + "-") || !name.ends_with(".cid")) continue;
        std::string_view digits = std::string_view(name).substr(server_id.size() + 1);
        const auto run = take_number<std::uint64_t>(digits);
        if (run && !living.contains(*run)) files.push_back(entry->path());
    }
    return files;
}

Task<Result<>> end_container(Loop& loop, KeeperLink& keeper, ContainerClient client,
                             std::filesystem::path file) {
    const auto command = container_command(client.arguments);
    const std::string id = read_id(file);
    std::error_code ignored;
    if (!command || !is_container_id(id)) {
        std::filesystem::remove(file, ignored);
        co_return Result<>{};
    }
    Job job;
    job.program = client.program;
    job.arguments.assign(client.arguments.begin() + 1,
                         client.arguments.begin() + static_cast<std::ptrdiff_t>(command->run));
    job.arguments.insert(job.arguments.end(), {"rm", "-f", id});
    job.environment = std::move(client.environment);
    job.time_limit = std::chrono::seconds(20);
    const auto said = co_await run_job(loop, keeper, std::move(job));
    const bool is_gone =
        said && (said->exit.code == 0 || said->error_tail.find("o such container") != std::string::npos);
    if (!is_gone) {
        std::string engine;
        for (std::size_t at = 0; at < command->run; ++at) engine += client.arguments[at] + " ";
        co_return Error{ErrorCode::unavailable,
                        fmt::format("the container {} may be left: {}rm -f said: {}", id.substr(0, 12),
                                    engine, said ? said->error_tail : said.error().message),
                        {},
                        fmt::format("{}rm -f {}", engine, id.substr(0, 12))};
    }
    std::filesystem::remove(file, ignored);
    co_return Result<>{};
}

}  // namespace mcpm
