#include "cli/top_state.hpp"

#include "cli/output.hpp"
#include "cli/server_view.hpp"
#include "cli/text_width.hpp"
#include "common/fields/server_fields.hpp"
#include "common/fields/stats_fields.hpp"
#include "common/whole_characters.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace mcpm::cli {

namespace {

constexpr std::size_t kept_values = 120;

int rank_of_state(ShownStatus state) {
    constexpr std::array order{ShownStatus::error,    ShownStatus::unknown, ShownStatus::starting,
                               ShownStatus::stopping, ShownStatus::running, ShownStatus::stopped};
    return static_cast<int>(std::find(order.begin(), order.end(), state) - order.begin());
}

int rank_of_health(const TopRow& row) {
    if (row.state != ShownStatus::running) return 3;
    return row.health == Health::unhealthy ? 0 : row.health == Health::unknown ? 1 : 2;
}

/// Less comes first: trouble and large numbers do.
bool comes_before(const TopRow& left, const TopRow& right, TopSort sort) {
    switch (sort) {
        case TopSort::name:
            return left.name < right.name;
        case TopSort::state:
            return rank_of_state(left.state) < rank_of_state(right.state);
        case TopSort::health:
            return rank_of_health(left) < rank_of_health(right);
        case TopSort::cpu:
            return left.cpu_percent.value_or(-1) > right.cpu_percent.value_or(-1);
        case TopSort::memory:
            return left.memory_bytes.value_or(0) > right.memory_bytes.value_or(0);
        case TopSort::calls:
            return left.calls > right.calls;
        case TopSort::errors:
            return left.errors > right.errors;
    }
    return false;
}

/// For a screen of 60 columns.
std::vector<std::string> help_lines() {
    return {"Move     ↑ ↓ k j, PgUp PgDn, Home End g G",
            "Steer    s start, x stop, r restart",
            "Look     l logs, w or Enter why",
            "Filter   / and a part of the name: Enter keeps, Esc drops it",
            "Sort     < > another column, I the other way round",
            "         N name, S state, H health, P CPU, M memory,",
            "         C calls, E errors",
            "Screen   Ctrl-L draw anew, Ctrl-Z suspend, ? help, q quit",
            "",
            "CPU: of one core, since the look before. Memory: resident.",
            "Calls and errors: of tools, since the agent began."};
}

struct SortKey {
    std::string_view key;
    TopSort sort;
};
constexpr std::array sort_keys{SortKey{"N", TopSort::name},   SortKey{"S", TopSort::state},
                               SortKey{"H", TopSort::health}, SortKey{"P", TopSort::cpu},
                               SortKey{"M", TopSort::memory}, SortKey{"C", TopSort::calls},
                               SortKey{"E", TopSort::errors}};

struct WishKey {
    std::string_view key;
    TopWish::Kind kind;
    std::string_view what;
};
constexpr std::array wish_keys{
    WishKey{"s", TopWish::Kind::act, "start"},   WishKey{"x", TopWish::Kind::act, "stop"},
    WishKey{"r", TopWish::Kind::act, "restart"}, WishKey{"l", TopWish::Kind::panel, "logs"},
    WishKey{"w", TopWish::Kind::panel, "why"},   WishKey{"enter", TopWish::Kind::panel, "why"}};

/// How far a key moves; `page` is what fits.
std::optional<std::ptrdiff_t> steps_of(std::string_view key, std::ptrdiff_t page) {
    constexpr std::ptrdiff_t far = 1 << 20;
    if (key == "up" || key == "k") return -1;
    if (key == "down" || key == "j") return 1;
    if (key == "page-up") return -page;
    if (key == "page-down" || key == " ") return page;
    if (key == "home" || key == "g") return -far;
    if (key == "end" || key == "G") return far;
    return std::nullopt;
}

std::size_t moved(std::size_t from, std::ptrdiff_t by, std::size_t last) {
    const auto to = static_cast<std::ptrdiff_t>(from) + by;
    return static_cast<std::size_t>(std::clamp<std::ptrdiff_t>(to, 0, static_cast<std::ptrdiff_t>(last)));
}

/// The bytes at the beginning of a text that fit into so many columns, broken at a space where that leaves
/// half of them used; at least one character.
std::size_t bytes_within(std::string_view text, std::size_t columns) {
    std::size_t end = 0;
    std::size_t width = 0;
    std::size_t at_space = 0;
    std::size_t width_at_space = 0;
    while (end < text.size()) {
        std::size_t next = end + 1;
        while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0U) == 0x80U) ++next;
        const std::size_t more = text_width(text.substr(end, next - end));
        if (width + more > columns && end > 0) {
            return at_space > 0 && width_at_space * 2 >= columns ? at_space : end;
        }
        width += more;
        if (text[end] == ' ') {
            at_space = next;
            width_at_space = width;
        }
        end = next;
    }
    return end;
}

