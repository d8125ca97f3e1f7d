#include "agent/gateway/own_processes.hpp"

namespace mcpm::gateway {

bool is_own_key(std::string_view key) {
    return key.find('#') != std::string_view::npos;
}

std::string server_of(std::string_view key) {
    return std::string(key.substr(0, key.find('#')));
}

std::string OwnProcesses::add(const std::string& server_id, const std::shared_ptr<Client>& client) {
    std::string key = server_id + "#" + std::to_string(next_++);
    owners_[key] = client;
    return key;
}

std::shared_ptr<Client> OwnProcesses::owner(const std::string& key) const {
    const auto found = owners_.find(key);
    return found == owners_.end() ? nullptr : found->second.lock();
}

}  // namespace mcpm::gateway
