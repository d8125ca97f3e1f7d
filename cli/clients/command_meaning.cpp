#include "cli/clients/command_meaning.hpp"

#include "cli/definition.hpp"
#include "common/ascii.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace mcpm::cli {

namespace {

using Words = std::span<const std::string>;

std::string_view program_name(const std::string& word) {
    std::string_view name = word;
    name = name.substr(name.find_last_of("/\\") + 1);
    for (const std::string_view end : {".cmd", ".exe"}) {
        if (name.ends_with(end)) name.remove_suffix(end.size());
    }
    return name;
}

/// A name in a registry: not a path, a URL, an archive or a repository.
bool is_package(std::string_view text) {
    if (text.empty() || text.front() == '.' || text.front() == '/' || text.front() == '-') return false;
    const bool scoped = text.front() == '@';
    if (text.find(':') != std::string_view::npos || text.ends_with(".tgz")) return false;
    if (std::count(text.begin(), text.end(), '/') != (scoped ? 1 : 0)) return false;
    return std::all_of(text.begin(), text.end(), [](char c) {
        return ascii::is_letter_or_digit(c) ||
               std::string_view("@/._-~^=<>[],*+").find(c) != std::string_view::npos;
    });
}

bool is_one_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

CommandMeaning package(const char* registry, std::string_view spec, std::string_view program,
                       Words arguments) {
    CommandMeaning out;
    Json source = package_source(spec);
    // Pinned at what is the latest when it is installed.
    if (text(source, "version") == "latest") source.erase("version");
    if (!program.empty()) source["program"] = program;
    if (!arguments.empty()) source["args"] = std::vector<std::string>(arguments.begin(), arguments.end());
    const std::string_view kind(registry);
    out.what = std::string("the ") +
               (kind == "npm"  ? "npm package "
                : kind == "go" ? "Go program "
                               : "PyPI package ") +
               text(source, "package");
    out.definition[registry] = std::move(source);
    return out;
}

std::optional<CommandMeaning> of_npx(Words words) {
    std::string_view from;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (is_one_of(word, {"-y", "--yes", "-q", "--quiet", "--bun", "--prefer-offline", "--silent", "--"}))
            continue;
        if (word.starts_with("--package=")) {
            if (!from.empty()) return std::nullopt;
            from = word.substr(10);
        } else if (is_one_of(word, {"-p", "--package"}) && i + 1 < words.size()) {
            if (!from.empty()) return std::nullopt;
            from = words[++i];
        } else {
            const std::string_view spec = from.empty() ? word : from;
            if (!is_package(spec) || (!from.empty() && !is_package(word))) return std::nullopt;
            return package("npm", spec, from.empty() ? "" : word, words.subspan(i + 1));
        }
    }
    return std::nullopt;
}

std::optional<CommandMeaning> of_uvx(Words words) {
    std::string_view from, python;
    std::vector<std::string> with;
    for (std::size_t i = 0; i < words.size(); ++i) {
        const std::string_view word = words[i];
        if (is_one_of(word, {"-q", "--quiet", "--no-progress"})) continue;
        if (word.starts_with("--python=")) {
            python = word.substr(9);
        } else if (is_one_of(word, {"-p", "--python"}) && i + 1 < words.size()) {
            python = words[++i];
        } else if (word.starts_with("--with=")) {
            with.emplace_back(word.substr(7));
        } else if (word == "--with" && i + 1 < words.size()) {
            with.push_back(words[++i]);
        } else if (word.starts_with("--from=")) {
            from = word.substr(7);
        } else if (is_one_of(word, {"--from", "--spec"}) && i + 1 < words.size()) {
            from = words[++i];
        } else {
            const std::string_view spec = from.empty() ? word : from;
            if (!is_package(spec) || spec.find('/') != std::string_view::npos || !is_package(word))
                return std::nullopt;
            auto out = package("pypi", spec, from.empty() ? "" : word, words.subspan(i + 1));
            const bool is_plain = std::all_of(with.begin(), with.end(), [](const auto& one) {
                return is_package(one) && one.find(',') == std::string::npos;
            });
            const bool is_version =
                python.empty() || python.find_first_not_of("0123456789.") == std::string_view::npos;
            if (!is_plain || !is_version) return std::nullopt;  // an interpreter's path, a URL, a list
            if (!with.empty()) out.definition["pypi"]["with"] = with;
            if (!python.empty()) out.definition["pypi"]["python"] = python;
            return out;
        }
    }
    return std::nullopt;
}

