// How the wire's tables of fields work: one row per field serves reading and writing. For common/wire_*.cpp
// and common/spec_file alone; everybody else includes common/wire.hpp.
#pragma once

#include "common/enum_names.hpp"
#include "common/field_problem.hpp"
#include "common/suggest.hpp"
#include "common/wire.hpp"
#include "common/wire_schema.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::wire {

/// `text`: numbers and booleans come as text, as in YAML.
enum class Scalars { typed, text };
enum class UnknownFields { refused, ignored };

struct Reader {
    Scalars scalars = Scalars::typed;
    UnknownFields unknown = UnknownFields::refused;
    std::vector<FieldProblem> problems = {};

    void problem(const std::string& path, std::string message) {
        constexpr std::size_t kept_at_most = 1000;
        if (problems.size() < kept_at_most) problems.push_back({path, std::move(message)});
    }
    /// "expected EXPECTED, found KIND"
    void unexpected(const std::string& path, std::string_view expected, const Json& found);
};

/// "a.b", or "b" when `path` is empty. Bounded, and without control characters.
std::string join(const std::string& path, std::string_view key);

/// A JSON number that is whole and not negative, however it was built.
std::optional<std::uint64_t> whole_number(const Json& json);

void read_value(Reader& reader, const std::string& path, const Json& json, std::string& out);
void read_value(Reader& reader, const std::string& path, const Json& json, bool& out);
void read_value(Reader& reader, const std::string& path, const Json& json, unsigned& out);
void read_value(Reader& reader, const std::string& path, const Json& json, std::uint64_t& out);
void read_value(Reader& reader, const std::string& path, const Json& json, int& out);
void read_value(Reader& reader, const std::string& path, const Json& json, double& out);
void read_value(Reader& reader, const std::string& path, const Json& json, Duration& out);
void read_value(Reader& reader, const std::string& path, const Json& json, Timestamp& out);
void read_value(Reader& reader, const std::string& path, const Json& json, std::vector<std::string>& out);
void read_value(Reader& reader, const std::string& path, const Json& json,
                std::map<std::string, std::string>& out);
void read_value(Reader& reader, const std::string& path, const Json& json, HealthSpec& out);
void read_value(Reader& reader, const std::string& path, const Json& json, RestartSpec& out);
void read_value(Reader& reader, const std::string& path, const Json& json, ResourceLimits& out);
void read_value(Reader& reader, const std::string& path, const Json& json, ToolRules& out);
void read_value(Reader& reader, const std::string& path, const Json& json,
                std::map<std::string, ToolEdit>& out);
void read_value(Reader& reader, const std::string& path, const Json& json, std::vector<Dependency>& out);
void read_value(Reader& reader, const std::string& path, const Json& json, PackagePin& out);
void read_value(Reader& reader, const std::string& path, const Json& json, ImagePin& out);
void read_value(Reader& reader, const std::string& path, const Json& json, ContainerOptions& out);
void read_value(Reader& reader, const std::string& path, const Json& json, Exit& out);

Json write_value(const Duration& value);
Json write_value(const Timestamp& value);
Json write_value(const HealthSpec& value);
Json write_value(const RestartSpec& value);
Json write_value(const ResourceLimits& value);
Json write_value(const ToolRules& value);
Json write_value(const std::map<std::string, ToolEdit>& value);
Json write_value(const std::vector<Dependency>& value);
Json write_value(const PackagePin& value);
Json write_value(const ImagePin& value);
Json write_value(const ContainerOptions& value);
Json write_value(const Exit& value);

template <typename T>
concept NamedEnum = requires {
    EnumNames<T>::all;
};

template <NamedEnum Enum>
void read_value(Reader& reader, const std::string& path, const Json& json, Enum& out) {
    const auto value = json.is_string() ? value_of<Enum>(json.get_ref<const std::string&>()) : std::nullopt;
    if (value)
        out = *value;
    else
        reader.unexpected(path, list_names<Enum>(), json);
}

template <typename T>
void read_value(Reader& reader, const std::string& path, const Json& json, std::optional<T>& out) {
    T value{};
    read_value(reader, path, json, value);
    out = std::move(value);
}

template <NamedEnum Enum>
Json write_value(const Enum& value) {
    return name_of(value);
}

