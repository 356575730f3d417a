/*
 * Tree to struct by tables: one row a member. A shape describes one C struct: its rows stand in the order of their names'
 * bytes, as an object's members do, so that both are walked once, side by side.
 */
#ifndef TAXFLOW_EVENT_DECODE_H
#define TAXFLOW_EVENT_DECODE_H

#include "json_tree.h"
#include "taxflow/event.h"

enum tf_decode_type {
    TF_DECODE_TEXT,    /* struct tf_str: a string */
    TF_DECODE_DECIMAL, /* struct tf_amount: a string or a number, read from its own characters */
    TF_DECODE_DATE,    /* struct tf_date: a string, blank or a date of the calendar */
    TF_DECODE_MOMENT,  /* struct tf_date: the same, or an RFC 3339 date-time, whose written day counts */
    TF_DECODE_TIME,    /* int64_t, Unix ms: a string with an RFC 3339 date-time; blank is absent */
    TF_DECODE_FLAG,    /* bool */
    TF_DECODE_WHOLE,   /* uint64_t: a number without sign, fraction and exponent, up to the row's limit */
    TF_DECODE_GROUP,   /* a struct of the row's shape */
    TF_DECODE_LIST,    /* TF_LIST of structs of the row's shape, up to the row's limit */
};

struct tf_decode_shape;

struct tf_decode_row {
    struct tf_str name;
    enum tf_decode_type type;
    size_t offset;                       /* in the struct the shape describes */
    uint64_t limit;                      /* WHOLE: greatest value; LIST: most elements */
    const struct tf_decode_shape *shape; /* GROUP, LIST */
    bool required;                       /* absent, blank or an empty list: TF_E_MISSING */
    bool single;                         /* LIST: an object stands for a list of one */
};

struct tf_decode_shape {
    const struct tf_decode_row *rows;
    size_t count;
    size_t size;           /* of the struct: list elements lie that far apart */
    size_t present_offset; /* of the struct's `bool present`; TF_DECODE_NO_PRESENT when it has none */
    bool plain;            /* a plain string stands for the first row alone: "id" for {"id":"id"} */
};

#define TF_DECODE_NO_PRESENT SIZE_MAX

/* Rows and shapes: base is the struct's type, or for a struct inside it TF_DECODE_IN(type, group) members. */
#define TF_DECODE_ROW(kind_, name_, offset_, limit_, shape_) \
    {.name = {name_, sizeof(name_) - 1}, .type = TF_DECODE_##kind_, .offset = (offset_), .limit = (limit_), .shape = (shape_)}
#define TF_ROW(kind_, type_, member_) TF_DECODE_ROW(kind_, #member_, offsetof(type_, member_), 0, NULL)
#define TF_ROW_REQUIRED(kind_, type_, member_) \
    {.name = {#member_, sizeof(#member_) - 1}, .type = TF_DECODE_##kind_, .offset = offsetof(type_, member_), .required = true}
#define TF_ROW_AS(kind_, name_, type_, member_) TF_DECODE_ROW(kind_, name_, offsetof(type_, member_), 0, NULL)
#define TF_ROW_IN(kind_, type_, group_, member_) \
    TF_DECODE_ROW(kind_, #member_, offsetof(type_, group_.member_) - offsetof(type_, group_), 0, NULL)
#define TF_ROW_GROUP(type_, member_, shape_) TF_DECODE_ROW(GROUP, #member_, offsetof(type_, member_), 0, &(shape_))
#define TF_ROW_LIST(type_, member_, limit_, shape_) TF_DECODE_ROW(LIST, #member_, offsetof(type_, member_), limit_, &(shape_))
#define TF_ROW_SINGLE(name_, type_, member_, limit_, shape_)                                                          \
    {.name = {name_, sizeof(name_) - 1}, .type = TF_DECODE_LIST, .offset = offsetof(type_, member_), .limit = (limit_), \
     .shape = &(shape_), .single = true}
#define TF_SHAPE(rows_, size_, present_, plain_) \
    {.rows = (rows_), .count = sizeof(rows_) / sizeof(rows_)[0], .size = (size_), .present_offset = (present_), .plain = (plain_)}

/* What a decode carries along. */
struct tf_decode {
    struct tf_arena *arena;
    struct tf_problem *problem;
    bool lenient; /* a string that is no decimal or date is kept, its value unknown */
};

/* The layout that every TF_LIST has: pointers to structs look alike. */
struct tf_decode_list {
    void *items;
    size_t count;
    bool present;
};

/** Fill target from a node that is no null, as a row below GROUP says. TF_OK; TF_E_TYPE, TF_E_NUMBER, TF_E_DATE, TF_E_VALUE. */
enum tf_err tf_decode_scalar(const struct tf_json_node *node, const struct tf_decode_row *row, void *target) TF_MUST_CHECK;
/** Whether what a required row filled says nothing: a blank text or date, a list of nothing. */
bool tf_decode_is_blank(const struct tf_decode_row *row, const void *target);
/**
 * Fill target, a cleared struct that shape describes, from an object's members. Unknown members are ignored, a null is absent.
 * Returns TF_OK; TF_E_MISSING, TF_E_TYPE, TF_E_NUMBER, TF_E_DATE, TF_E_VALUE, TF_E_TOO_MANY with the problem filled; TF_E_LIMIT.
 * Cost O(rows + members).
 */
enum tf_err tf_decode_group(const struct tf_decode *decode, const struct tf_decode_shape *shape, const struct tf_json_node *node,
                            const struct tf_json_path *path, void *target) TF_MUST_CHECK;
/** Fill the problem for a required member of node that is absent or blank; returns TF_E_MISSING. */
enum tf_err tf_decode_missing(const struct tf_decode *decode, const struct tf_json_node *node, const struct tf_json_path *path,
                              struct tf_str member);

#endif