void drop_last_character(std::string& text) {
    if (!text.empty()) text.resize(whole_characters(text, text.size() - 1).size());
}

}  // namespace

namespace {

void add_use(TopRow& row, const Json& used) {
    row.cpu_percent = number(used, fields::stats::cpu_percent);
    if (const auto bytes = integer(used, fields::stats::memory_bytes))
        row.memory_bytes = static_cast<std::uint64_t>(*bytes);
    row.processes = integer(used, fields::stats::processes).value_or(0);
}

}  // namespace

std::vector<TopRow> top_rows(const Json& servers, const Json& stats) {
    std::map<std::string, const Json*> by_id;
    if (stats.is_array())
        for (const Json& one : stats) by_id[text(one, fields::stats::id)] = &one;
    std::vector<TopRow> rows;
    if (!servers.is_array()) return rows;
    for (const Json& server : servers) {
        TopRow row{text(server, fields::server::id), text(server, fields::server::name), status_of(server),
                   health_of(server), text(server, fields::server::status_reason)};
        row.started_at = text(server, fields::server::started_at);
        row.pid = text(server, fields::server::pid);
        row.restarts = integer(server, fields::server::restart_count).value_or(0);
        if (const auto found = by_id.find(row.id); found != by_id.end()) {
            const Json& used = *found->second;
            // The two lists are not of the same moment.
            if (row.state != ShownStatus::stopped && row.state != ShownStatus::error) add_use(row, used);
            const Json& calls = member(used, fields::stats::calls);
            row.calls = integer(calls, fields::stats::total).value_or(0);
            row.errors = integer(calls, fields::stats::errors).value_or(0);
            row.in_flight = integer(calls, fields::stats::in_flight).value_or(0);
        }
        rows.push_back(std::move(row));
    }
    return rows;
}

std::size_t panel_lines(TopSize size) {
    return size.lines > 3 ? size.lines - 3 : 1;
}

std::vector<std::string> panel_text(const TopPanel& panel, std::size_t columns) {
    std::vector<std::string> shown;
    for (const std::string& line : panel.lines) {
        const std::string clean = harmless(line);
        std::string_view left = clean;
        do {
            const std::size_t taken = bytes_within(left, columns);
            shown.emplace_back(left.substr(0, taken));
            left.remove_prefix(taken);
        } while (!left.empty());
    }
    return shown;
}

void TopState::take(std::vector<TopRow> rows) {
    rows_ = std::move(rows);
    has_looked_ = true;
    std::map<std::string, std::deque<std::optional<double>>> kept;
    for (const TopRow& row : rows_) {
        auto values = std::move(history_[row.id]);
        values.push_back(row.cpu_percent);
        if (values.size() > kept_values) values.pop_front();
        kept.emplace(row.id, std::move(values));
    }
    history_ = std::move(kept);
}

const std::deque<std::optional<double>>* TopState::history_of(const std::string& id) const {
    const auto found = history_.find(id);
    return found == history_.end() ? nullptr : &found->second;
}

