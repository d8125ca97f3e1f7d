#include "agent/templates/catalogue.hpp"

#include "common/ascii.hpp"
#include "common/suggest.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>
#include <system_error>
#include <utility>

namespace mcpm::templates {

namespace {

constexpr std::size_t most_files = 1000;
constexpr std::uintmax_t most_bytes = 256UL * 1024;

std::string first_problem(const TemplateFile& file) {
    const auto& problem = file.problems.front();
    return std::to_string(problem.line) + ":" + std::to_string(problem.column) + ": " + problem.message;
}

std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> files;
    std::error_code failed;
    for (std::filesystem::directory_iterator entry(folder, failed), end; !failed && entry != end;
         entry.increment(failed)) {
        const auto extension = entry->path().extension();
        std::error_code unseen;
        if ((extension != ".yaml" && extension != ".yml") || !entry->is_regular_file(unseen) || unseen)
            continue;
        files.push_back(entry->path());
        if (files.size() == most_files) break;
    }
    std::sort(files.begin(), files.end());
    return files;
}

Result<std::string> read_whole(const std::filesystem::path& path) {
    std::error_code failed;
    const auto size = std::filesystem::file_size(path, failed);
    if (failed) return Error{ErrorCode::unavailable, failed.message()};
    if (size > most_bytes) return Error{ErrorCode::payload_too_large, "it has more than 256 KiB"};
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    if (size > 0 && !(text << in.rdbuf())) return Error{ErrorCode::unavailable, "it cannot be read"};
    return std::move(text).str();
}

void add_custom(Catalogue& catalogue, const std::filesystem::path& path) {
    const auto text = read_whole(path);
    if (text.has_error()) {
        catalogue.unreadable.push_back({path.filename().string(), text.error().message});
        return;
    }
    TemplateFile file = read_template(*text);
    if (!file.problems.empty()) {
        catalogue.unreadable.push_back({path.filename().string(), first_problem(file)});
        return;
    }
    std::erase_if(catalogue.templates,
                  [&](const Listed& listed) { return listed.content.id == file.content.id; });
    catalogue.templates.push_back({std::move(file.content), Origin::custom});
}

std::size_t rank(const std::string& category) {
    const auto& all = categories();
    return static_cast<std::size_t>(std::find(all.begin(), all.end(), category) - all.begin());
}

/// Texts of the definition: the package, the image, the address.
void gather(const YamlNode& node, std::string& out) {
    if (node.kind == YamlNode::Kind::scalar) out += ascii::lowered(node.text) + " ";
    for (const auto& item : node.items) gather(item, out);
    for (const auto& [key, value] : node.members) gather(value, out);
}

/// How well a word fits; 0: not at all.
unsigned fits(const Template& one, const std::string& word) {
    if (one.id == word || ascii::lowered(one.name) == word) return 100;
    if (one.id.find(word) == 0) return 60;
    if (one.id.find(word) != std::string::npos || ascii::lowered(one.name).find(word) != std::string::npos)
        return 40;
    for (const auto& tag : one.tags)
        if (ascii::lowered(tag) == word) return 30;
    if (one.category == word) return 25;
    if (ascii::lowered(one.description).find(word) != std::string::npos) return 10;
    std::string rest;
    gather(one.server, rest);
    return rest.find(word) != std::string::npos ? 5 : 0;
}

std::vector<std::string> words_of(std::string_view query) {
    std::vector<std::string> words;
    std::string word;
    for (const char c : ascii::lowered(query) + " ") {
        if (c != ' ' && c != '\t' && c != ',') {
            word += c;
        } else if (!word.empty()) {
            words.push_back(std::exchange(word, {}));
        }
    }
    return words;
}

}  // namespace

Catalogue read_catalogue(const std::filesystem::path& custom) {
    Catalogue catalogue;
    for (const std::string_view yaml : built_in()) {
        TemplateFile file = read_template(yaml);
        if (file.problems.empty())
            catalogue.templates.push_back({std::move(file.content), Origin::built_in});
        else
            catalogue.unreadable.push_back({"built-in " + file.content.id, first_problem(file)});
    }
    for (const auto& path : files_in(custom)) add_custom(catalogue, path);
    std::stable_sort(
        catalogue.templates.begin(), catalogue.templates.end(), [](const Listed& a, const Listed& b) {
            const auto ranks = std::pair{rank(a.content.category), rank(b.content.category)};
            return ranks.first != ranks.second ? ranks.first < ranks.second : a.content.name < b.content.name;
        });
    return catalogue;
}

Result<Listed> find_template(const Catalogue& catalogue, const std::string& id) {
    for (const auto& listed : catalogue.templates)
        if (listed.content.id == id || ascii::lowered(listed.content.name) == ascii::lowered(id))
            return listed;
    std::vector<std::string_view> known;
    for (const auto& listed : catalogue.templates) known.push_back(listed.content.id);
    Error error{ErrorCode::template_not_found, "there is no template \"" + id.substr(0, 64) + "\""};
    error.hint =
        closest(id, known) ? "did you mean '" + *closest(id, known) + "'?" : "mcpm search WORD finds one";
    return error;
}

std::vector<const Listed*> search(const Catalogue& catalogue, std::string_view query,
                                  std::string_view category) {
    const auto words = words_of(query);
    std::vector<std::pair<unsigned, const Listed*>> found;
    for (const auto& listed : catalogue.templates) {
        if (!category.empty() && listed.content.category != category) continue;
        unsigned total = 1;
        for (const auto& word : words) {
            const unsigned one = fits(listed.content, word);
            total = one == 0 ? 0 : total + one;
            if (total == 0) break;
        }
        if (total > 0) found.emplace_back(listed.content.replaced_by.empty() ? total : 1, &listed);
    }
    std::stable_sort(found.begin(), found.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<const Listed*> out;
    for (const auto& [score, listed] : found) out.push_back(listed);
    return out;
}

}  // namespace mcpm::templates
