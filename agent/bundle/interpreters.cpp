#include "agent/bundle/interpreters.hpp"

#include "agent/packages/find_program.hpp"
#include "agent/packages/folder_files.hpp"
#include "common/file_record.hpp"
#include "common/json_members.hpp"
#include "common/wire.hpp"

#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace mcpm::bundle {

namespace {

namespace fs = std::filesystem;

constexpr const char* facts_name = "placed.json";

/// "python3.11", as the folder of its libraries is called; empty when there is none.
std::string python_of(const fs::path& environment) {
    std::error_code error;
    for (fs::directory_iterator entry(environment / "lib", error), end; !error && entry != end;
         entry.increment(error)) {
        auto name = entry->path().filename().string();
        if (name.starts_with("python3.")) return name;
    }
    return {};
}

Result<> settle_python(const fs::path& environment, const std::string& place, const std::string& path) {
    const auto link = environment / "bin" / "python";
    if (::access(link.c_str(), X_OK) == 0) return {};
    const std::string name = python_of(environment);
    const auto found = find_program(name.empty() ? "python3" : name, path);
    if (!found)
        return Error{ErrorCode::cannot_launch,
                     place + " needs " + name + ": " + found.error().message,
                     {},
                     "install " + name + " here, or make the bundle on a machine with this one's Python"};
    for (const char* one : {"python", "python3"}) ::unlink((environment / "bin" / one).c_str());
    ::unlink((environment / "bin" / name).c_str());
    for (const std::string& one : {std::string("python"), std::string("python3"), name})
        if (::symlink(found->c_str(), (environment / "bin" / one).c_str()) != 0)
            return system_error("name the interpreter of " + place, errno, ErrorCode::unavailable);
    const std::string home = fs::path(*found).parent_path().string();
    return write_file(environment / "pyvenv.cfg",
                      "home = " + home + "\ninclude-system-site-packages = false\n");
}

Result<> settle_placed(const fs::path& package, const std::string& place, const std::string& path) {
    auto facts = wire::parse(text_of_file(package / facts_name));
    if (!facts || !facts->is_object()) return {};
    const std::string interpreter = text_at(*facts, "interpreter");
    if (interpreter.empty() || ::access(interpreter.c_str(), X_OK) == 0) return {};
    const auto found = find_program(fs::path(interpreter).filename().string(), path);
    if (!found)
        return Error{ErrorCode::cannot_launch,
                     place + " needs " + interpreter + ": " + found.error().message};
    (*facts)["interpreter"] = *found;
    if (auto written = write_file(package / facts_name, wire::to_text(*facts)); !written) return written;
    const auto record = make_file_record(package);
    if (!record) return record.error();
    return write_file(package / std::string(file_record_name), *record);
}

}  // namespace

Result<> settle_interpreter(const fs::path& package, const std::string& place, const std::string& path) {
    if (place.starts_with("pypi/")) return settle_python(package, place, path);
    if (place.starts_with("mcpb/")) return settle_placed(package, place, path);
    return {};
}

bool is_of_interpreter(const std::string& file) {
    return file == facts_name || file == "pyvenv.cfg" || file.starts_with("bin/python");
}

}  // namespace mcpm::bundle
