// Connections over TCP that have not shown yet who they are. They are few, in all and of one source, and the
// first to go when room is needed: of the source that has most of them the one that has waited longest. So
// whoever only opens connections takes room from himself (as sshd's MaxStartups has it).
#pragma once

#include "agent/http/connection.hpp"

#include <cstddef>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace mcpm::http {

class Newcomers {
  public:
    Newcomers(std::size_t most, std::size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}

    /// Makes room for one more of `source`: false when nobody could go, for all are being answered.
    bool make_room(const std::string& source);
    /// Lets one go, whosever it is; false when there is none that could.
    bool let_one_go();
    void add(std::string source, std::shared_ptr<Connection> connection);
    void remove(const std::shared_ptr<Connection>& connection);
    std::size_t gone() const { return gone_; }

  private:
    struct Entry {
        std::string source;
        std::shared_ptr<Connection> connection;
    };
    void forget_known();
    std::size_t count_of(std::string_view source) const;
    std::string largest() const;
    bool let_go_of(std::string_view source);

    std::size_t most_, most_of_one_;
    std::size_t gone_ = 0;
    std::list<Entry> waiting_;  // the oldest first
};

}  // namespace mcpm::http
