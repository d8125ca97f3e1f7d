#include "agent/manifest_watch.hpp"

#include "common/units.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <functional>
#include <map>
#include <utility>
#include <vector>

namespace mcpm {

namespace {

std::map<std::string, std::string> by_name(std::string_view list) {
    std::map<std::string, std::string> entries;
    const auto json = wire::parse(list);
    if (!json || !json->is_array()) return entries;
    for (const auto& entry : *json) {
        if (!entry.is_object()) continue;
        for (const char* key : {"name", "uri", "uriTemplate"}) {
            const auto found = entry.find(key);
            if (found == entry.end() || !found->is_string()) continue;
            entries.emplace(found->get<std::string>(), entry.dump());
            break;
        }
    }
    return entries;
}

std::string digest_of(const Manifest& manifest) {
    // Only compared with digests of our own on this machine; not a defence against anybody.
    std::size_t digest = 0;
    for (const auto* part :
         {&manifest.tools, &manifest.prompts, &manifest.resources, &manifest.resource_templates}) {
        digest = digest * 1099511628211u ^ std::hash<std::string>{}(*part);
    }
    return fmt::format("{:016x}", digest);
}

void append_names(std::string& sentence, std::string_view verb, const std::vector<std::string>& names) {
    if (names.empty()) return;
    if (!sentence.empty()) sentence += "; ";
    sentence += fmt::format("{} {}", verb, fmt::join(names, ", "));
}

}  // namespace

std::string describe_difference(std::string_view what, std::string_view before, std::string_view now) {
    const auto old_entries = by_name(before);
    const auto new_entries = by_name(now);
    std::vector<std::string> added, gone, changed;
    for (const auto& [name, text] : new_entries) {
        const auto found = old_entries.find(name);
        if (found == old_entries.end()) {
            added.push_back(name);
        } else if (found->second != text) {
            changed.push_back(name);
        }
    }
    for (const auto& [name, text] : old_entries) {
        if (!new_entries.contains(name)) gone.push_back(name);
    }
    std::string sentence;
    append_names(sentence, "new", added);
    append_names(sentence, "gone", gone);
    append_names(sentence, "changed", changed);
    return sentence.empty() ? sentence : fmt::format("{}: {}", what, sentence);
}

ManifestWatch::ManifestWatch(Loop& loop, mcp::Sessions& sessions, StateStore& store, Supervisor& supervisor,
                             const AgentLog& log)
    : sessions_(sessions),
      store_(store),
      supervisor_(supervisor),
      log_(log),
      tasks_(loop, [&log](auto name, auto what) { log.error(fmt::format("{}: {}", name, what)); }) {}

void ManifestWatch::look(const std::string& server_id, std::uint64_t run) {
    tasks_.spawn("compare the tools of " + server_id, look_and_compare(server_id, run));
}

Task<> ManifestWatch::look_and_compare(std::string server_id, std::uint64_t run) {
    auto now = co_await take(server_id);
    if (!now) {
        supervisor_.report_health(server_id, run, Health::unhealthy, now.error().message);
        co_return;
    }
    const auto before = co_await store_.load_manifest(server_id);
    const bool known = before && before->has_value();
    if (known && (*before)->digest != now->digest) announce_difference(server_id, **before, *now);
    if (!known || (*before)->digest != now->digest) {
        const auto saved = co_await store_.save_manifest(server_id, std::move(*now));
        if (!saved) log_.warning(saved.error().message);
    }
    supervisor_.report_health(server_id, run, Health::healthy, {});
}

Task<Result<Manifest>> ManifestWatch::take(const std::string& server_id) {
    Manifest manifest;
    const std::pair<const char*, std::string*> lists[] = {
        {"tools/list", &manifest.tools},
        {"prompts/list", &manifest.prompts},
        {"resources/list", &manifest.resources},
        {"resources/templates/list", &manifest.resource_templates}};
    for (const auto& [method, place] : lists) {
        std::string name = method;
        auto list = co_await sessions_.list(server_id, std::move(name));
        if (!list) co_return list.error();
        *place = std::move(*list);
    }
    if (const auto facts = sessions_.facts(server_id)) {
        manifest.facts =
            wire::Json{{"protocolVersion", facts->protocol_version}, {"instructions", facts->instructions}}
                .dump(-1, ' ', false, wire::Json::error_handler_t::replace);
    }
    manifest.digest = digest_of(manifest);
    manifest.taken_at = now_utc();
    co_return manifest;
}

void ManifestWatch::announce_difference(const std::string& server_id, const Manifest& before,
                                        const Manifest& now) {
    std::string sentence;
    for (const auto& part : {describe_difference("tools", before.tools, now.tools),
                             describe_difference("prompts", before.prompts, now.prompts),
                             describe_difference("resources", before.resources, now.resources)}) {
        if (part.empty()) continue;
        if (!sentence.empty()) sentence += ". ";
        sentence += part;
    }
    if (sentence.empty()) return;
    const auto view = supervisor_.find(server_id);
    Event event;
    event.at = now_utc();
    event.type = "server:manifest-changed";
    event.server_id = server_id;
    if (view) event.server_name = view->spec.name;
    event.actor = "agent";
    event.message = "what it offers is not what it offered before: " + sentence;
    supervisor_.add_event(std::move(event));
}

Task<> ManifestWatch::close() {
    tasks_.cancel_all();
    co_await tasks_.drain();
}

}  // namespace mcpm
