// The room common: what both programs say to each other, and the small things that both need, each once. It
// may include nothing of ours. It never asks, stores or starts anything by itself: it has the words, not the
// deeds.
//
// JSON Schema (2020-12) of what the wire's fields may hold, as people write it in YAML: what is text there
// may look like a number. One function per type, chosen by the field's type. Pure.
#pragma once

#include "common/enum_names.hpp"
#include "common/wire.hpp"

#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace mcpm::wire {

template <typename T>
struct Kind {};

inline Json any_schema() {
    return Json::object();
}

Json schema_of(Kind<std::string>);
Json schema_of(Kind<bool>);
Json schema_of(Kind<double>);
Json schema_of(Kind<Duration>);
Json schema_of(Kind<std::vector<std::string>>);
Json schema_of(Kind<std::map<std::string, std::string>>);
Json schema_of(Kind<HealthSpec>);
Json schema_of(Kind<RestartSpec>);
Json schema_of(Kind<ResourceLimits>);
Json schema_of(Kind<ToolRules>);
Json schema_of(Kind<std::map<std::string, ToolEdit>>);
Json schema_of(Kind<std::vector<Dependency>>);
Json schema_of(Kind<ContainerOptions>);
Json whole_number_schema();
/// One of these words.
Json names_schema(std::vector<std::string> names);

template <typename T>
Json schema_of(Kind<T>);

template <typename T>
Json schema_of(Kind<std::optional<T>>) {
    return schema_of(Kind<T>{});
}

/// Whole numbers and enumerations; of what only the agent says, anything.
template <typename T>
Json schema_of(Kind<T>) {
    if constexpr (std::is_enum_v<T>) {
        std::vector<std::string> names;
        for (const auto& row : EnumNames<T>::all) names.emplace_back(row.name);
        return names_schema(std::move(names));
    } else if constexpr (std::is_unsigned_v<T>) {
        return whole_number_schema();
    } else {
        return any_schema();
    }
}

/// An edit of a tool as it stands in a definition.
Json tool_edit_json(const ToolEdit& edit);

/// Of a server in a servers file: its fields flat, as common/spec_file reads them.
Json server_schema();

}  // namespace mcpm::wire
