// One object for what calls have in common, however many calls there are. Names are cut: they come from
// clients and servers. Bounded: a full book begins anew, and what calls hold stays theirs.
#pragma once

#include "agent/store/history_store.hpp"

#include <cstddef>
#include <memory>
#include <string_view>
#include <unordered_set>

namespace mcpm::observe {

/// As CallNames.
struct CallNameView {
    std::string_view server_id = {}, server = {}, tool = {}, client = {}, principal = {};
    bool operator==(const CallNameView&) const = default;
};

class CallNameBook {
  public:
    static constexpr std::size_t longest_text = 128;  // bytes of a name
    static constexpr std::size_t usual_size = 4'096;

    explicit CallNameBook(std::size_t size = usual_size) : size_(size) {}

    std::shared_ptr<const CallNames> of(CallNameView view);
    std::size_t size() const { return known_.size(); }

  private:
    using Names = std::shared_ptr<const CallNames>;
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(const CallNameView& view) const;
        std::size_t operator()(const Names& names) const;
    };
    struct Same {
        using is_transparent = void;
        bool operator()(const Names& left, const Names& right) const;
        bool operator()(const CallNameView& left, const Names& right) const;
        bool operator()(const Names& left, const CallNameView& right) const;
    };

    std::size_t size_;
    std::unordered_set<Names, Hash, Same> known_;
    Names last_;  // that were asked for: the next call is often one of these
};

}  // namespace mcpm::observe
