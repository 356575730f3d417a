/*
 * libqpdf reads lazily: the table of references, then only the objects that are asked for. What it reads and unpacks on the way is counted, because a
 * file of some kilobytes can hold object streams that unpack to gigabytes: its input is read through a source that counts, and its filters are replaced
 * by ones that do. Nothing is thrown through the C functions.
 */
#define POINTERHOLDER_TRANSITION 4 /* the library's own pointers are std::shared_ptr */
#include <qpdf/Buffer.hh>
#include <qpdf/BufferInputSource.hh>
#include <qpdf/Pipeline.hh>
#include <qpdf/Pl_Flate.hh>
#include <qpdf/QPDF.hh>
#include <qpdf/QPDFExc.hh>
#include <qpdf/QPDFObjectHandle.hh>
#include <qpdf/QPDFStreamFilter.hh>

#include <cstdlib>
#include <cstring>
#include <memory>
#include <mutex>
#include <new>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

extern "C" {
#include "pdf/attached.h"
#include "pdf/png_rows.h"
}

namespace {

using Wanted = bool (*)(const char *name, size_t len);

struct Bytes {
    const char *ptr;
    size_t len;
};

constexpr size_t filters_max = 64;      /* of all object streams and tables that are read */
constexpr size_t nodes_max = 4096;      /* of the names tree */
constexpr size_t specs_max = 65536;     /* file specifications */

/* What following one file may still take. libqpdf turns what is thrown while it unpacks into warnings, so that passing a bound is kept here. */
struct Budget {
    size_t bytes;
    size_t filters = filters_max;
    bool passed = false;

    void take(size_t len)
    {
        if (passed || len > bytes) {
            passed = true;
            throw std::runtime_error("bound passed");
        }
        bytes -= len;
    }

    void take_filter()
    {
        if (filters == 0)
            passed = true;
        take(0);
        filters--;
    }
};

thread_local Budget *current = nullptr;

/* The budget of this thread's reading while it lasts. */
struct Spending {
    explicit Spending(Budget &budget) { current = &budget; }
    ~Spending() { current = nullptr; }
    Spending(const Spending &) = delete;
    Spending &operator=(const Spending &) = delete;
};

class CountedSource : public BufferInputSource {
public:
    CountedSource(Buffer *bytes, Budget &of) : BufferInputSource("pdf", bytes, false), budget(of) {}

    size_t read(char *into, size_t len) override
    {
        size_t got = BufferInputSource::read(into, len);
        budget.take(got);
        return got;
    }

private:
    Budget &budget;
};

class Counter : public Pipeline {
public:
    explicit Counter(Pipeline *behind) : Pipeline("counter", behind) {}

    void write(const unsigned char *data, size_t len) override
    {
        current->take(len);
        getNext()->write(data, len);
    }

    void finish() override { getNext()->finish(); }
};

/* Undoes the prediction of PNG (ISO 32000-1, 7.4.4.4), with which tables of references are packed. */
class Rows : public Pipeline {
public:
    Rows(Pipeline *behind, size_t row_bytes, size_t of_pixel) : Pipeline("rows", behind), row(row_bytes + 1), before(row_bytes), pixel_bytes(of_pixel) {}

    void write(const unsigned char *data, size_t len) override
    {
        while (len > 0) {
            size_t some = row.size() - have < len ? row.size() - have : len;
            memcpy(row.data() + have, data, some);
            have += some;
            data += some;
            len -= some;
            if (have == row.size())
                give();
        }
    }

    void finish() override { getNext()->finish(); }

private:
    void give()
    {
        if (!tf_png_row_restore(row.data(), row.size() - 1, before.data(), pixel_bytes))
            throw std::runtime_error("no prediction of PNG");
        memcpy(before.data(), row.data() + 1, before.size());
        getNext()->write(before.data(), before.size());
        have = 0;
    }

    std::vector<unsigned char> row, before;
    size_t pixel_bytes, have = 0;
};

size_t number_of(QPDFObjectHandle parms, const char *key, size_t absent)
{
    QPDFObjectHandle value = parms.getKey(key);
    if (!value.isInteger())
        return absent;
    long long number = value.getIntValue();
    return number > 0 && number <= 1 << 16 ? static_cast<size_t>(number) : 0;
}

class CountedFlate : public QPDFStreamFilter {
public:
    bool setDecodeParms(QPDFObjectHandle parms) override
    {
        if (!parms.isDictionary())
            return parms.isNull();
        size_t predictor = number_of(parms, "/Predictor", 1);
        size_t pixel_bits = number_of(parms, "/Colors", 1) * number_of(parms, "/BitsPerComponent", 8);
        size_t row_bits = pixel_bits * number_of(parms, "/Columns", 1);
        if (predictor >= 10 && predictor <= 15) {
            row_bytes = (row_bits + 7) / 8;
            pixel_bytes = (pixel_bits + 7) / 8;
        }
        return predictor == 1 || (row_bytes > 0 && row_bytes <= 1 << 20);
    }

