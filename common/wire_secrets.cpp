#include "common/ascii.hpp"
#include "common/json_members.hpp"
#include "common/package_registries.hpp"
#include "common/secret_values.hpp"
#include "common/wire_fields.hpp"

#include <algorithm>
#include <array>
#include <set>

namespace mcpm::wire {

namespace {

constexpr std::string_view mask = "***";

bool is_word_character(char c) {
    return ascii::is_upper(c) || ascii::is_digit(c);
}

std::string upper(std::string_view text) {
    std::string out;
    char before = '\0';
    for (const char c : text) {
        const bool hump = ascii::is_lower(before) && ascii::is_upper(c);  // apiKey -> API_KEY
        if (hump) out += '_';
        out += ascii::upper(c);
        before = c;
    }
    return out;
}

void mask_map(Json* map) {
    if (map == nullptr || !map->is_object()) return;
    for (auto& [name, value] : map->items())
        if (value.is_string()) value = masked_variable(name, value.get<std::string>());
}

Json masked_arguments(const Json& arguments) {
    Json out = arguments;
    std::string before;
    for (Json& argument : out) {
        if (!argument.is_string()) continue;
        std::string text = argument.get<std::string>();
        argument = masked_argument(before, text);
        before = std::move(text);
    }
    return out;
}

void mask_text(Json* text) {
    if (text != nullptr && text->is_string()) *text = masked_text(text->get<std::string>());
}

void restore_text(Json* text, const Json* real) {
    if (text != nullptr && real != nullptr && text->is_string() && real->is_string() &&
        *text == masked_text(real->get<std::string>()))
        *text = *real;
}

void mask_arguments(Json* arguments) {
    if (arguments != nullptr && arguments->is_array()) *arguments = masked_arguments(*arguments);
}

void restore_map(Reader& reader, const std::string& path, Json* patch, const Json* original) {
    if (patch == nullptr || !patch->is_object()) return;
    for (auto& [name, value] : patch->items()) {
        if (!value.is_string()) continue;
        const Json* real = original != nullptr && original->is_object() && original->contains(name)
                               ? &original->at(name)
                               : nullptr;
        const auto& text = value.get_ref<const std::string&>();
        if (real != nullptr && text == masked_variable(name, real->get<std::string>()))
            value = *real;
        else if (text == mask)
            reader.problem(join(path, name), "\"***\" stands for a value that is kept, and there is none");
    }
}

/// The place of the argument that was masked to what stands at `index` of `patch`; the flag before it counts
/// too.
std::size_t find_masked(const Json& patch, std::size_t index, const Json& masked,
                        const std::set<std::size_t>& used) {
    for (std::size_t i = 0; i < masked.size(); ++i) {
        if (used.contains(i) || masked[i] != patch[index]) continue;
        if (patch[index] != mask) return i;
        if (i > 0 && index > 0 && masked[i - 1] == patch[index - 1]) return i;
    }
    return masked.size();
}

void restore_arguments(Reader& reader, const std::string& path, Json* patch, const Json* original) {
    if (patch == nullptr || !patch->is_array()) return;
    const Json known = original != nullptr && original->is_array() ? *original : Json::array();
    const Json masked = masked_arguments(known);
    const Json given = *patch;
    std::set<std::size_t> used;
    for (std::size_t i = 0; i < given.size(); ++i) {
        if (!given[i].is_string()) continue;
        const auto& text = given[i].get_ref<const std::string&>();
        if (text.find(mask) == std::string::npos) continue;
        const std::size_t place = find_masked(given, i, masked, used);
        if (place < masked.size()) {
            (*patch)[i] = known[place];
            used.insert(place);
        } else if (text == mask || text.ends_with("=***")) {
            reader.problem(path + "[" + std::to_string(i) + "]",
                           "\"***\" stands for a value that is kept, and there is none");
        }
    }
}

}  // namespace

bool looks_secret(std::string_view variable_name) {
    constexpr std::array<std::string_view, 11> anywhere{"TOKEN",      "SECRET",     "PASSWORD", "PASSWD",
                                                        "PASSPHRASE", "CREDENTIAL", "APIKEY",   "ACCESSKEY",
                                                        "PRIVATEKEY", "AUTHKEY",    "WEBHOOK"};
    constexpr std::array<std::string_view, 13> words{"KEY",  "KEYS",          "PASS", "PWD",    "PW",
                                                     "AUTH", "PAT",           "DSN",  "BEARER", "COOKIE",
                                                     "JWT",  "AUTHORIZATION", "PIN"};
    const std::string name = upper(variable_name);
    if (name == "PWD" || name == "OLDPWD") return false;  // the working directory
    for (const std::string_view part : anywhere)
        if (name.find(part) != std::string::npos) return true;
    std::size_t begin = 0;
    while (begin < name.size()) {
        std::size_t end = begin;
        while (end < name.size() && is_word_character(name[end])) ++end;
        const std::string_view word = std::string_view(name).substr(begin, end - begin);
        if (std::find(words.begin(), words.end(), word) != words.end()) return true;
        begin = end + 1;
    }
    return false;
}

void mask_secrets(Json& definition) {
    mask_map(member_at(definition, {"config", "environment"}));
    mask_map(member_at(definition, {"headers"}));
    mask_arguments(member_at(definition, {"args"}));
    for (const char* registry : package_registries) mask_arguments(member_at(definition, {registry, "args"}));
    mask_arguments(member_at(definition, {"config", "health", "command"}));
    mask_text(member_at(definition, {"config", "health", "target"}));
    mask_text(member_at(definition, {"url"}));
}

void restore_secrets(Reader& reader, Json& patch, const Json& original) {
    restore_map(reader, "config.environment", member_at(patch, {"config", "environment"}),
                member_at(original, {"config", "environment"}));
    restore_map(reader, "headers", member_at(patch, {"headers"}), member_at(original, {"headers"}));
    restore_arguments(reader, "args", member_at(patch, {"args"}), member_at(original, {"args"}));
    for (const char* registry : package_registries)
        restore_arguments(reader, std::string(registry) + ".args", member_at(patch, {registry, "args"}),
                          member_at(original, {registry, "args"}));
    restore_arguments(reader, "config.health.command", member_at(patch, {"config", "health", "command"}),
                      member_at(original, {"config", "health", "command"}));
    restore_text(member_at(patch, {"config", "health", "target"}),
                 member_at(original, {"config", "health", "target"}));
    restore_text(member_at(patch, {"url"}), member_at(original, {"url"}));
}

}  // namespace mcpm::wire
