#include "agent/registry/places.hpp"

#include "common/number.hpp"
#include "common/yaml_tree.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

namespace mcpm::registry {

namespace {

/// JSON is read as the YAML that it is.
class CatalogueLines {
  public:
    CatalogueLines(std::string_view text, const std::string& name) : text_(text), name_(name) {}

    /// "NAME:3:5", or empty.
    std::string at(const std::vector<std::string>& way) {
        if (!tree_) tree_ = read_yaml(text_);
        const YamlNode* node = &tree_->root;
        const YamlNode* place = node;
        for (const auto& step : way) {
            const auto [key, below] = step_down(*node, step);
            if (below == nullptr) return {};
            place = key;
            node = below;
        }
        if (place->line == 0) return {};
        return name_ + ":" + std::to_string(place->line) + ":" + std::to_string(place->column);
    }

  private:
    struct CatalogueStep {
        const YamlNode* place = nullptr;  // of a map the key
        const YamlNode* below = nullptr;
    };

    static CatalogueStep step_down(const YamlNode& from, const std::string& step) {
        for (const auto& [key, value] : from.members)
            if (key.text == step) return {&key, &value};
        const auto number = parse_number<std::size_t>(step);
        if (!number || *number >= from.items.size()) return {};
        return {&from.items[*number], &from.items[*number]};
    }

    std::string_view text_;
    const std::string& name_;
    std::optional<YamlTree> tree_;
};

}  // namespace

void add_places(Catalogue& catalogue, std::string_view text, const std::string& name) {
    CatalogueLines lines(text, name);
    if (!catalogue.first_at.empty())
        if (const auto place = lines.at(catalogue.first_at); !place.empty())
            catalogue.first_unreadable = place + ": " + catalogue.first_unreadable;
    for (auto& entry : catalogue.entries) {
        if (entry.problem.empty()) continue;
        entry.place = lines.at({entry.problem_at.substr(0, entry.problem_at.find('.')), entry.id});
        if (entry.place.empty()) entry.place = name;
    }
}

}  // namespace mcpm::registry
