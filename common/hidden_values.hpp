// Secret values, to be taken out of text wherever they turn up in it. Pure.
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

  private:
    void add_one(std::string_view value, std::size_t at_least);
    std::vector<std::string> values_;  // longest first: one may be part of another
};

}  // namespace mcpm
