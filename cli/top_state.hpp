// What `mcpm top` shows and what a key does to it. Pure: what is asked of the agent is returned as a wish.
#pragma once

#include "cli/json_access.hpp"
#include "common/server_status.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::cli {

/// A server as a row.
struct TopRow {
    std::string id, name;
    ShownStatus state = ShownStatus::unknown;
    Health health = Health::unknown;
    std::string reason = {};
    std::optional<double> cpu_percent = {};
    std::optional<std::uint64_t> memory_bytes = {};
    std::int64_t processes = 0, restarts = 0;
    std::int64_t calls = 0, errors = 0, in_flight = 0;
    std::string pid = {}, started_at = {};
};

/// Of the lists of servers and of what they use.
std::vector<TopRow> top_rows(const Json& servers, const Json& stats);

enum class TopSort { name, state, health, cpu, memory, calls, errors };

/// A text over the list: the help, a log, why.
struct TopPanel {
    std::string title;
    std::vector<std::string> lines = {};
    std::size_t first = 0;    // the line at its top
    std::string asked = {};   // "logs" or "why": asked again while it is open; empty: as it is
    std::string server = {};  // its id
    bool follows = false;     // stays at its end
};

/// What is to be asked of the agent.
struct TopWish {
    enum class Kind { none, quit, suspend, act, panel };
    Kind kind = Kind::none;
    std::string what = {};  // "start", "stop", "restart"; "logs", "why"
    std::string server = {}, name = {};
};

struct TopSize {
    std::size_t columns = 80, lines = 24;
};

class TopState {
  public:
    explicit TopState(std::string filter = {}) : filter_(std::move(filter)) {}

    void take(std::vector<TopRow> rows);
    /// "up", "down", "page-up", "page-down", "home", "end", "enter", "escape", "backspace", "left", "right",
    /// or what was typed.
    TopWish press(std::string_view key, TopSize size);
    void say(std::string message) { message_ = std::move(message); }
    void open(TopPanel panel) { panel_ = std::move(panel); }
    /// Of the panel that is open, when it still is the same.
    void refresh(const std::string& asked, const std::string& server, std::vector<std::string> lines);

    /// The rows that the filter lets through, in order.
    std::vector<const TopRow*> shown() const;
    const std::vector<TopRow>& rows() const { return rows_; }
    /// Whether the agent has said anything yet.
    bool has_looked() const { return has_looked_; }
    /// CPU at each look, the newest last; nothing where it was not known.
    const std::deque<std::optional<double>>* history_of(const std::string& id) const;
    std::size_t selected() const;  // among those shown
    TopSort sort() const { return sort_; }
    bool is_reversed() const { return reversed_; }
    const std::string& filter() const { return filter_; }
    bool is_typing() const { return typing_; }
    const std::string& message() const { return message_; }
    const std::optional<TopPanel>& panel() const { return panel_; }

  private:
    TopWish press_in_list(std::string_view key, TopSize size);
    TopWish press_in_panel(std::string_view key, TopSize size);
    void press_while_typing(std::string_view key);
    void move(std::ptrdiff_t by);
    TopWish wish(TopWish::Kind kind, std::string what);

    std::vector<TopRow> rows_;
    std::map<std::string, std::deque<std::optional<double>>> history_;  // by server
    std::string selected_id_;
    TopSort sort_ = TopSort::cpu;
    bool reversed_ = false;
    std::string filter_;
    bool typing_ = false, has_looked_ = false;
    std::string message_;
    std::optional<TopPanel> panel_;
};

/// The lines of a panel that fit below its title and above the keys.
std::size_t panel_lines(TopSize size);
/// The lines of a panel, broken where the screen ends. Nothing in them steers a terminal.
std::vector<std::string> panel_text(const TopPanel& panel, std::size_t columns);

}  // namespace mcpm::cli
