#include "agent/supervisor/start_order.hpp"

#include <algorithm>
#include <set>

namespace mcpm {

std::vector<std::size_t> start_order(const std::vector<DependencyNode>& nodes) {
    const DependencyIndex index = index_of(nodes);
    std::vector<std::size_t> open_needs(nodes.size(), 0);
    std::vector<std::vector<std::size_t>> needed_by(nodes.size());
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        for (const auto& need : nodes[at].needs) {
            const auto found = index.find(need);
            if (found == index.end()) continue;
            ++open_needs[at];
            needed_by[found->second].push_back(at);
        }
    }
    std::set<std::size_t> ready;
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (open_needs[at] == 0) ready.insert(at);
    }
    std::vector<std::size_t> order;
    std::vector<bool> done(nodes.size(), false);
    while (!ready.empty()) {
        const std::size_t at = *ready.begin();
        ready.erase(ready.begin());
        order.push_back(at);
        done[at] = true;
        for (const std::size_t next : needed_by[at]) {
            if (--open_needs[next] == 0) ready.insert(next);
        }
    }
    for (std::size_t at = 0; at < nodes.size(); ++at) {
        if (!done[at]) order.push_back(at);
    }
    return order;
}

std::vector<std::string> dependants_of(const std::vector<DependencyNode>& nodes, const std::string& name) {
    std::vector<std::string> found;
    std::vector<std::string> open{name};
    while (!open.empty()) {
        const std::string wanted = std::move(open.back());
        open.pop_back();
        for (const DependencyNode& node : nodes) {
            if (std::find(node.needs.begin(), node.needs.end(), wanted) == node.needs.end()) continue;
            if (node.name == name || std::find(found.begin(), found.end(), node.name) != found.end())
                continue;
            found.push_back(node.name);
            open.push_back(node.name);
        }
    }
    return found;
}

}  // namespace mcpm
