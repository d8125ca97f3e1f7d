#include "common/json_scan.hpp"

#include "common/json_cursor.hpp"

#include <cstring>

namespace mcpm::mcp {

namespace {

void append_utf8(std::string& out, unsigned point) {
    const auto put = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
    if (point < 0x80) {
        put(point);
    } else if (point < 0x800) {
        put(0xC0 | point >> 6);
        put(0x80 | (point & 0x3F));
    } else if (point < 0x10000) {
        put(0xE0 | point >> 12);
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    } else {
        put(0xF0 | point >> 18);
        put(0x80 | (point >> 12 & 0x3F));
        put(0x80 | (point >> 6 & 0x3F));
        put(0x80 | (point & 0x3F));
    }
}

/// `at` stands behind "\u"; moves behind what was read. A lone surrogate gives U+FFFD.
unsigned read_unicode_escape(const char*& at, const char* end) {
    unsigned unit = 0;
    if (!parse_hex4(at, end, unit)) return 0xFFFD;
    at += 4;
    if (unit < 0xD800 || unit > 0xDFFF) return unit;
    unsigned partner = 0;
    const bool paired = unit < 0xDC00 && end - at >= 6 && at[0] == '\\' && at[1] == 'u' &&
                        parse_hex4(at + 2, end, partner) && partner >= 0xDC00 && partner <= 0xDFFF;
    if (!paired) return 0xFFFD;
    at += 6;
    return 0x10000 + ((unit - 0xD800) << 10) + (partner - 0xDC00);
}

char simple_escape(char c) {
    switch (c) {
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return c;
    }
}

std::string decode_body(std::string_view body) {
    std::string out;
    out.reserve(body.size());
    const char* at = body.data();
    const char* const end = at + body.size();
    while (at < end) {
        if (*at != '\\' || at + 1 == end) {
            out.push_back(*at++);
            continue;
        }
        const char kind = at[1];
        at += 2;
        if (kind == 'u') {
            append_utf8(out, read_unicode_escape(at, end));
        } else {
            out.push_back(simple_escape(kind));
        }
    }
    return out;
}

/// Walks the members of the object that begins at the cursor. `on_member(key)` must consume the value.
template <typename OnMember>
bool walk_members(JsonCursor& cursor, OnMember&& on_member) {
    cursor.advance();
    cursor.skip_space();
    if (cursor.peek() == '}') {
        cursor.advance();
        return true;
    }
    while (true) {
        const char* const key = cursor.at();
        if (cursor.peek() != '"') return cursor.fail(ScanFault::malformed);
        if (!cursor.skip_string()) return false;
        const std::string_view body(key + 1, static_cast<std::size_t>(cursor.at() - key) - 2);
        const bool escaped = cursor.string_had_escape();
        cursor.skip_space();
        if (cursor.peek() != ':') return cursor.fail(ScanFault::malformed);
        cursor.advance();
        cursor.skip_space();
        const bool consumed = escaped ? on_member(std::string_view(decode_body(body))) : on_member(body);
        if (!consumed) return false;
        cursor.skip_space();
        const char next = cursor.peek();
        if (next != ',' && next != '}') return cursor.fail(ScanFault::malformed);
        cursor.advance();
        if (next == '}') return true;
        cursor.skip_space();
    }
}

class MessageScanner {
  public:
    explicit MessageScanner(std::string_view text) : cursor_(text) { scan_.text = text; }

    MessageScan run() {
        cursor_.skip_space();
        // An array is a batch and a scalar is noise, but broken JSON is told apart from both.
        const bool object = cursor_.peek() == '{';
        const bool whole =
            object ? walk_members(cursor_, [this](std::string_view key) { return top_member(key); })
                   : cursor_.skip_value(0);
        if (whole) {
            cursor_.skip_space();
            if (!cursor_.at_end()) cursor_.fail(ScanFault::malformed);
            if (!object) cursor_.fail(ScanFault::not_an_object);
        }
        scan_.fault = cursor_.fault();
        scan_.fault_offset = cursor_.offset();
        scan_.has_newline = cursor_.saw_newline();
        scan_.has_lone_surrogate = cursor_.saw_lone_surrogate();
        return scan_;
    }

  private:
    bool top_member(std::string_view key) {
        if (key == "params") return object_member(scan_.params, 1, &MessageScanner::params_member);
        return take(top_slot(key), 1);
    }

    bool params_member(std::string_view key) {
        if (key == "_meta") return object_member(scan_.meta, 2, &MessageScanner::meta_member);
        return take(params_slot(key), 2);
    }

    bool meta_member(std::string_view key) {
        return take(key == "progressToken" ? &scan_.meta_token : nullptr, 3);
    }

    JsonSlice* top_slot(std::string_view key) {
        switch (key.size()) {  // almost every key is one of these, so each is compared with few
            case 2:
                return key == "id" ? &scan_.id : nullptr;
            case 5:
                return key == "error" ? &scan_.error : nullptr;
            case 6:
                if (key == "method") return &scan_.method;
                return key == "result" ? &scan_.result : nullptr;
            case 7:
                return key == "jsonrpc" ? &scan_.jsonrpc : nullptr;
            default:
                return nullptr;
        }
    }

