#include "agent/registry/registry.hpp"

#include "agent/registry/places.hpp"
#include "agent/registry/server_json.hpp"
#include "common/ascii.hpp"
#include "common/local_http.hpp"
#include "common/own_file.hpp"
#include "common/units.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace mcpm::registry {

namespace {

constexpr std::size_t most_of_one = 100;  // entries of one source in an answer
constexpr unsigned most_pages = 3;        // of one word
constexpr std::size_t most_words = 3;

std::vector<std::string> words_of(const std::string& query) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : ascii::lowered(query) + " ") {
        if (c != ' ' && c != '\t' && c != ',')
            word += c;
        else if (!word.empty())
            words.push_back(std::exchange(word, {}));
    }
    return words;
}

std::string host_of(const std::string& address) {
    const auto parts = split_url(address);
    return parts ? std::string(parts->authority) : address;
}

std::string name_of(const std::string& source) {
    if (!is_web_url(source)) return std::filesystem::path(source).filename().string();
    const auto parts = split_url(source);
    return std::string(parts->authority) +
           std::string(parts->rest.substr(0, parts->rest.find_first_of("?#")));
}

/// One of each name: the newest.
std::vector<Entry> without_doubles(std::vector<Entry> entries) {
    std::map<std::pair<std::string, std::string>, Entry> kept;
    for (auto& entry : entries) {
        const auto key = std::pair{entry.from, entry.id};
        const auto found = kept.find(key);
        if (found == kept.end() || found->second.updated < entry.updated) kept[key] = std::move(entry);
    }
    std::vector<Entry> out;
    for (auto& [key, entry] : kept) out.push_back(std::move(entry));
    return out;
}

Error lied(const std::string& host, const std::string& what) {
    return Error{ErrorCode::unavailable,
                 "the registry " + host + " answered with something else: " + what,
                 {},
                 "try again later; registry.url and registry.catalogues in config.yaml say what is asked"};
}

Result<> is_page(const wire::Json& document) {
    const auto page = read_page(document, {});
    return page ? Result<>{} : Result<>(page.error());
}

Result<> is_catalogue(const wire::Json& document) {
    const auto catalogue = read_catalogue(document, "it");
    return catalogue ? Result<>{} : Result<>(catalogue.error());
}

/// Whether the entry is the one that was asked for.
Result<> check_entry(const wire::Json& document, const std::string& id, const std::string& version) {
    const auto entry = read_server_json(document, {});
    if (!entry) return entry.error();
    if (entry->id != id)
        return Error{ErrorCode::validation_error, "asked for " + id + ", it answered with " + entry->id};
    if (!version.empty() && entry->version != version)
        return Error{ErrorCode::validation_error,
                     "asked for version " + version + ", it answered with " + entry->version};
    return {};
}

}  // namespace

Registry::Registry(outgoing::Client& client, Workers& workers, std::filesystem::path cache,
                   RegistrySettings settings)
    : client_(client), workers_(workers), cache_(std::move(cache)), settings_(std::move(settings)) {}

std::string Registry::host() const {
    return host_of(settings_.url);
}

Task<Result<std::string>> Registry::fetch(std::string address, Duration limit, std::uint64_t most) {
    const auto ready = co_await client_.prepare();
    if (!ready) co_return ready.error();
    outgoing::Request request;
    request.url = address;
    request.headers = {{"Accept", "application/json, */*"}, {"User-Agent", "mcpm/" MCPM_VERSION}};
    request.limits.connect = std::chrono::seconds(5);
    request.limits.total = limit;
    request.limits.body = most;
    auto answer = co_await client_.fetch(std::move(request));
    if (!answer) co_return answer.error();
    const int status = answer->head.status;
    if (status == 404) co_return Error{ErrorCode::not_found, host_of(address) + " does not have it"};
    if (status != 200)
        co_return Error{ErrorCode::unavailable, host_of(address) + " answered " + std::to_string(status)};
    co_return std::move(answer->body);
}

