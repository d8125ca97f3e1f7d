#include "agent/packages/inflate.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace mcpm {

namespace {

constexpr unsigned most_bits = 15;
constexpr unsigned most_literals = 288;
constexpr unsigned most_distances = 32;
constexpr unsigned end_of_block = 256;

struct Extra {
    std::uint16_t base;
    std::uint8_t bits;
};
/// RFC 1951, 3.2.5.
constexpr std::array<Extra, 29> lengths{
    {{3, 0},  {4, 0},  {5, 0},  {6, 0},   {7, 0},   {8, 0},   {9, 0},   {10, 0},  {11, 1}, {13, 1},
     {15, 1}, {17, 1}, {19, 2}, {23, 2},  {27, 2},  {31, 2},  {35, 3},  {43, 3},  {51, 3}, {59, 3},
     {67, 4}, {83, 4}, {99, 4}, {115, 4}, {131, 5}, {163, 5}, {195, 5}, {227, 5}, {258, 0}}};
constexpr std::array<Extra, 30> distances{
    {{1, 0},     {2, 0},     {3, 0},     {4, 0},      {5, 1},      {7, 1},     {9, 2},     {13, 2},
     {17, 3},    {25, 3},    {33, 4},    {49, 4},     {65, 5},     {97, 5},    {129, 6},   {193, 6},
     {257, 7},   {385, 7},   {513, 8},   {769, 8},    {1025, 9},   {1537, 9},  {2049, 10}, {3073, 10},
     {4097, 11}, {6145, 11}, {8193, 12}, {12289, 12}, {16385, 13}, {24577, 13}}};

/// Malformed input ends the decoding wherever it is.
struct Malformed {};

class Bits {
  public:
    explicit Bits(std::string_view bytes) : bytes_(bytes) {}

    unsigned take(unsigned count) {
        while (held_ < count) {
            if (at_ == bytes_.size()) throw Malformed{};
            bits_ |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes_[at_++])) << held_;
            held_ += 8;
        }
        const auto value = bits_ & ((1U << count) - 1);
        bits_ >>= count;
        held_ -= count;
        return value;
    }
    /// The rest of the byte is left out.
    std::string_view take_bytes(std::size_t count) {
        bits_ = 0;
        held_ = 0;
        if (bytes_.size() - at_ < count) throw Malformed{};
        at_ += count;
        return bytes_.substr(at_ - count, count);
    }

  private:
    std::string_view bytes_;
    std::size_t at_ = 0;
    std::uint32_t bits_ = 0;
    unsigned held_ = 0;
};

/// A canonical Huffman code: how many symbols have each length, and the symbols in order.
class Code {
  public:
    explicit Code(const std::vector<std::uint8_t>& sizes) {
        for (const auto size : sizes) ++counts_[size];
        int left = 1;
        for (unsigned bits = 1; bits <= most_bits; ++bits) {
            left = left * 2 - counts_[bits];
            if (left < 0) throw Malformed{};
        }
        std::array<unsigned, most_bits + 2> offsets{};
        for (unsigned bits = 1; bits <= most_bits; ++bits)
            offsets[bits + 1] = offsets[bits] + static_cast<unsigned>(counts_[bits]);
        symbols_.resize(sizes.size());
        for (unsigned symbol = 0; symbol < sizes.size(); ++symbol)
            if (sizes[symbol] != 0) symbols_[offsets[sizes[symbol]]++] = static_cast<std::uint16_t>(symbol);
    }

    unsigned read(Bits& bits) const {
        int code = 0;
        int first = 0;
        int index = 0;
        for (unsigned length = 1; length <= most_bits; ++length) {
            code |= static_cast<int>(bits.take(1));
            const int count = counts_[length];
            if (code - count < first) return symbols_[static_cast<std::size_t>(index + code - first)];
            index += count;
            first = (first + count) * 2;
            code *= 2;
        }
        throw Malformed{};
    }

  private:
    std::array<int, most_bits + 1> counts_{};
    std::vector<std::uint16_t> symbols_;
};

class Inflater {
  public:
    Inflater(std::string_view compressed, std::size_t size) : bits_(compressed), size_(size) {}

