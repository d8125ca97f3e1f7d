// The room backup. It may include secrets, store and async. It never runs beside a change: who restores holds
// the data folder's lock. Blocks throughout; never on the agent's loop.
//
// A backup's file: two lines that everybody may read (what it is, and what is needed to open it), then one
// sealed stream (agent/secrets/passphrase_stream.hpp) of parts, each a line of JSON with its name and length
// and then so many bytes.
#pragma once

#include "agent/secrets/passphrase_stream.hpp"
#include "common/error.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace mcpm::backup {

/// What can be read of a backup without its passphrase.
struct Label {
    std::string created_at;  // RFC 3339
    std::string version;     // of the program that made it
    int schema = 0;          // of the database in it
    secrets::Stretching stretching = {};
};

std::string write_label(const Label& label);
/// `text`: the two lines. validation_error when it is no backup.
Result<Label> read_label(std::string_view text);

class PartWriter {
  public:
    /// `file` stays the caller's. Writes the label at once.
    static Result<PartWriter> begin(int file, const Label& label, std::string_view passphrase);
    Result<> add(std::string_view name, std::string_view bytes);
    /// All of the file that is open there.
    Result<> add_file(std::string_view name, int from);
    Result<> finish();

  private:
    PartWriter(int file, secrets::StreamSealer sealer) : file_(file), sealer_(std::move(sealer)) {}
    Result<> put(std::string_view bytes);
    Result<> flush(secrets::Frame frame);

    int file_;
    secrets::StreamSealer sealer_;
    std::string waiting_;
};

struct Part {
    std::string name;
    std::uint64_t bytes = 0;
};

class PartReader {
  public:
    /// Reads the label; `file` stays the caller's.
    static Result<PartReader> open(int file);
    const Label& label() const { return label_; }
    /// forbidden when it is not the passphrase that it was sealed with, or the file was changed.
    Result<> unlock(std::string_view passphrase);
    /// Nothing at the end, which is proven to be the end. The part before must have been taken.
    Result<std::optional<Part>> next();
    Result<std::string> take(const Part& part, std::size_t limit);
    Result<> take_into(const Part& part, int file);

  private:
    explicit PartReader(int file) : file_(file) {}
    Result<> fill();
    Result<std::string> some(std::uint64_t at_most);

    int file_;
    Label label_;
    std::string head_;
    std::optional<secrets::StreamOpener> opener_;
    std::string plain_;  // opened and not taken
    bool is_at_end_ = false;
};

}  // namespace mcpm::backup
