#include "common/wrapped_command.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <string_view>

namespace mcpm {

namespace {

struct Wrapper {
    std::string_view name;
    std::string_view with_value;  // options whose value is the next word, each between blanks
    std::size_t operands;         // words of its own before the program
};

constexpr std::array<Wrapper, 11> wrappers{{
    {"env", " -u --unset -C --chdir ", 0},
    {"sudo", " -u --user -g --group -h --host -p --prompt -C -r -t -D --chdir -R --chroot -T ", 0},
    {"doas", " -u -C ", 0},
    {"nice", " -n --adjustment ", 0},
    {"ionice", " -c --class -n --classdata ", 0},
    {"setsid", "", 0},
    {"nohup", "", 0},
    {"time", " -f --format -o --output ", 0},
    {"timeout", " -s --signal -k --kill-after ", 1},
    {"stdbuf", " -i --input -o --output -e --error ", 0},
    {"dumb-init", "", 0},
}};

const Wrapper* wrapper_of(const std::string& program) {
    const auto name = std::filesystem::path(program).filename().string();
    const auto found = std::find_if(wrappers.begin(), wrappers.end(),
                                    [&](const Wrapper& wrapper) { return wrapper.name == name; });
    return found == wrappers.end() ? nullptr : found;
}

/// "A=1", which env and sudo take before the program.
bool is_assignment(std::string_view word) {
    const auto equals = word.find('=');
    return equals != std::string_view::npos && equals != 0 && word.find('/') > equals;
}

std::size_t behind(const std::vector<std::string>& argv, std::size_t at, const Wrapper& wrapper) {
    std::size_t operands = wrapper.operands;
    for (++at; at < argv.size(); ++at) {
        const std::string& word = argv[at];
        if (word == "--") return std::min(at + 1 + operands, argv.size());
        if (word.starts_with('-') && word.size() > 1) {
            if (wrapper.with_value.find(" " + word + " ") != std::string_view::npos) ++at;
            continue;
        }
        if (is_assignment(word)) continue;
        if (operands == 0) return at;
        --operands;
    }
    return argv.size();
}

}  // namespace

std::size_t behind_wrappers(const std::vector<std::string>& argv) {
    std::size_t at = 0;
    while (at < argv.size()) {
        const Wrapper* const wrapper = wrapper_of(argv[at]);
        if (wrapper == nullptr) return at;
        at = behind(argv, at, *wrapper);
    }
    return at;
}

}  // namespace mcpm
