// The registry and the catalogues that the configuration names, asked and remembered. A registry that is
// away, slow, or answers with something else never fails a search: what is kept of it is searched, and what
// happened is said. It asks nothing on its own.
#pragma once

#include "agent/async/offload.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/registry/answer_cache.hpp"
#include "agent/registry/catalogues.hpp"
#include "agent/registry/entry.hpp"
#include "common/registry_settings.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mcpm::registry {

/// What became of one that was asked.
struct SourceState {
    std::string name;     // the host of the registry, or the file
    std::string problem;  // why it did not answer; empty: it did, or its answer is young enough
    Timestamp as_of{};    // of the oldest answer that was used; 0: nothing of it is known
};

struct Found {
    std::vector<Entry> entries;  // newest first, at most 100 of each source
    std::vector<SourceState> sources;
    bool is_cut = false;
};

class Registry {
  public:
    static constexpr Duration patience = std::chrono::seconds(10);  // for one answer
    static constexpr std::uint64_t longest_answer = 16U << 20U;

    /// All outlive it.
    Registry(outgoing::Client& client, Workers& workers, std::filesystem::path cache,
             RegistrySettings settings);

    /// The entries in which all words stand.
    Task<Found> search(std::string query);

    /// One by its name, as a search says it; the newest unless a version is asked for. not_found; conflict
    /// when several sources have it; unavailable when its registry is away and it is not kept.
    Task<Result<Entry>> entry(std::string id, std::string version);

    /// A server.json at an address; validation_error when it is none.
    Task<Result<Entry>> entry_at(std::string url);

    /// Whatever is there; never kept.
    Task<Result<std::string>> bytes_at(std::string url, std::uint64_t limit);

  private:
    struct Answered {
        std::string body;
        Timestamp at{};
        std::string problem;  // the answer is an old one, because
    };
    /// Whether a document is what was asked for: one that is not is neither used nor kept.
    using Check = std::function<Result<>(const wire::Json& document)>;

    Task<Result<Answered>> ask(std::string address, Check check);
    Task<Result<std::string>> fetch(std::string address, Duration limit = patience,
                                    std::uint64_t most = longest_answer);
    Task<Found> search_registry(std::vector<std::string> words);
    Task<> search_page(std::string address, Found* into);
    Task<> add_kept(Found* into);
    Task<Found> read_catalogues();
    std::string host() const;

    outgoing::Client& client_;
    Workers& workers_;
    AnswerCache cache_;
    RegistrySettings settings_;
};

}  // namespace mcpm::registry
