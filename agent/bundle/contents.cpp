#include "agent/bundle/contents.hpp"

#include "common/encodings.hpp"
#include "common/fields/bundle_fields.hpp"
#include "common/json_members.hpp"

#include <sys/utsname.h>

#include <algorithm>
#include <array>

namespace mcpm::bundle {

namespace {

namespace field = fields::bundle;
using wire::Json;

constexpr int own_form = 1;
constexpr std::size_t most_packages = 10'000, most_images = 1'000;

constexpr std::array<std::string_view, 6> registries{"npm", "pypi", "go", "cargo", "mcpb", "binary"};

Error bad_contents(const std::string& what) {
    return Error{ErrorCode::validation_error, "bundle.json of the bundle: " + what};
}

bool is_digest(const std::string& text) {
    return is_hex(text, 64);
}

const Json* list_at(const Json& document, const char* key) {
    const auto found = document.find(key);
    return found != document.end() && found->is_array() ? &*found : nullptr;
}

Result<> read_packages(const Json& document, Contents& contents) {
    const Json* list = list_at(document, field::packages);
    if (list == nullptr || list->size() > most_packages) return bad_contents("packages: a list is expected");
    for (const Json& one : *list) {
        PackageFolder package{text_at(one, field::place), text_at(one, field::files),
                              text_at(one, field::record), one.value(field::native, true)};
        if (!is_place(package.place))
            return bad_contents("packages: \"" + package.place + "\" is no folder's place");
        if (!is_digest(package.record) || (!package.files.empty() && !is_digest(package.files)))
            return bad_contents("packages: " + package.place + " has no digest");
        contents.packages.push_back(std::move(package));
    }
    return {};
}

Result<> read_images(const Json& document, Contents& contents) {
    const Json* list = list_at(document, field::images);
    if (list == nullptr || list->size() > most_images) return bad_contents("images: a list is expected");
    for (const Json& one : *list) {
        ImageFile image{text_at(one, field::reference), text_at(one, field::id), text_at(one, field::member),
                        text_at(one, field::sha256)};
        if (image.reference.empty() || !is_digest(image.sha256))
            return bad_contents("images: an image has no digest");
        contents.images.push_back(std::move(image));
    }
    return {};
}

}  // namespace

bool is_place(std::string_view place) {
    std::array<std::string_view, 3> parts;
    for (std::size_t part = 0; part < parts.size(); ++part) {
        const auto slash = part + 1 < parts.size() ? place.find('/') : place.size();
        if (slash == std::string_view::npos) return false;
        parts[part] = place.substr(0, slash);
        place.remove_prefix(std::min(slash + 1, place.size()));
        if (parts[part].empty() || parts[part].front() == '.' || parts[part].size() > 255) return false;
        if (parts[part].find_first_of(std::string_view("/\\\0", 3)) != std::string_view::npos) return false;
    }
    return std::find(registries.begin(), registries.end(), parts[0]) != registries.end();
}

Json to_json(const Contents& contents) {
    Json packages = Json::array(), images = Json::array();
    for (const auto& one : contents.packages)
        packages.push_back(Json{{field::place, one.place},
                                {field::files, one.files},
                                {field::record, one.record},
                                {field::native, one.is_native}});
    for (const auto& one : contents.images)
        images.push_back(Json{{field::reference, one.reference},
                              {field::id, one.id},
                              {field::member, one.member},
                              {field::sha256, one.sha256},
                              {field::bytes, one.bytes}});
    return Json{{field::form, own_form},
                {field::made_by, contents.made_by},
                {field::platform, contents.platform},
                {field::setup, contents.setup},
                {field::missing, contents.missing},
                {field::packages, std::move(packages)},
                {field::images, std::move(images)}};
}

Result<Contents> read_contents(std::string_view text) {
    const auto document = wire::parse(text);
    if (!document || !document->is_object()) return bad_contents("a JSON object is expected");
    const auto form = document->find("form");
    if (form == document->end() || !form->is_number_integer())
        return bad_contents("form: a number is expected");
    if (form->get<int>() != own_form)
        return Error{ErrorCode::validation_error,
                     "this bundle was made by a later mcpm (" + text_at(*document, field::made_by) + ")",
                     {},
                     "install that version here first"};
    Contents contents;
    contents.made_by = text_at(*document, field::made_by);
    contents.platform = text_at(*document, field::platform);
    const auto setup = document->find("setup");
    if (setup == document->end() || !setup->is_object()) return bad_contents("setup: an object is expected");
    contents.setup = *setup;
    if (const Json* missing = list_at(*document, field::missing); missing != nullptr)
        contents.missing = *missing;
    if (auto read = read_packages(*document, contents); !read) return read.error();
    if (auto read = read_images(*document, contents); !read) return read.error();
    return contents;
}

std::string own_platform() {
    utsname names{};
    const std::string machine = ::uname(&names) == 0 ? names.machine : "unknown";
#ifdef __GLIBC__
    return machine + " glibc";
#else
    return machine + " musl";
#endif
}

}  // namespace mcpm::bundle
