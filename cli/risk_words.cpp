#include "cli/risk_words.hpp"

#include "common/risks.hpp"

#include <algorithm>

namespace mcpm::cli {

void say_risks(Output& out, const ServerSpec& spec, const ServerSpec* before) {
    const auto known = before == nullptr ? std::vector<Risk>() : risks_of(*before);
    for (const Risk& risk : risks_of(spec)) {
        if (std::find(known.begin(), known.end(), risk) != known.end()) continue;
        out.note("'" + spec.name + "': " + risk.sentence);
    }
    out.flush();
}

}  // namespace mcpm::cli
