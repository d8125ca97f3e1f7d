#include "agent/supervisor/start_order.hpp"

#include <algorithm>
#include <set>
#include <string_view>
#include <unordered_map>

namespace mcpm {

namespace {

using Index = std::unordered_map<std::string_view, std::size_t>;

Index index_of(const std::vector<DependencyNode>& nodes) {
    Index index;
    for (std::size_t at = 0; at < nodes.size(); ++at) index.emplace(nodes[at].name, at);
    return index;
}

struct Visit {
    std::size_t node;
    std::size_t next_need = 0;
};

/// Walks depth first with its own stack: a chain may be as long as there are servers.
class CycleSearch {
  public:
    explicit CycleSearch(const std::vector<DependencyNode>& nodes)
        : nodes_(nodes), index_(index_of(nodes)), colours_(nodes.size(), Colour::white) {}

    std::vector<std::string> from(std::size_t root) {
        if (colours_[root] != Colour::white) return {};
        enter(root);
        while (!path_.empty()) {
            Visit& visit = path_.back();
            const auto& needs = nodes_[visit.node].needs;
            if (visit.next_need == needs.size()) {
                colours_[visit.node] = Colour::black;
                path_.pop_back();
                continue;
            }
            const auto found = index_.find(needs[visit.next_need++]);
            if (found == index_.end()) continue;
            if (colours_[found->second] == Colour::grey) return cycle_to(found->second);
            if (colours_[found->second] == Colour::white) enter(found->second);
        }
        return {};
    }

  private:
    enum class Colour { white, grey, black };

    void enter(std::size_t node) {
        colours_[node] = Colour::grey;
        path_.push_back(Visit{node});
    }

    std::vector<std::string> cycle_to(std::size_t node) const {
        const auto first =
            std::find_if(path_.begin(), path_.end(), [&](const Visit& visit) { return visit.node == node; });
        std::vector<std::string> names;
        for (auto visit = first; visit != path_.end(); ++visit) names.push_back(nodes_[visit->node].name);
        names.push_back(nodes_[node].name);
        return names;
    }

    const std::vector<DependencyNode>& nodes_;
    Index index_;
    std::vector<Colour> colours_;
    std::vector<Visit> path_;
};

}  // namespace

DependencyNode dependency_node(const ServerSpec& spec) {
    DependencyNode node{spec.name, {}};
    for (const Dependency& dependency : spec.depends_on) node.needs.push_back(dependency.server);
    return node;
}

std::vector<std::string> find_cycle(const std::vector<DependencyNode>& nodes) {
    CycleSearch search(nodes);
    for (std::size_t root = 0; root < nodes.size(); ++root) {
        auto cycle = search.from(root);
        if (!cycle.empty()) return cycle;
    }
    return {};
}

std::vector<std::size_t> start_order(const std::vector<DependencyNode>& nodes) {
    const Index index = index_of(nodes);
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
