// One request on its way: an easy handle of libcurl, and what of the answer was noted but not told yet.
// Internal to the room.
#pragma once

#include "agent/async/notifier.hpp"
#include "agent/outgoing/client.hpp"
#include "agent/outgoing/multi.hpp"

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mcpm::outgoing {

/// What all exchanges share; ends with the client.
struct Client::State : std::enable_shared_from_this<Client::State> {
    State(Loop& loop_, Workers& workers_, Network network_)
        : loop(loop_), workers(workers_), network(std::move(network_)), ended(loop_) {}

    Result<> begin(const std::shared_ptr<Exchange>& exchange);
    void end(const std::shared_ptr<Exchange>& exchange);
    void finished(CURL* easy, CURLcode code);
    void tell();
    Result<std::string> resolve(const std::string& base, const std::string& reference) const;
    std::string part_of(const std::string& url, CURLUPart part) const;
    std::string origin_of(const std::string& url) const;

    Loop& loop;
    Workers& workers;
    Network network;
    std::optional<CurlLibrary> curl;
    std::shared_ptr<Multi> multi;
    bool closed = false;
    Notifier ended;  // an exchange
    std::map<CURL*, std::shared_ptr<Exchange>> exchanges;
    std::vector<std::shared_ptr<Exchange>> changed;  // something to tell
};

class Exchange : public std::enable_shared_from_this<Exchange> {
  public:
    Exchange(std::shared_ptr<Client::State> client, Request request, Receiver receiver);
    ~Exchange();
    Exchange(const Exchange&) = delete;
    Exchange& operator=(const Exchange&) = delete;

    /// Makes a handle for the request as it stands now.
    Result<CURL*> prepare();
    void cancel();
    void finished(CURLcode code);
    /// Tells the receiver what was noted.
    void tell();
    /// Nobody waits for it; the client keeps it.
    void forget() { forgotten_ = true; }
    bool is_forgotten() const { return forgotten_; }
    void start_idle_limit();
    CURL* easy() const { return easy_; }

  private:
    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    bool take_header(std::string_view line);
    void note();
    void release();
    bool follow();
    void set_request();
    void set_http();
    void set_mail();
    static std::size_t give_letter(char* out, std::size_t size, std::size_t count, void* self);
    void note_last_reply();
    Failure failure() const;
    void set_way();
    Problem problem_of(CURLcode code) const;
    long refused_by_proxy() const;
    std::string why(CURLcode code) const;

    std::shared_ptr<Client::State> client_;
    Request request_;
    Receiver receiver_;
    CURL* easy_ = nullptr;
    curl_slist* headers_ = nullptr;  // of a letter: who gets it
    std::size_t given_ = 0;          // bytes of the letter
    std::array<char, CURL_ERROR_SIZE> error_text_{};
    std::string proxy_;  // on the way; empty = none
    Head head_;
    std::size_t head_bytes_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::string pending_;
    std::optional<CURLcode> code_;
    std::optional<Problem> own_problem_;  // why we made libcurl stop
    bool head_complete_ = false, head_told_ = false, redirects_ = false, noted_ = false;
    bool cancelled_ = false, forgotten_ = false;
    unsigned redirects_left_ = 5;
    Timer idle_;
    Clock::time_point last_byte_;
};

}  // namespace mcpm::outgoing
