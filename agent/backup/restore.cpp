#include "agent/backup/backup.hpp"
#include "agent/backup/part_names.hpp"
#include "agent/backup/sealed_parts.hpp"
#include "agent/secrets/secret_files.hpp"
#include "agent/store/backup.hpp"
#include "agent/store/schema.hpp"
#include "agent/store/snapshot.hpp"
#include "common/base64.hpp"
#include "common/config_file.hpp"
#include "common/json_members.hpp"
#include "common/own_file.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace mcpm::backup {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// What a backup replaces of the data folder.
constexpr std::array of_data{"secrets", "secrets.key", "custom-templates"};

/// With what SQLite and the store keep beside it.
std::vector<fs::path> files_of_database(const fs::path& database) {
    return {database, database.string() + "-wal", database.string() + "-shm", store::backup_path(database)};
}

/// Where the parts are laid out before anything is changed; gone with this object, with what is left in it.
class Bench {
  public:
    static Result<Bench> make(const fs::path& data) {
        std::string name = (data / ".restore-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            return system_error("make a folder in " + data.string(), errno, ErrorCode::unavailable);
        return Bench(name);
    }
    Bench(Bench&& other) noexcept : folder_(std::exchange(other.folder_, {})) {}
    Bench(const Bench&) = delete;
    Bench& operator=(const Bench&) = delete;
    Bench& operator=(Bench&&) = delete;
    ~Bench() {
        std::error_code ignored;
        if (!folder_.empty()) fs::remove_all(folder_, ignored);
    }
    const fs::path& folder() const { return folder_; }
    fs::path operator/(std::string_view name) const { return folder_ / name; }

  private:
    explicit Bench(fs::path folder) : folder_(std::move(folder)) {}
    fs::path folder_;
};

Result<> lay_out_secrets(const Bench& bench, const std::string& text, Summary& summary) {
    const auto all = Json::parse(text, nullptr, false);
    if (!all.is_array())
        return Error{ErrorCode::validation_error, "read the backup: its secrets are no list"};
    const secrets::SecretFiles files(bench / "secrets", bench / "secrets.key");
    for (const auto& one : all) {
        auto value = base64::decode(text_at(one, "value"));
        if (!value)
            return Error{ErrorCode::validation_error, "read the backup: a secret's value is not base64"};
        auto stored = files.put(text_at(one, "name"), *value, now_utc());
        secrets::wipe(*value);
        if (!stored) return stored;
        ++summary.secrets;
    }
    return {};
}

Result<> lay_out_file(PartReader& reader, const Part& part, const fs::path& path) {
    const auto made = open_own_file(path, O_WRONLY | O_CREAT | O_EXCL);
    if (!made) return made.error();
    if (auto taken = reader.take_into(part, made->get()); !taken) return taken;
    if (::fsync(made->get()) != 0)
        return system_error("fsync " + path.string(), errno, ErrorCode::unavailable);
    return {};
}

/// A name in a backup is no path: nothing is written outside the bench.
bool is_plain_name(std::string_view name) {
    return !name.empty() && name.find('/') == std::string_view::npos && name != "." && name != "..";
}

Result<> lay_out_template(PartReader& reader, const Bench& bench, const Part& part, Summary& summary) {
    const std::string name = part.name.substr(template_prefix.size());
    if (!is_plain_name(name) || part.bytes > largest_template || ++summary.templates > most_templates)
        return Error{ErrorCode::validation_error,
                     "read the backup: a template in it has no good name, or is too long"};
    const auto folder = bench / "custom-templates";
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST)
        return system_error("make " + folder.string(), errno);
    return lay_out_file(reader, part, folder / name);
}

