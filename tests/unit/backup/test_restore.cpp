#include "agent/backup/backup.hpp"
#include "agent/backup/sealed_parts.hpp"
#include "agent/secrets/secret_files.hpp"
#include "agent/store/connection.hpp"
#include "agent/store/schema.hpp"
#include "common/unique_fd.hpp"
#include "tests/support/temporary_folder.hpp"

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

using namespace mcpm;
using namespace mcpm::backup;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view passphrase = "correct horse battery";

struct Place {
    test::TemporaryFolder folder;
    Paths paths{folder / "config", folder / "data", folder / "state", folder / "run"};
    Place() {
        for (const auto& path : {paths.data, paths.state}) fs::create_directories(path);
    }
};

UniqueFd memory() {
    return UniqueFd(::memfd_create("backup", MFD_CLOEXEC));
}
void rewind(const UniqueFd& file) {
    ::lseek(file.get(), 0, SEEK_SET);
}

void write(const fs::path& file, const std::string& text) {
    fs::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
}
std::string content(const fs::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

void make_database(const fs::path& file, const std::string& id, const std::string& server) {
    write(file, "");
    const auto connection =
        store::Connection::open(file, store::Connection::Mode::read_write, std::chrono::seconds(1));
    connection->execute("PRAGMA journal_mode = WAL");
    store::migrate(*connection);
    connection->prepare("INSERT INTO meta VALUES ('data_id', ?)").bind(id).run();
    connection->prepare("INSERT INTO servers VALUES ('srv_1', ?, '{}', 1, 1, 2, 3)").bind(server).run();
    REQUIRE_FALSE(connection->failure());
}
std::string first_text(const fs::path& file, const char* sql) {
    const auto connection =
        store::Connection::open(file, store::Connection::Mode::read_only, std::chrono::seconds(1));
    auto row = connection->prepare(sql);
    return row.step() ? row.text(0) : std::string("nothing");
}

UniqueFd backup_of(const Place& place) {
    UniqueFd file = memory();
    const auto made = make_backup(place.paths, file.get(), passphrase);
    REQUIRE(made.has_value());
    rewind(file);
    return file;
}

void fill(const Place& place) {
    make_database(place.paths.database(), "id-of-the-old", "files");
    const secrets::SecretFiles files(place.paths.secrets(), place.paths.secrets_key());
    REQUIRE(files.put("github", "s3cr3t", Timestamp{}));
    write(place.paths.config_file(), "log_level: debug\n");
    write(place.paths.data / "custom-templates" / "mine.yaml", "id: mine\n");
}

}  // namespace

TEST_CASE("What was kept is there again in another place, under another id") {
    const Place old, fresh;
    fill(old);
    const UniqueFd file = backup_of(old);
    const auto done = restore(fresh.paths, file.get(), passphrase, Replace::no);
    REQUIRE(done.has_value());
    CHECK(done->database.servers == 1);
    CHECK(done->secrets == 1);
    CHECK(done->templates == 1);
    CHECK(first_text(fresh.paths.database(), "SELECT name FROM servers") == "files");
    const auto id = first_text(fresh.paths.database(), "SELECT value FROM meta WHERE key = 'data_id'");
    CHECK(id.size() == 32);
    const secrets::SecretFiles files(fresh.paths.secrets(), fresh.paths.secrets_key());
    CHECK(files.get("github").value() == "s3cr3t");
    CHECK(content(fresh.paths.config_file()) == "log_level: debug\n");
    CHECK(content(fresh.paths.data / "custom-templates" / "mine.yaml") == "id: mine\n");
    for (const auto& entry : fs::directory_iterator(fresh.paths.data))
        CHECK(entry.path().filename().string().front() != '.');
    for (const auto& entry : fs::directory_iterator(old.paths.data))
        CHECK(entry.path().filename().string().front() != '.');
}

TEST_CASE("A backup holds no value that can be read") {
    const Place old;
    fill(old);
    const UniqueFd file = backup_of(old);
    std::string bytes(static_cast<std::size_t>(::lseek(file.get(), 0, SEEK_END)), '\0');
    REQUIRE(::pread(file.get(), bytes.data(), bytes.size(), 0) > 0);
    for (const char* text : {"s3cr3t", "czNjcjN0", "github", "files", "SQLite"})
        CHECK(bytes.find(text) == std::string::npos);
}

TEST_CASE("What is there is replaced only when that is asked for, is moved aside whole, and its id stays") {
    const Place old, used;
    fill(old);
    make_database(used.paths.database(), "id-of-the-used", "other");
    write(used.paths.config_file(), "log_level: error\n");
    const UniqueFd file = backup_of(old);
    const auto refused = restore(used.paths, file.get(), passphrase, Replace::no);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(first_text(used.paths.database(), "SELECT name FROM servers") == "other");
    rewind(file);
    const auto done = restore(used.paths, file.get(), passphrase, Replace::yes);
    REQUIRE(done.has_value());
    CHECK(done->notes.size() == 2);
    CHECK(first_text(used.paths.database(), "SELECT name FROM servers") == "files");
    CHECK(first_text(used.paths.database(), "SELECT value FROM meta WHERE key = 'data_id'") ==
          "id-of-the-used");
    CHECK(content(used.paths.config_file()) == "log_level: error\n");
    fs::path aside;
    for (const auto& entry : fs::directory_iterator(used.paths.data)) {
        if (entry.path().filename().string().starts_with("before-restore-")) aside = entry.path();
    }
    CHECK(first_text(aside / "mcpm.db", "SELECT name FROM servers") == "other");
}

