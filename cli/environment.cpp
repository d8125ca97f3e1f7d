#include "cli/environment.hpp"

#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace mcpm::cli {

namespace {

bool is_variable_name(std::string_view name) {
    return !name.empty() && std::none_of(name.begin(), name.end(), [](char letter) {
        return letter == '\0' || letter == ' ' || letter == '\t' || letter == '\n';
    });
}

Error bad_name(std::string_view where, std::string_view name) {
    return Error{ErrorCode::validation_error,
                 std::string(where) + "'" + std::string(name) +
                     "' is not a name of a variable; expected NAME=VALUE or NAME"};
}

}  // namespace

Result<> add_variable(Variables& into, std::string_view text, const Environment& environment) {
    const std::size_t equals = text.find('=');
    const std::string name(text.substr(0, equals));
    if (!is_variable_name(name)) return bad_name("--env: ", name);
    if (equals != std::string_view::npos) {
        into[name] = text.substr(equals + 1);
        return {};
    }
    const auto value = environment(name.c_str());
    if (!value) {
        return Error{ErrorCode::validation_error,
                     "--env: " + name + " is not set in your environment",
                     {},
                     "give it a value: -e " + name + "=VALUE"};
    }
    into[name] = *value;
    return {};
}

Result<> add_variable_file(Variables& into, std::string_view file, std::string_view text,
                           const Environment& environment) {
    std::size_t number = 0;
    while (!text.empty()) {
        ++number;
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (number == 1 && line.starts_with("\xef\xbb\xbf")) line.remove_prefix(3);
        if (line.ends_with('\r')) line.remove_suffix(1);
        const std::size_t first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos || line[first] == '#') continue;
        line.remove_prefix(first);
        const std::size_t equals = line.find('=');
        const std::string name(line.substr(0, equals));
        if (!is_variable_name(name))
            return bad_name(std::string(file) + ":" + std::to_string(number) + ": ", name);
        if (equals != std::string_view::npos) {
            into[name] = line.substr(equals + 1);
        } else if (const auto value = environment(name.c_str())) {
            into[name] = *value;
        }
    }
    return {};
}

Environment process_environment() {
    return [](const char* name) -> std::optional<std::string> {
        const char* value = std::getenv(name);
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
}

Result<std::string> read_input(const std::string& file, std::size_t limit) {
    const bool standard = file == "-";
    const std::string name = standard ? "standard input" : file;
    const UniqueFd opened(standard ? ::dup(0) : ::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!opened) {
        return system_error("read " + name, errno,
                            errno == ENOENT ? ErrorCode::not_found : ErrorCode::internal_error);
    }
    std::string text;
    char piece[16384];
    while (true) {
        const ssize_t got = ::read(opened.get(), piece, sizeof piece);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read " + name, errno);
        if (got == 0) return text;
        text.append(piece, static_cast<std::size_t>(got));
        if (text.size() > limit) {
            return Error{ErrorCode::validation_error,
                         name + " is larger than " + std::to_string(limit / 1024) + " KiB"};
        }
    }
}

}  // namespace mcpm::cli