    std::string run() {
        bool is_last = false;
        while (!is_last) {
            is_last = bits_.take(1) == 1;
            switch (bits_.take(2)) {
                case 0:
                    copy_stored();
                    break;
                case 1:
                    decode(fixed_literals(), Code(std::vector<std::uint8_t>(30, 5)));
                    break;
                case 2:
                    decode_dynamic();
                    break;
                default:
                    throw Malformed{};
            }
        }
        if (out_.size() != size_) throw Malformed{};
        return std::move(out_);
    }

  private:
    void need_room(std::size_t more) const {
        if (size_ - out_.size() < more) throw Malformed{};
    }

    void copy_stored() {
        const auto head = bits_.take_bytes(4);
        const auto byte = [&head](std::size_t at) { return unsigned{static_cast<unsigned char>(head[at])}; };
        const unsigned length = byte(0) | byte(1) << 8U;
        if ((length ^ 0xffffU) != (byte(2) | byte(3) << 8U)) throw Malformed{};
        need_room(length);
        out_ += bits_.take_bytes(length);
    }

    static Code fixed_literals() {
        std::vector<std::uint8_t> sizes(most_literals, 8);
        for (unsigned symbol = 144; symbol < 256; ++symbol) sizes[symbol] = 9;
        for (unsigned symbol = 256; symbol < 280; ++symbol) sizes[symbol] = 7;
        return Code(sizes);
    }

    void decode_dynamic() {
        constexpr std::array<std::uint8_t, 19> order{16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                     11, 4,  12, 3, 13, 2, 14, 1, 15};
        const unsigned literals = bits_.take(5) + 257;
        const unsigned distances_there = bits_.take(5) + 1;
        const unsigned codes = bits_.take(4) + 4;
        if (literals > most_literals || distances_there > most_distances) throw Malformed{};
        std::vector<std::uint8_t> sizes(order.size(), 0);
        for (unsigned i = 0; i < codes; ++i) sizes[order[i]] = static_cast<std::uint8_t>(bits_.take(3));
        const Code code(sizes);
        std::vector<std::uint8_t> all;
        while (all.size() < literals + distances_there) {
            const unsigned symbol = code.read(bits_);
            if (symbol < 16) {
                all.push_back(static_cast<std::uint8_t>(symbol));
                continue;
            }
            if (symbol == 16 && all.empty()) throw Malformed{};
            const std::uint8_t repeated = symbol == 16 ? all.back() : std::uint8_t{0};
            const unsigned count = symbol == 16   ? bits_.take(2) + 3
                                   : symbol == 17 ? bits_.take(3) + 3
                                                  : bits_.take(7) + 11;
            all.insert(all.end(), count, repeated);
        }
        if (all.size() != literals + distances_there || all[end_of_block] == 0) throw Malformed{};
        const auto middle = all.begin() + static_cast<std::ptrdiff_t>(literals);
        decode(Code({all.begin(), middle}), Code({middle, all.end()}));
    }

    void decode(const Code& literals, const Code& distance_code) {
        while (true) {
            const unsigned symbol = literals.read(bits_);
            if (symbol == end_of_block) return;
            if (symbol < end_of_block) {
                need_room(1);
                out_ += static_cast<char>(symbol);
                continue;
            }
            if (symbol - 257 >= lengths.size()) throw Malformed{};
            const Extra& length = lengths[symbol - 257];
            const unsigned count = length.base + bits_.take(length.bits);
            const unsigned far = distance_code.read(bits_);
            if (far >= distances.size()) throw Malformed{};
            const std::size_t back = distances[far].base + bits_.take(distances[far].bits);
            if (back > out_.size()) throw Malformed{};
            need_room(count);
            for (unsigned i = 0; i < count; ++i) out_ += out_[out_.size() - back];
        }
    }

    Bits bits_;
    std::size_t size_;
    std::string out_;
};

}  // namespace

Result<std::string> inflate(std::string_view compressed, std::size_t size) {
    try {
        return Inflater(compressed, size).run();
    } catch (const Malformed&) {
        return Error{ErrorCode::validation_error,
                     "its compressed bytes are malformed, or not of the size that they say"};
    }
}

}  // namespace mcpm
