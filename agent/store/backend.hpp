// The database file and what is done when it can't be used: opening, moving aside a corrupt one, restoring
// from the backup, an in-memory copy while the disk refuses. Store's thread only; blocks.
#pragma once

#include "agent/store/connection.hpp"
#include "agent/store/file_marks.hpp"
#include "agent/store/state_store.hpp"
#include "common/error.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mcpm::store {

class Backend {
  public:
    Backend(std::filesystem::path file, StoreOptions options);

    /// conflict: the file's schema is newer than ours (it is left as it is). unavailable: there is something,
    /// and it can't be read at all.
    Result<> open();

    /// Never null after open().
    Connection& connection() { return *connection_; }
    const StoreOptions& options() const { return options_; }

    /// False: connection() is a copy in memory, writes are pointless; reason() says why.
    bool is_on_disk() const { return on_disk_; }
    const std::string& reason() const { return reason_; }

    /// While not on disk: tries the file again.
    bool try_to_return();

    /// The database turned out to be corrupt: moves it aside and begins a new one from the backup.
    void replace_corrupt(const std::string& what_failed);

    /// Checks that a write succeeds now, by one. The connection's failure says if not.
    void probe_write();

    Result<> save_backup();
    bool backup_due() const { return backup_due_; }
    void definitions_changed() { backup_due_ = true; }

    const std::string& data_id() const { return data_id_; }
    std::uint64_t newest_event() const { return newest_event_; }

    std::vector<std::string> take_notices() { return std::exchange(notices_, {}); }

    /// Are the files still those that were opened? Mends what is not so; notices say it. Between
    /// transactions only.
    void look_at_files();
    FileChange files_changed() const { return compare(marks_, mark_files(file_)); }
    /// errno, while they are hidden.
    int hidden_by() const { return mark_files(file_).hidden_by; }
    /// Remembers the files as they are: as we left them.
    void mark();

    void close();

  private:
    Result<> check_files();
    Result<> check_version();
    Failure open_on_disk();
    Failure open_or_replace();
    Result<> open_in_memory(const std::string& why);
    Failure move_aside(const std::string& what_failed);
    Failure write_anew();
    std::string move_what_lies_there();
    enum class Restored { no, yes };
    Restored restore(Connection& connection);
    void learn_facts(Connection& connection);

    std::filesystem::path file_;
    StoreOptions options_;
    std::unique_ptr<Connection> connection_;
    FileMarks marks_;
    bool on_disk_ = false;
    bool left_out_said_ = false;
    bool backup_due_ = false;
    std::string reason_;
    std::string data_id_;
    std::uint64_t newest_event_ = 0;
    std::vector<std::string> notices_;
};

}  // namespace mcpm::store
