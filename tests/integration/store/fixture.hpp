// A temporary folder with a database in it, and the store opened on it.
#pragma once

#include "agent/store/state_store.hpp"
#include "tests/support/run_to_end.hpp"

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace mcpm::test {

class Folder {
  public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "mcpm-store-XXXXXX").string();
        path = ::mkdtemp(name.data());
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::filesystem::path database() const { return path / "mcpm.db"; }

    std::filesystem::path path;
};

inline StoreOptions quick() {
    StoreOptions options;
    options.call_limit = std::chrono::seconds(10);
    options.lock_wait = std::chrono::milliseconds(50);
    options.retry_after = std::chrono::milliseconds(50);
    return options;
}

inline StateStore::Opened must_open(Loop& loop, const std::filesystem::path& file,
                                    StoreOptions options = quick()) {
    auto opened = run_to_end(loop, StateStore::open(loop, file, options));
    if (opened.has_error()) throw std::runtime_error(opened.error().message);
    return std::move(*opened);
}

inline StoredServer server(const std::string& id, const std::string& name) {
    StoredServer stored;
    stored.id = id;
    stored.spec.name = name;
    stored.spec.source = CommandSource{"/bin/cat", {}};
    stored.created_at = Timestamp(std::chrono::milliseconds(1000));
    stored.updated_at = Timestamp(std::chrono::milliseconds(2000));
    return stored;
}

inline Event event(const std::string& type) {
    Event made;
    made.type = type;
    made.message = "something happened";
    return made;
}

inline std::string content(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
}

inline std::vector<std::string> names_with(const std::filesystem::path& folder, const std::string& part) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        auto name = entry.path().filename().string();
        if (name.find(part) != std::string::npos) names.push_back(std::move(name));
    }
    return names;
}

inline bool any_contains(const std::vector<std::string>& texts, const std::string& part) {
    for (const auto& text : texts) {
        if (text.find(part) != std::string::npos) return true;
    }
    return false;
}

}  // namespace mcpm::test
