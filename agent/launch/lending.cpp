#include "agent/launch/lending.hpp"

#include "common/hidden_values.hpp"
#include "common/secret_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>

namespace mcpm {

namespace {

bool is_elsewhere(std::string_view name) {
    return name.find(':') != std::string_view::npos;
}

bool has_elsewhere(const ServerSpec& spec) {
    return std::any_of(spec.secrets.begin(), spec.secrets.end(),
                       [](const auto& one) { return is_elsewhere(one.second); });
}

}  // namespace

/// What its definition has in plain and what it was lent is not in what is written about a server.
void Lending::hide(const std::string& server_id, const ServerSpec& spec) {
    HiddenValues hidden;
    hidden.add(wire::secret_values(spec));
    hidden.add(vault_.lent_to(server_id));
    if (!hidden.empty()) logs_.hide(server_id, std::move(hidden));
}

Task<Result<secrets::Values>> Lending::lend(std::string server_id, ServerSpec spec) {
    hide(server_id, spec);
    if (spec.secrets.empty()) co_return secrets::Values{};
    std::map<std::string, std::string> stored;
    std::map<std::string, std::string> others;
    for (const auto& [variable, name] : spec.secrets) (is_elsewhere(name) ? others : stored)[variable] = name;
    auto lent = co_await vault_.lend(server_id, std::move(stored));
    if (lent && !others.empty()) {
        auto fetched = co_await fetch(server_id, std::move(others));
        if (!fetched) co_return fetched.error();
        lent->merge(std::move(*fetched));
    }
    hide(server_id, spec);
    co_return lent;
}

/// All, or the first that fails.
Task<Result<secrets::Values>> Lending::fetch(std::string server_id,
                                             std::map<std::string, std::string> references) {
    secrets::Values values;
    for (const auto& [variable, text] : references) {
        auto from = read_secret_reference(text);
        if (!from) co_return from.error();
        auto value = co_await elsewhere_.get(std::move(*from));
        if (!value) co_return value.error();
        values.emplace(variable, std::move(*value));
    }
    vault_.note_given(server_id, references, values);
    co_return values;
}

Task<> Lending::lend_again(StateStore& store) {
    const auto known = co_await vault_.list();
    const bool has_none = known && known->empty();
    const auto stored = co_await store.load_servers();
    if (!stored) co_return;  // the supervisor says so
    for (const StoredServer& server : *stored) {
        if (has_none && !has_elsewhere(server.spec)) {
            hide(server.id, server.spec);
            continue;
        }
        const auto lent = co_await lend(server.id, server.spec);
        if (!lent) log_.warning(fmt::format("\"{}\": {}", server.spec.name, lent.error().message));
    }
}

}  // namespace mcpm