/// `go run PKG@VERSION ARGS`: a program of a module. Without a version it is a folder of this machine.
std::optional<CommandMeaning> of_go(Words words) {
    if (words.empty()) return std::nullopt;
    const std::string_view spec = words[0];
    const std::size_t at = spec.find('@');
    if (at == std::string_view::npos || at + 1 == spec.size()) return std::nullopt;
    const std::string_view path = spec.substr(0, at);
    const std::size_t slash = path.find('/');
    const bool has_host =
        slash != std::string_view::npos && path.substr(0, slash).find('.') != std::string_view::npos;
    const bool is_plain = std::all_of(path.begin(), path.end(), [](char c) {
        return ascii::is_letter_or_digit(c) || std::string_view("/-_.~").find(c) != std::string_view::npos;
    });
    if (!has_host || !is_plain || path.front() == '.') return std::nullopt;
    return package("go", spec, "", words.subspan(1));
}

/// Options of `docker run` and where a definition has them. "": left out, because mcpm does it.
struct DockerOption {
    std::string_view long_name;
    char letter;  // '\0': none
    bool takes_value;
    std::string_view key;  // of config, or "container.…"
};
constexpr std::array docker_options{
    DockerOption{"interactive", 'i', false, ""},
    DockerOption{"tty", 't', false, ""},
    DockerOption{"rm", '\0', false, ""},
    DockerOption{"init", '\0', false, ""},
    DockerOption{"name", '\0', true, ""},
    DockerOption{"env", 'e', true, "environment"},
    DockerOption{"volume", 'v', true, "volumes"},
    DockerOption{"mount", '\0', true, "volumes"},
    DockerOption{"publish", 'p', true, "ports"},
    DockerOption{"network", '\0', true, "container.network"},
    DockerOption{"net", '\0', true, "container.network"},
    DockerOption{"user", 'u', true, "container.user"},
    DockerOption{"platform", '\0', true, "container.platform"},
    DockerOption{"pull", '\0', true, "container.pull"},
    DockerOption{"read-only", '\0', false, "container.readOnly"},
    DockerOption{"cap-add", '\0', true, "container.capAdd"},
    DockerOption{"entrypoint", '\0', true, "container.entrypoint"},
    DockerOption{"memory", 'm', true, "resources.memory"},
};

const DockerOption* docker_option(std::string_view name) {
    for (const DockerOption& option : docker_options) {
        if (name.size() == 1 ? option.letter == name[0] : option.long_name == name) return &option;
    }
    return nullptr;
}

