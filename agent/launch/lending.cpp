#include "agent/launch/lending.hpp"

#include "common/hidden_values.hpp"
#include "common/secret_values.hpp"

#include <fmt/format.h>

#include <utility>

namespace mcpm {

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
    auto lent = co_await vault_.lend(server_id, spec.secrets);
    hide(server_id, spec);
    co_return lent;
}

Task<> Lending::lend_again(StateStore& store) {
    const auto known = co_await vault_.list();
    const bool has_none = known && known->empty();
    const auto stored = co_await store.load_servers();
    if (!stored) co_return;  // the supervisor says so
    for (const StoredServer& server : *stored) {
        if (has_none) {
            hide(server.id, server.spec);
            continue;
        }
        const auto lent = co_await lend(server.id, server.spec);
        if (!lent) log_.warning(fmt::format("\"{}\": {}", server.spec.name, lent.error().message));
    }
}

}  // namespace mcpm
