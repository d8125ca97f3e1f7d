#include "agent/secrets/secret_files.hpp"

#include "agent/store/snapshot.hpp"
#include "common/own_file.hpp"
#include "common/profile.hpp"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

namespace mcpm::secrets {

namespace {

constexpr std::string_view ending = ".sealed";

Error set_again(std::string_view name, std::string why) {
    return Error{ErrorCode::wrong_state,
                 fmt::format("secret '{}' cannot be opened: {}", name, why),
                 {},
                 fmt::format("put the right file back, or give the value again: mcpm secret set {}", name)};
}

Result<> check(std::string_view name, std::string_view value) {
    if (auto good = validate_label(name, "name of a secret"); !good) return good;
    if (value.empty())
        return Error{ErrorCode::validation_error, fmt::format("value of secret '{}': it is empty", name)};
    if (value.size() > longest_value)
        return Error{ErrorCode::validation_error,
                     fmt::format("value of secret '{}': at most 64 KiB are kept, this is {} bytes", name,
                                 value.size())};
    if (value.find('\0') != std::string_view::npos)
        return Error{ErrorCode::validation_error,
                     fmt::format("value of secret '{}': no variable can hold a NUL byte", name)};
    return {};
}

}  // namespace

std::filesystem::path SecretFiles::path_of(std::string_view name) const {
    return folder_ / std::string(name).append(ending);
}

Result<std::vector<std::string>> SecretFiles::names() const {
    std::vector<std::string> names;
    std::error_code failed;
    std::filesystem::directory_iterator file(folder_, failed);
    if (failed == std::errc::no_such_file_or_directory) return names;
    for (const std::filesystem::directory_iterator end; !failed && file != end; file.increment(failed)) {
        std::string name = file->path().filename().string();
        if (!std::string_view(name).ends_with(ending)) continue;
        name.resize(name.size() - ending.size());
        if (validate_label(name, "name of a secret")) names.push_back(std::move(name));
    }
    if (failed) return system_error("read " + folder_.string(), failed.value(), ErrorCode::unavailable);
    std::sort(names.begin(), names.end());
    return names;
}

Result<std::vector<Entry>> SecretFiles::list() const {
    auto found = names();
    if (!found) return found.error();
    std::vector<Entry> entries;
    for (auto& name : *found) {
        const auto sealed = read_small_file(path_of(name), longest_value + most_overhead);
        entries.push_back({std::move(name), sealed ? times_of(*sealed) : std::nullopt});
    }
    return entries;
}

Result<Key> SecretFiles::read_key(std::string_view name) const {
    auto text = read_small_file(key_file_, Key::bytes);
    if (!text && text.error().code == ErrorCode::not_found)
        return set_again(name, fmt::format("the key {} is missing", key_file_.string()));
    if (!text && text.error().code != ErrorCode::payload_too_large) return text.error();
    auto key = text ? Key::from(*text) : std::nullopt;
    if (text) wipe(*text);
    if (!key) return set_again(name, fmt::format("{} holds no key", key_file_.string()));
    return std::move(*key);
}

Result<Key> SecretFiles::key_for_writing(std::string_view name, bool is_first) const {
    auto key = read_key(name);
    if (key || key.error().code != ErrorCode::wrong_state) return key;
    if (!is_first) {
        Error error = key.error();
        error.code = ErrorCode::conflict;
        error.message = fmt::format("secret '{}' cannot be stored: other secrets are there, and {}", name,
                                    error.message.substr(error.message.find(": ") + 2));
        error.hint =
            "put the key back from a copy, or remove the secrets, which cannot be opened without it: "
            "mcpm secret list -q | xargs mcpm secret remove -f";
        return error;
    }
    Key fresh = Key::make();
    if (const auto written = write_file_atomically(key_file_, fresh.text()); !written) return written.error();
    return fresh;
}

Result<> SecretFiles::put(std::string_view name, std::string_view value, Timestamp now) const {
    if (auto good = check(name, value); !good) return good;
    if (const auto made = make_own_folder(folder_, {Links::followed, Owner::us}); !made) return made.error();
    const auto entries = list();
    if (!entries) return entries.error();
    const auto before = std::find_if(entries->begin(), entries->end(),
                                     [&](const Entry& entry) { return entry.name == name; });
    if (before == entries->end() && entries->size() >= most_secrets)
        return Error{ErrorCode::conflict,
                     fmt::format("secret '{}': there are {} already", name, most_secrets)};
    const auto key = key_for_writing(name, entries->empty());
    if (!key) return key.error();
    const bool is_known = before != entries->end() && before->times;
    const Times times{is_known ? before->times->created : now, now};
    return write_file_atomically(path_of(name), seal(*key, name, times, value));
}

Result<std::string> SecretFiles::read_sealed(std::string_view name) const {
    if (auto good = validate_label(name, "name of a secret"); !good) return good.error();
    auto sealed = read_small_file(path_of(name), longest_value + most_overhead);
    if (sealed) return sealed;
    if (sealed.error().code == ErrorCode::payload_too_large)
        return set_again(name, "its file was changed: it is too long");
    if (sealed.error().code != ErrorCode::not_found) return sealed;
    return Error{ErrorCode::not_found,
                 fmt::format("there is no secret '{}'", name),
                 {},
                 fmt::format("mcpm secret set {}", name)};
}

Result<std::string> SecretFiles::get(std::string_view name) const {
    const auto sealed = read_sealed(name);
    if (!sealed) return sealed.error();
    const auto key = read_key(name);
    if (!key) return key.error();
    auto value = unseal(*key, name, *sealed);
    if (!value)
        return set_again(name, "its file was changed or torn, or the key is not the one it was sealed with");
    return std::move(*value);
}

Result<> SecretFiles::remove(std::string_view name) const {
    if (auto good = validate_label(name, "name of a secret"); !good) return good;
    const auto path = path_of(name);
    if (::unlink(path.c_str()) == 0) return sync_folder(folder_);
    if (errno == ENOENT)
        return Error{
            ErrorCode::not_found, fmt::format("there is no secret '{}'", name), {}, "mcpm secret list"};
    return system_error("remove " + path.string(), errno, ErrorCode::unavailable);
}

}  // namespace mcpm::secrets
