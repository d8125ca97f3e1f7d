#include "agent/metrics/exposition.hpp"

#include "agent/metrics/histogram.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mcpm::metrics {

namespace {

constexpr std::string_view total = "_total";

std::string_view kind_name(Kind kind) {
    if (kind == Kind::counter) return "counter";
    return kind == Kind::gauge ? "gauge" : "histogram";
}

std::string number(double value) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "+Inf" : "-Inf";
    return fmt::format("{}", value);
}

/// Label values: backslash, quote and newline are escaped; other control characters are no text, and become
/// '?'.
void append_escaped(std::string& out, std::string_view text, bool with_quotes) {
    for (const char c : text) {
        if (c == '\\') {
            out += "\\\\";
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '"' && with_quotes) {
            out += "\\\"";
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += byte < 0x20 || byte == 0x7f ? '?' : c;
        }
    }
}

}  // namespace

void Exposition::family(std::string_view name, Kind kind, std::string_view help) {
    name_ = name;
    std::string_view shown = name;
    // OpenMetrics names the family of a counter without the suffix of its sample.
    if (form_ == Form::open_metrics && kind == Kind::counter && shown.ends_with(total))
        shown.remove_suffix(total.size());
    out_ += fmt::format("# HELP {} ", shown);
    append_escaped(out_, help, form_ == Form::open_metrics);
    out_ += fmt::format("\n# TYPE {} {}\n", shown, kind_name(kind));
}

void Exposition::line(std::string_view suffix, const Labels& labels, std::string_view more,
                      std::string_view value) {
    out_ += name_;
    out_ += suffix;
    if (!labels.empty() || !more.empty()) {
        char before = '{';
        for (const auto& [key, text] : labels) {
            out_ += before;
            out_ += key;
            out_ += "=\"";
            append_escaped(out_, text, true);
            out_ += '"';
            before = ',';
        }
        if (!more.empty()) {
            out_ += before;
            out_ += more;
        }
        out_ += '}';
    }
    out_ += ' ';
    out_ += value;
}

void Exposition::sample(const Labels& labels, double value) {
    line({}, labels, {}, number(value));
    out_ += '\n';
}

void Exposition::sample(const Labels& labels, std::uint64_t value) {
    line({}, labels, {}, std::to_string(value));
    out_ += '\n';
}

void Exposition::histogram(const Labels& labels, const Histogram& histogram) {
    buckets(labels, histogram.bounds(), histogram.counts(), histogram.sum(), histogram.exemplars());
}

void Exposition::buckets(const Labels& labels, std::span<const double> bounds,
                         std::span<const std::uint64_t> counts, double sum,
                         std::span<const Exemplar> exemplars) {
    std::uint64_t up_to = 0;
    for (std::size_t at = 0; at < counts.size(); ++at) {
        up_to += counts[at];
        const auto bound = fmt::format("le=\"{}\"", at < bounds.size() ? number(bounds[at]) : "+Inf");
        line("_bucket", labels, bound, std::to_string(up_to));
        if (form_ == Form::open_metrics && at < exemplars.size() && !exemplars[at].trace.empty())
            out_ +=
                fmt::format(" # {{trace_id=\"{}\"}} {}", exemplars[at].trace, number(exemplars[at].value));
        out_ += '\n';
    }
    line("_sum", labels, {}, number(sum));
    out_ += '\n';
    line("_count", labels, {}, std::to_string(up_to));
    out_ += '\n';
}

std::string Exposition::take() {
    if (form_ == Form::open_metrics) out_ += "# EOF\n";
    return std::move(out_);
}

std::string_view content_type(Form form) {
    return form == Form::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                      : "text/plain; version=0.0.4; charset=utf-8";
}

Form form_for(std::string_view accept) {
    return accept.find("application/openmetrics-text") != std::string_view::npos ? Form::open_metrics
                                                                                 : Form::text;
}

}  // namespace mcpm::metrics