/// From the cache while it is young; else fetched, and kept. A fetch that fails
/// falls back to what is kept.
Task<Result<Registry::Answered>> Registry::ask(std::string address, Check check) {
    auto look = [cache = cache_, address] { return cache.find(address); };
    auto kept = co_await offload(workers_, std::move(look));
    const Timestamp now = now_utc();
    const bool is_young = kept && kept->at <= now && now - kept->at < settings_.max_age;
    if (is_young) co_return Answered{std::move(kept->body), kept->at, {}};
    auto body = co_await fetch(address);
    if (body) {
        const auto document = read_document(*body, name_of(address));
        const auto good = document ? check(*document) : Result<>(document.error());
        if (!good) body = lied(host_of(address), good.error().message);
    }
    if (!body && kept && body.error().code != ErrorCode::not_found)
        co_return Answered{std::move(kept->body), kept->at, body.error().message};
    if (!body) co_return body.error();
    auto keep = [cache = cache_, answer = KeptAnswer{address, now, *body}] { return cache.keep(answer); };
    (void)co_await offload(workers_, std::move(keep));  // what cannot be kept is used nevertheless
    co_return Answered{std::move(*body), now, {}};
}

/// Pages of one word until there are enough, or a cursor comes again.
Task<> Registry::search_page(std::string address, Found* into) {
    std::set<std::string> seen;
    std::string cursor;
    SourceState& state = into->sources.front();
    for (unsigned page_number = 0; page_number < most_pages; ++page_number) {
        const std::string whole = address + (cursor.empty() ? "" : "&cursor=" + percent_encode(cursor));
        const auto answer = co_await ask(whole, is_page);
        if (!answer) {
            state.problem = answer.error().message;
            co_return;
        }
        const auto document = wire::parse(answer->body);
        auto page = document ? read_page(*document, host()) : Result<Page>(document.error());
        if (!page) {
            state.problem = lied(host(), page.error().message).message;
            co_return;
        }
        if (!answer->problem.empty()) state.problem = answer->problem;
        state.as_of = state.as_of == Timestamp{} ? answer->at : std::min(state.as_of, answer->at);
        for (auto& entry : page->entries) into->entries.push_back(std::move(entry));
        cursor = page->next;
        if (cursor.empty() || !seen.insert(cursor).second) co_return;
    }
    into->is_cut = true;
}

/// Whatever was seen of this registry, whenever.
Task<> Registry::add_kept(Found* into) {
    auto look = [cache = cache_, beginning = settings_.url + "/v0.1/servers", from = host()] {
        Found found;
        found.sources.push_back({});
        for (const auto& kept : cache.all(beginning)) {
            const auto document = wire::parse(kept.body);
            if (!document) continue;
            auto page = read_page(*document, from);
            if (!page) continue;
            found.sources.front().as_of = kept.at;
            for (auto& entry : page->entries) found.entries.push_back(std::move(entry));
        }
        return found;
    };
    auto kept = co_await offload(workers_, std::move(look));
    if (into->sources.front().as_of == Timestamp{}) into->sources.front().as_of = kept.sources.front().as_of;
    for (auto& entry : kept.entries) into->entries.push_back(std::move(entry));
}

/// The registry finds by name alone: each word is asked for, and what comes is looked
/// through for all of them.
Task<Found> Registry::search_registry(std::vector<std::string> words) {
    Found found;
    if (settings_.url.empty()) co_return found;
    found.sources.push_back({host(), {}, {}});
    if (words.size() > most_words) words.resize(most_words);
    if (words.empty()) words.emplace_back();
    for (const auto& word : words) {
        std::string address = settings_.url + "/v0.1/servers?limit=100&version=latest";
        if (!word.empty()) address += "&search=" + percent_encode(word);
        co_await search_page(std::move(address), &found);
        if (!found.sources.front().problem.empty()) break;  // it is not asked again and again
    }
    co_await add_kept(&found);
    co_return found;
}

Task<Found> Registry::read_catalogues() {
    Found found;
    for (const auto& source : settings_.catalogues) {
        SourceState state{name_of(source), {}, {}};
        std::string text;
        if (is_web_url(source)) {
            auto answer = co_await ask(source, is_catalogue);
            if (answer) {
                state.problem = answer->problem;
                state.as_of = answer->at;
                text = std::move(answer->body);
            } else {
                state.problem = answer.error().message;
            }
        } else {
            auto read = [source] {
                return read_own_file(source, longest_answer, {Links::followed, Owner::anybody});
            };
            auto file = co_await offload(workers_, std::move(read));
            state.as_of = now_utc();
            if (file)
                text = std::move(*file);
            else
                state.problem = file.error().message;
        }
        if (!text.empty()) {
            auto parse = [text = std::move(text), name = state.name]() -> Result<Catalogue> {
                const auto document = read_document(text, name);
                if (!document) return document.error();
                auto read = read_catalogue(*document, name);
                if (read) add_places(*read, text, name);
                return read;
            };
            auto catalogue = co_await offload(workers_, std::move(parse));
            if (!catalogue)
                state.problem = catalogue.error().message;
            else if (catalogue->unreadable > 0)
                state.problem = std::to_string(catalogue->unreadable) +
                                " of its entries cannot be read and are left out; the first: " +
                                catalogue->first_unreadable;
            if (catalogue)
                for (auto& entry : catalogue->entries) found.entries.push_back(std::move(entry));
        }
        found.sources.push_back(std::move(state));
    }
    co_return found;
}

