#include "agent/launch/elsewhere.hpp"

#include "agent/packages/find_program.hpp"
#include "common/own_file.hpp"

#include <string.h>

#include <algorithm>
#include <utility>

namespace mcpm {

namespace {

constexpr std::size_t most_kept = 64;

Error missing(const std::string& what, const std::string& why, const std::string& hint = {}) {
    return Error{ErrorCode::not_found, what + ": " + why, {}, hint};
}

/// As a person's editor or `echo` leaves it.
Result<std::string> whole_value(std::string value, const std::string& what) {
    if (value.ends_with('\n')) value.pop_back();
    if (value.ends_with('\r')) value.pop_back();
    if (value.empty()) return missing(what, "it is empty");
    if (value.find('\0') != std::string::npos)
        return Error{ErrorCode::validation_error, what + ": it has a zero byte, which no variable can have"};
    return value;
}

void wipe(std::string& value) {
    ::explicit_bzero(value.data(), value.size());
    value.clear();
}

std::string key_of(const std::vector<std::string>& words) {
    std::string key;
    for (const auto& word : words) key += word + '\0';
    return key;
}

}  // namespace

Elsewhere::Elsewhere(Workers& workers, JobRunner run_job, std::map<std::string, std::string> environment)
    : workers_(workers), run_job_(std::move(run_job)), environment_(std::move(environment)) {}

Elsewhere::~Elsewhere() {
    for (auto& [key, kept] : kept_) wipe(kept.value);
}

std::string Elsewhere::variable(const char* name) const {
    const auto found = environment_.find(name);
    return found == environment_.end() ? std::string() : found->second;
}

Task<Result<std::string>> Elsewhere::get(SecretReference from) {
    const std::string& first = from.words.front();
    switch (from.place) {
        case SecretPlace::environment: {
            const std::string what = "the secret from the variable " + first;
            if (!environment_.contains(first))
                co_return missing(what, "the agent's environment does not have it",
                                  "set it where the agent is started, and restart the agent");
            co_return whole_value(variable(first.c_str()), what);
        }
        case SecretPlace::file:
            co_return co_await file(first, "the secret from the file " + first);
        case SecretPlace::credential: {
            const std::string folder = variable("CREDENTIALS_DIRECTORY");
            const std::string what = "the credential " + first;
            if (folder.empty())
                co_return missing(what, "systemd gave this agent no credentials",
                                  "LoadCredential=" + first + ":… in the agent's unit gives it one");
            co_return co_await file(folder + "/" + first, what);
        }
        case SecretPlace::command:
            co_return co_await command(from.words, "the secret from the command " + first);
        case SecretPlace::keyring: {
            std::vector<std::string> words{"secret-tool", "lookup"};
            words.insert(words.end(), from.words.begin(), from.words.end());
            co_return co_await command(std::move(words), "the secret from the keyring");
        }
        case SecretPlace::vault:
            break;
    }
    co_return Error{ErrorCode::internal_error, "a secret of the vault was looked for elsewhere"};
}

Task<Result<std::string>> Elsewhere::file(std::string path, std::string what) {
    auto read = [path] { return read_own_file(path, longest_value, {Links::followed, Owner::us_or_root}); };
    auto text = co_await offload(workers_, std::move(read));
    if (!text) co_return Error{text.error().code, what + ": " + text.error().message};
    co_return whole_value(std::move(*text), what);
}

void Elsewhere::keep(const std::string& key, const std::string& value) {
    const auto now = Clock::now();
    for (auto one = kept_.begin(); one != kept_.end();) {
        if (one->second.until > now) {
            ++one;
            continue;
        }
        wipe(one->second.value);
        one = kept_.erase(one);
    }
    if (kept_.size() >= most_kept) {
        const auto oldest = std::min_element(kept_.begin(), kept_.end(), [](const auto& a, const auto& b) {
            return a.second.until < b.second.until;
        });
        wipe(oldest->second.value);
        kept_.erase(oldest);
    }
    kept_[key] = {value, now + kept_for};
}

Task<Result<std::string>> Elsewhere::command(std::vector<std::string> words, std::string what) {
    const std::string key = key_of(words);
    if (const auto kept = kept_.find(key); kept != kept_.end() && kept->second.until > Clock::now())
        co_return kept->second.value;
    auto find = [name = words.front(), path = variable("PATH")] { return find_program(name, path); };
    auto program = co_await offload(workers_, std::move(find));
    if (!program) {
        Error error{ErrorCode::unavailable, what + ": " + program.error().message};
        if (words.front() == "secret-tool")
            error.hint = "install secret-tool (Debian: apt install libsecret-tools)";
        co_return error;
    }
    Job job;
    job.program = std::move(*program);
    job.arguments.assign(words.begin() + 1, words.end());
    job.environment = environment_;
    job.time_limit = command_limit;
    job.output_limit = longest_value;
    auto outcome = co_await run_job_(std::move(job));
    if (!outcome) co_return Error{ErrorCode::unavailable, what + ": " + outcome.error().message};
    // What it said on stderr may have the value in it, so it is not repeated.
    if (outcome->exit.code != 0) {
        wipe(outcome->output);
        const std::string how = outcome->exit.code ? "it exited with " + std::to_string(*outcome->exit.code)
                                                   : std::string("it was ended by a signal");
        co_return Error{ErrorCode::unavailable, what + ": " + how, {}, "run it yourself to see what it says"};
    }
    if (outcome->is_cut) {
        wipe(outcome->output);
        co_return Error{ErrorCode::payload_too_large, what + ": it printed more than 64 KiB"};
    }
    auto value = whole_value(std::move(outcome->output), what);
    if (value) keep(key, *value);
    co_return value;
}

}  // namespace mcpm
