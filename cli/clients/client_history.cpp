#include "cli/clients/client_history.hpp"

#include "common/own_file.hpp"
#include "common/sha256.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

namespace mcpm::cli {

namespace {

constexpr std::size_t most_changes = 20;
constexpr std::size_t largest_record = 1UL << 20;
constexpr std::size_t number_digits = 8;

Result<> write_file(const std::filesystem::path& path, std::string_view text) {
    const auto file = open_own_file(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!file) return file.error();
    while (!text.empty()) {
        const auto count = ::write(file->get(), text.data(), text.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return system_error("write " + path.string(), errno);
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    if (::fsync(file->get()) != 0) return system_error("write " + path.string(), errno);
    return {};
}

Json to_record(const ClientChange& change) {
    return Json{{"client", change.client},   {"action", change.action},   {"file", change.file},
                {"existed", change.existed}, {"after", change.after},     {"token", change.token},
                {"servers", change.servers}, {"secrets", change.secrets}, {"group", change.group}};
}

std::vector<std::string> texts(const Json& list) {
    std::vector<std::string> out;
    for (const Json& one : list) {
        if (one.is_string()) out.push_back(one.get<std::string>());
    }
    return out;
}

ClientChange from_record(const Json& json) {
    ClientChange change;
    change.client = text(json, "client");
    change.action = text(json, "action");
    change.file = text(json, "file");
    change.existed = is_true(json, "existed");
    change.after = text(json, "after");
    change.token = text(json, "token");
    change.servers = texts(member(json, "servers"));
    change.secrets = texts(member(json, "secrets"));
    change.group = text(json, "group");
    return change;
}

std::vector<std::string> numbers_in(const std::filesystem::path& folder) {
    std::vector<std::string> numbers;
    std::error_code failure;
    for (std::filesystem::directory_iterator entry(folder, failure), end; !failure && entry != end;
         entry.increment(failure)) {
        if (entry->path().extension() == ".json") numbers.push_back(entry->path().stem().string());
    }
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::string number_after(const std::vector<std::string>& numbers) {
    std::size_t last = 0;
    for (const std::string& number : numbers)
        last = std::max<std::size_t>(last, std::strtoul(number.c_str(), nullptr, 10));
    const std::string next = std::to_string(last + 1);
    return std::string(number_digits - std::min(next.size(), number_digits), '0') + next;
}

}  // namespace

Result<> ClientHistory::add(ClientChange& change) {
    if (const auto made = make_own_folder(folder_); !made) return made.error();
    change.number = number_after(numbers_in(folder_));
    if (auto written = write_file(folder_ / (change.number + ".before"), change.before); !written)
        return written;
    if (auto written = write_file(folder_ / (change.number + ".json"), wire::to_text(to_record(change)));
        !written)
        return written;
    return keep_bounded(change.client);
}

Result<> ClientHistory::forget(const ClientChange& change) {
    for (const char* const end : {".json", ".before"}) {
        const auto path = folder_ / (change.number + end);
        if (::unlink(path.c_str()) != 0 && errno != ENOENT)
            return system_error("remove " + path.string(), errno);
    }
    return {};
}

std::vector<ClientChange> ClientHistory::all(std::string_view client) const {
    std::vector<ClientChange> changes;
    for (const std::string& number : numbers_in(folder_)) {
        const auto record = read_own_file(folder_ / (number + ".json"), largest_record);
        const auto json = record ? wire::parse(*record) : Result<Json>(record.error());
        if (!json) continue;
        ClientChange change = from_record(*json);
        if (!client.empty() && change.client != client) continue;
        auto before = read_own_file(folder_ / (number + ".before"), largest_document);
        if (!before) continue;
        change.number = number;
        change.before = std::move(*before);
        changes.push_back(std::move(change));
    }
    return changes;
}

Result<> ClientHistory::keep_bounded(std::string_view client) {
    const auto changes = all(client);
    for (std::size_t i = 0; i + most_changes < changes.size(); ++i) {
        if (auto gone = forget(changes[i]); !gone) return gone;
    }
    return {};
}

Result<> take_back(const ClientChange& change) {
    const auto now = read_client_file(change.file);
    if (!now) return now.error();
    if (!now->exists || sha256_hex(now->text) != change.after)
        return Error{ErrorCode::conflict,
                     change.file + " was changed since mcpm wrote it",
                     {},
                     "`mcpm client disconnect` takes only the entry of mcpm out"};
    return change.existed ? replace_client_file(*now, change.before) : remove_client_file(*now);
}

Result<> change_client_file(ClientHistory& history, ClientChange& change, const ClientText& before,
                            std::string_view text) {
    change.file = before.path.string();
    change.existed = before.exists;
    change.before = before.text;
    change.after = sha256_hex(text);
    if (auto added = history.add(change); !added) return added;
    auto written = replace_client_file(before, text);
    if (!written) (void)history.forget(change);
    return written;
}

}  // namespace mcpm::cli
