#include "agent/bundle/bundle.hpp"
#include "agent/bundle/tree.hpp"
#include "common/fields/bundle_fields.hpp"
#include "common/file_record.hpp"
#include "common/json_members.hpp"
#include "common/sha256.hpp"
#include "common/sha256_stream.hpp"

#include <utility>

namespace mcpm::bundle {

namespace {

namespace field = fields::bundle;
using wire::Json;

Error no_order(const std::string& what) {
    return Error{ErrorCode::validation_error, "the order of a bundle: " + what};
}

Result<> add_package(TarWriter& writer, PackageFolder& package, const std::filesystem::path& packages) {
    const auto folder = packages / package.place;
    if (!package.files.empty()) {
        if (auto good = check_files(folder, package.files, Look::full); !good) {
            Error error = good.error();
            error.hint = "`mcpm upgrade NAME` installs it anew";
            return error;
        }
    }
    const std::string name = "packages/" + package.place;
    const auto packed = pack_tree(writer, folder, name);
    if (!packed) return packed.error();
    package.record = sha256_hex(packed->record);
    package.is_native = packed->is_native;
    return writer.add_text(name + ".record", packed->record);
}

Result<> add_image(TarWriter& writer, ImageFile& image, ImageCarrier& images) {
    const auto found = images.inspect(image.reference);
    if (!found) return found.error();
    if (!image.id.empty() && found->id != image.id)
        return Error{ErrorCode::wrong_state,
                     "the image " + image.reference + " is another one than the server runs by now",
                     {},
                     "`mcpm upgrade NAME` takes the new one"};
    image.id = found->id;
    if (auto begun = writer.begin(image.member, 0644, 0); !begun) return begun;
    Sha256Stream digest;
    auto saved = images.save(image.reference, [&](std::string_view bytes) {
        digest.add(bytes);
        image.bytes += bytes.size();
        return writer.append(bytes);
    });
    if (!saved) return saved;
    image.sha256 = digest.hex();
    return writer.end();
}

}  // namespace

Result<Contents> read_order(std::string_view text) {
    const auto document = wire::parse(text);
    if (!document || !document->is_object()) return no_order("a JSON object is expected");
    Contents order;
    order.setup = document->value("setup", Json::object());
    order.missing = document->value("missing", Json::array());
    for (const Json& one : document->value("packages", Json::array())) {
        PackageFolder package{text_at(one, field::place), text_at(one, field::files)};
        if (!is_place(package.place)) return no_order("\"" + package.place + "\" is no package's place");
        order.packages.push_back(std::move(package));
    }
    for (const Json& one : document->value("images", Json::array()))
        order.images.push_back(ImageFile{text_at(one, field::reference), text_at(one, field::id)});
    return order;
}

Result<Contents> make_bundle(int file, Contents order, const std::filesystem::path& packages,
                             ImageCarrier& images) {
    TarWriter writer(file);
    order.made_by = MCPM_VERSION;
    order.platform = own_platform();
    for (PackageFolder& package : order.packages)
        if (auto added = add_package(writer, package, packages); !added) return added.error();
    for (std::size_t number = 0; number < order.images.size(); ++number) {
        order.images[number].member = "images/" + std::to_string(number) + ".tar";
        if (auto added = add_image(writer, order.images[number], images); !added) return added.error();
    }
    if (auto added = writer.add_text(contents_name, wire::to_text(to_json(order))); !added)
        return added.error();
    if (auto finished = writer.finish(); !finished) return finished.error();
    return order;
}

}  // namespace mcpm::bundle
