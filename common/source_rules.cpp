#include "common/ascii.hpp"
#include "common/sha256.hpp"
#include "common/spec_rules.hpp"
#include "common/units.hpp"
#include "common/url.hpp"

#include <algorithm>
#include <string>
#include <variant>

namespace mcpm {

namespace {

constexpr std::size_t longest_argument = 128UL * 1024 - 1;  // MAX_ARG_STRLEN, execve(2)
constexpr std::size_t most_arguments = 1024;
constexpr std::size_t longest_path = 4095;

using ascii::is_letter_or_digit;

bool consists_of(std::string_view text, std::string_view others) {
    return std::all_of(text.begin(), text.end(), [others](char c) {
        return is_letter_or_digit(c) || others.find(c) != std::string_view::npos;
    });
}

bool has_control_or_blank(std::string_view text) {
    return std::any_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7f; });
}

bool is_npm_part(std::string_view part) {
    return !part.empty() && part.front() != '.' && part.front() != '_' && part.front() != '-' &&
           consists_of(part, "-_.~");
}

// https://docs.npmjs.com/cli/configuring-npm/package-json#name; upper case lives on in old packages.
bool is_npm_package(std::string_view name) {
    if (name.empty() || name.size() > 214) return false;
    if (name.front() != '@') return is_npm_part(name);
    const std::size_t slash = name.find('/');
    if (slash == std::string_view::npos) return false;
    return is_npm_part(name.substr(1, slash - 1)) && is_npm_part(name.substr(slash + 1));
}

bool is_pypi_name(std::string_view name) {
    return !name.empty() && name.size() <= 128 && is_letter_or_digit(name.front()) &&
           is_letter_or_digit(name.back()) && consists_of(name, "-_.");
}

// PEP 508: a name, and extras in brackets.
bool is_pypi_package(std::string_view package) {
    const std::size_t bracket = package.find('[');
    if (bracket == std::string_view::npos) return is_pypi_name(package);
    if (package.back() != ']' || !is_pypi_name(package.substr(0, bracket))) return false;
    std::string_view extras = package.substr(bracket + 1, package.size() - bracket - 2);
    while (true) {
        const std::size_t comma = extras.find(',');
        if (!is_pypi_name(extras.substr(0, comma))) return false;
        if (comma == std::string_view::npos) return true;
        extras.remove_prefix(comma + 1);
    }
}

// PEP 508 without URLs and markers: a name, then comparisons.
bool is_constraint(std::string_view text) {
    const std::size_t end = std::min(text.find_first_of("<>=!~"), text.size());
    if (text.size() > 256 || end == text.size() || !is_pypi_package(text.substr(0, end))) return false;
    return consists_of(text.substr(end), ".+_<>=!~,*");
}

/// "3.12", or ">=3.12".
bool is_python_version(std::string_view text) {
    if (text.starts_with(">=")) text.remove_prefix(2);
    return text.size() >= 3 && text.size() <= 8 && text.starts_with("3.") && text.back() != '.' &&
           std::all_of(text.begin(), text.end(), [](char c) { return c == '.' || ascii::is_digit(c); });
}

// What a registry resolves: a version, a range, a tag. Everything a package manager would take for a file,
// a URL or a repository contains a character that is not here, begins with '.', or ends as an archive.
bool is_registry_version(std::string_view version) {
    if (version.empty()) return true;
    if (version.size() > 128 || !consists_of(version, ".-+_^~<>=|*!,")) return false;
    if (version.front() == '-' || version.front() == '.') return false;
    constexpr std::string_view archives[] = {".tgz", ".tar", ".gz", ".zip", ".whl"};
    return std::none_of(std::begin(archives), std::end(archives), [version](std::string_view ending) {
        if (version.size() < ending.size()) return false;
        return ascii::same(version.substr(version.size() - ending.size()), ending);
    });
}

bool is_image(std::string_view image) {
    return !image.empty() && image.size() <= 512 && is_letter_or_digit(image.front()) &&
           is_letter_or_digit(image.back()) && consists_of(image, "._/:@-") &&
           image.find("//") == std::string_view::npos && image.find("::") == std::string_view::npos &&
           image.find("..") == std::string_view::npos;
}

bool is_header_name(std::string_view name) {
    return !name.empty() && name.size() <= 128 && consists_of(name, "!#$%&'*+-.^_`|~");  // RFC 9110 token
}

