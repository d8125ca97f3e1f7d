#include "agent/observe/call_name_book.hpp"

#include "common/whole_characters.hpp"

#include <functional>
#include <string>

namespace mcpm::observe {

namespace {

CallNameView view_of(const CallNames& names) {
    return {names.server_id, names.server, names.tool, names.client, names.principal};
}

void cut(std::string_view& text) {
    if (text.size() > CallNameBook::longest_text) text = whole_characters(text, CallNameBook::longest_text);
}

}  // namespace

std::size_t CallNameBook::Hash::operator()(const CallNameView& view) const {
    std::size_t all = 0;
    for (const auto text : {view.server_id, view.tool, view.client, view.principal, view.server})
        all = all * 31 + std::hash<std::string_view>()(text);
    return all;
}

std::size_t CallNameBook::Hash::operator()(const Names& names) const {
    return (*this)(view_of(*names));
}

bool CallNameBook::Same::operator()(const Names& left, const Names& right) const {
    return view_of(*left) == view_of(*right);
}
bool CallNameBook::Same::operator()(const CallNameView& left, const Names& right) const {
    return left == view_of(*right);
}
bool CallNameBook::Same::operator()(const Names& left, const CallNameView& right) const {
    return view_of(*left) == right;
}

std::shared_ptr<const CallNames> CallNameBook::of(CallNameView view) {
    for (auto* const text : {&view.server, &view.tool, &view.client, &view.principal}) cut(*text);
    if (last_ && view == view_of(*last_)) return last_;
    const auto found = known_.find(view);
    if (found != known_.end()) return last_ = *found;
    if (known_.size() >= size_) known_.clear();
    last_ = *known_
                 .insert(std::make_shared<const CallNames>(
                     CallNames{std::string(view.server_id), std::string(view.server), std::string(view.tool),
                               std::string(view.client), std::string(view.principal)}))
                 .first;
    return last_;
}

}  // namespace mcpm::observe
