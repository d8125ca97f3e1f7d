#include "agent/backup/backup.hpp"
#include "agent/backup/part_names.hpp"
#include "agent/backup/sealed_parts.hpp"
#include "agent/secrets/secret_files.hpp"
#include "agent/store/schema.hpp"
#include "agent/store/snapshot.hpp"
#include "common/base64.hpp"
#include "common/json_members.hpp"
#include "common/own_file.hpp"
#include "common/unique_fd.hpp"
#include "common/units.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

namespace mcpm::backup {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// What a backup replaces of the data folder, with what SQLite and the store keep beside the database.
constexpr std::array replaced{"mcpm.db", "mcpm.db-wal", "mcpm.db-shm",     "servers.backup.json",
                              "secrets", "secrets.key", "custom-templates"};

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

/// Both folders are on one file system, so each step is a rename; one that fails says how far it came.
Result<> move(const fs::path& from, const fs::path& to) {
    if (!is_there(from) || ::rename(from.c_str(), to.c_str()) == 0) return {};
    return system_error("move " + from.string() + " to " + to.string(), errno, ErrorCode::unavailable);
}

Result<> move_aside(const fs::path& data, Summary& summary) {
    const fs::path aside = data / ("before-restore-" + date_suffix());
    bool is_made = false;
    for (const char* name : replaced) {
        if (!is_there(data / name)) continue;
        if (!is_made && ::mkdir(aside.c_str(), 0700) != 0)
            return system_error("make " + aside.string(), errno, ErrorCode::unavailable);
        is_made = true;
        if (auto moved = move(data / name, aside / name); !moved) return moved;
    }
    if (is_made) summary.notes.push_back("what was there before is in " + aside.string());
    return {};
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

Result<Summary> restore(const Paths& paths, int file, std::string_view passphrase, Replace replace) {
    if (is_there(paths.database()) && replace == Replace::no)
        return Error{ErrorCode::conflict,
                     "restore into " + paths.data.string() + ": there is a database already",
                     {},
                     "with --replace it is moved aside, with the secrets and your own templates"};
    const auto bench = Bench::make(paths.data);
    if (!bench) return bench.error();
    auto summary = read_all(file, passphrase, *bench);
    if (!summary) return summary;
    // A folder keeps its id: what still runs of it is known again. Elsewhere the servers are others.
    const auto id = store::data_id_of(paths.database());
    if (const auto settled = store::settle_copy(*bench / database_part, id ? *id : std::string()); !settled)
        return settled.error();
    if (const auto moved = move_aside(paths.data, *summary); !moved) return moved.error();
    for (const char* name : replaced) {
        if (const auto moved = move(*bench / name, paths.data / name); !moved) return moved.error();
    }
    if (const auto synced = sync_folder(paths.data); !synced) return synced.error();
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
