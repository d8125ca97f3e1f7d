#include "agent/outgoing/curl_library.hpp"

#include <dlfcn.h>

#include <array>
#include <string>

namespace mcpm::outgoing {

namespace {

// The two libraries have one interface; which TLS library stands behind it does not matter here.
constexpr std::array names{"libcurl.so.4", "libcurl-gnutls.so.4"};

void* open_any() {
    for (const char* name : names) {
        if (void* const library = ::dlopen(name, RTLD_NOW | RTLD_LOCAL)) return library;
    }
    return nullptr;
}

template <typename Function>
bool find(void* library, const char* name, Function& function) {
    function = reinterpret_cast<Function>(::dlsym(library, name));
    return function != nullptr;
}

bool find_all(void* library, CurlLibrary& curl) {
    return find(library, "curl_global_init", curl.global_init) &&
           find(library, "curl_easy_init", curl.easy_init) &&
           find(library, "curl_easy_setopt", curl.easy_setopt) &&
           find(library, "curl_easy_getinfo", curl.easy_getinfo) &&
           find(library, "curl_easy_cleanup", curl.easy_cleanup) &&
           find(library, "curl_easy_strerror", curl.easy_strerror) &&
           find(library, "curl_slist_append", curl.slist_append) &&
           find(library, "curl_slist_free_all", curl.slist_free_all) &&
           find(library, "curl_multi_init", curl.multi_init) &&
           find(library, "curl_multi_setopt", curl.multi_setopt) &&
           find(library, "curl_multi_add_handle", curl.multi_add_handle) &&
           find(library, "curl_multi_remove_handle", curl.multi_remove_handle) &&
           find(library, "curl_multi_socket_action", curl.multi_socket_action) &&
           find(library, "curl_multi_info_read", curl.multi_info_read) &&
           find(library, "curl_multi_cleanup", curl.multi_cleanup) && find(library, "curl_url", curl.url) &&
           find(library, "curl_url_set", curl.url_set) && find(library, "curl_url_get", curl.url_get) &&
           find(library, "curl_url_cleanup", curl.url_cleanup) && find(library, "curl_free", curl.free);
}

}  // namespace

Result<CurlLibrary> CurlLibrary::load() {
    const std::string hint = "install libcurl 7.85 or newer (Debian: apt install libcurl4)";
    void* const library = open_any();
    if (library == nullptr) {
        return Error{ErrorCode::unavailable, "reach a remote: libcurl.so.4 is not installed", {}, hint};
    }
    CurlLibrary curl;
    if (!find_all(library, curl) || curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
        return Error{ErrorCode::unavailable, "reach a remote: the libcurl here cannot be used", {}, hint};
    }
    return curl;
}

}  // namespace mcpm::outgoing
