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
    auto work = [files = files_, names = std::move(names)]() -> Result<Values> {
        Values values;
        for (const auto& [variable, name] : names) {
            auto value = files->get(name);
            if (!value) return value.error();
            values.emplace(variable, std::move(*value));
        }
        return values;
    };
    auto values = co_await offload(workers_, std::move(work));
    if (values) remember(server_id, *values);
    co_return values;
}

void Vault::remember(const std::string& server_id, const Values& values) {
    auto& known = lent_[server_id];
    for (const auto& [variable, value] : values) {
        std::erase(known, value);
        known.push_back(value);
    }
    if (known.size() <= most_remembered) return;
    const auto kept = known.end() - static_cast<std::ptrdiff_t>(most_remembered);
    std::for_each(known.begin(), kept, wipe);
    known.erase(known.begin(), kept);
}

std::vector<std::string> Vault::lent_to(const std::string& server_id) const {
    const auto found = lent_.find(server_id);
    return found == lent_.end() ? std::vector<std::string>() : found->second;
}

}  // namespace mcpm::secrets
