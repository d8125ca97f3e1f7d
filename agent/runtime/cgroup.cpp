#include "agent/runtime/cgroup.hpp"

#include "common/cgroup_mount.hpp"
#include "common/proc_stat.hpp"
#include "common/words.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <sstream>
#include <utility>

namespace mcpm {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t file_limit = 1 << 20;
constexpr const char* leaf_name = "mcpm-main";

bool write_file(const std::string& path, std::string_view text) {
    const UniqueFd file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

bool make_folder(const std::string& path) {
    return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST;
}

/// One that was there may be somebody else's, which a process cannot be put into.
bool make_own_folder(const std::string& path) {
    return make_folder(path) &&
           ::faccessat(AT_FDCWD, (path + "/cgroup.procs").c_str(), W_OK, AT_EACCESS) == 0;
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

std::set<std::string> enable_controllers(const std::string& folder) {
    for (const auto& controller : words_of(read_proc_file(folder + "/cgroup.controllers", file_limit))) {
        if (controller == "memory" || controller == "cpu" || controller == "pids") {
            write_file(folder + "/cgroup.subtree_control", "+" + controller);
        }
    }
    const auto enabled = words_of(read_proc_file(folder + "/cgroup.subtree_control", file_limit));
    return {enabled.begin(), enabled.end()};
}

/// A cgroup that is not the root may hold processes or pass controllers on, not both.
void move_into_leaf(const std::string& own, int keeper_pid) {
    const std::string leaf = own + "/" + leaf_name;
    if (!make_folder(leaf)) return;
    for (const int pid : {keeper_pid, static_cast<int>(::getpid())}) {
        if (pid > 0) write_file(leaf + "/cgroup.procs", std::to_string(pid));
    }
}

std::string below(const std::string& path, const std::string& root) {
    if (root == "/" || root.empty()) return path;
    return path.starts_with(root) ? path.substr(root.size()) : path;
}

/// Our own cgroup's folder; that above the leaf when an earlier agent has moved us there.
std::string own_folder(const CgroupMount& mount, const std::string& own) {
    fs::path folder = fs::path(mount.point + below(own, mount.root)).lexically_normal();
    if (folder.filename().empty()) folder = folder.parent_path();
    if (folder.filename() == leaf_name) folder = folder.parent_path();
    return folder.string();
}

std::string cpu_quota(double cpus) {
    constexpr double period = 100'000;
    return std::to_string(std::max<long long>(1000, std::llround(cpus * period))) + " 100000";
}

}  // namespace

std::optional<std::string> parse_own_cgroup(std::string_view text) {
    while (!text.empty()) {
        const auto line = take_line(text);
        if (line.starts_with("0::/")) return std::string(line.substr(3));
    }
    return std::nullopt;
}

UniqueFd RunCgroup::open_directory() const {
    return UniqueFd(::open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

std::vector<int> RunCgroup::pids() const {
    std::vector<int> all;
    const auto add = [&all](const std::string& folder) {
        std::istringstream stream(read_proc_file(folder + "/cgroup.procs", file_limit));
        for (int pid = 0; stream >> pid;) {
            if (pid > 0) all.push_back(pid);
        }
    };
    add(path_);
    std::error_code failure;
    for (fs::recursive_directory_iterator at(path_, failure), end; !failure && at != end;
         at.increment(failure)) {
        if (at->is_directory(failure)) add(at->path().string());
    }
    return all;
}

bool RunCgroup::holds(int pid) const {
    const auto own = parse_own_cgroup(read_proc_file("/proc/" + std::to_string(pid) + "/cgroup", file_limit));
    // Our names are unique (data id, server id, run), so the two last parts of the path tell.
    const fs::path path(path_);
    const std::string tail = "/" + (path.parent_path().filename() / path.filename()).string();
    if (!own) return false;
    const auto place = own->find(tail);
    if (place == std::string::npos) return false;
    const auto end = place + tail.size();
    return end == own->size() || (*own)[end] == '/';
}

bool RunCgroup::kill() const {
    return write_file(path_ + "/cgroup.kill", "1");
}

bool RunCgroup::remove() const {
    if (::rmdir(path_.c_str()) == 0 || errno == ENOENT) return true;
    // Cgroups that the run has made inside its own go first, the deepest before those above.
    std::vector<std::string> inner;
    std::error_code failure;
    for (fs::recursive_directory_iterator at(path_, failure), end; !failure && at != end;
         at.increment(failure)) {
        if (at->is_directory(failure)) inner.push_back(at->path().string());
    }
    for (auto folder = inner.rbegin(); folder != inner.rend(); ++folder) ::rmdir(folder->c_str());
    return ::rmdir(path_.c_str()) == 0 || errno == ENOENT;
}

bool RunCgroup::was_out_of_memory() const {
    const auto words = words_of(read_proc_file(path_ + "/memory.events", file_limit));
    const auto found = std::find(words.begin(), words.end(), "oom_kill");
    return found != words.end() && std::next(found) != words.end() && *std::next(found) != "0";
}

CgroupTree CgroupTree::none(std::string why) {
    CgroupTree tree;
    tree.why_not_ = std::move(why);
    return tree;
}

CgroupTree CgroupTree::find(const std::string& owner_id, int keeper_pid) {
    const auto mount = parse_cgroup_mount(read_proc_file("/proc/self/mountinfo", file_limit));
    const auto own = parse_own_cgroup(read_proc_file("/proc/self/cgroup", file_limit));
    if (!mount || !own) return none("no cgroup v2 hierarchy on this machine");
    const std::string folder = own_folder(*mount, *own);
    const std::string root = folder + "/mcpm-" + owner_id;
    if (!make_own_folder(root))
        return none("the cgroup " + folder + " is not ours to write to (not delegated)");
    CgroupTree tree;
    tree.root_ = root;
    const bool is_top = ::access((folder + "/cgroup.type").c_str(), F_OK) < 0;
    if (!read_proc_file(folder + "/cgroup.controllers", file_limit).empty()) {
        if (!is_top) move_into_leaf(folder, keeper_pid);
        enable_controllers(folder);
        tree.controllers_ = enable_controllers(root);
    }
    return tree;
}

void CgroupTree::leave() const {
    if (is_usable()) ::rmdir(root_.c_str());
}

Result<RunCgroup> CgroupTree::create(const std::string& name, const ResourceLimits& limits) const {
    if (!is_usable()) return Error{ErrorCode::unavailable, "make a cgroup: " + why_not_};
    const std::string path = root_ + "/" + name;
    if (!make_folder(path)) return system_error("make the cgroup " + path, errno);
    // What fails here is a limit that the controllers of this machine do not carry: shortcomings() has said
    // so.
    if (limits.memory_bytes && has_controller("memory")) {
        write_file(path + "/memory.max", std::to_string(*limits.memory_bytes));
        write_file(path + "/memory.swap.max", "0");
        write_file(path + "/memory.oom.group", "1");
    }
    if (limits.cpus && has_controller("cpu")) write_file(path + "/cpu.max", cpu_quota(*limits.cpus));
    if (limits.pids && has_controller("pids")) write_file(path + "/pids.max", std::to_string(*limits.pids));
    return RunCgroup(path);
}

std::optional<RunCgroup> CgroupTree::open(const std::string& name) const {
    const std::string path = root_ + "/" + name;
    if (!is_usable() || ::access(path.c_str(), F_OK) < 0) return std::nullopt;
    return RunCgroup(path);
}

std::vector<std::string> CgroupTree::names() const {
    std::vector<std::string> all;
    std::error_code failure;
    if (!is_usable()) return all;
    for (fs::directory_iterator at(root_, failure), end; !failure && at != end; at.increment(failure)) {
        if (at->is_directory(failure)) all.push_back(at->path().filename().string());
    }
    return all;
}

std::vector<std::string> CgroupTree::shortcomings(const ResourceLimits& limits) const {
    const std::array<std::tuple<bool, const char*, const char*>, 3> asked{{
        {limits.memory_bytes.has_value(), "memory", "memory limit"},
        {limits.cpus.has_value(), "cpu", "cpu limit"},
        {limits.pids.has_value(), "pids", "process limit"},
    }};
    std::vector<std::string> all;
    for (const auto& [wanted, controller, text] : asked) {
        if (!wanted || has_controller(controller)) continue;
        const std::string why =
            is_usable() ? std::string("cgroup v2 has no ") + controller + " controller here" : why_not_;
        all.push_back(std::string(text) + " not enforced: " + why);
    }
    return all;
}

}  // namespace mcpm
