#include "agent/bundle/tree.hpp"

#include "common/file_record.hpp"
#include "common/own_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <unordered_set>

namespace mcpm::bundle {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t piece_bytes = 256UL << 10U;
constexpr std::string_view elf_beginning =
    "\x7f"
    "ELF";

Result<std::vector<fs::path>> sorted_below(const fs::path& folder) {
    std::vector<fs::path> all;
    std::error_code failed;
    for (fs::recursive_directory_iterator at(folder, failed), end; !failed && at != end;
         at.increment(failed)) {
        if (all.size() == most_members)
            return Error{ErrorCode::payload_too_large, folder.string() + " has more than 2,000,000 files"};
        all.push_back(at->path());
    }
    if (failed)
        return system_error("read the folder " + folder.string(), failed.value(), ErrorCode::unavailable);
    std::sort(all.begin(), all.end());
    return all;
}

/// True when the file is of one kind of machine.
Result<bool> pack_file(TarWriter& writer, const fs::path& path, const std::string& name) {
    const auto opened = open_own_file(path, O_RDONLY);
    if (!opened) return opened.error();
    struct stat facts {};
    if (::fstat(opened->get(), &facts) != 0) return system_error("look at " + path.string(), errno);
    if (auto begun = writer.begin(name, facts.st_mode & 0777U, facts.st_mtim.tv_sec); !begun)
        return begun.error();
    std::string piece(piece_bytes, '\0');
    bool is_native = false, is_first = true;
    for (;;) {
        const auto got = ::read(opened->get(), piece.data(), piece.size());
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_error("read " + path.string(), errno, ErrorCode::unavailable);
        if (got == 0) break;
        const auto bytes = std::string_view(piece).substr(0, static_cast<std::size_t>(got));
        if (std::exchange(is_first, false)) is_native = bytes.starts_with(elf_beginning);
        if (auto added = writer.append(bytes); !added) return added.error();
    }
    if (auto ended = writer.end(); !ended) return ended.error();
    return is_native;
}

Result<bool> pack_one(TarWriter& writer, const fs::path& path, const std::string& name) {
    std::error_code failed;
    const auto status = fs::symlink_status(path, failed);
    if (fs::is_directory(status)) {
        if (auto added = writer.add_folder(name); !added) return added.error();
        return false;
    }
    if (fs::is_symlink(status)) {
        const auto target = fs::read_symlink(path, failed).string();
        if (auto added = writer.add_link(name, target); !added) return added.error();
        return false;
    }
    if (fs::is_regular_file(status)) return pack_file(writer, path, name);
    return Error{ErrorCode::wrong_state,
                 path.string() + " is neither file, folder nor link: it cannot be carried"};
}

/// Where a link leads, by its words alone, below the folder in which `path` lies. False when out of it.
bool leads_within(const fs::path& path, const fs::path& target) {
    if (target.is_absolute()) return false;
    const auto where = (path.parent_path() / target).lexically_normal();
    return where.empty() || *where.begin() != "..";
}

/// bin/python, bin/python3.11
bool is_interpreter(std::string_view path) {
    return path.starts_with("bin/python") && path.find('/', 4) == std::string_view::npos;
}

Result<> unpack_file(int file, const Member& member, const fs::path& path) {
    const mode_t mode = (member.mode & 0100U) != 0 ? 0700 : 0600;
    const auto made = open_own_file(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    if (!made) return made.error();
    return read_member(file, member, [&](std::string_view bytes) -> Result<> {
        while (!bytes.empty()) {
            const auto written = ::write(made->get(), bytes.data(), bytes.size());
            if (written < 0 && errno == EINTR) continue;
            if (written < 0) return system_error("write " + path.string(), errno, ErrorCode::unavailable);
            bytes.remove_prefix(static_cast<std::size_t>(written));
        }
        return {};
    });
}

Result<> make_folder(const fs::path& path) {
    if (::mkdir(path.c_str(), 0700) == 0) return {};
    return system_error("make the folder " + path.string(), errno, ErrorCode::unavailable);
}

}  // namespace

Result<PackedTree> pack_tree(TarWriter& writer, const fs::path& folder, const std::string& name) {
    auto record = make_file_record(folder);
    if (!record) return record.error();
    const auto all = sorted_below(folder);
    if (!all) return all.error();
    PackedTree packed{std::move(*record)};
    if (auto added = writer.add_folder(name); !added) return added.error();
    for (const auto& path : *all) {
        const auto is_native = pack_one(writer, path, name + "/" + path.lexically_relative(folder).string());
        if (!is_native) return is_native.error();
        packed.is_native = packed.is_native || *is_native;
    }
    const auto changes = compare_with_record(folder, packed.record, Look::quick);
    if (!changes) return changes.error();
    if (changes->empty()) return packed;
    return Error{ErrorCode::wrong_state,
                 folder.string() + " changed while it was read: " + changes->front().path + " " +
                     changes->front().what,
                 {},
                 "try again, or stop the server that writes there"};
}

Result<> unpack_tree(int file, const std::vector<Member>& members, std::string_view name,
                     const fs::path& folder, AbsoluteLinks absolute) {
    if (auto made = make_folder(folder); !made) return made;
    const std::string below = std::string(name) + "/";
    std::unordered_set<std::string> folders{""};
    std::vector<const Member*> links;
    for (const Member& member : members) {
        if (!member.path.starts_with(below)) continue;
        const std::string path = member.path.substr(below.size());
        const auto slash = path.rfind('/');
        if (!folders.contains(slash == std::string::npos ? "" : path.substr(0, slash)))
            return Error{ErrorCode::validation_error,
                         "\"" + member.path + "\" of the bundle is in no folder"};
        if (member.kind == MemberKind::link) links.push_back(&member);
        Result<> done;
        if (member.kind == MemberKind::folder) {
            done = make_folder(folder / path);
            folders.insert(path);
        } else if (member.kind == MemberKind::file) {
            done = unpack_file(file, member, folder / path);
        }
        if (!done) return done;
    }
    for (const Member* link : links) {
        const std::string path = link->path.substr(below.size());
        const bool may_lead_out = absolute == AbsoluteLinks::of_interpreters && is_interpreter(path) &&
                                  link->target.starts_with('/');
        if (!may_lead_out && !leads_within(path, link->target))
            return Error{ErrorCode::validation_error,
                         "the link \"" + link->path + "\" of the bundle leads out of its package"};
        if (::symlink(link->target.c_str(), (folder / path).c_str()) != 0)
            return system_error("make the link " + path, errno, ErrorCode::unavailable);
    }
    return {};
}

Result<> verify_tree(const fs::path& folder, const std::string& record) {
    if (auto timed = restore_times(folder, record); !timed) return timed;
    const auto found = make_file_record(folder);
    if (!found) return found.error();
    if (*found == record) return {};
    return Error{ErrorCode::conflict,
                 "the files in the bundle are not those that were put into it: nothing was installed"};
}

}  // namespace mcpm::bundle
