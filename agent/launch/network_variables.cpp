#include "agent/launch/network_variables.hpp"

#include "agent/packages/folder_files.hpp"
#include "common/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace mcpm {

namespace {

/// Where distributions keep theirs.
constexpr std::array system_files{"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                  "/etc/ssl/ca-bundle.pem", "/etc/ssl/cert.pem"};

/// Programs do not all know that no proxy reaches this machine.
std::string with_loopback(std::string no_proxy) {
    for (const char* own : {"localhost", "127.0.0.1", "::1"}) {
        if (("," + no_proxy + ",").find("," + std::string(own) + ",") != std::string::npos) continue;
        no_proxy += (no_proxy.empty() ? "" : ",") + std::string(own);
    }
    return no_proxy;
}

}  // namespace

std::map<std::string, std::string> network_variables(const NetworkSettings& network,
                                                     const std::string& certificates) {
    std::map<std::string, std::string> variables;
    const auto set = [&](std::initializer_list<const char*> names, const std::string& value) {
        if (value.empty()) return;
        for (const char* name : names) variables[name] = value;
    };
    set({"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"}, network.proxy);
    if (!network.proxy.empty()) variables["NODE_USE_ENV_PROXY"] = "1";
    set({"NO_PROXY", "no_proxy"}, network.proxy.empty() ? network.no_proxy : with_loopback(network.no_proxy));
    set({"SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "PIP_CERT", "npm_config_cafile"},
        certificates);
    set({"NODE_EXTRA_CA_CERTS"}, network.ca_file);
    set({"npm_config_registry"}, network.npm_registry);
    set({"PIP_INDEX_URL", "UV_DEFAULT_INDEX"}, network.pypi_index);
    return variables;
}

Result<std::string> write_certificates(const NetworkSettings& network, const std::filesystem::path& file) {
    if (network.ca_file.empty()) return std::string();
    const std::string own = text_of_file(network.ca_file);
    if (own.find("-----BEGIN CERTIFICATE-----") == std::string::npos)
        return Error{ErrorCode::validation_error,
                     "network.ca_file: there is no PEM certificate in " + network.ca_file};
    std::string all;
    for (const char* path : system_files) {
        all = text_of_file(path);
        if (!all.empty()) break;
    }
    if (!all.empty() && !all.ends_with('\n')) all += '\n';
    all += own;
    const std::string temporary = file.string() + ".new";
    const UniqueFd out(
        ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!out) return system_error("write " + temporary, errno);
    for (std::string_view left = all; !left.empty();) {
        const ssize_t written = ::write(out.get(), left.data(), left.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return system_error("write " + temporary, errno);
        left.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0) return system_error("write " + file.string(), errno);
    return file.string();
}

}  // namespace mcpm
