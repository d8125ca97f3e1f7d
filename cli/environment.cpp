#include "cli/environment.hpp"

#include "common/unique_fd.hpp"
#include "common/words.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <optional>

namespace mcpm::cli {

namespace {

constexpr std::string_view blanks = " \t\r";

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

namespace {

/// Reads a file of variables from its beginning to its end, counting lines.
class VariableFile {
  public:
    VariableFile(std::string_view file, std::string_view text) : file_(file), text_(text) {
        if (text_.starts_with("\xef\xbb\xbf")) text_.remove_prefix(3);
    }

    /// The next variable; an empty name at the end of the file. No value where only a name stands.
    struct Variable {
        std::string name;
        std::optional<std::string> value;
    };
    Result<Variable> next() {
        skip_blank();
        if (text_.empty()) return Variable{};
        skip_export();
        const std::size_t end = std::min(text_.find_first_of("=\n"), text_.size());
        const std::string name(trimmed(text_.substr(0, end), blanks));
        if (!is_variable_name(name)) return bad_name(place(), name);
        const bool has_value = end < text_.size() && text_[end] == '=';
        text_.remove_prefix(has_value ? end + 1 : end);
        if (!has_value) return Variable{name, std::nullopt};
        auto value = read_value();
        if (!value) return value.error();
        return Variable{name, std::move(*value)};
    }

  private:
    std::string place() const { return std::string(file_) + ":" + std::to_string(line_) + ": "; }

    void skip_line() {
        const std::size_t end = text_.find('\n');
        text_.remove_prefix(end == std::string_view::npos ? text_.size() : end);
    }

    void skip_blank() {
        while (!text_.empty()) {
            if (text_.front() == '\n') ++line_;
            if (text_.front() == '#') {
                skip_line();
            } else if (std::string_view(" \t\r\n").find(text_.front()) != std::string_view::npos) {
                text_.remove_prefix(1);
            } else {
                return;
            }
        }
    }

    void skip_export() {
        constexpr std::string_view word = "export";
        if (!text_.starts_with(word)) return;
        std::string_view rest = text_.substr(word.size());
        if (rest.empty() || (rest.front() != ' ' && rest.front() != '\t')) return;
        rest.remove_prefix(std::min(rest.find_first_not_of(" \t"), rest.size()));
        text_ = rest;
    }

    Result<std::string> read_value() {
        text_.remove_prefix(std::min(text_.find_first_not_of(" \t"), text_.size()));
        const char quote = text_.empty() ? '\n' : text_.front();
        if (quote == '"' || quote == '\'' || quote == '`') return read_quoted(quote);
        const std::string_view line = text_.substr(0, text_.find('\n'));
        std::size_t end = line.size();
        // A # belongs to the value unless a blank stands before it.
        for (std::size_t at = 0; at < line.size() && end == line.size(); ++at) {
            if (line[at] == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) end = at;
        }
        std::string value(trimmed(line.substr(0, end), blanks));
        skip_line();
        return value;
    }

    Result<std::string> read_quoted(char quote) {
        const std::string where = place();
        std::string value;
        for (std::size_t at = 1; at < text_.size(); ++at) {
            const char letter = text_[at];
            if (letter == quote) {
                text_.remove_prefix(at + 1);
                return end_of_quoted(std::move(value));
            }
            if (letter == '\n') ++line_;
            if (letter == '\r' && at + 1 < text_.size() && text_[at + 1] == '\n') continue;
            if (letter == '\\' && quote == '"' && at + 1 < text_.size()) {
                value += unescaped(text_[++at]);
                continue;
            }
            value += letter;
        }
        return Error{ErrorCode::validation_error,
                     where + "the quote " + std::string(1, quote) + " is not closed"};
    }

    static std::string unescaped(char letter) {
        switch (letter) {
            case 'n':
                return "\n";
            case 'r':
                return "\r";
            case 't':
                return "\t";
            case '"':
            case '\\':
            case '$':
                return std::string(1, letter);
            default:
                return std::string("\\") + letter;
        }
    }

    Result<std::string> end_of_quoted(std::string value) {
        const std::string rest(trimmed(text_.substr(0, text_.find('\n')), blanks));
        if (!rest.empty() && rest.front() != '#')
            return Error{ErrorCode::validation_error, place() + "nothing may stand behind the closing quote"};
        skip_line();
        return value;
    }

    std::string_view file_;
    std::string_view text_;
    std::size_t line_ = 1;
};

}  // namespace

Result<> add_variable_file(Variables& into, std::string_view file, std::string_view text,
                           const Environment& environment) {
    VariableFile reader(file, text);
    while (true) {
        auto variable = reader.next();
        if (!variable) return variable.error();
        if (variable->name.empty()) return {};
        if (!variable->value) variable->value = environment(variable->name.c_str());
        if (variable->value) into[variable->name] = std::move(*variable->value);
    }
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
                         name + " is larger than " + std::to_string(limit / 1024) + " KiB",
                         {},
                         "is it the right file? Nothing of it was taken"};
        }
    }
}

}  // namespace mcpm::cli