Result<> lay_out(PartReader& reader, const Bench& bench, const Part& part, Summary& summary) {
    if (part.name == database_part) return lay_out_file(reader, part, bench / part.name);
    if (part.name.starts_with(template_prefix)) return lay_out_template(reader, bench, part, summary);
    const bool is_config = part.name == config_part;
    if (!is_config && part.name != secrets_part) {
        summary.notes.push_back("passed over: " + part.name + ", which this program does not know");
        const UniqueFd nowhere(::open("/dev/null", O_WRONLY | O_CLOEXEC));
        return reader.take_into(part, nowhere.get());
    }
    auto text = reader.take(part, is_config ? largest_config : largest_secrets);
    if (!text) return text.error();
    auto done = is_config ? write_file_atomically(bench / config_part, *text)
                          : lay_out_secrets(bench, *text, summary);
    secrets::wipe(*text);
    return done;
}

Result<> check_label(const Label& label) {
    if (label.schema <= store::schema_version()) return {};
    return Error{ErrorCode::conflict,
                 "the backup was made by mcpm " + label.version + ", whose schema is version " +
                     std::to_string(label.schema) + "; this program knows up to version " +
                     std::to_string(store::schema_version()),
                 {},
                 "install that mcpm or a newer one, and restore with it"};
}

Result<Summary> read_all(int file, std::string_view passphrase, const Bench& bench) {
    auto reader = PartReader::open(file);
    if (!reader) return reader.error();
    if (const auto good = check_label(reader->label()); !good) return good.error();
    if (const auto unlocked = reader->unlock(passphrase); !unlocked) return unlocked.error();
    Summary summary;
    for (;;) {
        const auto part = reader->next();
        if (!part) return part.error();
        if (!*part) break;
        if (const auto laid = lay_out(*reader, bench, **part, summary); !laid) return laid.error();
    }
    const auto facts = store::look_at_database(bench / database_part);
    if (!facts) {
        Error error = facts.error();
        error.message = "use the backup's database: " + error.message;
        return error;
    }
    summary.database = *facts;
    return summary;
}

std::string date_suffix() {
    const std::time_t seconds = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> text{};
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H%M%SZ", &parts)};
}

bool is_there(const fs::path& path) {
    std::error_code error;
    return fs::symlink_status(path, error).type() != fs::file_type::not_found;
}

