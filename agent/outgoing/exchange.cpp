#include "agent/outgoing/exchange.hpp"

#include "common/ascii.hpp"
#include "common/number.hpp"
#include "common/units.hpp"
#include "common/words.hpp"

#include <stdlib.h>
#include <string.h>

#include <algorithm>

namespace mcpm::outgoing {

namespace {

constexpr std::size_t head_limit = 64u << 10;

constexpr std::string_view blanks = " \t\r\n";

bool is_loopback(std::string_view host) {
    return host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.") ||
           host == "[::1]" || host == "::1";
}

bool is_redirect(int status) {
    return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

}  // namespace

Exchange::Exchange(std::shared_ptr<Client::State> client, Request request, Receiver receiver)
    : client_(std::move(client)),
      request_(std::move(request)),
      receiver_(std::move(receiver)),
      idle_(client_->loop),
      last_byte_(Clock::now()) {}

Exchange::~Exchange() {
    release();
}

void Exchange::release() {
    if (easy_ != nullptr) client_->curl->easy_cleanup(easy_);
    if (headers_ != nullptr) client_->curl->slist_free_all(headers_);
    easy_ = nullptr;
    headers_ = nullptr;
}

Result<CURL*> Exchange::prepare() {
    release();
    easy_ = client_->curl->easy_init();
    if (easy_ == nullptr) return Error{ErrorCode::internal_error, "reach a remote: libcurl gave no handle"};
    set_request();
    return easy_;
}

void Exchange::set_request() {
    const auto& curl = *client_->curl;
    const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy_, option, value); };
    set(CURLOPT_URL, request_.url.c_str());
    set_way();
    if (request_.mail) {
        set_mail();
    } else {
        set_http();
    }
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_QUICK_EXIT, 1L);  // a resolver's thread is not waited for
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(request_.limits.connect.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(request_.limits.total.count()));
    set(CURLOPT_ERRORBUFFER, error_text_.data());
    set(CURLOPT_HEADERFUNCTION, &Exchange::on_header);
    set(CURLOPT_HEADERDATA, this);
    set(CURLOPT_WRITEFUNCTION, &Exchange::on_body);
    set(CURLOPT_WRITEDATA, this);
}

void Exchange::set_http() {
    const auto& curl = *client_->curl;
    const auto set = [&](CURLoption option, auto value) { curl.easy_setopt(easy_, option, value); };
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    if (request_.method == "POST") {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDS, request_.body.data());
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    } else if (request_.method != "GET") {
        set(CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
    headers_ = curl.slist_append(nullptr, "Expect:");
    for (const auto& [name, value] : request_.headers) {
        const std::string line = value.empty() ? name + ";" : name + ": " + value;
        headers_ = curl.slist_append(headers_, line.c_str());
    }
    set(CURLOPT_HTTPHEADER, headers_);
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_ACCEPT_ENCODING, "");  // all that this libcurl decodes
}

/// Through which proxy, and whose certificates are believed.
void Exchange::set_way() {
    const auto set = [&](CURLoption option, const char* value) {
        client_->curl->easy_setopt(easy_, option, value);
    };
    const ReadVariable environment = [](const char* name) -> std::optional<std::string> {
        const char* const value = ::secure_getenv(name);
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
    };
    const std::string host = client_->part_of(request_.url, CURLUPART_HOST);
    const std::string scheme = client_->part_of(request_.url, CURLUPART_SCHEME);
    proxy_ = is_loopback(host) ? std::string() : proxy_for(client_->network, scheme, host, environment);
    set(CURLOPT_PROXY, proxy_.c_str());
    set(CURLOPT_NOPROXY, "");
    const std::string certificates = certificates_file(client_->network, environment);
    if (certificates.empty()) return;
    set(CURLOPT_CAINFO, certificates.c_str());
    set(CURLOPT_PROXY_CAINFO, certificates.c_str());
}

void Exchange::start_idle_limit() {
    if (request_.limits.idle.count() == 0) return;
    idle_.expires_at(last_byte_ + request_.limits.idle);
    idle_.async_wait([weak = weak_from_this()](const boost::system::error_code& problem) {
        const auto self = weak.lock();
        if (!self || problem || self->cancelled_ || self->code_) return;
        if (Clock::now() < self->last_byte_ + self->request_.limits.idle) return self->start_idle_limit();
        self->own_problem_ = Problem::timed_out;
        self->finished(CURLE_OPERATION_TIMEDOUT);
        self->client_->tell();
    });
}