TEST_CASE("A wrong passphrase, a damaged file and a newer program's backup change nothing") {
    const Place old, used;
    fill(old);
    make_database(used.paths.database(), "id", "other");
    const UniqueFd file = backup_of(old);
    const auto wrong = restore(used.paths, file.get(), "correct horse batterx", Replace::yes);
    REQUIRE(wrong.has_error());
    CHECK(wrong.error().code == ErrorCode::forbidden);

    const UniqueFd newer = memory();
    auto writer = PartWriter::begin(
        newer.get(), {"2030-01-01T00:00:00Z", "9.0.0", 999, secrets::Stretching::make()}, passphrase);
    REQUIRE(writer.has_value());
    REQUIRE(writer->finish());
    rewind(newer);
    const auto refused = restore(used.paths, newer.get(), passphrase, Replace::yes);
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == ErrorCode::conflict);
    CHECK(refused.error().message.find("9.0.0") != std::string::npos);
    CHECK(refused.error().message.find("version 999") != std::string::npos);

    const UniqueFd empty = memory();
    auto none = PartWriter::begin(
        empty.get(), {"2026-01-01T00:00:00Z", "0.1.0", 1, secrets::Stretching::make()}, passphrase);
    REQUIRE(none.has_value());
    REQUIRE(none->add("mcpm.db", "no database"));
    REQUIRE(none->finish());
    rewind(empty);
    CHECK(restore(used.paths, empty.get(), passphrase, Replace::yes).has_error());
    CHECK(first_text(used.paths.database(), "SELECT name FROM servers") == "other");
    CHECK(std::distance(fs::directory_iterator(used.paths.data), fs::directory_iterator()) <= 3);
}

TEST_CASE("No name in a backup leads out of the data folder") {
    const Place fresh;
    for (const char* name :
         {"custom-templates/../../x", "custom-templates/..", "custom-templates/a/b", "custom-templates/"}) {
        const UniqueFd file = memory();
        auto writer = PartWriter::begin(file.get(), {"", "", 1, secrets::Stretching::make()}, passphrase);
        REQUIRE(writer.has_value());
        REQUIRE(writer->add(name, "x"));
        REQUIRE(writer->finish());
        rewind(file);
        CHECK(restore(fresh.paths, file.get(), passphrase, Replace::no).has_error());
        CHECK(fs::is_empty(fresh.paths.data));
    }
}

TEST_CASE(
    "A secret that cannot be opened is left out and said, no database is no backup, a short passphrase is "
    "refused") {
    const Place old, none;
    fill(old);
    write(old.paths.secrets() / "torn.sealed", "x");
    const UniqueFd file = memory();
    const auto made = make_backup(old.paths, file.get(), passphrase);
    REQUIRE(made.has_value());
    CHECK(made->secrets == 1);
    REQUIRE(made->notes.size() == 1);
    CHECK(made->notes.front().find("torn") != std::string::npos);
    CHECK(make_backup(none.paths, file.get(), passphrase).error().code == ErrorCode::not_found);
    CHECK(make_backup(old.paths, file.get(), "short").error().code == ErrorCode::validation_error);
}

TEST_CASE("A backup is checked without a change") {
    const Place old, fresh;
    fill(old);
    const UniqueFd file = backup_of(old);
    const auto checked = check_backup(fresh.paths, file.get(), passphrase);
    REQUIRE(checked.has_value());
    CHECK(checked->database.servers == 1);
    CHECK(fs::is_empty(fresh.paths.data));
}

TEST_CASE("A database that lies elsewhere is kept from there, put back there, and moved aside beside it") {
    Place old, used;
    fill(old);
    const fs::path far = old.folder / "disk" / "own.db";
    make_database(far, "id-of-the-far", "far");
    const UniqueFd file = memory();
    REQUIRE(make_backup({old.paths, far}, file.get(), passphrase).has_value());
    rewind(file);
    make_database(used.paths.database(), "id-of-the-usual", "usual");
    const fs::path place = used.folder / "made" / "there.db";
    REQUIRE(restore({used.paths, place}, file.get(), passphrase, Replace::no).has_value());
    CHECK(first_text(place, "SELECT name FROM servers") == "far");
    // What nobody uses stays.
    CHECK(first_text(used.paths.database(), "SELECT name FROM servers") == "usual");
    CHECK(std::distance(fs::directory_iterator(place.parent_path()), fs::directory_iterator()) == 1);
    rewind(file);
    CHECK(restore({used.paths, place}, file.get(), passphrase, Replace::no).error().code ==
          ErrorCode::conflict);
    rewind(file);
    write(place.string() + ".servers.backup.json", "{}");
    const auto again = restore({used.paths, place}, file.get(), passphrase, Replace::yes);
    REQUIRE(again.has_value());
    CHECK(again->notes.size() == 2);  // of the database and of the secrets
    CHECK_FALSE(fs::exists(place.string() + ".servers.backup.json"));
    for (const auto& entry : fs::directory_iterator(place.parent_path())) {
        if (!entry.is_directory()) continue;
        CHECK(first_text(entry.path() / "there.db", "SELECT name FROM servers") == "far");
        CHECK(fs::exists(entry.path() / "there.db.servers.backup.json"));
    }
}

TEST_CASE("Where there are no settings the database goes where those of the backup say") {
    const Place old, fresh;
    fill(old);
    const fs::path place = fresh.folder / "disk" / "placed.db";
    write(old.paths.config_file(), "database.url: sqlite:///" + place.string() + "\n");
    const UniqueFd file = backup_of(old);
    REQUIRE(restore(fresh.paths, file.get(), passphrase, Replace::no).has_value());
    CHECK(first_text(place, "SELECT name FROM servers") == "files");
    CHECK_FALSE(fs::exists(fresh.paths.database()));
}
