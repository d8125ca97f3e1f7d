#include "common/build_info.hpp"

namespace mcpm {

std::string in_brackets(const BuildInfo& info) {
    if (info.commit.empty() && info.date.empty()) return {};
    std::string text(" (");
    text += info.commit;
    if (!info.commit.empty() && !info.date.empty()) text += ", ";
    text += info.date;
    return text + ")";
}

}  // namespace mcpm