std::vector<const TopRow*> TopState::shown() const {
    std::vector<const TopRow*> all;
    for (const TopRow& row : rows_) {
        if (filter_.empty() || row.name.find(filter_) != std::string::npos) all.push_back(&row);
    }
    std::stable_sort(all.begin(), all.end(),
                     [](const TopRow* left, const TopRow* right) { return left->name < right->name; });
    std::stable_sort(all.begin(), all.end(), [this](const TopRow* left, const TopRow* right) {
        return reversed_ ? comes_before(*right, *left, sort_) : comes_before(*left, *right, sort_);
    });
    return all;
}

std::size_t TopState::selected() const {
    const auto all = shown();
    const auto found =
        std::find_if(all.begin(), all.end(), [this](const TopRow* row) { return row->id == selected_id_; });
    return found == all.end() ? 0 : static_cast<std::size_t>(found - all.begin());
}

void TopState::move(std::ptrdiff_t by) {
    const auto all = shown();
    if (!all.empty()) selected_id_ = all[moved(selected(), by, all.size() - 1)]->id;
}

TopWish TopState::wish(TopWish::Kind kind, std::string what) {
    const auto all = shown();
    if (all.empty()) return {};
    const TopRow& row = *all[selected()];
    selected_id_ = row.id;  // it stays the one, wherever it is sorted to
    return {kind, std::move(what), row.id, row.name};
}

TopWish TopState::press(std::string_view key, TopSize size) {
    if (typing_) {
        press_while_typing(key);
        return {};
    }
    return panel_ ? press_in_panel(key, size) : press_in_list(key, size);
}

void TopState::press_while_typing(std::string_view key) {
    if (key == "enter") {
        typing_ = false;
    } else if (key == "escape") {
        typing_ = false;
        filter_.clear();
    } else if (key == "backspace") {
        drop_last_character(filter_);
    } else if (text_width(key) == 1 && static_cast<unsigned char>(key.front()) >= ' ') {
        filter_ += key;
    }
}

TopWish TopState::press_in_panel(std::string_view key, TopSize size) {
    if (key == "q" || key == "escape" || key == "left" || key == "?") {
        panel_.reset();
        return {};
    }
    const std::size_t page = panel_lines(size);
    const std::size_t count = panel_text(*panel_, size.columns).size();
    const std::size_t last = count > page ? count - page : 0;
    const auto steps = steps_of(key, static_cast<std::ptrdiff_t>(page));
    if (!steps) return {};
    const std::size_t first = panel_->follows ? last : std::min(panel_->first, last);
    panel_->first = moved(first, *steps, last);
    panel_->follows = panel_->first == last && panel_->asked == "logs";
    return {};
}

TopWish TopState::press_in_list(std::string_view key, TopSize size) {
    if (key == "q") return {TopWish::Kind::quit};
    message_.clear();
    const std::ptrdiff_t page = size.lines > 5 ? static_cast<std::ptrdiff_t>(size.lines) - 4 : 1;
    if (const auto steps = steps_of(key, page)) {
        move(*steps);
        return {};
    }
    for (const auto& [wanted, kind, what] : wish_keys)
        if (key == wanted) return wish(kind, std::string(what));
    for (const auto& [wanted, sort] : sort_keys)
        if (key == wanted) sort_ = sort;
    constexpr auto sorts = static_cast<int>(sort_keys.size());
    if (key == ">" || key == "right") sort_ = static_cast<TopSort>((static_cast<int>(sort_) + 1) % sorts);
    if (key == "<" || key == "left")
        sort_ = static_cast<TopSort>((static_cast<int>(sort_) + sorts - 1) % sorts);
    if (key == "I") reversed_ = !reversed_;
    if (key == "/") typing_ = true;
    if (key == "escape") filter_.clear();
    if (key == "?") panel_ = TopPanel{"mcpm top: keys", help_lines()};
    return {};
}

void TopState::refresh(const std::string& asked, const std::string& server, std::vector<std::string> lines) {
    if (!panel_ || panel_->asked != asked || panel_->server != server) return;
    panel_->lines = std::move(lines);
}

}  // namespace mcpm::cli
