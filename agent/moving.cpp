#include "agent/moving.hpp"

#include "agent/backup/backup.hpp"
#include "agent/process/startup.hpp"
#include "agent/secrets/seal.hpp"
#include "cli/exit_status.hpp"
#include "common/config_file.hpp"
#include "common/database_place.hpp"
#include "common/fields/backup_fields.hpp"
#include "common/paths.hpp"
#include "common/unique_fd.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>

namespace mcpm {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_passphrase = 4096;

struct Words {
    std::string file;
    bool has(std::string_view flag) const {
        return std::find(flags.begin(), flags.end(), flag) != flags.end();
    }
    /// "--database=PATH": what follows the sign; nothing when it is not there.
    std::optional<std::string_view> value_of(std::string_view flag) const {
        for (const auto one : flags)
            if (one.starts_with(flag) && one.substr(flag.size()).starts_with('='))
                return one.substr(flag.size() + 1);
        return std::nullopt;
    }
    std::vector<std::string_view> flags = {};
};

/// The database is where an agent that runs has it, which whoever asks us knows; else where one would have
/// it.
Result<backup::Places> places_of(Paths paths, const Words& words) {
    if (const auto database = words.value_of("--database"))
        return backup::Places(std::move(paths), *database);
    const auto config = read_config(paths.config_file());
    if (!config) return config.error();
    auto database = database_of(paths, *config);
    return backup::Places(std::move(paths), std::move(database));
}

int say(const Error& error) {
    fmt::print(stderr, "mcpm: {}\n", error.message);
    if (!error.hint.empty()) fmt::print(stderr, "  {}\n", error.hint);
    // No agent is asked here: what is unavailable is a disk.
    const bool is_disk = error.code == ErrorCode::unavailable;
    return static_cast<int>(is_disk ? cli::ExitStatus::failed : cli::exit_status(error.code));
}

Result<std::string> read_passphrase() {
    std::string text(longest_passphrase + 1, '\0');
    std::size_t have = 0;
    while (have < text.size()) {
        const auto got = ::read(STDIN_FILENO, text.data() + have, text.size() - have);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read the passphrase", errno);
        if (got == 0) break;
        have += static_cast<std::size_t>(got);
    }
    if (have > longest_passphrase) return Error{ErrorCode::validation_error, "the passphrase is too long"};
    text.resize(have);
    return text;
}

/// What was done, for programs and for people.
struct Done {
    const char* word;      // "written"
    const char* sentence;  // "kept in"
};
constexpr Done written{"written", "kept in"};
constexpr Done restored{"restored", "restored from"};
constexpr Done checked{"checked", "good, in"};

void print_json(const Done& done, const std::string& file, const backup::Summary& summary) {
    namespace field = fields::backup;
    const auto& database = summary.database;
    const wire::Json json{{field::file, file},
                          {field::done, done.word},
                          {field::servers, database.servers},
                          {field::secrets, summary.secrets},
                          {field::profiles, database.profiles},
                          {field::tokens, database.tokens},
                          {field::templates, summary.templates},
                          {field::runs, database.runs},
                          {field::feedback, database.feedback},
                          {field::notes, summary.notes}};
    fmt::print("{}\n", wire::to_text(json));
}

void say_summary(std::FILE* out, const Done& done, const Words& words, const backup::Summary& summary) {
    if (words.has("--json")) return print_json(done, words.file, summary);
    const auto& database = summary.database;
    fmt::print(out,
               "{} {}: {} servers, {} secrets, {} profiles, {} tokens, {} templates of your own, {} runs, {} "
               "feedback\n",
               done.sentence, words.file, database.servers, summary.secrets, database.profiles,
               database.tokens, summary.templates, database.runs, database.feedback);
    for (const auto& note : summary.notes) fmt::print(stderr, "note: {}\n", note);
}

/// Written beside and renamed: what has the name is whole.
Result<backup::Summary> back_up_into(const backup::Places& places, const Words& words,
                                     std::string_view passphrase) {
    if (words.file == "-") return backup::make_backup(places, STDOUT_FILENO, passphrase);
    std::error_code error;
    if (fs::exists(words.file, error) && !words.has("--force"))
        return Error{
            ErrorCode::conflict, "write " + words.file + ": it is there already", {}, "--force replaces it"};
    const std::string beside = words.file + ".part";
    ::unlink(beside.c_str());
    const UniqueFd file(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) return system_error("write " + beside, errno, ErrorCode::internal_error);
    auto summary = backup::make_backup(places, file.get(), passphrase);
    const bool is_stored =
        summary && ::fsync(file.get()) == 0 && ::rename(beside.c_str(), words.file.c_str()) == 0;
    const int why = errno;
    if (!is_stored) ::unlink(beside.c_str());
    if (summary && !is_stored) return system_error("write " + words.file, why, ErrorCode::internal_error);
    return summary;
}

int back_up(const backup::Places& places, const Words& words) {
    auto passphrase = read_passphrase();
    if (!passphrase) return say(passphrase.error());
    const auto summary = back_up_into(places, words, *passphrase);
    secrets::wipe(*passphrase);
    if (!summary) return say(summary.error());
    say_summary(words.file == "-" ? stderr : stdout, written, words, *summary);
    return 0;
}

/// What is wrong with the backup is said with its name, which was "x" where it was typed as "./x" here.
Error in_file(const std::string& file, Error error) {
    constexpr std::string_view attempt = "read the backup";
    if (error.message.starts_with(attempt))
        error.message.insert(attempt.size(), " " + file.substr(file.starts_with("./") ? 2 : 0));
    return error;
}

int restore_from(const backup::Places& places, const Words& words) {
    const Paths& paths = places.paths;
    auto passphrase = read_passphrase();
    if (!passphrase) return say(passphrase.error());
    const UniqueFd file(::open(words.file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file)
        return say(system_error("read " + words.file, errno,
                                errno == ENOENT ? ErrorCode::not_found : ErrorCode::internal_error));
    if (const auto prepared = prepare_folders(paths); !prepared) return say(prepared.error());
    const bool only_checks = words.has("--check");
    Result<UniqueFd> lock = only_checks ? Result<UniqueFd>(UniqueFd()) : take_lock(paths);
    if (!lock) {
        Error error = lock.error();
        error.hint = "stop it first: mcpm agent stop";
        return say(error);
    }
    const bool is_elsewhere = places.database != paths.database();
    const Result<UniqueFd> database_lock =
        only_checks || !is_elsewhere ? Result<UniqueFd>(UniqueFd()) : take_database_lock(places.database);
    if (!database_lock) return say(database_lock.error());
    const auto replace = words.has("--replace") ? backup::Replace::yes : backup::Replace::no;
    const auto summary = only_checks ? backup::check_backup(paths, file.get(), *passphrase)
                                     : backup::restore(places, file.get(), *passphrase, replace);
    secrets::wipe(*passphrase);
    if (!summary) return say(in_file(words.file, summary.error()));
    say_summary(stdout, only_checks ? checked : restored, words, *summary);
    return 0;
}

}  // namespace

bool is_moving(std::string_view first) {
    return first == "__backup" || first == "__restore";
}

int run_moving(const std::vector<std::string_view>& arguments) {
    ::prctl(PR_SET_DUMPABLE, 0);  // secrets pass through this process
    ::umask(077);
    Words words;
    for (std::size_t at = 1; at < arguments.size(); ++at) {
        if (arguments[at].starts_with("--"))
            words.flags.push_back(arguments[at]);
        else
            words.file = arguments[at];
    }
    const auto paths = find_paths();
    if (!paths) return say(paths.error());
    const auto places = places_of(*paths, words);
    if (!places) return say(places.error());
    return arguments.front() == "__backup" ? back_up(*places, words) : restore_from(*places, words);
}

}  // namespace mcpm
