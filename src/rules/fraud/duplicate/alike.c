#include "alike.h"

/* PRIME is the largest below 2^32. BASE is any number; it may not change, or kept windows would not be understood. */
static const uint64_t PRIME = 4294967291u, BASE = 2654435769u, BASE_INVERSE = 229286561u;

static uint32_t add(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a + b) % PRIME);
}

static uint32_t subtract(uint32_t a, uint32_t b)
{
    return (uint32_t)(((uint64_t)a + PRIME - b) % PRIME);
}

static uint32_t multiply(uint32_t a, uint32_t b)
{
    return (uint32_t)((uint64_t)a * b % PRIME);
}

/* Above 0, so that a character in front changes the tag whichever it is. */
static uint32_t code(char c)
{
    return (uint32_t)(unsigned char)c + 1;
}

static bool is_letter(char c)
{
    return c >= 'A' && c <= 'Z';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* What norm(number) may contain: upper case letters, digits, bytes of other alphabets. */
static bool is_code(uint32_t value)
{
    return value >= 1 && value <= 256 && (is_digit((char)(value - 1)) || is_letter((char)(value - 1)) || value > 128);
}

uint32_t tf_alike_tag(struct tf_str number)
{
    uint32_t tag = 0;
    for (size_t i = 0; i < number.len; i++)
        tag = add(multiply(tag, (uint32_t)BASE), code(number.ptr[i]));
    return tag;
}

/* Groups of characters that are taken for one another by people and by OCR. */
static const char *const looks[] = {"0OQD", "1IL", "2Z", "5S", "6G", "8B"};

static const char *group_of(char c)
{
    for (size_t g = 0; g < sizeof looks / sizeof looks[0]; g++)
        if (strchr(looks[g], c))
            return looks[g];
    return "";
}

static void add_swapped(struct tf_alike_number *number, size_t i)
{
    char a = number->bytes[i], b = number->bytes[i + 1];
    size_t behind = number->len - 1 - i;
    if (a == b)
        return;
    uint32_t step = subtract(number->power[behind], number->power[behind - 1]);
    number->swapped[number->swapped_count++] = add(number->tag, multiply(subtract(code(b), code(a)), step));
}

static void add_looks(struct tf_alike_number *number, size_t i)
{
    const char c = number->bytes[i];
    for (const char *other = group_of(c); *other; other++) {
        /* Two letters of a group are too far from one another: D and O, I and L are both common in codes. */
        if (*other == c || is_digit(*other) == is_digit(c))
            continue;
        uint32_t change = multiply(subtract(code(*other), code(c)), number->power[number->len - 1 - i]);
        number->looks[number->looks_count++] = add(number->tag, change);
    }
}

static uint32_t without(const struct tf_alike_number *number, size_t i)
{
    return add(multiply(number->before[i], number->power[number->len - 1 - i]), number->after[i + 1]);
}

static void add_parts(struct tf_alike_number *number)
{
    number->power[0] = 1;
    for (size_t i = 0; i <= number->len; i++)
        number->power[i + 1] = multiply(number->power[i], (uint32_t)BASE);
    number->before[0] = number->after[number->len] = 0;
    for (size_t i = 0; i < number->len; i++)
        number->before[i + 1] = add(multiply(number->before[i], (uint32_t)BASE), code(number->bytes[i]));
    for (size_t i = number->len; i > 0; i--)
        number->after[i - 1] = add(number->after[i], multiply(code(number->bytes[i - 1]), number->power[number->len - i]));
}

/* A character more before character i is power[len - i] times its code, beside what is there anyway. */
static void add_places(struct tf_alike_number *number)
{
    number->inverse[number->len] = 1;
    for (size_t i = number->len; i > 0; i--)
        number->inverse[i - 1] = multiply(number->inverse[i], (uint32_t)BASE_INVERSE);
    for (size_t i = 0; i <= number->len; i++)
        number->around[i] = add(multiply(number->before[i], number->power[number->len - i + 1]), number->after[i]);
}

void tf_alike_prepare(struct tf_alike_number *number, struct tf_str text)
{
    number->bytes = text.ptr;
    number->len = text.len;
    number->tag = tf_alike_tag(text);
    number->swapped_count = number->looks_count = number->shorter_count = 0;
    if (text.len > TF_ALIKE_BYTES_MAX)
        return;
    add_parts(number);
    add_places(number);
    for (size_t i = 0; i + 1 < text.len && text.len >= TF_ALIKE_BYTES_LEAST; i++)
        add_swapped(number, i);
    for (size_t i = 0; i < text.len && text.len >= TF_ALIKE_BYTES_LEAST; i++)
        add_looks(number, i);
    for (size_t i = 0; i < text.len && text.len > TF_ALIKE_BYTES_LEAST; i++)
        number->shorter[number->shorter_count++] = without(number, i);
}

static bool holds(const uint32_t *tags, size_t count, uint32_t tag)
{
    bool found = false;
    for (size_t i = 0; i < count; i++)
        found |= tags[i] == tag;
    return found;
}

/* The only character that, put before character i, makes the tag: solved for, not tried. */
static uint32_t missing(const struct tf_alike_number *number, size_t i, uint32_t tag)
{
    return multiply(subtract(tag, number->around[i]), number->inverse[i]);
}

/* One number is the other and a character behind it. A digit there is how a counter grows from 1 to 12; only a zero is not. */
static enum tf_alike compare_end(char last, size_t shorter)
{
    if (is_letter(last))
        return TF_ALIKE_LETTER;
    return shorter >= TF_ALIKE_BYTES_LEAST && (last == '0' || !is_digit(last)) ? TF_ALIKE_LENGTH : TF_ALIKE_NOT;
}

static enum tf_alike compare_longer(const struct tf_alike_number *number, uint32_t tag)
{
    uint32_t last = missing(number, number->len, tag);
    if (is_code(last))
        return compare_end((char)(last - 1), number->len);
    if (number->len < TF_ALIKE_BYTES_LEAST)
        return TF_ALIKE_NOT;
    for (size_t i = 0; i < number->len; i++)
        if (is_code(missing(number, i, tag)))
            return TF_ALIKE_LENGTH;
    return TF_ALIKE_NOT;
}

enum tf_alike tf_alike_compare(const struct tf_alike_number *number, uint32_t tag)
{
    if (tag == number->tag)
        return TF_ALIKE_SAME;
    if (number->len > TF_ALIKE_BYTES_MAX)
        return TF_ALIKE_NOT;
    if (number->len > 1 && tag == number->before[number->len - 1])
        return compare_end(number->bytes[number->len - 1], number->len - 1);
    if (holds(number->swapped, number->swapped_count, tag))
        return TF_ALIKE_SWAPPED;
    if (holds(number->looks, number->looks_count, tag))
        return TF_ALIKE_LOOKS;
    if (holds(number->shorter, number->shorter_count, tag))
        return TF_ALIKE_LENGTH;
    return compare_longer(number, tag);
}

const char *tf_alike_words(enum tf_alike alike)
{
    static const char *const words[] = {
        [TF_ALIKE_NOT] = "another number",
        [TF_ALIKE_SAME] = "the same number",
        [TF_ALIKE_LETTER] = "a letter at the end",
        [TF_ALIKE_SWAPPED] = "two neighbouring characters swapped",
        [TF_ALIKE_LOOKS] = "a character that looks like the other",
        [TF_ALIKE_LENGTH] = "one character more or less",
    };
    return words[alike];
}
