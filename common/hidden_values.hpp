// Secret values, to be taken out of text wherever they turn up in it, also as programs write them down: in
// base64 (alone or within more), in hexadecimal, percent-encoded, with the escapes of JSON or of HTML. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm {

class HiddenValues {
  public:
    /// What is shorter ("yes", "1") says nothing, and hiding it would spoil every text.
    static constexpr std::size_t shortest = 4;

    /// A value of several lines is also hidden line by line, as a log has it, but not its short lines.
    void add(const std::vector<std::string>& values);
    bool empty() const { return values_.empty(); }

    /// With "***" in place of each.
    std::string hide(std::string text) const;
    /// Whether hide() would change it; what costs something when there is nothing to hide is this alone.
    bool is_in(std::string_view text) const;

    /// A text that goes on elsewhere may end within a value.
    struct Begun {
        std::size_t bytes = 0;                // how many of its last bytes are to be hidden
        std::vector<std::string> rests = {};  // what would then follow, and is to be hidden
    };
    /// A beginning of less than `shortest` bytes says nothing and stays; its rest does not.
    Begun begun_at_end(std::string_view text) const;

  private:
    void add_encoded(std::string_view value);
    void add_one(std::string_view value, std::size_t at_least);
    std::vector<std::string> values_;  // longest first: one may be part of another
};

}  // namespace mcpm