    JsonSlice* params_slot(std::string_view key) {
        if (key == "name") return &scan_.name;
        if (key == "uri") return &scan_.uri;
        if (key == "requestId") return &scan_.request_id;
        if (key == "progressToken") return &scan_.progress_token;
        if (key == "progress") return &scan_.progress;
        return nullptr;
    }

    bool take(JsonSlice* slot, unsigned depth) {
        const char* const from = cursor_.at();
        if (slot != nullptr && *slot) return cursor_.fail(ScanFault::duplicate_member);
        if (!cursor_.skip_value(depth)) return false;
        if (slot != nullptr) set(*slot, from);
        return true;
    }

    bool object_member(JsonSlice& slot, unsigned depth, bool (MessageScanner::*inner)(std::string_view)) {
        if (cursor_.peek() != '{' || slot) return take(&slot, depth);
        const char* const from = cursor_.at();
        if (!walk_members(cursor_, [&](std::string_view key) { return (this->*inner)(key); })) return false;
        set(slot, from);
        return true;
    }

    void set(JsonSlice& slot, const char* from) {
        slot.text = std::string_view(from, static_cast<std::size_t>(cursor_.at() - from));
        slot.type = JsonCursor::type_of(*from);
    }

    JsonCursor cursor_;
    MessageScan scan_;
};

void append_one_line(std::string& out, std::string_view part, Newlines newlines) {
    if (newlines == Newlines::keep) {
        out.append(part);
        return;
    }
    for (const char c : part) {
        if (c != '\n' && c != '\r') out.push_back(c);
    }
}

}  // namespace

MessageScan scan_message(std::string_view text) {
    return MessageScanner(text).run();
}

std::string describe_fault(const MessageScan& scan) {
    const std::string where = " at byte " + std::to_string(scan.fault_offset);
    switch (scan.fault) {
        case ScanFault::none:
            return {};
        case ScanFault::malformed:
            return "not well-formed JSON" + where;
        case ScanFault::too_deep:
            return "JSON nested deeper than " + std::to_string(json_depth_limit) + " levels" + where;
        case ScanFault::bad_utf8:
            return "invalid UTF-8" + where;
        case ScanFault::duplicate_member:
            return "a member that decides routing comes twice" + where;
        case ScanFault::not_an_object:
            return "JSON, but not an object";
    }
    return {};
}

bool is_well_formed(std::string_view text) {
    JsonCursor cursor(text);
    cursor.skip_space();
    if (!cursor.skip_value(0)) return false;
    cursor.skip_space();
    return cursor.at_end();
}

JsonSlice member(std::string_view object, std::string_view name) {
    JsonCursor cursor(object);
    JsonSlice found;
    cursor.skip_space();
    if (cursor.peek() != '{') return found;
    walk_members(cursor, [&](std::string_view key) {
        const char* const from = cursor.at();
        const bool wanted = key == name;
        if (!cursor.skip_value(1)) return false;
        if (wanted) {
            found.text = std::string_view(from, static_cast<std::size_t>(cursor.at() - from));
            found.type = JsonCursor::type_of(*from);
        }
        return true;
    });
    return found;
}

std::string decode_string(const JsonSlice& slice) {
    if (slice.type != JsonType::string || slice.text.size() < 2) return {};
    return decode_body(slice.text.substr(1, slice.text.size() - 2));
}

Edit replace(std::string_view message, const JsonSlice& slice, std::string_view text) {
    return Edit{static_cast<std::size_t>(slice.text.data() - message.data()), slice.text.size(), text};
}

std::string splice(std::string_view message, std::span<const Edit> edits, Newlines newlines) {
    std::size_t size = message.size();
    for (const Edit& edit : edits) size += edit.text.size();
    std::string out;
    out.reserve(size + 1);  // a newline usually follows
    std::size_t from = 0;
    for (const Edit& edit : edits) {
        append_one_line(out, message.substr(from, edit.at - from), newlines);
        out.append(edit.text);
        from = edit.at + edit.length;
    }
    append_one_line(out, message.substr(from), newlines);
    return out;
}

void replace_lone_surrogates(std::string& text) {
    const char* const end = text.data() + text.size();
    std::size_t at = 0;
    while ((at = text.find('\\', at)) != std::string::npos) {
        if (at + 1 >= text.size() || text[at + 1] != 'u') {
            at += 2;
            continue;
        }
        const char* cursor = text.data() + at + 2;
        unsigned unit = 0;
        const bool surrogate = parse_hex4(cursor, end, unit) && unit >= 0xD800 && unit <= 0xDFFF;
        const unsigned point = read_unicode_escape(cursor, end);
        if (surrogate && point == 0xFFFD) std::memcpy(text.data() + at + 2, "fffd", 4);
        at = static_cast<std::size_t>(cursor - text.data());
    }
}

}  // namespace mcpm::mcp
