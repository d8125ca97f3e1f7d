#include "agent/supervisor/start_order.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace mcpm;

using Names = std::vector<std::string>;

namespace {

Names in_order(const std::vector<DependencyNode>& nodes) {
    Names names;
    for (const std::size_t at : start_order(nodes)) names.push_back(nodes[at].name);
    return names;
}

}  // namespace

TEST_CASE("What is needed comes first") {
    CHECK(in_order({{"web", {"api"}}, {"api", {"db"}}, {"db", {}}}) == Names{"db", "api", "web"});
}

TEST_CASE("Servers that need nothing keep their order") {
    CHECK(in_order({{"c", {}}, {"a", {}}, {"b", {}}}) == Names{"c", "a", "b"});
}

TEST_CASE("A name that nobody has does not hold anything back") {
    CHECK(in_order({{"web", {"missing"}}}) == Names{"web"});
}

TEST_CASE("Members of a cycle come last") {
    CHECK(in_order({{"a", {"b"}}, {"b", {"a"}}, {"c", {}}}) == Names{"c", "a", "b"});
}

TEST_CASE("A cycle is named from its beginning to its beginning") {
    CHECK(find_cycle({{"a", {"b"}}, {"b", {"c"}}, {"c", {"a"}}}) == Names{"a", "b", "c", "a"});
    CHECK(find_cycle({{"x", {"a"}}, {"a", {"b"}}, {"b", {"a"}}}) == Names{"a", "b", "a"});
}

TEST_CASE("A server that needs itself is a cycle") {
    CHECK(find_cycle({{"a", {"a"}}}) == Names{"a", "a"});
}

TEST_CASE("A diamond is no cycle") {
    CHECK(find_cycle({{"a", {"b", "c"}}, {"b", {"d"}}, {"c", {"d"}}, {"d", {}}}).empty());
}

TEST_CASE("A chain of ten thousand servers is walked") {
    std::vector<DependencyNode> nodes;
    for (int at = 0; at < 10'000; ++at) nodes.push_back({std::to_string(at), {std::to_string(at + 1)}});
    CHECK(find_cycle(nodes).empty());
    CHECK(start_order(nodes).front() == 9'999);
    nodes.push_back({"10000", {"0"}});
    CHECK(find_cycle(nodes).size() == 10'002);
}

TEST_CASE("Dependants are found through others") {
    const std::vector<DependencyNode> nodes{{"web", {"api"}}, {"api", {"db"}}, {"db", {}}, {"other", {}}};
    CHECK(dependants_of(nodes, "db") == Names{"api", "web"});
    CHECK(dependants_of(nodes, "web").empty());
}
