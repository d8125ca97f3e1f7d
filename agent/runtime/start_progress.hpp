// What the starts of servers wait for, in words for people ("pulling IMAGE: 3 of 7 layers").
#pragma once

#include <map>
#include <string>

namespace mcpm {

class StartProgress {
  public:
    /// Empty: it waits for nothing in particular any more.
    void set(const std::string& server_id, const std::string& text) {
        if (text.empty())
            texts_.erase(server_id);
        else
            texts_[server_id] = text;
    }
    std::string of(const std::string& server_id) const {
        const auto found = texts_.find(server_id);
        return found == texts_.end() ? std::string() : found->second;
    }

  private:
    std::map<std::string, std::string> texts_;  // by server, while it starts
};

}  // namespace mcpm