void check_arguments(const std::vector<std::string>& arguments, std::string_view field, SpecRules& rules) {
    rules.require_count(arguments.size(), field, most_arguments);
    std::size_t total = 0;
    for (const std::string& argument : arguments) {
        rules.require_text(argument, field, longest_argument);
        total += argument.size();
    }
    rules.require(total <= 1024UL * 1024, field, "at most 1MiB of arguments together");
}

/// https://go.dev/ref/mod#go-mod-file-ident: a path whose first part is a host.
bool is_go_package(std::string_view path) {
    const std::size_t slash = path.find('/');
    const bool has_host =
        slash != std::string_view::npos && path.substr(0, slash).find('.') != std::string_view::npos;
    return has_host && path.size() <= 512 && is_letter_or_digit(path.front()) &&
           is_letter_or_digit(path.back()) && consists_of(path, "/-_.~") &&
           path.find("..") == std::string_view::npos && path.find("//") == std::string_view::npos;
}

/// https://doc.rust-lang.org/cargo/reference/manifest.html#the-name-field
bool is_crate(std::string_view name) {
    return !name.empty() && name.size() <= 64 && ascii::is_letter(name.front()) && consists_of(name, "-_");
}

/// https://www.w3.org/TR/SRI/ with the one algorithm that the registry has for what is new.
bool is_npm_integrity(std::string_view text) {
    constexpr std::string_view beginning = "sha512-";
    if (text.size() != beginning.size() + 88 || !text.starts_with(beginning)) return false;
    return text.ends_with("==") && consists_of(text.substr(beginning.size(), 86), "+/");
}

/// A file here, or an address; of an address the bytes must be known.
bool is_file_or_address(std::string_view place) {
    if (place.size() > longest_path || has_control_or_blank(place)) return false;
    return place.starts_with('/') || is_web_url(place);
}

struct PackageForm {
    PackageRegistry registry;
    bool (*is_package)(std::string_view);
    std::string_view expected;
};
constexpr PackageForm package_forms[] = {
    {PackageRegistry::npm, is_npm_package,
     "expected a package of the npm registry, \"name\" or \"@scope/name\""},
    {PackageRegistry::pypi, is_pypi_package, "expected a package of PyPI, \"name\" or \"name[extra]\""},
    {PackageRegistry::go, is_go_package,
     "expected the path of a Go program, \"github.com/owner/name/cmd/name\""},
    {PackageRegistry::cargo, is_crate, "expected the name of a crate"},
    {PackageRegistry::mcpb, is_file_or_address, "expected the absolute path or the address of a bundle"},
    {PackageRegistry::binary, is_file_or_address, "expected the address of a program"}};

const PackageForm& form_of(PackageRegistry registry) {
    return *std::find_if(std::begin(package_forms), std::end(package_forms),
                         [registry](const PackageForm& form) { return form.registry == registry; });
}

struct SourceCheck {
    const ServerSpec& spec;
    SpecRules& rules;

    void require_type(ServerType type, std::string_view source) const {
        if (spec.type == type) return;
        rules.require(false, "type",
                      "a server with " + std::string(source) + " is of type " + std::string(wire_name(type)) +
                          ", not " + std::string(wire_name(spec.type)));
    }

    void operator()(const CommandSource& source) const {
        require_type(ServerType::process, "a command");
        rules.require(!source.program.empty(), "command", "a program is required");
        rules.require_text(source.program, "command", longest_path);
        check_arguments(source.arguments, "args", rules);
    }

    void operator()(const PackageSource& source) const {
        const std::string key(wire_name(source.registry));
        require_type(ServerType::process, "a package");
        const PackageForm& form = form_of(source.registry);
        rules.require(form.is_package(source.package), key + ".package", std::string(form.expected));
        rules.require(is_registry_version(source.version), key + ".version",
                      "expected a version, a range without spaces or a tag of the registry (no file, URL or "
                      "repository)");
        const std::string& program = source.program;
        rules.require(program.empty() || (program.size() <= 255 && program.front() != '-' &&
                                          program.front() != '.' && consists_of(program, "-_.+")),
                      key + ".program", "expected the name of one of the package's programs");
        check_arguments(source.arguments, key + ".args", rules);
        check_resolution(source, key);
        if (source.pin) {
            rules.require(!source.pin->folder.empty() && source.pin->folder.front() == '/',
                          key + ".pin.folder", "expected an absolute path");
            rules.require_text(source.pin->folder, key + ".pin.folder", longest_path);
            check_arguments(source.pin->launcher, key + ".pin.launcher", rules);
        }
    }

