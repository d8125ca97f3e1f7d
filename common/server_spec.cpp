#include "common/server_spec.hpp"

#include "common/enum_names.hpp"
#include "common/random.hpp"
#include "common/spec_rules.hpp"
#include "common/utf8.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <stdexcept>

namespace mcpm {

namespace {

constexpr std::string_view id_prefix = "srv_";
constexpr std::string_view base32 = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t id_characters = 12;

Error invalid_character(const std::string& which) {
    return {ErrorCode::validation_error,
            "Invalid character " + which + " in the server name",
            {},
            "a name is 1 to 64 printable characters, without ' ; ` \\ and without a leading -"};
}

}  // namespace

Result<> validate_name(std::string_view name) {
    constexpr std::size_t longest = 64;
    constexpr std::string_view forbidden = "';`\\";
    if (name.find_first_not_of(' ') == std::string_view::npos)
        return Error{ErrorCode::validation_error, "Server name is required"};
    if (name.front() == '-') return invalid_character("'-' at the beginning");
    std::size_t count = 0;
    while (!name.empty()) {
        const CodePoint point = decode_utf8(name);
        if (point.bytes == 0) return invalid_character("(not UTF-8)");
        if (is_control(point.value)) return invalid_character(describe(point.value));
        if (point.value < 0x80 && forbidden.find(name.front()) != std::string_view::npos)
            return invalid_character(describe(point.value));
        name.remove_prefix(point.bytes);
        ++count;
    }
    if (count > longest)
        return Error{ErrorCode::validation_error,
                     "Server name is too long: " + std::to_string(count) + " characters, at most 64"};
    return {};
}

Result<> validate(const ServerSpec& spec) {
    std::vector<FieldProblem> problems = find_problems(spec);
    if (problems.empty()) return {};
    problems.resize(1);
    return fields_error(problems);
}

namespace {

bool is_same(const PackageSource& one, const PackageSource& other) {
    return one.registry == other.registry && one.package == other.package && one.version == other.version &&
           one.program == other.program && one.allow_scripts == other.allow_scripts &&
           one.constraints == other.constraints && one.with == other.with && one.python == other.python &&
           one.before == other.before && one.digest == other.digest;
}

template <typename Kind, typename Same>
void settle(const ServerSpec* before, ServerSpec& after, Same same) {
    auto* const asked = std::get_if<Kind>(&after.source);
    if (asked == nullptr) return;
    asked->pin.reset();
    const auto* const had = before != nullptr ? std::get_if<Kind>(&before->source) : nullptr;
    if (had != nullptr && same(*had, *asked)) asked->pin = had->pin;
}

}  // namespace

void settle_pin(const ServerSpec* before, ServerSpec& after) {
    settle<PackageSource>(before, after, is_same);
    settle<ImageSource>(before, after, [&](const ImageSource& had, const ImageSource& asked) {
        return had.image == asked.image && before->container.platform == after.container.platform;
    });
}

std::string_view wire_name(ServerType type) {
    return name_of(type);
}
std::string_view wire_name(Transport transport) {
    return name_of(transport);
}
std::string_view wire_name(Sharing sharing) {
    return name_of(sharing);
}
std::string_view wire_name(RestartMode mode) {
    return name_of(mode);
}
std::string_view wire_name(HealthKind kind) {
    return name_of(kind);
}
std::string_view wire_name(DependencyCondition condition) {
    return name_of(condition);
}
std::string_view wire_name(PackageRegistry registry) {
    return name_of(registry);
}

std::string_view wire_name(PullPolicy policy) {
    return name_of(policy);
}

std::string new_server_id() {
    std::string id(id_prefix);
    for (const char byte : random_bytes(id_characters))
        id += base32[static_cast<unsigned char>(byte) % base32.size()];
    return id;
}

bool is_server_id(std::string_view text) {
    if (text.size() != id_prefix.size() + id_characters || text.substr(0, id_prefix.size()) != id_prefix)
        return false;
    text.remove_prefix(id_prefix.size());
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return base32.find(c) != std::string_view::npos; });
}

}  // namespace mcpm