void Exchange::cancel() {
    if (cancelled_) return;
    cancelled_ = true;
    idle_.cancel();
    receiver_ = {};
    client_->end(shared_from_this());
}

// ---- within libcurl: only noted ----

void Exchange::note() {
    last_byte_ = Clock::now();
    if (std::exchange(noted_, true)) return;
    client_->changed.push_back(shared_from_this());
}

std::size_t Exchange::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t length = size * count;
    return exchange.take_header(std::string_view(bytes, length)) ? length : 0;
}

bool Exchange::take_header(std::string_view line) {
    if (head_complete_ || request_.mail) return true;  // a trailer; a reply of SMTP
    head_bytes_ += line.size();
    if (head_bytes_ > head_limit) {
        own_problem_ = Problem::too_large;
        return false;
    }
    line = trimmed(line, blanks);
    if (line.starts_with("HTTP/")) {
        head_ = Head{};
        const auto space = line.find(' ');
        if (space == std::string_view::npos) return false;
        line.remove_prefix(space + 1);
        head_.status = take_number<int>(line).value_or(0);
        return true;
    }
    if (!line.empty()) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return true;
        head_.headers.emplace_back(ascii::lowered(line.substr(0, colon)),
                                   trimmed(line.substr(colon + 1), blanks));
        return true;
    }
    if (head_.status < 200) return true;  // the real one follows
    head_complete_ = true;
    redirects_ = is_redirect(head_.status) && !head_.header("location").empty();
    note();
    return true;
}

std::size_t Exchange::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t length = size * count;
    exchange.body_bytes_ += length;
    const auto limit = exchange.request_.limits.body;
    if (limit != 0 && exchange.body_bytes_ > limit) {
        exchange.own_problem_ = Problem::too_large;
        return length + 1;
    }
    exchange.note();
    if (!exchange.redirects_) exchange.pending_.append(bytes, length);
    return length;
}

// ---- outside libcurl ----

void Exchange::finished(CURLcode code) {
    if (code_) return;
    code_ = code;
    idle_.cancel();
    if (request_.mail) note_last_reply();
    if (!std::exchange(noted_, true)) client_->changed.push_back(shared_from_this());
}

void Exchange::tell() {
    noted_ = false;
    if (cancelled_) return;
    if (redirects_ && (!code_ || follow())) return;
    // A receiver may cancel this exchange at any of these.
    const auto receiver = receiver_;
    if (head_complete_ && !std::exchange(head_told_, true) && receiver.head) receiver.head(head_);
    if (!pending_.empty() && !cancelled_) {
        const std::string bytes = std::exchange(pending_, {});
        if (receiver.body) receiver.body(bytes);
    }
    if (!code_ || cancelled_) return;
    const auto failed = *code_ == CURLE_OK ? std::nullopt : std::optional(failure());
    cancel();
    if (receiver.done) receiver.done(failed);
}

/// True when another request is on its way; false when the failure stands to be told.
bool Exchange::follow() {
    redirects_ = false;
    if (*code_ != CURLE_OK) return false;
    const auto refuse = [this](std::string_view why) {
        own_problem_ = Problem::redirect;
        code_ = CURLE_TOO_MANY_REDIRECTS;
        head_complete_ = false;
        std::copy_n(why.data(), std::min(why.size(), error_text_.size() - 1), error_text_.data());
        return false;
    };
    error_text_.fill('\0');
    const auto target = client_->resolve(request_.url, std::string(head_.header("location")));
    if (!target) return refuse("it redirects to an address that is none");
    const std::string origin = client_->origin_of(*target);
    if (origin.empty() || origin != client_->origin_of(request_.url)) {
        return refuse("it redirects to " + (origin.empty() ? "another protocol" : origin) +
                      ", which is another host; name that address if it is meant");
    }
    if (redirects_left_-- == 0) return refuse("it redirects again and again");
    if (head_.status == 303 && request_.method != "GET") {
        request_.method = "GET";
        request_.body.clear();
    }
    const auto self = shared_from_this();
    client_->end(self);
    request_.url = *target;
    head_ = Head{};
    head_bytes_ = 0;
    body_bytes_ = 0;
    head_complete_ = false;
    code_.reset();
    const auto begun = client_->begin(self);
    return begun || refuse("the next request could not be begun");
}