    void check_resolution(const PackageSource& source, const std::string& key) const {
        const bool is_place =
            source.registry == PackageRegistry::mcpb || source.registry == PackageRegistry::binary;
        const bool is_built =
            source.registry == PackageRegistry::go || source.registry == PackageRegistry::cargo;
        rules.require(!is_built || source.digest.empty(), key + ".digest",
                      "digest is for npm, pypi, mcpb and binary");
        const bool is_npm = source.registry == PackageRegistry::npm;
        const bool is_known = is_npm ? is_npm_integrity(source.digest) : is_sha256_digest(source.digest);
        rules.require(source.digest.empty() || is_known, key + ".digest",
                      is_npm ? "expected the integrity that the registry names, \"sha512-…\""
                             : "expected \"sha256:\" and 64 hexadecimal digits");
        rules.require(!is_place || source.package.starts_with('/') || !source.digest.empty(), key + ".digest",
                      "what comes from an address is known by its digest");
        const bool is_pypi = source.registry == PackageRegistry::pypi;
        rules.require(is_pypi || source.constraints.empty(), key + ".constraints",
                      "constraints are for PyPI; " + key + " has a lock of its own");
        rules.require(is_pypi || source.registry == PackageRegistry::npm || source.before.empty(),
                      key + ".before", "before is for npm and PyPI");
        rules.require_count(source.constraints.size(), key + ".constraints", 512);
        for (const std::string& constraint : source.constraints)
            rules.require(is_constraint(constraint), key + ".constraints",
                          "expected a package and the versions it may have, e.g. \"mcp<2\"");
        rules.require(is_pypi || (source.with.empty() && source.python.empty()),
                      key + (source.with.empty() ? ".python" : ".with"), "with and python are for PyPI");
        rules.require_count(source.with.size(), key + ".with", 64);
        for (const std::string& more : source.with)
            rules.require(is_pypi_package(more) || is_constraint(more), key + ".with",
                          "expected a package of PyPI, with or without the versions it may have");
        rules.require(source.python.empty() || is_python_version(source.python), key + ".python",
                      "expected a version of Python, \"3.12\", or \">=3.12\" for that and newer");
        rules.require(source.before.empty() || is_day(source.before), key + ".before",
                      "expected a day, YYYY-MM-DD");
    }

    void operator()(const ImageSource& source) const {
        require_type(ServerType::container, "an image");
        rules.require(is_image(source.image), "image",
                      "expected a container image, e.g. \"ghcr.io/owner/name:tag\"");
        check_arguments(source.arguments, "args", rules);
    }

    void operator()(const UrlSource& source) const {
        require_type(ServerType::remote, "a url");
        rules.require(is_plain_url(source.url), "url",
                      "expected an http or https URL without user name or password");
        rules.require(spec.transport == Transport::http || spec.transport == Transport::sse,
                      "config.transport", "a remote server's transport is http or sse");
        rules.require_count(source.headers.size(), "headers", 64);
        for (const auto& [name, value] : source.headers) {
            rules.require(is_header_name(name), "headers", "a header's name has letters, digits and - only");
            rules.require_text(value, "headers." + name, 8192);
            rules.require(value.find_first_of("\r\n") == std::string::npos, "headers." + name,
                          "a header's value has no line breaks");
        }
    }
};

}  // namespace

bool is_port(std::string_view text) {
    if (text.empty() || text.size() > 5) return false;
    unsigned value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return false;
        value = value * 10 + static_cast<unsigned>(c - '0');
    }
    return value >= 1 && value <= 65535;
}

bool is_host_and_port(std::string_view text) {
    const std::size_t colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0 || text.size() > 300) return false;
    std::string_view host = text.substr(0, colon);
    if (host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
        return !host.empty() && consists_of(host, ":.%") && is_port(text.substr(colon + 1));
    }
    return consists_of(host, "-._") && is_port(text.substr(colon + 1));
}

bool is_plain_url(std::string_view url) {
    if (url.size() > 2048) return false;
    if (std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c == 0x7F; })) return false;
    if (!is_web_url(url)) return false;
    const auto parts = split_url(url);
    if (parts->authority.empty() || parts->user) return false;
    return is_host_and_port(parts->authority) || is_host_and_port(std::string(parts->authority) + ":80");
}

void check_source(const ServerSpec& spec, SpecRules& rules) {
    std::visit(SourceCheck{spec, rules}, spec.source);
}

}  // namespace mcpm
