#include "agent/packages/pypi_trust.hpp"

#include "common/json_members.hpp"
#include "common/words.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace mcpm::pypi {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t most_named = 3;
constexpr std::string_view found_link = "Found link ";
constexpr std::string_view pypi_itself = "https://pypi.org/";

/// What stands in `line` behind `mark`, up to the next space; empty: the mark is not there.
std::string_view word_behind(std::string_view line, std::string_view mark) {
    const auto at = line.find(mark);
    if (at == std::string_view::npos) return {};
    line.remove_prefix(at + mark.size());
    return line.substr(0, line.find_first_of(" \r"));
}

/// Pages in JSON, whose links are written without their hashes.
std::set<std::string_view> json_pages(std::string_view log) {
    std::set<std::string_view> pages;
    while (!log.empty()) {
        const auto line = take_line(log);
        if (line.find("+json") != std::string_view::npos) pages.insert(word_behind(line, "Fetched page "));
    }
    return pages;
}

/// Links that were found without a hash on a page that would have named one.
std::set<std::string_view> bare_links(std::string_view log) {
    const auto in_json = json_pages(log);
    std::set<std::string_view> links;
    while (!log.empty()) {
        const auto line = take_line(log);
        const auto link = word_behind(line, found_link);
        auto page = word_behind(line, "(from ");
        page = page.substr(0, page.find(')'));
        if (!link.empty() && link.find('#') == std::string_view::npos && !in_json.contains(page))
            links.insert(link);
    }
    return links;
}

std::string listed(const std::vector<std::string>& names) {
    std::string list;
    for (std::size_t i = 0; i < std::min(names.size(), most_named); ++i)
        list += (i == 0 ? "" : ", ") + names[i];
    if (names.size() > most_named) list += " and " + std::to_string(names.size() - most_named) + " more";
    return list;
}

}  // namespace

std::vector<std::string> trusted_by_pip(std::string_view log, std::string_view report) {
    const auto json = Json::parse(report, nullptr, false);
    if (json.is_discarded() || !json.is_object()) return {};
    const auto items = json.find("install");
    if (items == json.end() || !items->is_array()) return {};
    const auto links = bare_links(log);
    std::vector<std::string> names;
    for (const auto& item : *items) {
        if (!item.is_object() || !item.contains("download_info") || !item.contains("metadata")) continue;
        if (!links.contains(text_at(item["download_info"], "url"))) continue;
        names.push_back(text_at(item["metadata"], "name") + " " + text_at(item["metadata"], "version"));
    }
    if (names.empty()) return {};
    return {"its index names no hash of " + listed(names) +
            ": what came this first time is taken at its word, and pinned by the hash that it has"};
}

std::vector<std::string> trusted_by_uv(std::string_view lock) {
    constexpr std::string_view mark = "# from ";
    std::vector<std::string> names;
    std::string current;
    while (!lock.empty()) {
        const auto line = take_line(lock);
        if (const auto equals = line.find("=="); equals != std::string_view::npos && line.front() != ' ')
            current = std::string(line.substr(0, line.find_first_of(" \\;\r")));
        const auto index = word_behind(line, mark);
        if (index.empty() || index.starts_with(pypi_itself) || current.empty()) continue;
        names.push_back(current + " (" + std::string(index) + ")");
    }
    if (names.empty()) return {};
    return {"uv does not say whether the index names a hash of " + listed(names) +
            ": pinned by the hash that what came has"};
}

}  // namespace mcpm::pypi
