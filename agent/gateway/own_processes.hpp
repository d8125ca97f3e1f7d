// Whose the processes of single clients are, by the key of their session: SERVER-ID#N, where that of the
// shared process is SERVER-ID. Starts and ends nothing. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm::gateway {

struct Client;

bool is_own_key(std::string_view key);
std::string server_of(std::string_view key);

class OwnProcesses {
  public:
    /// A key that was never given before.
    std::string add(const std::string& server_id, const std::shared_ptr<Client>& client);
    void remove(const std::string& key) { owners_.erase(key); }
    /// Null for the key of a shared process, of one that was removed, and when its client is gone.
    std::shared_ptr<Client> owner(const std::string& key) const;

  private:
    std::map<std::string, std::weak_ptr<Client>> owners_;
    std::uint64_t next_ = 1;
};

}  // namespace mcpm::gateway