template <typename T>
requires(!NamedEnum<T> && std::is_constructible_v<Json, T>) Json write_value(const T& value) {
    return value;
}

template <typename T>
Json write_value(const std::optional<T>& value) {
    return value ? write_value(*value) : Json();
}

template <typename Owner>
struct Field {
    std::string_view name;
    void (*read)(Reader&, const std::string& path, const Json&, Owner&);
    void (*write)(const Owner&, std::string_view name, Json& object);  // leaves a default out
    Json (*schema)() = any_schema;                                     // what may stand there
};

template <typename Owner, typename Member, Member Owner::*pointer>
struct MemberField {
    static void read(Reader& reader, const std::string& path, const Json& json, Owner& owner) {
        read_value(reader, path, json, owner.*pointer);
    }
    static void write(const Owner& owner, std::string_view name, Json& object) {
        static const Owner defaults{};
        if (owner.*pointer != defaults.*pointer) object[std::string(name)] = write_value(owner.*pointer);
    }
    static Json schema() { return schema_of(Kind<Member>{}); }
};

template <typename Owner, typename Member>
Owner owner_of(Member Owner::*);
template <typename Owner, typename Member>
Member member_of(Member Owner::*);

/// A row: `field<&HealthSpec::interval>("interval")`.
template <auto pointer>
constexpr auto field(std::string_view name) {
    using Owner = decltype(owner_of(pointer));
    using Row = MemberField<Owner, decltype(member_of(pointer)), pointer>;
    return Field<Owner>{name, &Row::read, &Row::write, &Row::schema};
}

/// A row of a word that another version may have written: `read` makes something of every word, so that none
/// is refused.
template <auto pointer, auto read_word>
constexpr auto word(std::string_view name) {
    using Owner = decltype(owner_of(pointer));
    using Value = decltype(member_of(pointer));
    struct Row {
        static void read(Reader& reader, const std::string& path, const Json& json, Owner& owner) {
            std::string text;
            read_value(reader, path, json, text);
            owner.*pointer = read_word(text);
        }
    };
    return Field<Owner>{name, &Row::read, &MemberField<Owner, Value, pointer>::write};
}

/// Names the field and the nearest known one.
void unknown_field(Reader& reader, const std::string& path, std::string_view key,
                   std::span<const std::string_view> known);

template <typename Owner, std::size_t size>
void read_object(Reader& reader, const std::string& path, const Json& json, Owner& out,
                 const std::array<Field<Owner>, size>& fields) {
    if (!json.is_object()) return reader.unexpected(path, "an object", json);
    for (const auto& [key, value] : json.items()) {
        const auto row = std::find_if(fields.begin(), fields.end(),
                                      [&name = key](const auto& f) { return f.name == name; });
        if (row != fields.end()) {
            row->read(reader, join(path, key), value, out);
            continue;
        }
        std::array<std::string_view, size> known{};
        for (std::size_t i = 0; i < size; ++i) known[i] = fields[i].name;
        unknown_field(reader, path, key, known);
    }
}

template <typename Owner, std::size_t size>
Json write_object(const Owner& owner, const std::array<Field<Owner>, size>& fields) {
    Json object = Json::object();
    for (const auto& row : fields) row.write(owner, row.name, object);
    return object;
}

/// The schema of an object with these fields and no others.
template <typename Owner, std::size_t size>
Json object_schema(const std::array<Field<Owner>, size>& fields) {
    Json properties = Json::object();
    for (const auto& row : fields) properties[std::string(row.name)] = row.schema();
    return Json{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

/// The definition's part of an object (in `Scalars::text` mode for spec files): every problem is in the
/// reader's list, those of the definition's own rules included unless unknown fields are ignored.
ServerSpec read_spec(Reader& reader, const Json& json);

/// The names of `config`'s fields, for the flat form of spec files.
std::vector<std::string_view> config_field_names();
/// The other keys of a definition: name, type and the sources'.
std::vector<std::string_view> source_field_names();

/// Hides what looks secret in a definition's object with "***": in environment, args, headers and URLs.
void mask_secrets(Json& definition);
/// Puts the real values of `original` in place of what mask_secrets made of them. A "***" that stands for
/// nothing is a problem.
void restore_secrets(Reader& reader, Json& patch, const Json& original);

}  // namespace mcpm::wire