/// The two folders are on one file system, so each step is a rename; one that fails says how far it came.
Result<> move(const fs::path& from, const fs::path& to) {
    if (!is_there(from) || ::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error("move " + from.string() + " to " + to.string(), errno, ErrorCode::unavailable);
}

/// Each into a folder beside it.
Result<> move_aside(const Places& places, Summary& summary) {
    auto files = files_of_database(places.database);
    for (const char* name : of_data) files.push_back(places.paths.data / name);
    const std::string aside = "before-restore-" + date_suffix();
    for (const auto& file : files) {
        if (!is_there(file)) continue;
        const auto folder = file.parent_path() / aside;
        const std::string note = "what was there before is in " + folder.string();
        const bool is_made =
            std::find(summary.notes.begin(), summary.notes.end(), note) != summary.notes.end();
        if (!is_made) {
            if (::mkdir(folder.c_str(), 0700) != 0)
                return system_error("make " + folder.string(), errno, ErrorCode::unavailable);
            summary.notes.push_back(note);
        }
        if (auto moved = move(file, folder / file.filename()); !moved) return moved;
    }
    return {};
}

/// The settings of the backup are those of a machine that has none.
fs::path place_of_database(const Places& places, const Bench& bench) {
    if (is_there(places.paths.config_file()) || !is_there(bench / config_part)) return places.database;
    const auto config = read_config(bench / config_part);
    return config && !config->database.empty() ? fs::path(config->database) : places.database;
}

Result<> copy_to_disk(const fs::path& from, const fs::path& to) {
    std::error_code failed;
    fs::copy_file(from, to, failed);
    if (failed)
        return system_error("copy the database to " + to.string(), failed.value(), ErrorCode::unavailable);
    const UniqueFd copy(::open(to.c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW));
    if (copy && ::fchmod(copy.get(), 0600) == 0 && ::fsync(copy.get()) == 0) return {};
    return system_error("store " + to.string(), errno, ErrorCode::unavailable);
}

/// Onto the file system where it is to be: from there a rename is enough.
Result<std::optional<Bench>> bench_beside(const fs::path& database, const Bench& bench,
                                          const fs::path& data) {
    if (database.parent_path() == data) return std::optional<Bench>();
    std::error_code failed;
    if (fs::create_directories(database.parent_path(), failed)) ::chmod(database.parent_path().c_str(), 0700);
    auto beside = Bench::make(database.parent_path());
    if (!beside) return beside.error();
    if (const auto copied = copy_to_disk(bench / database_part, *beside / database_part); !copied)
        return copied.error();
    return std::optional<Bench>(std::move(*beside));
}

Result<> refuse_what_is_there(const Places& places, Replace replace) {
    if (replace == Replace::yes || !is_there(places.database)) return {};
    return Error{ErrorCode::conflict,
                 "restore into " + places.paths.data.string() + ": there is a database already, " +
                     places.database.string(),
                 {},
                 "with --replace it is moved aside, with the secrets and your own templates"};
}

/// All that is left are renames.
Result<> put_in_place(const Places& places, const Bench& bench, const fs::path& database, Summary& summary) {
    if (auto moved = move_aside(places, summary); !moved) return moved;
    for (const char* suffix : {"-wal", "-shm", ""}) {
        if (auto moved = move(database.string() + suffix, places.database.string() + suffix); !moved)
            return moved;
    }
    for (const char* name : of_data) {
        if (auto moved = move(bench / name, places.paths.data / name); !moved) return moved;
    }
    if (auto synced = sync_folder(places.database.parent_path()); !synced) return synced;
    return sync_folder(places.paths.data);
}

Result<> put_config(const Paths& paths, const Bench& bench, Summary& summary) {
    const auto from = bench / config_part;
    if (!is_there(from)) return {};
    if (is_there(paths.config_file())) {
        const auto text = read_small_file(from, largest_config);
        const auto ours =
            read_own_file(paths.config_file(), largest_config, {Links::followed, Owner::us_or_root});
        if (text && ours && *text != *ours)
            summary.notes.push_back("kept: " + paths.config_file().string() + " is not what the backup has");
        return {};
    }
    const auto text = read_small_file(from, largest_config);
    if (!text) return text.error();
    if (const auto folder = make_own_folder(paths.config); !folder) return folder.error();
    return write_file_atomically(paths.config_file(), *text);
}

}  // namespace

Result<Summary> restore(Places places, int file, std::string_view passphrase, Replace replace) {
    const Paths& paths = places.paths;
    if (const auto refused = refuse_what_is_there(places, replace); !refused) return refused.error();
    const auto bench = Bench::make(paths.data);
    if (!bench) return bench.error();
    auto summary = read_all(file, passphrase, *bench);
    if (!summary) return summary;
    places.database = place_of_database(places, *bench);
    if (const auto refused = refuse_what_is_there(places, replace); !refused) return refused.error();
    const auto beside = bench_beside(places.database, *bench, paths.data);
    if (!beside) return beside.error();
    const fs::path database = (*beside ? **beside : *bench) / database_part;
    // A folder keeps its id: what still runs of it is known again. Elsewhere the servers are others.
    const auto id = store::data_id_of(places.database);
    if (const auto settled = store::settle_copy(database, id ? *id : std::string()); !settled)
        return settled.error();
    if (const auto put = put_in_place(places, *bench, database, *summary); !put) return put.error();
    if (const auto put = put_config(paths, *bench, *summary); !put) return put.error();
    ::unlink(paths.snapshot().c_str());  // of the servers that were
    return summary;
}

Result<Summary> check_backup(const Paths& paths, int file, std::string_view passphrase) {
    const auto bench = Bench::make(paths.data);
    if (!bench) return bench.error();
    return read_all(file, passphrase, *bench);
}

}  // namespace mcpm::backup
