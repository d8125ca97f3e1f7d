#include "common/profile.hpp"

#include "common/ascii.hpp"
#include "common/spec_rules.hpp"

#include <algorithm>
#include <set>

namespace mcpm {

namespace {

constexpr std::size_t most_servers = 1000;
constexpr std::size_t most_patterns = 1000;
constexpr std::size_t longest_pattern = 256;
constexpr std::size_t longest_description = 1000;
constexpr std::size_t longest_instructions = 16UL * 1024;

void check_patterns(const std::vector<std::string>& patterns, const std::string& field, SpecRules& rules) {
    rules.require_count(patterns.size(), field, most_patterns);
    for (const auto& pattern : patterns) {
        rules.require(!pattern.empty(), field, "no empty pattern");
        rules.require_text(pattern, field, longest_pattern);
    }
}

}  // namespace

Result<> validate_label(std::string_view name, std::string_view field) {
    const bool is_good = !name.empty() && name.size() <= 64 && ascii::is_letter_or_digit(name.front()) &&
                         std::all_of(name.begin(), name.end(), [](char character) {
                             return ascii::is_letter_or_digit(character) || character == '.' ||
                                    character == '_' || character == '-';
                         });
    if (is_good) return {};
    return Error{ErrorCode::validation_error,
                 std::string(field) +
                     ": 1 to 64 letters, digits, . _ - are expected, beginning with a letter or digit"};
}

Result<> validate(const Profile& profile) {
    if (auto good = validate_label(profile.name, "name"); !good) return good;
    SpecRules rules;
    rules.require_text(profile.description, "description", longest_description);
    rules.require_text(profile.instructions, "instructions", longest_instructions);
    rules.require_count(profile.servers.size(), "servers", most_servers);
    std::set<std::string> seen;
    for (std::size_t at = 0; at < profile.servers.size(); ++at) {
        const auto& one = profile.servers[at];
        const std::string field = "servers[" + std::to_string(at) + "]";
        rules.require(!one.server.empty(), field + ".server", "the name of a server");
        rules.require(seen.insert(one.server).second, field + ".server", "each server once");
        check_patterns(one.allow, field + ".tools.allow", rules);
        check_patterns(one.deny, field + ".tools.deny", rules);
    }
    const auto problems = rules.take();
    if (!problems.empty()) return fields_error(problems);
    return {};
}

}  // namespace mcpm
