#include "agent/backup/backup.hpp"
#include "agent/backup/part_names.hpp"
#include "agent/backup/sealed_parts.hpp"
#include "agent/secrets/secret_files.hpp"
#include "common/base64.hpp"
#include "common/own_file.hpp"
#include "common/units.hpp"

#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <system_error>
#include <utility>

namespace mcpm::backup {

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

/// A file beside the database, gone with this object.
class Scratch {
  public:
    explicit Scratch(fs::path path) : path_(std::move(path)) { ::unlink(path_.c_str()); }
    ~Scratch() { ::unlink(path_.c_str()); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

Result<> check_passphrase(std::string_view passphrase) {
    if (passphrase.size() >= shortest_passphrase) return {};
    return Error{ErrorCode::validation_error,
                 "the passphrase is too short: at least " + std::to_string(shortest_passphrase) + " bytes"};
}

Result<> add_secrets(PartWriter& writer, const Paths& paths, Summary& summary) {
    const secrets::SecretFiles files(paths.secrets(), paths.secrets_key());
    const auto entries = files.list();
    if (!entries) return entries.error();
    Json all = Json::array();
    for (const auto& entry : *entries) {
        auto value = files.get(entry.name);
        if (!value) {
            summary.notes.push_back("left out: " + value.error().message);
            continue;
        }
        all.push_back(Json{{"name", entry.name}, {"value", base64::encode(*value)}});
        secrets::wipe(*value);
        ++summary.secrets;
    }
    std::string text = all.dump(-1, ' ', true);
    auto added = writer.add(secrets_part, text);
    secrets::wipe(text);
    return added;
}

Result<> add_config(PartWriter& writer, const Paths& paths, Summary& summary) {
    const auto text =
        read_own_file(paths.config_file(), largest_config, {Links::followed, Owner::us_or_root});
    if (text) return writer.add(config_part, *text);
    if (text.error().code != ErrorCode::not_found)
        summary.notes.push_back("left out: " + text.error().message);
    return {};
}

Result<> add_templates(PartWriter& writer, const Paths& paths, Summary& summary) {
    std::error_code failed;
    fs::directory_iterator entry(paths.data / "custom-templates", failed);
    for (const fs::directory_iterator end; !failed && entry != end; entry.increment(failed)) {
        const std::string name = entry->path().filename().string();
        const auto text = read_own_file(entry->path(), largest_template);
        if (!text || summary.templates >= most_templates) {
            summary.notes.push_back("left out: " +
                                    (text ? name + ", there are too many templates" : text.error().message));
            continue;
        }
        if (auto added = writer.add(std::string(template_prefix) + name, *text); !added) return added;
        ++summary.templates;
    }
    return {};
}

}  // namespace

Result<Summary> make_backup(const Places& places, int file, std::string_view passphrase) {
    if (const auto good = check_passphrase(passphrase); !good) return good.error();
    Summary summary;
    const Paths& paths = places.paths;
    const Scratch copy(paths.data / (".backup-" + std::to_string(::getpid())));
    const auto facts = store::copy_database(places.database, copy.path());
    if (!facts) return facts.error();
    summary.database = *facts;
    const auto opened = open_own_file(copy.path(), O_RDONLY);
    if (!opened) return opened.error();
    auto writer = PartWriter::begin(
        file, {format_time(now_utc()), MCPM_VERSION, facts->schema, secrets::Stretching::make()}, passphrase);
    if (!writer) return writer.error();
    if (const auto added = writer->add_file(database_part, opened->get()); !added) return added.error();
    for (const auto add : {add_secrets, add_config, add_templates}) {
        if (const auto added = add(*writer, paths, summary); !added) return added.error();
    }
    if (const auto finished = writer->finish(); !finished) return finished.error();
    return summary;
}

}  // namespace mcpm::backup
