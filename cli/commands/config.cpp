// config show: the agent's settings as they hold, read from the same file and environment as it reads.
#include "cli/commands/all.hpp"
#include "cli/config_values.hpp"
#include "cli/environment.hpp"
#include "cli/suggestion.hpp"
#include "common/config_file.hpp"
#include "common/environment_check.hpp"
#include "common/own_file.hpp"

#include <algorithm>

namespace mcpm::cli::commands {

namespace {

constexpr std::size_t largest_file = 4UL * 1024 * 1024;

Result<std::vector<ConfigValue>> chosen_values(std::vector<ConfigValue> values,
                                               const std::vector<std::string>& keys) {
    if (keys.empty()) return values;
    std::vector<ConfigValue> out;
    for (const std::string& key : keys) {
        bool found = false;
        for (const ConfigValue& value : values) {
            if (value.key != key && !value.key.starts_with(key + ".")) continue;
            out.push_back(value);
            found = true;
        }
        if (found) continue;
        std::vector<std::string> known;
        for (const std::string_view name : config_keys()) known.emplace_back(name);
        return Error{ErrorCode::not_found, "there is no key '" + key + "'", {}, did_you_mean(key, known)};
    }
    return out;
}

}  // namespace

Outcome config_show(Invocation& call) {
    std::vector<std::string> keys;
    call.options.positionals("KEY…", keys, "only these keys or groups, e.g. http");
    call.format.declare_table(call.options);
    if (!call.parse()) return call.outcome();
    const auto paths = find_paths();
    if (!paths) return paths.error();
    const std::string file = paths->config_file().string();
    const auto text = read_own_file(paths->config_file(), largest_file, {Links::followed, Owner::anybody});
    if (!text && text.error().code != ErrorCode::not_found) return text.error();
    const auto checked = read_config(paths->config_file());
    if (!checked) call.out.error(checked.error());
    for (const auto& fault : environment_faults()) call.out.note(fault);
    const auto values = chosen_values(config_values(text ? *text : "", file, process_environment()), keys);
    if (!values) return values.error();
    Json data = Json::array();
    Table table{{{"KEY"}, {"VALUE", Shrink::first}, {"FROM", Shrink::first, Align::left, 1}}, {}};
    for (const ConfigValue& value : *values) {
        data.push_back(Json{{"name", value.key}, {"value", value.value}, {"from", value.from}});
        table.rows.push_back({{value.key},
                              {harmless(value.value)},
                              {harmless(value.from), value.from == "default" ? Colour::grey : Colour::none}});
    }
    const ExitStatus status = checked ? ExitStatus::done : ExitStatus::wrong_usage;
    if (print_for_programs(call.out, data, call.format)) return status;
    if (const auto printed = print_table(call.out, table, call.format); !printed) return printed.error();
    return status;
}

}  // namespace mcpm::cli::commands
