#include "agent/packages/python_choice.hpp"

#include "common/number.hpp"

#include <algorithm>

namespace mcpm::pypi {

namespace {

constexpr std::string_view at_least = ">=";
constexpr unsigned newer_minors = 12;  // behind the one that is asked for

/// "3.12.1" -> 3, 12, 1; empty when it is none.
std::vector<unsigned> numbers_of(std::string_view text) {
    std::vector<unsigned> out;
    while (!text.empty()) {
        const auto end = std::min(text.find('.'), text.size());
        const auto number = parse_number<unsigned>(text.substr(0, end));
        if (!number) return {};
        out.push_back(*number);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
}

std::string_view version_asked(std::string_view wanted) {
    return wanted.starts_with(at_least) ? wanted.substr(at_least.size()) : wanted;
}

}  // namespace

std::vector<std::string> python_names(std::string_view wanted) {
    const auto asked = numbers_of(version_asked(wanted));
    if (asked.size() < 2) return {"python3"};
    const auto name = [&](unsigned minor) {
        return "python" + std::to_string(asked[0]) + "." + std::to_string(minor);
    };
    if (!wanted.starts_with(at_least)) return {name(asked[1]), "python3"};
    std::vector<std::string> names{"python3"};
    for (unsigned minor = asked[1]; minor <= asked[1] + newer_minors; ++minor) names.push_back(name(minor));
    return names;
}

bool is_wanted_python(std::string_view version_output, std::string_view wanted) {
    constexpr std::string_view mark = "Python ";
    const auto at = version_output.find(mark);
    if (at == std::string_view::npos) return false;
    auto said = version_output.substr(at + mark.size());
    said = said.substr(0, said.find_first_not_of("0123456789."));
    const auto has = numbers_of(said);
    const auto asked = numbers_of(version_asked(wanted));
    if (has.size() < 2 || asked.size() > has.size()) return false;
    if (wanted.starts_with(at_least))
        return !std::lexicographical_compare(has.begin(), has.end(), asked.begin(), asked.end());
    return std::equal(asked.begin(), asked.end(), has.begin());
}

}  // namespace mcpm::pypi
