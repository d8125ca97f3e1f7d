#include "agent/http/newcomers.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace mcpm::http {

namespace {

bool may_go(const Connection& connection) {
    return connection.phase() == Connection::Phase::idle || connection.phase() == Connection::Phase::reading;
}

}  // namespace

void Newcomers::forget_known() {
    waiting_.remove_if([](const Entry& entry) { return entry.connection->is_known(); });
}

std::size_t Newcomers::count_of(std::string_view source) const {
    return static_cast<std::size_t>(std::count_if(
        waiting_.begin(), waiting_.end(), [&](const Entry& entry) { return entry.source == source; }));
}

std::string Newcomers::largest() const {
    std::map<std::string_view, std::size_t> counts;
    for (const auto& entry : waiting_) {
        if (may_go(*entry.connection)) ++counts[entry.source];
    }
    const auto most = std::max_element(counts.begin(), counts.end(), [](const auto& one, const auto& other) {
        return one.second < other.second;
    });
    return most == counts.end() ? std::string() : std::string(most->first);
}

bool Newcomers::let_go_of(std::string_view source) {
    const auto found = std::find_if(waiting_.begin(), waiting_.end(), [&](const Entry& entry) {
        return entry.source == source && may_go(*entry.connection);
    });
    if (found == waiting_.end()) return false;
    const auto connection = std::move(found->connection);
    waiting_.erase(found);
    ++gone_;
    connection->abandon();
    return true;
}

bool Newcomers::make_room(const std::string& source) {
    if (waiting_.size() < std::min(most_, most_of_one_)) return true;
    forget_known();
    if (count_of(source) >= most_of_one_) return let_go_of(source);
    return waiting_.size() < most_ || let_one_go();
}

bool Newcomers::let_one_go() {
    forget_known();
    return !waiting_.empty() && let_go_of(largest());
}

void Newcomers::add(std::string source, std::shared_ptr<Connection> connection) {
    waiting_.push_back({std::move(source), std::move(connection)});
}

void Newcomers::remove(const std::shared_ptr<Connection>& connection) {
    waiting_.remove_if([&](const Entry& entry) { return entry.connection == connection; });
}

}  // namespace mcpm::http
