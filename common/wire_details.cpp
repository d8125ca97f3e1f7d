// The details of errors as JSON.
#include "common/error_details.hpp"
#include "common/wire.hpp"

#include <algorithm>
#include <ostream>

namespace mcpm {

template <>
struct EnumNames<Detail> {
    static constexpr std::array<NamedValue<Detail>, 20> all{{{Detail::stage, "stage"},
                                                             {Detail::error_number, "errno"},
                                                             {Detail::problem, "problem"},
                                                             {Detail::status, "status"},
                                                             {Detail::reply, "reply"},
                                                             {Detail::reason, "reason"},
                                                             {Detail::output, "output"},
                                                             {Detail::run, "run"},
                                                             {Detail::exit_code, "exitCode"},
                                                             {Detail::signal, "signal"},
                                                             {Detail::dependency, "dependency"},
                                                             {Detail::field, "field"},
                                                             {Detail::fields, "fields"},
                                                             {Detail::parameters, "parameters"},
                                                             {Detail::npm, "npm"},
                                                             {Detail::absence, "absence"},
                                                             {Detail::cause_code, "causeCode"},
                                                             {Detail::cause, "cause"},
                                                             {Detail::advice, "advice"},
                                                             {Detail::last_lines, "lastLines"}}};
};

namespace {

using wire::Json;

Json object_of(const std::string& text) {
    if (text.empty()) return Json::object();
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json::object();
}

Json rows_as_json(Detail name, const std::vector<DetailRow>& rows) {
    if (name == Detail::parameters) {
        Json object = Json::object();
        for (const auto& [key, text] : rows) object[key] = text;
        return object;
    }
    Json list = Json::array();
    for (const auto& [key, text] : rows) list.push_back({{"field", key}, {"message", text}});
    return list;
}

struct AsJson {
    Detail name;
    Json operator()(const std::string& text) const { return text; }
    Json operator()(std::int64_t number) const { return number; }
    Json operator()(const std::vector<std::string>& list) const { return list; }
    Json operator()(const std::vector<DetailRow>& rows) const { return rows_as_json(name, rows); }
};

struct Changed {
    const std::function<std::string(std::string)>& change;
    void operator()(std::string& text) const { text = change(std::move(text)); }
    void operator()(std::int64_t&) const {}
    void operator()(std::vector<std::string>& list) const {
        for (std::string& text : list) text = change(std::move(text));
    }
    void operator()(std::vector<DetailRow>& rows) const {
        for (DetailRow& row : rows) row.second = change(std::move(row.second));
    }
};

}  // namespace

std::string_view wire_name(Detail name) {
    return name_of(name);
}

ErrorDetails::ErrorDetails(StartStage stage) {
    set(stage);
}

ErrorDetails::ErrorDetails(StartStage stage, std::string error_number) {
    set(stage);
    if (!error_number.empty()) set(Detail::error_number, std::move(error_number));
}

ErrorDetails::ErrorDetails(Detail name, DetailValue value) {
    set(name, std::move(value));
}

ErrorDetails& ErrorDetails::set(Detail name, DetailValue value) {
    const auto same = std::find_if(values_.begin(), values_.end(),
                                   [name](const auto& known) { return known.first == name; });
    if (same != values_.end()) {
        same->second = std::move(value);
    } else {
        values_.emplace_back(name, std::move(value));
    }
    return *this;
}

ErrorDetails& ErrorDetails::set(StartStage stage) {
    return set(Detail::stage, std::string(name_of(stage)));
}

const DetailValue* ErrorDetails::find(Detail name) const {
    for (const auto& [known, value] : values_)
        if (known == name) return &value;
    return nullptr;
}

StartStage ErrorDetails::stage() const {
    return start_stage_of(text(Detail::stage));
}

std::string ErrorDetails::text(Detail name) const {
    if (const DetailValue* const value = find(name)) {
        const auto* const text = std::get_if<std::string>(value);
        return text != nullptr ? *text : std::string();
    }
    const Json object = object_of(foreign_);
    const auto found = object.find(name_of(name));
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::vector<std::string> ErrorDetails::list(Detail name) const {
    if (const DetailValue* const value = find(name)) {
        const auto* const list = std::get_if<std::vector<std::string>>(value);
        return list != nullptr ? *list : std::vector<std::string>();
    }
    std::vector<std::string> texts;
    const Json object = object_of(foreign_);
    const auto found = object.find(name_of(name));
    if (found == object.end() || !found->is_array()) return texts;
    for (const Json& one : *found) {
        if (one.is_string()) texts.push_back(one.get<std::string>());
    }
    return texts;
}

std::optional<std::int64_t> ErrorDetails::number(Detail name) const {
    if (const DetailValue* const value = find(name)) {
        const auto* const number = std::get_if<std::int64_t>(value);
        return number != nullptr ? std::optional(*number) : std::nullopt;
    }
    const Json object = object_of(foreign_);
    const auto found = object.find(name_of(name));
    if (found == object.end() || !found->is_number_integer()) return std::nullopt;
    return found->get<std::int64_t>();
}

void ErrorDetails::change_texts(const std::function<std::string(std::string)>& change) {
    if (!foreign_.empty()) foreign_ = change(std::move(foreign_));
    for (auto& [name, value] : values_) std::visit(Changed{change}, value);
}

std::string ErrorDetails::json() const {
    if (values_.empty()) return foreign_;
    Json object = object_of(foreign_);
    for (const auto& [name, value] : values_)
        object[std::string(name_of(name))] = std::visit(AsJson{name}, value);
    return wire::to_text(object);
}

std::ostream& operator<<(std::ostream& out, const ErrorDetails& details) {
    return out << details.json();
}

}  // namespace mcpm
