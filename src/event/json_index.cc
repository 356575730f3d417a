/* The one C++ file: no exceptions, no run-time types, no C++ outside. */
#define SIMDJSON_EXCEPTIONS 0
#include <simdjson.h>

#include <new>

extern "C" {
#include "json_index.h"
}

struct tf_json_index {
    simdjson::dom::parser parser;
};

namespace {

constexpr size_t kept_bytes_max = 8 * 1024 * 1024;
constexpr size_t bytes_min = 64 * 1024;
constexpr size_t depth = 1; /* of its second stage, which is not run */

static_assert(simdjson::SIMDJSON_PADDING <= TF_JSON_INDEX_PADDING_BYTES, "simdjson reads further than callers are told");

size_t round_up(size_t bytes)
{
    size_t capacity = bytes_min;
    while (capacity < bytes)
        capacity *= 2;
    return capacity;
}

} // namespace

extern "C" {

struct tf_json_index *tf_json_index_create(void)
{
    tf_json_index *index = new (std::nothrow) tf_json_index;
    if (index != nullptr && index->parser.allocate(bytes_min, depth) != simdjson::SUCCESS) {
        delete index;
        return nullptr;
    }
    return index;
}

struct tf_json_index *tf_json_index_destroy(struct tf_json_index *index)
{
    delete index;
    return nullptr;
}

enum tf_err tf_json_index_find(struct tf_json_index *index, const char *text, size_t len, const uint32_t **ret_offsets, size_t *ret_count)
{
    simdjson::dom::parser &parser = index->parser;
    if (parser.capacity() < len && parser.allocate(round_up(len), depth))
        return TF_E_MEMORY;
    auto &stages = *parser.implementation;
    simdjson::error_code error = stages.stage1(reinterpret_cast<const uint8_t *>(text), len, simdjson::stage1_mode::regular);
    if (error)
        return error == simdjson::MEMALLOC ? TF_E_MEMORY : TF_E_JSON;
    *ret_offsets = stages.structural_indexes.get();
    *ret_count = stages.n_structural_indexes;
    return TF_OK;
}

void tf_json_index_trim(struct tf_json_index *index)
{
    if (index->parser.capacity() > kept_bytes_max)
        index->parser = simdjson::dom::parser();
}

}
