#include "chart.h"

#include <math.h>

enum {
    WIDTH = 880,
    LABEL_WIDTH = 210, VALUE_WIDTH = 140, BAR_WIDTH = WIDTH - LABEL_WIDTH - VALUE_WIDTH, BAR_STEP = 24, BAR_HEIGHT = 14,
    AXIS_WIDTH = 56, PLOT_HEIGHT = 150, PLOT_TOP = 14, LABEL_HEIGHT = 24,
    LABELS_MOST = 13,
};

/* The order of stacking, from the base. */
static const enum tf_fraud_decision stacked[TF_DECISIONS] = {TF_FRAUD_BLOCK, TF_FRAUD_REVIEW, TF_FRAUD_APPROVE};
static const char *const classes[TF_DECISIONS] = {[TF_FRAUD_APPROVE] = "c-a", [TF_FRAUD_REVIEW] = "c-r", [TF_FRAUD_BLOCK] = "c-b"};

static tf_int128 sum_of(const struct tf_chart_bar *bar)
{
    return bar->parts[0] + bar->parts[1] + bar->parts[2];
}

static tf_int128 highest_of(const struct tf_chart_bar *bars, size_t count)
{
    tf_int128 highest = 1;
    for (size_t i = 0; i < count; i++)
        highest = sum_of(&bars[i]) > highest ? sum_of(&bars[i]) : highest;
    return highest;
}

/* A length in tenths of a unit; what is there at all can be seen. */
static int tenths(tf_int128 value, tf_int128 highest, int length)
{
    if (value <= 0)
        return 0;
    int long_as = (int)((double)value / (double)highest * length * 10 + 0.5);
    return long_as > 8 ? long_as : 8;
}

static void begin(struct tf_html *html, const struct tf_chart *chart, int height)
{
    tf_html_rawf(html, "<svg class=\"chart\" role=\"img\" viewBox=\"0 0 %d %d\"", WIDTH, height);
    tf_html_attribute(html, "aria-label", tf_str_of(chart->title));
    tf_html_raw(html, "><title>");
    tf_html_words(html, tf_str_of(chart->title));
    tf_html_raw(html, "</title><desc>");
    tf_html_words(html, tf_str_of(chart->says));
    tf_html_raw(html, "</desc>\n");
}

static void end(struct tf_html *html) { tf_html_raw(html, "</svg>\n"); }

static void rectangle(struct tf_html *html, const char *class_, int x_tenths, int y_tenths, int width_tenths, int height_tenths)
{
    tf_html_rawf(html, "<rect class=\"%s\" x=\"%d.%d\" y=\"%d.%d\" width=\"%d.%d\" height=\"%d.%d\"/>", class_, x_tenths / 10, x_tenths % 10, y_tenths / 10,
                 y_tenths % 10, width_tenths / 10, width_tenths % 10, height_tenths / 10, height_tenths % 10);
}

/* Text from outside, cut to what a label has room for. SVG knows no <bdi>: the style isolates it. */
static void label(struct tf_html *html, struct tf_str text)
{
    size_t bytes = 0, chars = 0;
    while (bytes < text.len && chars < TF_CHART_LABEL_CHARS) {
        const size_t len = tf_str_utf8_len((struct tf_str){text.ptr + bytes, text.len - bytes});
        bytes += len ? len : 1;
        chars++;
    }
    tf_html_words(html, (struct tf_str){text.ptr, bytes});
    if (bytes < text.len)
        tf_html_raw(html, "\xe2\x80\xa6");
}

static void value(struct tf_html *html, const struct tf_chart_bar *bar)
{
    if (bar->money)
        tf_html_amount(html, tf_amounts_decimal(sum_of(bar)));
    else
        tf_html_count(html, (uint64_t)sum_of(bar));
}

void tf_chart_bars(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_bar *bars, size_t count)
{
    const tf_int128 highest = highest_of(bars, count);
    begin(html, chart, (int)count * BAR_STEP + 4);
    for (size_t i = 0; i < count; i++) {
        const int y = (int)i * BAR_STEP + 4;
        int x = LABEL_WIDTH * 10;
        tf_html_rawf(html, "<text class=\"c-l\" x=\"%d\" y=\"%d\">", LABEL_WIDTH - 10, y + BAR_HEIGHT - 3);
        label(html, bars[i].label);
        tf_html_raw(html, "</text>");
        for (size_t p = 0; p < TF_DECISIONS; p++) {
            const int width = tenths(bars[i].parts[stacked[p]], highest, BAR_WIDTH);
            if (width > 0)
                rectangle(html, chart->plain ? "c-o" : classes[stacked[p]], x, y * 10, width, BAR_HEIGHT * 10);
            x += width;
        }
        tf_html_rawf(html, "<text class=\"c-v\" x=\"%d\" y=\"%d\">", x / 10 + 8, y + BAR_HEIGHT - 3);
        value(html, &bars[i]);
        tf_html_raw(html, "</text>\n");
    }
    end(html);
}

