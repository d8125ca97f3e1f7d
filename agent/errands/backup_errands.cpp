#include "agent/backup/backup.hpp"
#include "agent/errands/all.hpp"
#include "agent/errands/new_file.hpp"
#include "agent/process/startup.hpp"
#include "agent/secrets/seal.hpp"
#include "common/config_file.hpp"
#include "common/database_place.hpp"
#include "common/fields/backup_fields.hpp"
#include "common/unique_fd.hpp"
#include "common/wire.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::errands {

namespace {

constexpr std::size_t longest_passphrase = 4096;

NewFile::Replace replace_of(const Words& words) {
    return words.has("--force") ? NewFile::Replace::yes : NewFile::Replace::no;
}

/// The database is where an agent that runs has it, which the command line knows; else where one would have
/// it.
Result<backup::Places> places_of(Paths paths, const Words& words) {
    if (const auto database = words.value_of("--database"))
        return backup::Places(std::move(paths), *database);
    const auto config = read_config(paths.config_file());
    if (!config) return config.error();
    auto database = database_of(paths, *config);
    return backup::Places(std::move(paths), std::move(database));
}

Result<std::string> read_passphrase() {
    return read_standard_input(longest_passphrase,
                               Error{ErrorCode::validation_error, "the passphrase is too long"});
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
    if (words.has("--json")) return print_json(done, words.file(), summary);
    const auto& database = summary.database;
    fmt::print(out,
               "{} {}: {} servers, {} secrets, {} profiles, {} tokens, {} templates of your own, {} runs, {} "
               "feedback\n",
               done.sentence, words.file(), database.servers, summary.secrets, database.profiles,
               database.tokens, summary.templates, database.runs, database.feedback);
    for (const auto& note : summary.notes) fmt::print(stderr, "note: {}\n", note);
}

Result<backup::Summary> back_up_into(const backup::Places& places, const Words& words,
                                     std::string_view passphrase) {
    if (words.file() == "-") return backup::make_backup(places, STDOUT_FILENO, passphrase);
    auto file = NewFile::create(words.file(), replace_of(words));
    if (!file) return file.error();
    auto summary = backup::make_backup(places, file->descriptor(), passphrase);
    if (!summary) return summary;
    if (const auto kept = file->keep(); !kept) return kept.error();
    return summary;
}

/// What is wrong with the backup is said with the name of its file.
Error in_file(const Words& words, Error error) {
    constexpr std::string_view attempt = "read the backup";
    if (error.message.starts_with(attempt)) error.message.insert(attempt.size(), " " + words.typed_file());
    return error;
}

/// What a restore holds, so that no agent runs beside it.
struct Locks {
    UniqueFd data, database;
};

Result<Locks> take_locks(const backup::Places& places) {
    Locks locks;
    auto data = take_lock(places.paths);
    if (!data) {
        Error error = data.error();
        error.hint = "stop it first: mcpm agent stop";
        return error;
    }
    locks.data = std::move(*data);
    if (places.database == places.paths.database()) return locks;
    auto database = take_database_lock(places.database);
    if (!database) return database.error();
    locks.database = std::move(*database);
    return locks;
}

Result<backup::Summary> restore_from(const backup::Places& places, const Words& words, int file,
                                     std::string_view passphrase) {
    if (words.has("--check")) return backup::check_backup(places.paths, file, passphrase);
    const auto locks = take_locks(places);
    if (!locks) return locks.error();
    const auto replace = words.has("--replace") ? backup::Replace::yes : backup::Replace::no;
    return backup::restore(places, file, passphrase, replace);
}

/// Secrets pass through this process: nobody looks into its memory.
Result<backup::Places> begin(const Paths& paths, const Words& words) {
    ::prctl(PR_SET_DUMPABLE, 0);
    return places_of(paths, words);
}

}  // namespace

int back_up(const Paths& paths, const Words& words) {
    const auto places = begin(paths, words);
    if (!places) return say(places.error());
    auto passphrase = read_passphrase();
    if (!passphrase) return say(passphrase.error());
    const auto summary = back_up_into(*places, words, *passphrase);
    secrets::wipe(*passphrase);
    if (!summary) return say(summary.error());
    say_summary(words.file() == "-" ? stderr : stdout, written, words, *summary);
    return 0;
}

int restore(const Paths& paths, const Words& words) {
    const auto places = begin(paths, words);
    if (!places) return say(places.error());
    auto passphrase = read_passphrase();
    if (!passphrase) return say(passphrase.error());
    const UniqueFd file(::open(words.file().c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
    if (!file)
        return say(system_error("read " + words.file(), errno,
                                errno == ENOENT ? ErrorCode::not_found : ErrorCode::internal_error));
    if (const auto prepared = prepare_folders(paths); !prepared) return say(prepared.error());
    const auto summary = restore_from(*places, words, file.get(), *passphrase);
    secrets::wipe(*passphrase);
    if (!summary) return say(in_file(words, summary.error()));
    say_summary(stdout, words.has("--check") ? checked : restored, words, *summary);
    return 0;
}

}  // namespace mcpm::errands