/// "type=bind,src=/a,dst=/b,readonly" -> "/a:/b:ro"; empty when it is another kind.
std::string bind_of_mount(std::string_view text) {
    std::string from;
    std::string to;
    std::string end;
    bool is_bind = false;
    while (!text.empty()) {
        const std::size_t comma = std::min(text.find(','), text.size());
        const std::string_view part = text.substr(0, comma);
        const std::size_t equals = std::min(part.find('='), part.size());
        const std::string_view key = part.substr(0, equals);
        const std::string value(part.substr(std::min(equals + 1, part.size())));
        if (key == "type")
            is_bind = value == "bind";
        else if (is_one_of(key, {"src", "source"}))
            from = value;
        else if (is_one_of(key, {"dst", "destination", "target"}))
            to = value;
        else if (is_one_of(key, {"readonly", "ro"}))
            end = ":ro";
        else
            return {};
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return is_bind && !from.empty() && !to.empty() ? from + ":" + to + end : "";
}

bool put_docker_option(CommandMeaning& out, const DockerOption& option, const std::string& value) {
    Json& config = out.definition["config"];
    if (option.key.empty()) return true;
    if (option.key == "environment") {
        const std::size_t equals = value.find('=');
        if (equals == std::string::npos)
            out.variables.push_back(value);
        else
            config["environment"][value.substr(0, equals)] = value.substr(equals + 1);
        return !value.empty() && equals != 0;
    }
    if (option.key == "volumes" || option.key == "ports") {
        const std::string one = option.long_name == "mount" ? bind_of_mount(value) : value;
        if (!one.empty()) config[std::string(option.key)].push_back(one);
        return !one.empty();
    }
    // "container:NAME" and the like: the network of another container.
    if (option.key == "container.network" && value.find(':') != std::string::npos) return false;
    const std::size_t dot = option.key.find('.');
    Json& into = config[std::string(option.key.substr(0, dot))][std::string(option.key.substr(dot + 1))];
    if (!option.takes_value)
        into = true;
    else if (option.long_name == "cap-add")
        into.push_back(ascii::uppered(value));
    else if (option.long_name == "entrypoint")
        into.push_back(value);
    else
        into = value;
    return true;
}

/// One word of options, with the word behind it where it takes one; false: not understood.
bool take_docker_word(CommandMeaning& out, Words words, std::size_t& at) {
    const std::string& word = words[at];
    const auto value = [&](std::string_view here) -> std::string {
        if (!here.empty()) return std::string(here);
        return at + 1 < words.size() ? words[++at] : "";
    };
    if (word.starts_with("--")) {
        const std::size_t equals = std::min(word.find('='), word.size());
        const DockerOption* const option = docker_option(word.substr(2, equals - 2));
        if (option == nullptr || equals == 3) return false;
        if (!option->takes_value) return equals == word.size() && put_docker_option(out, *option, "");
        return put_docker_option(out, *option, value(word.substr(std::min(equals + 1, word.size()))));
    }
    for (std::size_t letter = 1; letter < word.size(); ++letter) {
        const DockerOption* const option = docker_option(word.substr(letter, 1));
        if (option == nullptr) return false;
        if (option->takes_value) {
            const bool has_equals = word.substr(letter + 1).starts_with('=');
            return put_docker_option(out, *option, value(word.substr(letter + (has_equals ? 2 : 1))));
        }
        if (!put_docker_option(out, *option, "")) return false;
    }
    return word.size() > 1;
}

std::optional<CommandMeaning> of_docker(Words words) {
    if (words.size() < 2 || words[0] != "run") return std::nullopt;
    CommandMeaning out;
    std::size_t at = 1;
    for (; at < words.size() && words[at].starts_with('-'); ++at) {
        if (!take_docker_word(out, words, at)) return std::nullopt;
    }
    if (at >= words.size()) return std::nullopt;
    out.definition["type"] = "container";
    out.definition["image"] = words[at];
    out.what = "the image " + words[at];
    const Words arguments = words.subspan(at + 1);
    if (!arguments.empty())
        out.definition["args"] = std::vector<std::string>(arguments.begin(), arguments.end());
    if (out.definition["config"].is_null()) out.definition.erase("config");
    return out;
}

}  // namespace

std::optional<CommandMeaning> meaning_of(const std::vector<std::string>& all) {
    Words words(all);
    const auto is = [&](std::size_t at, std::string_view word) {
        return at < words.size() && words[at] == word;
    };
    // As clients on Windows write it.
    if (words.size() > 2 && is_one_of(program_name(words[0]), {"cmd"}) && is_one_of(words[1], {"/c", "/C"}))
        words = words.subspan(2);
    if (words.size() < 2) return std::nullopt;
    const std::string_view program = program_name(words[0]);
    if (is_one_of(program, {"npx", "bunx"})) return of_npx(words.subspan(1));
    if ((program == "npm" && is(1, "exec")) || (is_one_of(program, {"pnpm", "yarn"}) && is(1, "dlx")) ||
        (program == "bun" && is(1, "x")))
        return of_npx(words.subspan(2));
    if (program == "uvx") return of_uvx(words.subspan(1));
    if (program == "uv" && is(1, "tool") && is(2, "run")) return of_uvx(words.subspan(3));
    if (program == "pipx" && is(1, "run")) return of_uvx(words.subspan(2));
    if (program == "go" && is(1, "run")) return of_go(words.subspan(2));
    if (program == "docker" || program == "podman") return of_docker(words.subspan(1));
    return std::nullopt;
}

}  // namespace mcpm::cli
