#include "common/dependency_cycle.hpp"

#include <algorithm>

namespace mcpm {

namespace {

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
    DependencyIndex index_;
    std::vector<Colour> colours_;
    std::vector<Visit> path_;
};

}  // namespace

DependencyIndex index_of(const std::vector<DependencyNode>& nodes) {
    DependencyIndex index;
    for (std::size_t at = 0; at < nodes.size(); ++at) index.emplace(nodes[at].name, at);
    return index;
}

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

}  // namespace mcpm
