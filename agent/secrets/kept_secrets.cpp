#include "agent/secrets/kept_secrets.hpp"

#include "agent/store/snapshot.hpp"
#include "common/own_file.hpp"
#include "common/profile.hpp"
#include "common/words.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

namespace mcpm::secrets {

namespace {

constexpr std::size_t most_held = 4UL << 20;
constexpr std::size_t longest_names = most_secrets * 256;

/// What the descriptor's file holds, wherever it lies by now; empty when that is no key.
std::string read_held_key(const UniqueFd& file) {
    std::string text(Key::bytes + 1, '\0');
    const ssize_t got = file ? ::pread(file.get(), text.data(), text.size(), 0) : -1;
    if (got == static_cast<ssize_t>(Key::bytes)) {
        text.resize(Key::bytes);
        return text;
    }
    wipe(text);
    return {};
}

/// unknown: it can't be looked at now.
enum class Had { whole, lost, unknown };

Had look_for(const SecretFiles& files, std::string_view name) {
    auto value = files.get(name);
    if (!value) {
        const auto code = value.error().code;
        return code == ErrorCode::not_found || code == ErrorCode::wrong_state ? Had::lost : Had::unknown;
    }
    wipe(*value);
    return Had::whole;
}

}  // namespace

KeptSecrets::KeptSecrets(SecretFiles files, std::filesystem::path names_file)
    : files_(std::move(files)), names_file_(std::move(names_file)) {
    read_names();
}

/// One name a line.
void KeptSecrets::read_names() {
    if (names_file_.empty()) return;
    const auto text = read_small_file(names_file_, longest_names);
    if (!text) return;
    std::string_view left = *text;
    while (!left.empty()) {
        const std::string name(take_line(left));
        if (validate_label(name, "name of a secret")) known_.emplace(name, One{});
    }
}

/// What cannot be kept is tried again with the next change; nothing else depends on it.
void KeptSecrets::keep_names() {
    std::vector<std::string> names;
    for (const auto& [name, one] : known_) names.push_back(name);
    if (names == kept_names_ || names_file_.empty()) return;
    std::string text;
    for (const auto& name : names) text += name + "\n";
    if (write_file_atomically(names_file_, text)) kept_names_ = std::move(names);
}

/// Every value in the folder, with those that somebody copied there.
void KeptSecrets::adopt_what_is_there() {
    const auto names = files_.names();
    if (!names) return;
    for (const auto& name : *names) known_.try_emplace(name);
}

bool KeptSecrets::opens_any() const {
    return std::any_of(known_.begin(), known_.end(),
                       [this](const auto& one) { return look_for(files_, one.first) == Had::whole; });
}

/// True when it was written anew. One that opens nothing of what is known, where the one before it is still
/// held, is moved aside.
bool KeptSecrets::mend_key() {
    const auto& path = files_.key_file();
    const auto found = store::mark_file(path);
    // What is no file stays where it is, and who opens it names it.
    if (found && (found == key_mark_ || !found->is_regular)) return false;
    if (found && (!key_ || opens_any())) {
        for (auto& [name, one] : known_) one.mark.reset();
        auto file = open_own_file(path, O_RDONLY);
        key_ = file ? std::move(*file) : UniqueFd();
        key_mark_ = key_ ? found : std::nullopt;
        return false;
    }
    std::string text = read_held_key(key_);
    if (text.empty()) return false;
    is_unsettled_ = true;
    if (!make_own_folder(path.parent_path(), {Links::followed, Owner::us})) return false;
    const std::string aside = path.string() + ".replaced";
    if (found) (void)::rename(path.c_str(), aside.c_str());
    const auto written = write_file_atomically(path, text);
    wipe(text);
    if (!written) return false;
    is_unsettled_ = false;
    for (auto& [name, one] : known_) one.mark.reset();
    auto file = open_own_file(path, O_RDONLY);
    if (file) key_ = std::move(*file);
    key_mark_ = store::mark_file(path);
    return true;
}

void KeptSecrets::hold(const std::string& name, One& one) {
    auto sealed = read_small_file(files_.path_of(name), longest_value + most_overhead);
    held_ -= one.sealed.size();
    one.sealed.clear();
    if (!sealed || held_ + sealed->size() > most_held) return;
    one.sealed = std::move(*sealed);
    held_ += one.sealed.size();
}

bool KeptSecrets::write_anew(const std::string& name, const One& one) const {
    const auto path = files_.path_of(name);
    return !one.sealed.empty() && make_own_folder(path.parent_path(), {Links::followed, Owner::us}) &&
           write_file_atomically(path, one.sealed) && look_for(files_, name) == Had::whole;
}

/// True when it was written anew.
bool KeptSecrets::mend(const std::string& name, One& one) {
    const auto path = files_.path_of(name);
    auto found = store::mark_file(path);
    if (found && found == one.mark) return false;
    bool is_new = false;
    const bool is_other = found && !found->is_regular;
    const auto had = is_other ? Had::lost : look_for(files_, name);
    if (had == Had::unknown) is_unsettled_ = true;
    if (had == Had::unknown) return false;
    if (had == Had::whole) {
        hold(name, one);
    } else if (!is_other && write_anew(name, one)) {
        is_new = true;
        found = store::mark_file(path);
    } else {
        found.reset();
        if (!is_other && !one.sealed.empty()) is_unsettled_ = true;
    }
    one.mark = found;
    one.is_lost = !found;
    return is_new;
}

KeptSecrets::Look KeptSecrets::look() {
    Look look;
    is_unsettled_ = false;
    adopt_what_is_there();
    look.has_new_key_file = mend_key();
    for (auto& [name, one] : known_) {
        if (mend(name, one)) look.written_anew.push_back(name);
        if (one.is_lost) look.lost.push_back(name);
    }
    keep_names();
    look.is_unsettled = is_unsettled_;
    return look;
}

void KeptSecrets::stored(std::string_view name) {
    (void)mend_key();  // it may have been made with this one
    const std::string known(name);
    auto& one = known_[known];
    one.mark.reset();
    (void)mend(known, one);
    keep_names();
}

bool KeptSecrets::removed(std::string_view name) {
    const auto found = known_.find(name);
    if (found == known_.end()) return false;
    const bool was_lost = found->second.is_lost;
    held_ -= found->second.sealed.size();
    known_.erase(found);
    keep_names();
    return was_lost;
}

}  // namespace mcpm::secrets
