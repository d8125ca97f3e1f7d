#include "agent/errands/errands.hpp"

#include "agent/errands/all.hpp"
#include "agent/errands/speech.hpp"
#include "common/paths.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>

namespace mcpm::errands {

namespace {

struct Errand {
    std::string_view name;
    int (*function)(const Paths& paths, const Words& words);
};

constexpr std::array errands{Errand{"__backup", back_up}, Errand{"__restore", restore},
                             Errand{"__bundle", bundle_up}, Errand{"__unbundle", unbundle}};

const Errand* find_errand(std::string_view name) {
    const auto* const found = std::find_if(errands.begin(), errands.end(),
                                           [name](const Errand& errand) { return errand.name == name; });
    return found == errands.end() ? nullptr : found;
}

}  // namespace

bool is_errand(std::string_view first) {
    return find_errand(first) != nullptr;
}

int run_errand(const std::vector<std::string_view>& arguments) {
    ::umask(077);
    const auto paths = find_paths();
    if (!paths) return say(paths.error());
    return find_errand(arguments.front())->function(*paths, Words(arguments));
}

}  // namespace mcpm::errands
