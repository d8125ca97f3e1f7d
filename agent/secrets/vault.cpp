#include "agent/secrets/vault.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::secrets {

namespace {

/// Twice what one definition may name: those of now, and those they had before.
constexpr std::size_t most_remembered = 512;

}  // namespace

Task<Result<std::vector<Entry>>> Vault::list() {
    auto work = [files = files_] { return files->list(); };
    co_return co_await offload(workers_, std::move(work));
}

Task<Result<>> Vault::put(std::string name, std::string value, Timestamp now) {
    auto work = [files = files_, name = std::move(name), value = std::move(value), now]() mutable {
        auto done = files->put(name, value, now);
        wipe(value);
        return done;
    };
    co_return co_await offload(workers_, std::move(work));
}

Task<Result<>> Vault::remove(std::string name) {
    auto work = [files = files_, name = std::move(name)] { return files->remove(name); };
    co_return co_await offload(workers_, std::move(work));
}

Task<Result<Values>> Vault::lend(std::string server_id, std::map<std::string, std::string> names) {
    auto work = [files = files_, names]() -> Result<Values> {
        Values values;
        for (const auto& [variable, name] : names) {
            auto value = files->get(name);
            if (!value) return value.error();
            values.emplace(variable, std::move(*value));
        }
        return values;
    };
    auto values = co_await offload(workers_, std::move(work));
    if (values) remember(server_id, names, *values);
    co_return values;
}

void Vault::remember(const std::string& server_id, const std::map<std::string, std::string>& names,
                     const Values& values) {
    auto& known = lent_[server_id];
    const auto drop_if = [&known](const auto& is_gone) {
        const auto gone = std::stable_partition(known.begin(), known.end(),
                                                [&](const Lent& lent) { return !is_gone(lent); });
        std::for_each(gone, known.end(), [](Lent& lent) { wipe(lent.value); });
        known.erase(gone, known.end());
    };
    drop_if([](const Lent& lent) { return lent.is_removed; });
    for (const auto& [variable, value] : values) {
        const std::string& text = value;
        drop_if([&text](const Lent& lent) { return lent.value == text; });
        known.push_back({names.at(variable), text});
    }
    if (known.size() <= most_remembered) return;
    const auto kept = known.end() - static_cast<std::ptrdiff_t>(most_remembered);
    std::for_each(known.begin(), kept, [](Lent& lent) { wipe(lent.value); });
    known.erase(known.begin(), kept);
}

void Vault::forget(std::string_view name, const std::function<bool(const std::string& server_id)>& runs) {
    for (auto& [server_id, known] : lent_) {
        const bool is_in_use = runs(server_id);
        for (auto& lent : known) {
            if (lent.secret != name) continue;
            lent.is_removed = true;
            if (!is_in_use) wipe(lent.value);
        }
        std::erase_if(known, [](const Lent& lent) { return lent.value.empty(); });
    }
}

void Vault::forget_server(const std::string& server_id) {
    const auto found = lent_.find(server_id);
    if (found == lent_.end()) return;
    for (auto& lent : found->second) wipe(lent.value);
    lent_.erase(found);
}

std::vector<std::string> Vault::lent_to(const std::string& server_id) const {
    std::vector<std::string> values;
    const auto found = lent_.find(server_id);
    if (found == lent_.end()) return values;
    for (const auto& lent : found->second) values.push_back(lent.value);
    return values;
}

}  // namespace mcpm::secrets