/* The least of 1, 2, 5 times a power of ten that is not below a number. */
static double round_up(double number)
{
    const double power = pow(10, floor(log10(number > 1 ? number : 1)));
    static const double steps[] = {1, 2, 5, 10};
    for (size_t s = 0; s < 4; s++)
        if (steps[s] * power >= number)
            return steps[s] * power;
    return 10 * power;
}

static void axis(struct tf_html *html, double top)
{
    for (int line = 0; line <= 2; line++) {
        const int y = PLOT_TOP + PLOT_HEIGHT - line * PLOT_HEIGHT / 2;
        if (line == 1 && top < 2)
            continue;
        tf_html_rawf(html, "<path class=\"c-g\" d=\"M%d %dH%d\"/><text class=\"c-l\" x=\"%d\" y=\"%d\">", AXIS_WIDTH, y, WIDTH, AXIS_WIDTH - 8, y + 4);
        tf_html_count(html, (uint64_t)(top * line / 2));
        tf_html_raw(html, "</text>\n");
    }
}

static void axis_label(struct tf_html *html, int middle_tenths, struct tf_str text)
{
    tf_html_rawf(html, "<text class=\"c-m\" x=\"%d.%d\" y=\"%d\">", middle_tenths / 10, middle_tenths % 10, PLOT_TOP + PLOT_HEIGHT + 17);
    label(html, text);
    tf_html_raw(html, "</text>");
}

static int step_tenths(size_t count)
{
    const int step = (WIDTH - AXIS_WIDTH) * 10 / (int)(count > 0 ? count : 1);
    return step < 900 ? step : 900;
}

void tf_chart_columns(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_bar *bars, size_t count)
{
    const double top = round_up((double)highest_of(bars, count));
    const int step = step_tenths(count);
    const size_t every = (count + LABELS_MOST - 1) / LABELS_MOST;
    begin(html, chart, PLOT_TOP + PLOT_HEIGHT + LABEL_HEIGHT);
    axis(html, top);
    for (size_t i = 0; i < count; i++) {
        const int x = AXIS_WIDTH * 10 + (int)i * step, width = step * 7 / 10;
        int y = (PLOT_TOP + PLOT_HEIGHT) * 10;
        for (size_t p = 0; p < TF_DECISIONS; p++) {
            const int height = tenths(bars[i].parts[stacked[p]], (tf_int128)top, PLOT_HEIGHT);
            y -= height;
            if (height > 0)
                rectangle(html, classes[stacked[p]], x + (step - width) / 2, y, width, height);
        }
        if (i % every == 0)
            axis_label(html, x + step / 2, bars[i].label);
    }
    tf_html_raw(html, "\n");
    end(html);
}

void tf_chart_share(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_bar *bar)
{
    const tf_int128 sum = sum_of(bar) > 0 ? sum_of(bar) : 1;
    int x = 0;
    begin(html, chart, 18);
    for (size_t p = 0; p < TF_DECISIONS; p++) {
        const int width = tenths(bar->parts[stacked[p]], sum, WIDTH - 4);
        if (width > 0)
            rectangle(html, classes[stacked[p]], x, 20, width, 140);
        x += width;
    }
    end(html);
}

void tf_chart_pairs(struct tf_html *html, const struct tf_chart *chart, const struct tf_chart_pair *pairs, size_t count)
{
    double highest = 1;
    const int step = step_tenths(count);
    for (size_t i = 0; i < count; i++)
        highest = fmax(highest, fmax(pairs[i].observed, pairs[i].expected));
    const double top = round_up(highest);
    begin(html, chart, PLOT_TOP + PLOT_HEIGHT + LABEL_HEIGHT);
    axis(html, top);
    for (size_t i = 0; i < count; i++) {
        const int x = AXIS_WIDTH * 10 + (int)i * step, width = step * 6 / 10, base = (PLOT_TOP + PLOT_HEIGHT) * 10;
        const int seen = (int)(pairs[i].observed / top * PLOT_HEIGHT * 10 + 0.5), due = (int)(pairs[i].expected / top * PLOT_HEIGHT * 10 + 0.5);
        rectangle(html, "c-o", x + (step - width) / 2, base - seen, width, seen);
        tf_html_rawf(html, "<path class=\"c-e\" d=\"M%d.%d %d.%dh%d.%d\"/>", (x + step / 10) / 10, (x + step / 10) % 10, (base - due) / 10, (base - due) % 10,
                     step * 8 / 100, step * 8 / 10 % 10);
        axis_label(html, x + step / 2, pairs[i].label);
    }
    tf_html_raw(html, "\n");
    end(html);
}
