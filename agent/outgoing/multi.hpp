// libcurl's multi interface on the Asio loop: it says which sockets and which time it waits for, the loop
// waits. Internal to the room; owned by Client. No callback of an exchange runs inside libcurl: what happened
// is noted and told by `turned`, so that whoever hears it may start and cancel exchanges.
#pragma once

#include "agent/async/task.hpp"
#include "agent/outgoing/curl_library.hpp"

#include <functional>
#include <map>
#include <memory>

namespace mcpm::outgoing {

class Multi : public std::enable_shared_from_this<Multi> {
  public:
    struct Events {
        std::function<void(CURL* easy, CURLcode code)> finished;
        std::function<void()> turned;  // libcurl did something, and is left again
    };

    Multi(Loop& loop, const CurlLibrary& curl, Events events);
    ~Multi();
    Multi(const Multi&) = delete;
    Multi& operator=(const Multi&) = delete;

    bool add(CURL* easy);
    void remove(CURL* easy);
    /// No event comes after this.
    void close();

  private:
    struct Watch;
    static int on_socket(CURL* easy, curl_socket_t socket, int what, void* self, void* watch);
    static int on_timer(CURLM* multi, long milliseconds, void* self);
    void arm(const std::shared_ptr<Watch>& watch);
    void wait(const std::shared_ptr<Watch>& watch, Descriptor::wait_type kind);
    void set_timer(long milliseconds);
    void act(curl_socket_t socket, int what);

    Loop& loop_;
    const CurlLibrary& curl_;
    Events events_;
    CURLM* multi_;
    Timer timer_;
    std::map<curl_socket_t, std::shared_ptr<Watch>> watches_;
    bool closed_ = false;
};

}  // namespace mcpm::outgoing
