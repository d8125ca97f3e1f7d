#include "agent/registry/draft.hpp"

#include "common/ascii.hpp"

#include <algorithm>
#include <utility>

namespace mcpm::registry {

namespace {

constexpr std::size_t most_parameters = 64;
constexpr std::size_t longest_name = 60;
constexpr std::size_t longest_description = 400;

YamlNode& member(YamlNode& map, std::string_view key) {
    map.kind = YamlNode::Kind::map;
    for (auto& [name, value] : map.members)
        if (name.text == key) return value;
    map.members.emplace_back(scalar(std::string(key)), YamlNode{});
    return map.members.back().second;
}

}  // namespace

std::string parameter_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const char lower = ascii::lower(c);
        if (ascii::is_lower(lower) || ascii::is_digit(lower))
            name += lower;
        else if (!name.empty() && name.back() != '-')
            name += '-';
        if (name.size() == longest_name) break;
    }
    while (!name.empty() && name.back() == '-') name.pop_back();
    return name.empty() ? "value" : name;
}

YamlNode scalar(std::string text) {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = std::move(text);
    return node;
}

std::string Draft::ask(templates::Parameter parameter) {
    auto& all = entry_.content.parameters;
    if (all.size() == most_parameters) {
        problem("it asks for more than 64 values");
        return parameter.name;
    }
    const std::string wanted = parameter.name;
    for (unsigned number = 2; templates::find_parameter(entry_.content, parameter.name) != nullptr; ++number)
        parameter.name = wanted + "-" + std::to_string(number);
    if (parameter.description.empty()) parameter.description = parameter.name;
    if (parameter.description.size() > longest_description) parameter.description.resize(longest_description);
    if (parameter.secret) {
        parameter.standard.clear();
        parameter.options.clear();
        parameter.type = templates::ParameterType::string;
    }
    if (!parameter.options.empty()) parameter.type = templates::ParameterType::choice;
    if (!parameter.standard.empty()) parameter.required = false;
    all.push_back(parameter);
    return parameter.name;
}

YamlNode& Draft::at(std::initializer_list<std::string_view> path, YamlNode::Kind kind) {
    YamlNode* node = &server_;
    for (const auto key : path) node = &member(*node, key);
    node->kind = kind;
    return *node;
}

void Draft::set(std::initializer_list<std::string_view> path, const std::string& key, std::string text) {
    member(at(path, YamlNode::Kind::map), key) = scalar(std::move(text));
}

void Draft::add_item(std::initializer_list<std::string_view> path, std::vector<std::string> group) {
    YamlNode& list = at(path, YamlNode::Kind::list);
    if (group.size() == 1) return list.items.push_back(scalar(std::move(group.front())));
    YamlNode item;
    item.kind = YamlNode::Kind::list;
    for (auto& text : group) item.items.push_back(scalar(std::move(text)));
    list.items.push_back(std::move(item));
}

void Draft::problem(std::string why, std::string at) {
    if (!entry_.problem.empty()) return;
    entry_.problem = std::move(why);
    entry_.problem_at = std::move(at);
}

}  // namespace mcpm::registry
