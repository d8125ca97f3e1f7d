#include "agent/bundle/bundle.hpp"
#include "agent/bundle/interpreters.hpp"
#include "agent/bundle/tree.hpp"
#include "agent/packages/arrival_lock.hpp"
#include "common/file_record.hpp"
#include "common/own_file.hpp"
#include "common/sha256.hpp"
#include "common/sha256_stream.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

namespace mcpm::bundle {

namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t longest_record = 64ULL << 20U;

Error not_whole(const std::string& what) {
    return Error{ErrorCode::conflict,
                 what + ": its bytes are not those that were put into the bundle",
                 {},
                 "nothing was installed; copy the file again"};
}

const Member* find(const std::vector<Member>& members, const std::string& path) {
    const auto found = std::find_if(members.begin(), members.end(), [&](const Member& one) {
        return one.kind == MemberKind::file && one.path == path;
    });
    return found == members.end() ? nullptr : &*found;
}

/// Gone with this object, unless it was moved away.
class HalfInstalled {
  public:
    explicit HalfInstalled(fs::path path) : path_(std::move(path)) {}
    ~HalfInstalled() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    HalfInstalled(const HalfInstalled&) = delete;
    HalfInstalled& operator=(const HalfInstalled&) = delete;
    const fs::path& path() const { return path_; }

  private:
    fs::path path_;
};

class Installer {
  public:
    Installer(int file, const fs::path& packages, const std::string& path, Arrived& arrived)
        : file_(file), packages_(packages), path_(path), arrived_(arrived) {}

    Result<> read() {
        auto members = read_index(file_);
        if (!members) return members.error();
        members_ = std::move(*members);
        const Member* contents = members_.empty() ? nullptr : &members_.back();
        if (contents == nullptr || contents->path != contents_name)
            return Error{ErrorCode::validation_error, "this is no bundle of mcpm: it has no bundle.json"};
        const auto text = text_of(file_, *contents, longest_contents);
        if (!text) return text.error();
        auto read = read_contents(*text);
        if (!read) return read.error();
        arrived_.contents = std::move(*read);
        return {};
    }

    Result<> install(const PackageFolder& package) {
        const std::string name = "packages/" + package.place;
        const Member* kept = find(members_, name + ".record");
        if (kept == nullptr) return not_whole(package.place);
        const auto record = text_of(file_, *kept, longest_record);
        if (!record) return record.error();
        if (sha256_hex(*record) != package.record) return not_whole(package.place);
        const auto place = packages_ / package.place;
        if (is_there(place, *record)) return {};
        const std::string& platform = arrived_.contents.platform;
        if (package.is_native && platform != own_platform())
            return Error{
                ErrorCode::cannot_launch,
                package.place + " has programs for " + platform + ", and this machine is " + own_platform(),
                {},
                "make the bundle on a machine of this kind"};
        const HalfInstalled fresh(place.parent_path().parent_path() /
                                  (".new-" + std::to_string(::getpid()) + "-bundle"));
        std::error_code error;
        fs::create_directories(place.parent_path(), error);
        if (error)
            return system_error("make the folder " + place.parent_path().string(), error.value(),
                                ErrorCode::unavailable);
        const auto links =
            package.place.starts_with("pypi/") ? AbsoluteLinks::of_interpreters : AbsoluteLinks::refused;
        if (auto unpacked = unpack_tree(file_, members_, name, fresh.path(), links); !unpacked)
            return unpacked;
        if (auto good = verify_tree(fresh.path(), *record); !good) return good;
        if (!package.files.empty() && !has_record(fresh.path(), package.files))
            return not_whole(package.place);
        if (auto settled = settle_interpreter(fresh.path(), package.place, path_); !settled) return settled;
        fs::remove_all(place, error);  // only one that is not whole stands here
        if (::rename(fresh.path().c_str(), place.c_str()) != 0)
            return system_error("put the package in place at " + place.string(), errno,
                                ErrorCode::unavailable);
        arrived_.made.push_back(place);
        return {};
    }

    Result<> install(const ImageFile& image, ImageCarrier& images) {
        const Member* archive = find(members_, image.member);
        if (archive == nullptr) return not_whole("image " + image.reference);
        Sha256Stream digest;
        auto read = read_member(file_, *archive, [&](std::string_view bytes) -> Result<> {
            digest.add(bytes);
            return {};
        });
        if (!read) return read;
        if (digest.hex() != image.sha256) return not_whole("image " + image.reference);
        const auto before = images.inspect(image.reference);
        if (before && before->id == image.id) return {};
        if (!before && before.error().code != ErrorCode::not_found) return before.error();
        if (auto loaded = images.load({file_, archive->at, archive->size}); !loaded) return loaded;
        const auto after = images.inspect(image.reference);
        if (!after) return after.error();
        return {};
    }

  private:
    /// What stands there is whole, whatever interpreter it names.
    static bool is_there(const fs::path& place, const std::string& record) {
        std::error_code error;
        if (!fs::is_directory(place, error)) return false;
        const auto changes = compare_with_record(place, record, Look::full);
        if (!changes) return false;
        return std::all_of(changes->begin(), changes->end(),
                           [](const FileChange& change) { return is_of_interpreter(change.path); });
    }

    static bool has_record(const fs::path& folder, const std::string& digest) {
        const auto record = read_own_file(folder / std::string(file_record_name), longest_record);
        return record && sha256_hex(*record) == digest;
    }

    int file_;
    const fs::path& packages_;
    const std::string& path_;
    Arrived& arrived_;
    std::vector<Member> members_ = {};
};

Result<> install_all(Installer& installer, Arrived& arrived, ImageCarrier& images) {
    for (const PackageFolder& package : arrived.contents.packages)
        if (auto done = installer.install(package); !done) return done;
    for (const ImageFile& image : arrived.contents.images)
        if (auto done = installer.install(image, images); !done) return done;
    return {};
}

}  // namespace

Result<Arrived> install_bundle(int file, const fs::path& packages, const std::string& path,
                               ImageCarrier& images) {
    Arrived arrived;
    Installer installer(file, packages, path, arrived);
    if (auto read = installer.read(); !read) return read.error();
    if (auto made = make_own_folder(packages); !made) return made.error();
    auto lock = take_arrival_lock(packages, IfHeld::wait);
    if (!lock) return lock.error();
    arrived.lock = std::move(*lock);
    const auto done = install_all(installer, arrived, images);
    if (done) return arrived;
    take_back(arrived);
    return done.error();
}

void take_back(const Arrived& arrived) {
    for (const auto& place : arrived.made) {
        std::error_code ignored;
        fs::remove_all(place, ignored);
        ::rmdir(place.parent_path().c_str());  // when it was the only version
    }
}

}  // namespace mcpm::bundle