    Pipeline *getDecodePipeline(Pipeline *next) override
    {
        if (row_bytes > 0) {
            rows = std::make_unique<Rows>(next, row_bytes, pixel_bytes);
            next = rows.get();
        }
        counter = std::make_unique<Counter>(next);
        flate = std::make_unique<Pl_Flate>("flate", counter.get(), Pl_Flate::a_inflate);
        return flate.get();
    }

private:
    size_t row_bytes = 0, pixel_bytes = 0;
    std::unique_ptr<Rows> rows;
    std::unique_ptr<Counter> counter;
    std::unique_ptr<Pl_Flate> flate;
};

/* Tables and object streams are packed with Flate by every writer there is; the other filters would need counting of their own. */
class NoFilter : public QPDFStreamFilter {
public:
    bool setDecodeParms(QPDFObjectHandle) override { return false; }
    Pipeline *getDecodePipeline(Pipeline *) override { throw std::logic_error("never asked"); }
};

template <class Filter> std::shared_ptr<QPDFStreamFilter> counted()
{
    current->take_filter();
    return std::make_shared<Filter>();
}

/* The library has one table of filters for all threads, which is written before any of them reads. */
void replace_filters()
{
    QPDF::registerStreamFilter("/FlateDecode", counted<CountedFlate>);
    for (const char *name : {"/LZWDecode", "/RunLengthDecode", "/ASCII85Decode", "/ASCIIHexDecode", "/DCTDecode", "/Crypt"})
        QPDF::registerStreamFilter(name, counted<NoFilter>);
}

std::once_flag filters_replaced;

/* Walks from the catalog to the file streams. */
class Search {
public:
    Search(Budget &spend, Wanted by_name, tf_pdf_attachments &into, size_t pdf_bytes) : budget(spend), wanted(by_name), found(into), raw_left(pdf_bytes) {}

    void catalog(QPDFObjectHandle root)
    {
        QPDFObjectHandle names = member(root, "/Names");
        tree(member(names, "/EmbeddedFiles"));
        QPDFObjectHandle associated = member(root, "/AF");
        if (associated.isArray())
            for (int i = 0; i < associated.getArrayNItems(); i++)
                spec(associated.getArrayItem(i), "");
        else
            spec(associated, "");
    }

private:
    static QPDFObjectHandle member(QPDFObjectHandle of, const char *key) { return of.isDictionary() ? of.getKey(key) : QPDFObjectHandle::newNull(); }

    static std::string text(QPDFObjectHandle value) { return value.isString() ? value.getUTF8Value() : std::string(); }

    /* Breadth first, each node once: a tree may bite its own tail. */
    void tree(QPDFObjectHandle root)
    {
        std::vector<QPDFObjectHandle> nodes{root};
        std::set<QPDFObjGen> seen;
        for (size_t at = 0; at < nodes.size(); at++) {
            QPDFObjectHandle node = nodes[at], kids = member(node, "/Kids");
            if (nodes.size() > nodes_max)
                pass_bound();
            if (node.isIndirect() && !seen.insert(node.getObjGen()).second)
                continue;
            leaf(member(node, "/Names"));
            for (int i = 0; kids.isArray() && i < kids.getArrayNItems() && nodes.size() <= nodes_max; i++)
                nodes.push_back(kids.getArrayItem(i));
        }
    }

    void leaf(QPDFObjectHandle names)
    {
        for (int i = 1; names.isArray() && i < names.getArrayNItems(); i += 2)
            spec(names.getArrayItem(i), text(names.getArrayItem(i - 1)));
    }

    /* A file specification: known by /UF or /F, else by its name in the tree. Both may have a stream of their own. */
    void spec(QPDFObjectHandle value, const std::string &tree_name)
    {
        if (++specs > specs_max)
            pass_bound();
        if (!value.isDictionary())
            return;
        std::string unicode = text(value.getKey("/UF")), plain = text(value.getKey("/F"));
        if (unicode.empty() && plain.empty())
            plain = tree_name;
        QPDFObjectHandle files = value.getKey("/EF");
        for (const char *key : {"/UF", "/F"})
            file(member(files, key), unicode, plain);
    }

    void file(QPDFObjectHandle stream, const std::string &unicode, const std::string &plain)
    {
        if (!stream.isStream() || !streams.insert(stream.getObjGen()).second)
            return;
        if (is_wanted(unicode) || is_wanted(plain)) {
            if (found.count < TF_PDF_ATTACHED_MAX)
                take(stream, found.items[found.count++]);
        } else {
            found.others_xml += ends_in_xml(unicode) || ends_in_xml(plain);
        }
    }