Problem Exchange::problem_of(CURLcode code) const {
    if (own_problem_) return *own_problem_;
    if (refused_by_proxy() != 0) return Problem::proxy;
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
            return Problem::dns;
        case CURLE_COULDNT_RESOLVE_PROXY:
        case CURLE_PROXY:
            return Problem::proxy;
        case CURLE_COULDNT_CONNECT:
            return proxy_.empty() ? Problem::connect : Problem::proxy;
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CERTPROBLEM:
        case CURLE_SSL_CIPHER:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
        case CURLE_SSL_INVALIDCERTSTATUS:
            return Problem::tls;
        case CURLE_OPERATION_TIMEDOUT: {
            curl_off_t sent = 0;
            client_->curl->easy_getinfo(easy_, CURLINFO_PRETRANSFER_TIME_T, &sent);
            return sent == 0 ? Problem::connect : Problem::timed_out;
        }
        case CURLE_GOT_NOTHING:
        case CURLE_PARTIAL_FILE:
        case CURLE_RECV_ERROR:
        case CURLE_SEND_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return Problem::cut_off;
        default:
            return Problem::other;
    }
}

/// The status with which the proxy refused to connect further; 0: it did not.
long Exchange::refused_by_proxy() const {
    long status = 0;
    if (proxy_.empty() || head_complete_) return 0;
    client_->curl->easy_getinfo(easy_, CURLINFO_HTTP_CONNECTCODE, &status);
    return status >= 300 ? status : 0;
}

std::string Exchange::why(CURLcode code) const {
    // The server's own words on a letter may have an address in them, and are not repeated.
    if (request_.mail && head_.status >= 400) return "it was refused with " + std::to_string(head_.status);
    std::string said(error_text_.data());
    switch (problem_of(code)) {
        case Problem::proxy: {
            const long status = refused_by_proxy();
            if (status != 0) {
                return "the proxy refused with " + std::to_string(status) +
                       (status == 407 ? " (it wants credentials)" : "");
            }
            if (code == CURLE_COULDNT_RESOLVE_PROXY) return "the proxy's name could not be resolved";
            long number = 0;
            client_->curl->easy_getinfo(easy_, CURLINFO_OS_ERRNO, &number);
            return std::string("no connection to the proxy") +
                   (number != 0 ? std::string(": ") + ::strerror(static_cast<int>(number)) : std::string());
        }
        case Problem::dns:
            return "the name could not be resolved";
        case Problem::connect: {
            long number = 0;
            client_->curl->easy_getinfo(easy_, CURLINFO_OS_ERRNO, &number);
            if (code == CURLE_OPERATION_TIMEDOUT)
                return "no connection within " + format_duration(request_.limits.connect);
            return number != 0 ? ::strerror(static_cast<int>(number)) : "no connection";
        }
        case Problem::tls:
            return said.empty() ? client_->curl->easy_strerror(code) : said;
        case Problem::redirect:
            return said;
        case Problem::timed_out:
            return code == CURLE_OPERATION_TIMEDOUT && own_problem_
                       ? "nothing came for " + format_duration(request_.limits.idle)
                       : "no answer within " + format_duration(request_.limits.total);
        case Problem::too_large:
            return head_complete_ ? "the answer has more than " + format_bytes(request_.limits.body)
                                  : "the head of the answer has more than " + format_bytes(head_limit);
        case Problem::cut_off:
            return "the connection ended in the middle";
        case Problem::other:
            break;
    }
    return client_->curl->easy_strerror(code);
}

Failure Exchange::failure() const {
    const Problem problem = problem_of(*code_);
    Failure failure;
    failure.problem = problem;
    failure.error.code = problem == Problem::timed_out   ? ErrorCode::timed_out
                         : problem == Problem::too_large ? ErrorCode::payload_too_large
                                                         : ErrorCode::unavailable;
    failure.error.message = "reach " + (request_.mail ? request_.url : client_->origin_of(request_.url)) +
                            (proxy_.empty() ? "" : " through the proxy " + without_credentials(proxy_)) +
                            ": " + why(*code_);
    failure.error.details = ErrorDetails(Detail::problem, std::string(text_of(problem)));
    if (request_.mail) failure.error.details.set(Detail::reply, head_.status);
    return failure;
}

}  // namespace mcpm::outgoing