Task<Found> Registry::search(std::string query) {
    const auto words = words_of(query);
    Found found = co_await search_registry(words);
    Found more = co_await read_catalogues();
    for (auto& entry : more.entries) found.entries.push_back(std::move(entry));
    for (auto& source : more.sources) found.sources.push_back(std::move(source));
    std::erase_if(found.entries, [&](const Entry& entry) {
        return !fits(entry, words) || entry.status.starts_with("deleted");
    });
    found.entries = without_doubles(std::move(found.entries));
    std::stable_sort(found.entries.begin(), found.entries.end(),
                     [](const Entry& a, const Entry& b) { return a.updated > b.updated; });
    std::map<std::string, std::size_t> counts;
    const auto cut =
        std::erase_if(found.entries, [&](const Entry& entry) { return ++counts[entry.from] > most_of_one; });
    found.is_cut = found.is_cut || cut > 0;
    co_return found;
}

Task<Result<Entry>> Registry::entry(std::string id, std::string version) {
    Found catalogues = co_await read_catalogues();
    std::vector<Entry> known;
    for (auto& one : catalogues.entries)
        if (one.id == id && (version.empty() || version == one.version)) known.push_back(std::move(one));
    if (known.size() > 1) {
        std::string names;
        for (const auto& one : known) names += (names.empty() ? "" : ", ") + one.from;
        co_return Error{ErrorCode::conflict, "\"" + id + "\" is in several catalogues: " + names};
    }
    if (known.size() == 1) co_return std::move(known.front());
    if (settings_.url.empty() || id.find('/') == std::string::npos) {
        Error error{ErrorCode::not_found, "no registry or catalogue has \"" + id.substr(0, 200) + "\""};
        error.hint = "mcpm search WORD finds one";
        co_return error;
    }
    const std::string address = settings_.url + "/v0.1/servers/" + percent_encode(id) + "/versions/" +
                                percent_encode(version.empty() ? "latest" : version);
    Check check = [id, version](const wire::Json& document) { return check_entry(document, id, version); };
    const auto answer = co_await ask(address, std::move(check));
    Error why = answer ? Error{} : answer.error();
    if (answer) {
        const auto document = wire::parse(answer->body);
        auto one = document ? read_server_json(*document, host()) : Result<Entry>(document.error());
        if (!one) co_return one.error();
        if (!answer->problem.empty()) one->notes.push_back("as it was kept: " + answer->problem);
        co_return std::move(*one);
    }
    if (why.code == ErrorCode::not_found)
        why.message = "the registry " + host() + " has no server \"" + id + "\"" +
                      (version.empty() ? "" : " of version " + version);
    Found kept;
    kept.sources.push_back({});
    if (why.code != ErrorCode::not_found && version.empty()) {
        co_await add_kept(&kept);
    }
    for (auto& one : without_doubles(std::move(kept.entries))) {
        if (one.id != id) continue;
        one.notes.push_back("as it was kept: " + why.message);
        co_return std::move(one);
    }
    co_return why;
}

Task<Result<std::string>> Registry::bytes_at(std::string url, std::uint64_t limit) {
    co_return co_await fetch(std::move(url), std::chrono::minutes(10), limit);
}

Task<Result<Entry>> Registry::entry_at(std::string url) {
    if (!is_web_url(url))
        co_return Error{ErrorCode::validation_error, "url: an address with http is expected"};
    const auto body = co_await fetch(url);
    if (!body) co_return body.error();
    const auto document = wire::parse(*body);
    if (!document)
        co_return Error{ErrorCode::validation_error,
                        host_of(url) + " has no JSON there: " + document.error().message,
                        {},
                        "a server.json is expected: https://github.com/modelcontextprotocol/registry"};
    co_return read_server_json(*document, host_of(url));
}

}  // namespace mcpm::registry