    static std::string base(const std::string &name)
    {
        size_t slash = name.find_last_of("/\\:");
        return slash == std::string::npos ? name : name.substr(slash + 1);
    }

    bool is_wanted(const std::string &name) const
    {
        std::string file_name = base(name);
        return !file_name.empty() && wanted(file_name.data(), file_name.size());
    }

    static bool ends_in_xml(const std::string &name) { return name.size() >= 4 && strcasecmp(name.c_str() + name.size() - 4, ".xml") == 0; }

    static tf_pdf_packing packing_of(QPDFObjectHandle dictionary)
    {
        QPDFObjectHandle filter = dictionary.getKey("/Filter"), parms = dictionary.getKey("/DecodeParms");
        if (filter.isArray() && filter.getArrayNItems() <= 1)
            filter = filter.getArrayNItems() == 0 ? QPDFObjectHandle::newNull() : filter.getArrayItem(0);
        if (filter.isNull())
            return TF_PDF_PLAIN;
        bool flate = filter.isNameAndEquals("/FlateDecode") || filter.isNameAndEquals("/Fl");
        if (parms.isArray() && parms.getArrayNItems() == 1)
            parms = parms.getArrayItem(0);
        bool predicted = parms.isDictionary() && number_of(parms, "/Predictor", 1) != 1;
        return flate && !predicted ? TF_PDF_FLATE : TF_PDF_OTHER;
    }

    void take(QPDFObjectHandle stream, tf_pdf_attached &into)
    {
        into.packing = packing_of(stream.getDict());
        if (into.packing == TF_PDF_OTHER)
            return;
        allow_raw(stream.getDict().getKey("/Length"));
        std::shared_ptr<Buffer> raw = stream.getRawStreamData();
        if (raw->getSize() == 0)
            return;
        into.bytes = static_cast<char *>(malloc(raw->getSize()));
        if (into.bytes == nullptr)
            throw std::bad_alloc();
        into.len = raw->getSize();
        memcpy(into.bytes, raw->getBuffer(), into.len);
    }

    /* Bytes as they lie there are not of the structure, but all streams together are no longer than the file, unless it tells of some of them twice. */
    void allow_raw(QPDFObjectHandle length)
    {
        size_t bytes = length.isInteger() && length.getIntValue() > 0 ? static_cast<size_t>(length.getIntValue()) : 0;
        if (bytes > raw_left)
            pass_bound();
        raw_left -= bytes;
        budget.bytes += bytes;
    }

    [[noreturn]] void pass_bound()
    {
        budget.passed = true;
        throw std::runtime_error("bound passed");
    }

    Budget &budget;
    Wanted wanted;
    tf_pdf_attachments &found;
    std::set<QPDFObjGen> streams;
    size_t specs = 0, raw_left;
};

tf_pdf_state search(Bytes pdf, Wanted wanted, Budget &budget, tf_pdf_attachments &found)
{
    Buffer bytes(reinterpret_cast<unsigned char *>(const_cast<char *>(pdf.ptr)), pdf.len); /* which is only read */
    QPDF file;
    file.setSuppressWarnings(true);
    file.setAttemptRecovery(false);
    file.processInputSource(std::make_shared<CountedSource>(&bytes, budget), nullptr);
    if (file.isEncrypted())
        return TF_PDF_ENCRYPTED;
    Search(budget, wanted, found, pdf.len).catalog(file.getRoot());
    return budget.passed ? TF_PDF_BOUNDLESS : TF_PDF_READ;
}

tf_pdf_state search_caught(Bytes pdf, Wanted wanted, Budget &budget, tf_pdf_attachments &found) noexcept
{
    try {
        std::call_once(filters_replaced, replace_filters);
        return search(pdf, wanted, budget, found);
    } catch (const std::bad_alloc &) {
        return TF_PDF_NO_MEMORY;
    } catch (const QPDFExc &problem) {
        if (budget.passed)
            return TF_PDF_BOUNDLESS;
        return problem.getErrorCode() == qpdf_e_password || problem.getErrorCode() == qpdf_e_unsupported ? TF_PDF_ENCRYPTED : TF_PDF_DAMAGED;
    } catch (...) {
        return budget.passed ? TF_PDF_BOUNDLESS : TF_PDF_DAMAGED;
    }
}

} // namespace

extern "C" {

enum tf_pdf_state tf_pdf_attached_find(const char *pdf, size_t len, bool (*wanted)(const char *name, size_t len), size_t structure_bytes_max,
                                       struct tf_pdf_attachments *ret_attachments)
{
    Budget budget{structure_bytes_max};
    Spending spending(budget);
    *ret_attachments = {};
    return search_caught({pdf, len}, wanted, budget, *ret_attachments);
}

void tf_pdf_attachments_finish(struct tf_pdf_attachments *attachments)
{
    for (tf_pdf_attached &item : attachments->items)
        free(item.bytes);
    *attachments = {};
}
}
