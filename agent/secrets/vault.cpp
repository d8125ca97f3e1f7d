#include "agent/secrets/vault.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <optional>
#include <utility>

namespace mcpm::secrets {

namespace {

/// Twice what one definition may name: those of now, and those they had before.
constexpr std::size_t most_remembered = 512;
constexpr std::size_t most_named = 20;
constexpr std::chrono::seconds look_again{10};

std::string in_words(const std::vector<std::string>& names) {
    std::string text = names.size() == 1 ? "secret " : "secrets ";
    for (std::size_t at = 0; at < names.size() && at < most_named; ++at)
        text += (at == 0 ? "'" : ", '") + names[at] + "'";
    if (names.size() > most_named) text += fmt::format(" and {} more", names.size() - most_named);
    return text;
}

template <typename Value>
struct Looked {
    KeptSecrets::Look look;
    Result<Value> result;
};

}  // namespace

/// Says what is new of it.
void Vault::tell(const KeptSecrets::Look& look) {
    if (look.has_new_key_file)
        give_notice_("the key of the secrets, " + files_->key_file().string() +
                     ", was deleted or replaced while it was in use; it was written anew, nothing is lost");
    if (!look.written_anew.empty())
        give_notice_(in_words(look.written_anew) +
                     " was deleted or changed while the agent ran; written anew, nothing is lost "
                     "(mcpm secret remove NAME removes one)");
    std::vector<std::string> fresh;
    std::set_difference(look.lost.begin(), look.lost.end(), lost_.begin(), lost_.end(),
                        std::back_inserter(fresh));
    lost_ = look.lost;
    is_unsettled_ = look.is_unsettled;
    if (!fresh.empty())
        give_notice_("lost: the value of " + in_words(fresh) + ": what was kept of it in " +
                     files_->folder().string() +
                     ", or its key, is gone or cannot be opened; put it back, or give the value again: "
                     "mcpm secret set NAME");
}

Task<> Vault::look() {
    auto work = [kept = kept_] { return kept->look(); };
    const auto found = co_await offload(workers_, std::move(work));
    tell(found);
}

Task<> Vault::watch(Loop& loop, PathWatch& disk) {
    PathWatcher watcher(disk, loop,
                        {WatchedPath{files_->key_file(), WatchedPath::What::writes},
                         WatchedPath{files_->folder(), WatchedPath::What::contents}},
                        look_again);
    for (;;) {
        const auto seen = watcher.before_look();
        co_await look();
        std::optional<Clock::duration> pause;
        if (is_unsettled_) pause = look_again;
        co_await watcher.changed(seen, pause);
    }
}

Task<Result<std::vector<Entry>>> Vault::list() {
    auto work = [files = files_, kept = kept_] {
        auto look = kept->look();
        auto entries = files->list();
        for (const auto& name : look.lost) {
            if (!entries) break;
            const auto place = std::lower_bound(
                entries->begin(), entries->end(), name,
                [](const Entry& entry, const std::string& text) { return entry.name < text; });
            if (place == entries->end() || place->name != name)
                entries->insert(place, Entry{name});
            else
                place->times.reset();
        }
        return Looked<std::vector<Entry>>{std::move(look), std::move(entries)};
    };
    auto found = co_await offload(workers_, std::move(work));
    tell(found.look);
    co_return std::move(found.result);
}

Task<Result<>> Vault::put(std::string name, std::string value, Timestamp now) {
    auto work = [files = files_, kept = kept_, name = std::move(name), value = std::move(value),
                 now]() mutable {
        auto look = kept->look();
        auto done = files->put(name, value, now);
        wipe(value);
        if (done) {
            kept->stored(name);
            std::erase(look.lost, name);
        }
        return Looked<void>{std::move(look), std::move(done)};
    };
    auto found = co_await offload(workers_, std::move(work));
    tell(found.look);
    co_return std::move(found.result);
}

Task<Result<>> Vault::remove(std::string name) {
    auto work = [files = files_, kept = kept_, name = std::move(name)] {
        auto done = files->remove(name);
        const bool is_gone = done || done.error().code == ErrorCode::not_found;
        if (is_gone && kept->removed(name)) done = Result<>{};
        return Looked<void>{kept->look(), std::move(done)};
    };
    auto found = co_await offload(workers_, std::move(work));
    tell(found.look);
    co_return std::move(found.result);
}

Task<Result<Values>> Vault::read(std::map<std::string, std::string> names) {
    auto work = [files = files_, names = std::move(names)]() -> Result<Values> {
        Values values;
        for (const auto& [variable, name] : names) {
            auto value = files->get(name);
            if (!value) return value.error();
            values.emplace(variable, std::move(*value));
        }
        return values;
    };
    co_return co_await offload(workers_, std::move(work));
}

Task<Result<Values>> Vault::lend(std::string server_id, std::map<std::string, std::string> names) {
    auto values = co_await read(names);
    if (!values) {  // it may be one that can be mended
        co_await look();
        values = co_await read(names);
    }
    if (values) {
        remember(server_id, names, *values);
        co_return values;
    }
    const auto lost = std::find_if(names.begin(), names.end(), [this](const auto& one) {
        return std::binary_search(lost_.begin(), lost_.end(), one.second);
    });
    if (values.error().code == ErrorCode::not_found && lost != names.end())
        co_return Error{ErrorCode::wrong_state,
                        "the value of secret '" + lost->second + "' is lost: what was kept of it is gone",
                        {},
                        "give it again: mcpm secret set " + lost->second};
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
