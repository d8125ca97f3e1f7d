// What `mcpm connect` must know of a message too long to be kept: the id and the kind of it, seen while its
// pieces pass. Members of the outermost object only, wherever they stand; well-formedness is the agent's
// business. Pure, constant memory.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mcpm::cli {

class LongLine {
  public:
    void feed(std::string_view bytes);

    /// The message's id as it was written, quotes included; empty when there was none, or an unreasonably
    /// long one.
    std::string_view id() const;
    bool has_method() const { return has_method_; }

  private:
    void byte(char letter);
    void in_string(char letter);
    void at_top_level(char letter);
    void begin_value();

    int depth_ = 0;
    bool in_string_ = false;
    bool escaped_ = false;
    bool expects_key_ = false;
    bool in_key_ = false;
    bool in_id_ = false;
    bool has_method_ = false;
    std::string key_;
    std::string id_;
};

}  // namespace mcpm::cli
