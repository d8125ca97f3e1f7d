// The room metrics: figures as Prometheus reads them. It may include common alone. It never measures
// anything, nor asks for it.
//
// Metrics as text for Prometheus: the text format 0.0.4 and OpenMetrics 1.0, with exemplars in the latter. A
// writer of our own, because prometheus-cpp 1.0 (Debian 12) can write neither OpenMetrics nor exemplars.
// Sources: https://prometheus.io/docs/instrumenting/exposition_formats/, OpenMetrics 1.0.0.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mcpm::metrics {

enum class Kind { counter, gauge, histogram };
enum class Form { text, open_metrics };

using Labels = std::vector<std::pair<std::string_view, std::string_view>>;

class Histogram;
struct Exemplar;

class Exposition {
  public:
    explicit Exposition(Form form) : form_(form) {}

    /// Begins a family; all its samples follow. A counter's `name` has its "_total".
    void family(std::string_view name, Kind kind, std::string_view help);
    void sample(const Labels& labels, double value);
    void sample(const Labels& labels, std::uint64_t value);
    /// _bucket, _sum and _count of the family that was begun.
    void histogram(const Labels& labels, const Histogram& histogram);
    /// A histogram of counts that somebody else keeps: one more than `bounds`, each of its bucket alone.
    void buckets(const Labels& labels, std::span<const double> bounds, std::span<const std::uint64_t> counts,
                 double sum, std::span<const Exemplar> exemplars = {});

    /// The whole text, ended as its form demands.
    std::string take();

  private:
    void line(std::string_view suffix, const Labels& labels, std::string_view more, std::string_view value);

    Form form_;
    std::string name_;
    std::string out_;
};

/// "text/plain; version=0.0.4; charset=utf-8" or the one of OpenMetrics.
std::string_view content_type(Form form);

/// What an Accept header asks for.
Form form_for(std::string_view accept);

}  // namespace mcpm::metrics
