#include "agent/outgoing/multi.hpp"

#include <utility>

namespace mcpm::outgoing {

/// One of libcurl's sockets. The descriptor is only lent: libcurl closes it.
struct Multi::Watch {
    explicit Watch(Loop& loop) : descriptor(loop) {}
    ~Watch() { let_go(); }
    void let_go() {
        wanted = CURL_POLL_REMOVE;
        if (descriptor.is_open()) descriptor.release();
    }
    Descriptor descriptor;
    int wanted = CURL_POLL_NONE;
    bool reading = false, writing = false;  // a wait is under way
};

Multi::Multi(Loop& loop, const CurlLibrary& curl, Events events)
    : loop_(loop), curl_(curl), events_(std::move(events)), multi_(curl.multi_init()), timer_(loop) {
    curl_.multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Multi::on_socket);
    curl_.multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
    curl_.multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Multi::on_timer);
    curl_.multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
    curl_.multi_setopt(multi_, CURLMOPT_MAXCONNECTS, 64L);  // kept for the next request
}

Multi::~Multi() {
    close();
    curl_.multi_cleanup(multi_);
}

void Multi::close() {
    closed_ = true;
    timer_.cancel();
}

bool Multi::add(CURL* easy) {
    return !closed_ && curl_.multi_add_handle(multi_, easy) == CURLM_OK;
}

void Multi::remove(CURL* easy) {
    curl_.multi_remove_handle(multi_, easy);
}

int Multi::on_socket(CURL* /*easy*/, curl_socket_t socket, int what, void* self, void* /*watch*/) {
    auto& multi = *static_cast<Multi*>(self);
    const auto found = multi.watches_.find(socket);
    if (what == CURL_POLL_REMOVE) {
        if (found == multi.watches_.end()) return 0;
        found->second->let_go();
        multi.watches_.erase(found);
        return 0;
    }
    std::shared_ptr<Watch> watch = found == multi.watches_.end() ? nullptr : found->second;
    if (!watch) {
        watch = std::make_shared<Watch>(multi.loop_);
        boost::system::error_code problem;
        watch->descriptor.assign(socket, problem);
        if (problem) return -1;
        multi.watches_.emplace(socket, watch);
    }
    watch->wanted = what;
    multi.arm(watch);
    return 0;
}

void Multi::arm(const std::shared_ptr<Watch>& watch) {
    if (closed_ || watch->wanted == CURL_POLL_REMOVE) return;
    if ((watch->wanted & CURL_POLL_IN) != 0 && !std::exchange(watch->reading, true)) {
        wait(watch, Descriptor::wait_read);
    }
    if ((watch->wanted & CURL_POLL_OUT) != 0 && !std::exchange(watch->writing, true)) {
        wait(watch, Descriptor::wait_write);
    }
}

void Multi::wait(const std::shared_ptr<Watch>& watch, Descriptor::wait_type kind) {
    watch->descriptor.async_wait(
        kind, [weak = weak_from_this(), watch, kind](const boost::system::error_code& problem) {
            const bool reads = kind == Descriptor::wait_read;
            (reads ? watch->reading : watch->writing) = false;
            const auto self = weak.lock();
            if (!self || self->closed_ || problem || watch->wanted == CURL_POLL_REMOVE) return;
            const int ready = reads ? CURL_POLL_IN : CURL_POLL_OUT;
            // Not wanted any more since the wait began: it is waited for again when it is.
            if ((watch->wanted & ready) == 0) return;
            self->act(watch->descriptor.native_handle(), reads ? CURL_CSELECT_IN : CURL_CSELECT_OUT);
            self->arm(watch);
        });
}

int Multi::on_timer(CURLM* /*multi*/, long milliseconds, void* self) {
    static_cast<Multi*>(self)->set_timer(milliseconds);
    return 0;
}

void Multi::set_timer(long milliseconds) {
    if (closed_ || milliseconds < 0) {
        timer_.cancel();
        return;
    }
    timer_.expires_after(std::chrono::milliseconds(milliseconds));
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& problem) {
        const auto self = weak.lock();
        if (self && !problem) self->act(CURL_SOCKET_TIMEOUT, 0);
    });
}

void Multi::act(curl_socket_t socket, int what) {
    if (closed_) return;
    const auto self = shared_from_this();
    int running = 0;
    curl_.multi_socket_action(multi_, socket, what, &running);
    int left = 0;
    while (const CURLMsg* const message = curl_.multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) events_.finished(message->easy_handle, message->data.result);
    }
    events_.turned();
}

}  // namespace mcpm::outgoing
