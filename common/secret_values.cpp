#include "common/secret_values.hpp"

#include "common/ascii.hpp"
#include "common/encodings.hpp"
#include "common/hidden_values.hpp"
#include "common/json_members.hpp"
#include "common/package_registries.hpp"
#include "common/wire.hpp"
#include "common/wire_fields.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <set>
#include <utility>

namespace mcpm::wire {

namespace {

constexpr std::string_view mask = "***";
/// A name alone before the host of a URL is a user's; one this long is a token.
constexpr std::size_t shortest_bare_token = 20;
constexpr std::size_t npos = std::string_view::npos;

bool is_of_name(char c) {
    return ascii::is_letter_or_digit(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']';
}

bool is_quote(char c) {
    return c == '"' || c == '\'';
}

/// "scheme://user:password@host", wherever in the text it stands.
void find_in_urls(std::string_view text, std::vector<SecretPart>& parts) {
    for (auto scheme = text.find("://"); scheme != npos; scheme = text.find("://", scheme + 3)) {
        const std::size_t authority = scheme + 3;
        const std::size_t end = std::min(text.find_first_of("/?# \t\"'", authority), text.size());
        const std::size_t at = text.substr(0, end).rfind('@');
        if (at == npos || at <= authority) continue;
        const std::size_t colon = text.find(':', authority);
        if (colon < at) {
            if (colon + 1 < at) parts.push_back({colon + 1, at});
        } else if (at - authority >= shortest_bare_token) {
            parts.push_back({authority, at});
        }
    }
}

/// The name that ends before `sign`, its quotes left out.
SecretPart name_before(std::string_view text, std::size_t sign) {
    std::size_t end = sign;
    if (end > 0 && is_quote(text[end - 1])) --end;
    std::size_t begin = end;
    while (begin > 0 && is_of_name(text[begin - 1])) --begin;
    return {begin, end};
}

/// What the name at `name` has behind the sign at `sign`. A pair that is all of the text goes to its end; one
/// of several ends where they are parted.
SecretPart value_behind(std::string_view text, const SecretPart& name, std::size_t sign) {
    SecretPart value{sign + 1, text.size()};
    while (text[sign] == ':' && value.begin < text.size() && text[value.begin] == ' ') ++value.begin;
    if (value.begin < text.size() && is_quote(text[value.begin])) {
        const std::size_t close = text.find(text[value.begin], value.begin + 1);
        return {value.begin + 1, std::min(close, text.size())};
    }
    if (name.begin == 0) return value;
    value.end = std::min(text.find_first_of(text[sign] == ':' ? "\r\n\"'" : "&;# \t\r\n\"'", value.begin),
                         text.size());
    return value;
}

/// NAME=VALUE, NAME: VALUE, "NAME":"VALUE".
void find_in_pairs(std::string_view text, std::vector<SecretPart>& parts) {
    for (auto sign = text.find_first_of("=:"); sign != npos && sign + 1 < text.size();
         sign = text.find_first_of("=:", sign + 1)) {
        const SecretPart name = name_before(text, sign);
        const char next = text[sign + 1];
        // "host:80" and "/keys:/keys" are no pairs.
        const bool is_option = name.begin == 0 && text.starts_with('-');  // "--token:VALUE", as .NET has it
        if (text[sign] == ':' && next != ' ' && !is_quote(next) && name.end == sign && !is_option) continue;
        if (name.begin == name.end || !looks_secret(text.substr(name.begin, name.end - name.begin))) continue;
        const SecretPart value = value_behind(text, name, sign);
        if (value.begin >= value.end) continue;
        parts.push_back(value);
        sign = value.end - 1;
    }
}

/// "/var/lib/keys", which is known to everybody; a key that happens to begin with a slash is no such path.
bool is_path(std::string_view value) {
    constexpr std::size_t longest_name = 24;
    if (!value.starts_with('/') || value.find_first_of("+= ") != npos) return false;
    while (!value.empty()) {
        value.remove_prefix(1);  // the slash
        const auto name = value.substr(0, value.find('/'));
        if (name.size() > longest_name) return false;
        value.remove_prefix(name.size());
    }
    return true;
}

/// Words that stand in every log: hiding them would spoil it and keep nothing secret.
bool says_nothing(std::string_view value) {
    constexpr std::array<std::string_view, 30> ordinary{
        "true",   "false",  "none",    "null",   "enabled", "disabled", "auto",     "default",
        "basic",  "bearer", "token",   "apikey", "api_key", "oauth",    "oauth2",   "password",
        "secret", "local",  "main",    "master", "admin",   "root",     "required", "system",
        "user",   "public", "private", "always", "never",   "optional"};
    constexpr std::size_t shortest_number = 8;
    if (value.size() < HiddenValues::shortest || value.find("${") != npos) return true;
    const bool is_number = value.find_first_not_of("0123456789.") == npos;
    return is_path(value) || (is_number && value.size() < shortest_number) ||
           std::find(ordinary.begin(), ordinary.end(), value) != ordinary.end();
}

class Values {
  public:
    void add(std::string_view value) {
        add_one(value);
        add_one(percent_decoded(value));
        // "Bearer abc": a program may print the credential alone.
        const auto space = value.find(' ');
        if (space != npos && value.find(' ', space + 1) == npos) add_one(value.substr(space + 1));
    }
    void add_parts(std::string_view text) {
        for (const auto& part : secret_parts(text)) add(text.substr(part.begin, part.end - part.begin));
    }
    void add_map(const Json* map) {
        if (map == nullptr || !map->is_object()) return;
        for (const auto& [name, value] : map->items()) {
            if (!value.is_string()) continue;
            const auto& text = value.get_ref<const std::string&>();
            looks_secret(name) ? add(text) : add_parts(text);
        }
    }
    void add_arguments(const Json* arguments) {
        if (arguments == nullptr || !arguments->is_array()) return;
        std::string before;
        for (const Json& argument : *arguments) {
            if (!argument.is_string()) continue;
            const auto& text = argument.get_ref<const std::string&>();
            if (!text.empty() && masked_argument(before, text) == mask) add(text);
            add_parts(text);
            before = text;
        }
    }
    void add_text(const Json* text) {
        if (text != nullptr && text->is_string()) add_parts(text->get_ref<const std::string&>());
    }
    std::vector<std::string> take() { return {found_.begin(), found_.end()}; }

  private:
    void add_one(std::string_view value) {
        if (!says_nothing(value)) found_.emplace(value);
    }
    std::set<std::string> found_;
};

}  // namespace

std::vector<SecretPart> secret_parts(std::string_view text) {
    std::vector<SecretPart> found;
    find_in_urls(text, found);
    find_in_pairs(text, found);
    std::sort(found.begin(), found.end(), [](const SecretPart& one, const SecretPart& other) {
        return one.begin != other.begin ? one.begin < other.begin : one.end > other.end;
    });
    std::vector<SecretPart> parts;
    for (const auto& part : found) {
        if (parts.empty() || part.begin >= parts.back().end) {
            parts.push_back(part);
        } else {
            parts.back().end = std::max(parts.back().end, part.end);
        }
    }
    return parts;
}

std::string masked_text(std::string_view text) {
    std::string out;
    std::size_t from = 0;
    for (const auto& part : secret_parts(text)) {
        out.append(text.substr(from, part.begin - from)).append(mask);
        from = part.end;
    }
    return out.append(text.substr(from));
}

std::string masked_argument(std::string_view before, std::string_view argument) {
    const bool is_flag_before = before.size() > 1 && before.front() == '-' && before.find('=') == npos;
    const bool is_flag = argument.starts_with('-');
    if (is_flag_before && !is_flag && !argument.empty() && looks_secret(before)) return std::string(mask);
    return masked_text(argument);
}

std::string masked_variable(std::string_view name, std::string_view value) {
    if (value.empty()) return {};
    return looks_secret(name) ? std::string(mask) : masked_text(value);
}

std::vector<std::string> secret_values(const ServerSpec& spec) {
    const Json definition = from_spec(spec);
    Values values;
    values.add_map(member_at(definition, {"config", "environment"}));
    values.add_map(member_at(definition, {"headers"}));
    values.add_arguments(member_at(definition, {"args"}));
    for (const char* registry : package_registries)
        values.add_arguments(member_at(definition, {registry, "args"}));
    values.add_arguments(member_at(definition, {"config", "health", "command"}));
    values.add_text(member_at(definition, {"config", "health", "target"}));
    values.add_text(member_at(definition, {"url"}));
    return values.take();
}

}  // namespace mcpm::wire
